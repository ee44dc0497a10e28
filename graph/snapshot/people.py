"""People in columns: who volunteers, where, with which skills and at which hours."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, LiteralString

import numpy as np

from graph import registry
from graph.feed import Name
from graph.person import TOTALS
from graph.snapshot.column import Dated, Floats, Ints, Mask, Places, Row, floats, put, texts


def _row() -> LiteralString:
    place = "|".join(registry.node("Person").place)
    return (
        "CALL (n) { MATCH (n)-[h:HAS_SKILL]->(s:Skill) RETURN collect("
        "[s.code, toString(h.since), toString(h.until), h.level, h.verified]) AS skills } "
        f"CALL (n) {{ MATCH (n)-[r:{place}]->(t:Territory) RETURN collect("
        "[[x IN labels(t) WHERE x <> 'Territory'][0], t.code, toString(r.since), "
        "toString(r.until)]) AS places } "
    )


COLUMNS: LiteralString = (
    f"[n.code, n.isVolunteer, n.longitude, n.latitude, {TOTALS}, n.availability, skills, places]"
)


def everything() -> LiteralString:
    return f"MATCH (n:Person) {_row()} RETURN {COLUMNS} AS row"


def certain() -> LiteralString:
    """Of `$codes`."""
    return (
        f"UNWIND $codes AS code MATCH (n:Person {{code: code}}) {_row()} "
        f"RETURN collect({COLUMNS}) AS rows"
    )


@dataclass(frozen=True)
class Known:
    """Where the skills and the territories stand in their own columns."""

    skills: Mapping[str, int]
    land: Mapping[Name, int]


@dataclass(frozen=True)
class People:
    """Of each person: code, where they are, how often they were asked and came; shapes (n,).

    Where they are is NaN if it is not known. `week` says which of `weeks` are the hours they told,
    -1 = none. `holdings` lead to skills, with twice the level, and one if it is verified;
    `places` to territories. Who is gone keeps a place without a code, and volunteers no more.
    """

    codes: list[str]
    volunteer: Mask
    longitude: Floats
    latitude: Floats
    invited: Ints
    accepted: Ints
    week: Ints
    weeks: list[tuple[str, ...]]
    holdings: Dated
    places: Dated

    @staticmethod
    def of(rows: Sequence[Any], known: Known) -> "People":
        """Of rows as `everything` gives them."""
        weeks: dict[tuple[str, ...], int] = {}
        week = [weeks.setdefault(tuple(row[6]), len(weeks)) if row[6] else -1 for row in rows]
        index = {row[0]: i for i, row in enumerate(rows)}
        found = People(
            [row[0] for row in rows],
            np.fromiter((row[1] is True for row in rows), np.bool_),
            floats(row[2] for row in rows),
            floats(row[3] for row in rows),
            np.fromiter((row[4] for row in rows), np.int32),
            np.fromiter((row[5] for row in rows), np.int32),
            np.asarray(week, np.int32),
            list(weeks),
            Dated.of(_holdings(rows, index, known)),
            Dated.of(_places(rows, index, known)),
        )
        vars(found)["index"] = index  # known already
        return found

    def with_(self, touched: Collection[str], rows: Sequence[Any], known: Known) -> "People":
        """With these rows in the place of what was known of those touched; the others are gone."""
        new = [row[0] for row in rows if row[0] not in self.index]
        codes, index = self.codes, self.index
        if new:
            codes = codes + new
            index = {**index, **{code: len(self.codes) + i for i, code in enumerate(new)}}
        fresh = People.of(rows, known)
        weeks = {week: i for i, week in enumerate(self.weeks)}
        week = [
            -1 if i < 0 else weeks.setdefault(fresh.weeks[i], len(weeks))
            for i in fresh.week.tolist()
        ]
        at = np.asarray([index[code] for code in fresh.codes], np.intp)
        all_ = np.asarray([index[code] for code in touched if code in index], np.int32)
        gone = set(all_.tolist()) - set(at.tolist())
        volunteer = put(self.volunteer, len(codes), at, fresh.volunteer)
        volunteer[list(gone)] = False
        if gone:
            codes = [("" if i in gone else code) for i, code in enumerate(codes)]
            index = {code: i for code, i in index.items() if i not in gone}
        found = People(
            codes,
            volunteer,
            put(self.longitude, len(codes), at, fresh.longitude),
            put(self.latitude, len(codes), at, fresh.latitude),
            put(self.invited, len(codes), at, fresh.invited),
            put(self.accepted, len(codes), at, fresh.accepted),
            put(self.week, len(codes), at, np.asarray(week, np.int32)),
            list(weeks),
            self.holdings.with_(all_, Dated.of(_holdings(rows, index, known))),
            self.places.with_(all_, Dated.of(_places(rows, index, known))),
        )
        vars(found)["index"] = index  # known already
        return found

    @cached_property
    def index(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.codes) if code}

    @cached_property
    def by_code(self) -> Places:
        """All in order of their codes; other threads run meanwhile, as they do not for a list."""
        return np.argsort(texts(self.codes), kind="stable")

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.index)

    @cached_property
    def placed(self) -> Mask:
        found: Mask = np.isfinite(self.longitude) & np.isfinite(self.latitude)
        return found

    def belonging(self, land: Mask, day: int) -> Mask:
        """Who belongs to one of these territories."""
        found = np.zeros(len(self.codes), np.bool_)
        found[self.places.one[land[self.places.other] & self.places.on(day)]] = True
        return found

    def without(self, gone: Mask) -> "People":
        """These volunteer no more."""
        return replace(self, volunteer=self.volunteer & ~gone)

    @property
    def size(self) -> int:
        """Bytes in memory, texts left out."""
        columns = (self.volunteer, self.longitude, self.latitude, self.invited, self.accepted)
        arrays = sum(each.nbytes for each in (*columns, self.week))
        return arrays + self.holdings.size + self.places.size


def _holdings(rows: Sequence[Any], index: Mapping[str, int], known: Known) -> Iterator[Row]:
    return (
        (index[row[0]], known.skills[code], since, until, 2 * (level or 0) + (verified is True))
        for row in rows
        for code, since, until, level, verified in row[7]
        if code in known.skills
    )


def _places(rows: Sequence[Any], index: Mapping[str, int], known: Known) -> Iterator[Row]:
    return (
        (index[row[0]], known.land[label, code], since, until, 0)
        for row in rows
        for label, code, since, until in row[8]
        if (label, code) in known.land
    )
