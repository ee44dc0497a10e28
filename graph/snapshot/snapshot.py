"""The arrays of one graph at one moment, kept as the graph has it.

Own writes are followed by their events, and only what they touch is read again. A write that went
past this software tells nothing: it is noticed by the numbers of nodes at the next look, or by
those of relationships when they are counted (`Snapshots.count`), and then all is read anew.
"""

import asyncio
import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import Any, LiteralString, TypeVar

import numpy as np
from scipy.sparse import csr_array

from graph.analysis import acceptance
from graph.asked import Asked
from graph.bolt import Graph
from graph.feed import Feed, Name
from graph.model import Asking, Key, Missing
from graph.requirement import Requirement
from graph.snapshot import invitations, land, people, skills
from graph.snapshot.column import Floats, Mask, ordinal
from graph.snapshot.invitations import Invitations, Replies
from graph.snapshot.land import LABELS, Land
from graph.snapshot.near import Near
from graph.snapshot.people import Known, People
from graph.snapshot.skills import Skills

T = TypeVar("T")
PORTION = 500  # rows that are taken up at once, so that nobody else waits long
REMEMBERED = 50  # sets of skills, ways of asking
NODES: tuple[LiteralString, ...] = ("Person", *LABELS, "Skill", "Event")
RELATIONS: LiteralString = (
    "CALL () { MATCH ()-[r:HAS_SKILL]->() RETURN count(r) AS holdings } "
    "CALL () { MATCH ()-[r:WITHIN]->() RETURN count(r) AS within } "
    "CALL () { MATCH ()-[r:BROADER]->() RETURN count(r) AS broader } "
    "CALL () { MATCH ()-[r:INVITES]->() RETURN count(r) AS invitations } "
    "RETURN [holdings, within, broader, invitations] AS row"
)


@dataclass(frozen=True)
class Snapshot:
    """What is known of a graph at one moment; `revision` changes whenever the graph did."""

    land: Land
    people: People
    skills: Skills
    invitations: Invitations
    near: Near = field(default_factory=Near)
    revision: str = ""
    known: dict[Any, Any] = field(default_factory=dict)  # what was made of it, as it was asked for

    def top(self, within: Key, asking: Asking, field: str) -> int:
        """The place of a territory; Missing if the caller sees none of that code."""
        at = self.land.at(within)
        sight = self.sight(asking)
        if at is None or (sight is not None and not sight[at]):
            raise Missing(field)
        return at

    def sight(self, asking: Asking) -> Mask | None:
        """The territories that the caller sees; None = all."""
        if asking.scope is None:
            return None
        return self.land.sight(asking.scope, ordinal(asking.today))

    def volunteers(
        self, asking: Asking, skill: Requirement | None = None, within: int | None = None
    ) -> Mask:
        """Who volunteers and is in sight; who holds the skill and belongs to the territory at the
        place `within`, if these are asked for.
        """
        found = self.people.volunteer
        if within is not None:
            day = ordinal(asking.day)
            found = found & self.people.belonging(self.land.inside([within], day), day)
        sight = self.sight(asking)
        if sight is not None:
            found = found & self.people.belonging(sight, ordinal(asking.today))
        if skill:
            found = found & (self.holding(asking, [skill]).toarray()[:, 0] > 0)
        return found

    def holding(self, asking: Asking, skills: Sequence[Requirement]) -> Any:
        """Who holds which of these; csr_array (people, skills), above 0 where it is so."""
        return self._kept((asking.day, *skills), lambda: self._holding(asking, skills))

    def _holding(self, asking: Asking, skills: Sequence[Requirement]) -> Any:
        n, held, parts = len(self.people.codes), self.people.holdings, []
        valid = held.at(held.on(ordinal(asking.day)))
        for (level, verified), of in groupby(enumerate(skills), lambda each: each[1].least):
            pairs = [(at, i) for i, skill in of for at in self.skills.below(skill.skill)]
            wanted, column = np.asarray(pairs, np.intp).reshape(-1, 2).T
            shape = (len(self.skills.codes), len(skills))
            asked = csr_array((np.ones(len(wanted), np.int32), (wanted, column)), shape=shape)
            good = valid.at((valid.mark >= 2 * level) & ((valid.mark % 2 == 1) | (not verified)))
            ones = np.ones(len(good), np.int32)
            shape = (n, len(self.skills.codes))
            parts.append(csr_array((ones, (good.one, good.other)), shape=shape) @ asked)
        return sum(parts[1:], parts[0])

    def chances(self, asked: Asked, asking: Asking) -> Floats:
        """How likely each person says yes when they are asked so; shape (people,)."""
        if not asked:
            return acceptance.mean(self.people.invited, self.people.accepted)
        key = asked, asking.zone
        return self._kept(key, lambda: self.replies.chances(*key))

    @cached_property
    def replies(self) -> Replies:
        return self.invitations.replies(self.people)

    def _kept(self, key: Any, made: Callable[[], T]) -> T:
        """What was made before for this key, or is made now."""
        if key not in self.known:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            self.known[key] = made()
        found: T = self.known[key]
        return found

    def supposing(self, people: People) -> "Snapshot":
        """The same with other people."""
        return replace(self, people=people, near=Near(), known={})

    @property
    def totals(self) -> list[int]:
        """How many nodes there are of each of NODES, but events."""
        return [self.people.number, *self.land.numbers, len(self.skills.codes)]

    @property
    def relations(self) -> list[int]:
        """How many there are, as RELATIONS counts them."""
        broader = sum(len(each) for each in self.skills.broader.values())
        ones = len(self.people.holdings), len(self.land.within)
        return [*ones, broader, len(self.invitations)]

    @property
    def size(self) -> int:
        """Bytes in memory, texts left out."""
        return self.land.size + self.people.size + self.invitations.size


