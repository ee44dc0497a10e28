"""Divisions and grids in columns, and how they lie within each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, LiteralString

import numpy as np
from numpy.typing import NDArray

from graph.feed import Name
from graph.grid import LIVING
from graph.model import Key
from graph.snapshot.column import Dated, Floats, Ints, Mask, Places, Row, floats, put, texts

LABELS: tuple[LiteralString, ...] = ("Division", "Grid")

# (n)-[:WITHIN]->(itself and all above), (n)-[:PART_OF|SPANS]->(above)
ROW: LiteralString = (
    "CALL (n) { MATCH (n)-[w:WITHIN]->(t:Territory) RETURN collect("
    "[[x IN labels(t) WHERE x <> 'Territory'][0], t.code, toString(w.since), toString(w.until)]) "
    "AS within } "
    "CALL (n) { MATCH (n)-[r:PART_OF|SPANS]->(t:Territory) RETURN collect("
    "[[x IN labels(t) WHERE x <> 'Territory'][0], t.code, toString(r.since), toString(r.until)]) "
    "AS steps } "
)
COLUMNS: LiteralString = (
    "n.code, n.path, n.level, n.longitude, n.latitude, within, steps, "
    + ", ".join([f"n.{name}" for name in LIVING])
)
WITHIN, STEPS = 6, 7  # where they stand in a row


def everything(label: LiteralString) -> LiteralString:
    return f"MATCH (n:{label}) {ROW} RETURN ['{label}', {COLUMNS}] AS row"


def certain(label: LiteralString) -> LiteralString:
    """Of `$codes`."""
    return (
        f"UNWIND $codes AS code MATCH (n:{label} {{code: code}}) {ROW} "
        f"RETURN collect(['{label}', {COLUMNS}]) AS rows"
    )


def under(label: LiteralString) -> LiteralString:
    """Of all that lie within `$codes`, they themselves included: [label, code]."""
    return (
        f"UNWIND $codes AS code MATCH (:{label} {{code: code}})<-[:WITHIN]-(n:Territory) "
        "RETURN collect(DISTINCT [[x IN labels(n) WHERE x <> 'Territory'][0], n.code]) AS rows"
    )


@dataclass(frozen=True)
class Land:
    """Of each territory: label and code, path, level, centroid; shapes (n,).

    What is not known is NaN. `within`: to itself and to all above; `steps`: to what it is a part
    of or spans; `living`: how many of each of LIVING.
    """

    names: list[Name]
    paths: list[str]
    level: NDArray[np.str_]
    longitude: Floats
    latitude: Floats
    within: Dated
    steps: Dated
    living: Mapping[str, Floats]

    @staticmethod
    def of(rows: Sequence[Any]) -> "Land":
        """Of rows as `everything` gives them."""
        names = [(row[0], row[1]) for row in rows]
        index = {name: i for i, name in enumerate(names)}
        return Land(
            names,
            [row[2] or "" for row in rows],
            texts(row[3] or "" for row in rows),
            floats(row[4] for row in rows),
            floats(row[5] for row in rows),
            Dated.of(_relations(rows, WITHIN, index)),
            Dated.of(_relations(rows, STEPS, index)),
            {
                name: floats(row[i] for row in rows)
                for i, name in enumerate(LIVING, start=STEPS + 1)
            },
        )

    def ready(self) -> "Land":
        """The same, with all found that is found once: no question has to wait for it."""
        for name, each in vars(Land).items():
            if isinstance(each, cached_property):
                getattr(self, name)
        return self

    def with_(self, rows: Sequence[Any]) -> "Land":
        """With these rows, known or new, in the place of what was known of them."""
        names = self.names + [name for row in rows if (name := (row[0], row[1])) not in self.index]
        index = {name: i for i, name in enumerate(names)} if len(names) > len(self) else self.index
        fresh = Land.of(rows)
        at = np.asarray([index[name] for name in fresh.names], np.intp)
        paths = self.paths + [""] * (len(names) - len(self))
        for i, path in zip(at.tolist(), fresh.paths, strict=True):
            paths[i] = path
        return Land(
            names,
            paths,
            put(self.level, len(names), at, fresh.level),
            put(self.longitude, len(names), at, fresh.longitude),
            put(self.latitude, len(names), at, fresh.latitude),
            self.within.with_(at.astype(np.int32), Dated.of(_relations(rows, WITHIN, index))),
            self.steps.with_(at.astype(np.int32), Dated.of(_relations(rows, STEPS, index))),
            {
                name: put(column, len(names), at, fresh.living[name])
                for name, column in self.living.items()
            },
        )

    def lies_as(self, row: Any) -> bool:
        """Whether a row says of its territory's place what is known of it."""
        at = self.index.get((row[0], row[1]))
        if at is None or self.paths[at] != (row[2] or ""):
            return False
        index = {(row[0], row[1]): at}
        index |= {(a, b): self.index.get((a, b), -1) for a, b, *_ in (*row[WITHIN], *row[STEPS])}
        return all(
            _same(known.at(known.one == at), Dated.of(_relations([row], column, index)))
            for known, column in ((self.within, WITHIN), (self.steps, STEPS))
        )

    def says(self, row: Any) -> bool:
        """Whether a row tells nothing but what is known."""
        at = self.index.get((row[0], row[1]))
        if at is None or self.level[at] != (row[3] or "") or not self.lies_as(row):
            return False
        columns = (self.longitude, self.latitude, *self.living.values())
        known = np.asarray([column[at] for column in columns])
        told = floats([*row[4:WITHIN], *row[STEPS + 1 :]])
        return np.array_equal(known, told, equal_nan=True)

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def index(self) -> dict[Name, int]:
        return {name: i for i, name in enumerate(self.names)}

    @cached_property
    def by_code(self) -> Places:
        """All territories in order of their codes."""
        # Arrays are sorted while other threads run, lists are not.
        keys = (texts(label for label, _ in self.names), texts(code for _, code in self.names))
        return np.lexsort(keys)

    @cached_property
    def by_path(self) -> dict[str, int]:
        return {path: i for i, path in enumerate(self.paths)}

    @cached_property
    def inner(self) -> "Inner":
        return Inner.of(self.within, len(self))

    @cached_property
    def outer(self) -> "Inner":
        within = self.within
        turned = Dated(within.other, within.one, within.since, within.until, within.mark)
        return Inner.of(turned, len(self))

    def above(self, at: int, day: int) -> Ints:
        """What a territory lies within, it itself included."""
        return self.outer.of_one(at, day)

    @cached_property
    def parts(self) -> "Inner":
        return Inner.of(self.steps, len(self))

    @cached_property
    def placed(self) -> Mask:
        """Which have a centroid."""
        found: Mask = np.isfinite(self.longitude) & np.isfinite(self.latitude)
        return found

    def at(self, key: Key) -> int | None:
        return self.index.get((key.label, key.code))

    def key(self, at: int) -> Key:
        return Key(*self.names[at])

    def inside(self, tops: Iterable[int], day: int) -> Mask:
        """What lies within one of these."""
        found = np.zeros(len(self), np.bool_)
        for top in tops:
            found[self.inner.of_one(top, day)] = True
        return found

    def sight(self, scope: Sequence[str], day: int) -> Mask:
        """What lies within the territories of these paths."""
        return self.inside((self.by_path[path] for path in scope if path in self.by_path), day)

    def units(self, top: int, level: str, day: int, sight: Mask | None) -> Places:
        """The grids of a level that lie within, in order of their codes."""
        wanted = self.inside([top], day) & (self.level == level) & self.grids
        if sight is not None:
            wanted &= sight
        found: Places = self.by_code[wanted[self.by_code]]
        return found

    @cached_property
    def numbers(self) -> list[int]:
        """How many there are of each of LABELS."""
        labels = [label for label, _ in self.names]
        return [labels.count(label) for label in LABELS]

    @cached_property
    def grids(self) -> Mask:
        return np.fromiter((label == "Grid" for label, _ in self.names), np.bool_)

    def children(self, top: int, day: int) -> list[int]:
        """What is directly a part of it, by label and code."""
        return sorted(set(self.parts.of_one(top, day).tolist()), key=lambda i: self.names[i])

    @property
    def size(self) -> int:
        """Bytes in memory, texts left out."""
        columns = (self.level, self.longitude, self.latitude, *self.living.values())
        return sum(each.nbytes for each in columns) + self.within.size + self.steps.size


@dataclass(frozen=True)
class Inner:
    """Relationships in order of where they lead to."""

    sorted: Dated
    first: Places

    @staticmethod
    def of(relations: Dated, n: int) -> "Inner":
        order = np.argsort(relations.other, kind="stable")
        found = relations.at(order)
        return Inner(found, np.searchsorted(found.other, np.arange(n + 1)))

    def of_one(self, other: int, day: int) -> Ints:
        """Whence they lead there on a day."""
        low, high = self.first[other], self.first[other + 1]
        valid = (self.sorted.since[low:high] <= day) & (self.sorted.until[low:high] > day)
        found: Ints = self.sorted.one[low:high][valid]
        return found


def _relations(rows: Sequence[Any], column: int, index: dict[Name, int]) -> Iterator[Row]:
    return (
        (index[row[0], row[1]], index[label, code], since, until, 0)
        for row in rows
        for label, code, since, until in row[column]
        if (label, code) in index
    )


def _same(known: Dated, told: Dated) -> bool:
    def rows(of: Dated) -> set[tuple[int, ...]]:
        return set(zip(of.other.tolist(), of.since.tolist(), of.until.tolist(), strict=True))

    return rows(known) == rows(told)