class Snapshots(Feed[Snapshot]):
    """The snapshot of one graph."""

    name = "snapshot"
    more = (
        "".join(
            f"CALL () {{ MATCH (n:{label}) RETURN count(n) AS n{label} }}\n" for label in NODES
        ),
        f", totals: [{', '.join(f'n{label}' for label in NODES)}]",
    )

    async def whole(self, graph: Graph) -> Snapshot:
        with _uncollected():
            return await self._whole(graph)

    async def _whole(self, graph: Graph) -> Snapshot:
        known = Skills.of(await graph.rows("snapshot.skills", skills.EVERYTHING, {}))
        rows: list[Any] = []
        for label in LABELS:
            rows += await _all(graph, "snapshot.land", land.everything(label))
        ground = await _used(rows, lambda rows: Land.of(rows).ready())
        rows = await _all(graph, "snapshot.people", people.everything())
        places = Known(known.index, ground.index)
        everybody = await _used(rows, lambda rows: People.of(rows, places))
        rows = await _all(graph, "snapshot.invitations", invitations.EVERYTHING)
        asked = await _used(rows, lambda rows: Invitations.of(rows, everybody.index))
        return Snapshot(ground, everybody, known, asked)

    async def changed(self, graph: Graph, held: Snapshot, touched: set[Name]) -> Snapshot:
        known, ground, everybody = held.skills, held.land, held.people
        learned = sorted(code for label, code in touched if label == "Skill")
        if learned:
            text = skills.CERTAIN
            known = known.with_(await graph.read("snapshot.changed", text, {"codes": learned}))
        moved = [name for name in touched if name[0] in LABELS]
        if moved:
            ground = await _moved(graph, ground, moved)
        codes = await _people_of(graph, touched)
        asked = held.invitations
        if codes:
            rows = await graph.read("snapshot.changed", people.certain(), {"codes": codes})
            places = Known(known.index, ground.index)
            everybody = await asyncio.to_thread(everybody.with_, codes, rows, places)
            rows = await graph.read("snapshot.invitations", invitations.CERTAIN, {"codes": codes})
            asked = await asyncio.to_thread(asked.with_, codes, rows, held.people, everybody)
        near = held.near if _stands(held.land, ground) else Near()
        near = await asyncio.to_thread(near.moved, ground, held.people, everybody)
        return Snapshot(ground, everybody, known, asked, near, held.revision)

    def noted(self, held: Snapshot, found: dict[str, Any]) -> Snapshot:
        parts = (found["totals"], found["loads"], held.totals, held.relations)
        told = repr([*parts, len(held.people.places)])
        revision = hashlib.sha256(told.encode()).hexdigest()[:16]
        return held if held.revision == revision else replace(held, revision=revision)

    def fits(self, held: Snapshot, found: dict[str, Any]) -> bool:
        told = found["totals"][:-1]
        return bool(told == held.totals or told == self.strange.get("totals", [])[:-1])

    async def count(self, graph: Graph) -> None:
        """Counts relationships, which takes some engines a while; what does not fit is read anew.

        Those who ask meanwhile are answered from what is held. It is counted twice, since somebody
        may write between a count and a look.
        """
        counts: list[Any] = []
        for _ in range(2):
            if self.held is None:
                return
            counts.append(await graph.read("snapshot.relations", RELATIONS, {}))
            if counts[-1] == (await self.current(graph)).relations:
                return
        if counts[0] == counts[1]:
            async with self.turn:
                await self._read_all(graph)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles among garbage meanwhile.

    Rows by the hundred thousand are lists of lists; each look at all of them would stop everybody
    else for a second, and find nothing.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _stands(before: Land, after: Land) -> bool:
    """Whether every territory is where it was."""
    return before is after or (
        np.array_equal(before.longitude, after.longitude, equal_nan=True)
        and np.array_equal(before.latitude, after.latitude, equal_nan=True)
    )


async def _used(rows: list[Any], made: Callable[[list[Any]], T]) -> T:
    """What is made of these rows, which are used up."""

    def used() -> T:
        found = made(rows)
        _let_go(rows)
        return found

    return await asyncio.to_thread(used)


async def _people_of(graph: Graph, touched: set[Name]) -> list[str]:
    """Who was touched, and whoever was invited by what was."""
    codes = {code for label, code in touched if label == "Person"}
    invited = [code for label, code in touched if label == "Invitation"]
    if invited:
        codes |= {*await graph.read("snapshot.invited", invitations.INVITED, {"codes": invited})}
    return sorted(codes)


def _let_go(rows: list[Any]) -> None:
    """Forgets rows by portions: nobody else runs while memory is given back."""
    while rows:
        del rows[-PORTION:]


async def _all(graph: Graph, name: str, text: LiteralString) -> list[Any]:
    return [row async for part in graph.portions(name, text, {}, PORTION) for row in part]


async def _moved(graph: Graph, ground: Land, names: Sequence[Name]) -> Land:
    """What was touched, and where it lies elsewhere now, all that is and was below it."""
    rows = [row for row in await _certain(graph, names) if not ground.says(row)]
    if not rows:
        return ground
    elsewhere = [row for row in rows if not ground.lies_as(row)]
    if not elsewhere:
        return await _with(ground, rows)
    below = {(row[0], row[1]) for row in elsewhere} | set(names)
    for label in LABELS:
        codes = [row[1] for row in elsewhere if row[0] == label]
        found = await graph.read("snapshot.below", land.under(label), {"codes": codes})
        below |= {(label, code) for label, code in found}
    at = [i for row in elsewhere if (i := ground.index.get((row[0], row[1]))) is not None]
    for i in at:
        below |= {ground.names[one] for one in ground.within.one[ground.within.other == i].tolist()}
    return await _with(ground, await _certain(graph, sorted(below)))


async def _with(ground: Land, rows: list[Any]) -> Land:
    return await asyncio.to_thread(lambda: ground.with_(rows).ready())


async def _certain(graph: Graph, names: Sequence[Name]) -> list[Any]:
    rows: list[Any] = []
    for label in LABELS:
        codes = [code for each, code in names if each == label]
        if codes:
            rows += await graph.read("snapshot.changed", land.certain(label), {"codes": codes})
    return rows
