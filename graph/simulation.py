"""What if: a question of coverage asked of the network with some gone, moved or added.

Nothing is written: the snapshot is changed in memory, and asked again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, LiteralString

import numpy as np

from graph import registry
from graph.analysis import coverage, response
from graph.bolt import Graph
from graph.measure.count import current, judged, known, read
from graph.measure.found import Found
from graph.measure.pairs import Pairs, volunteers
from graph.measure.question import Absent, CoverageKind, Question
from graph.measure.report import change, whole
from graph.model import Asking, Finding, Key, Missing, Ranking
from graph.predicate import Predicates, match, valid
from graph.requirement import Requirement
from graph.snapshot.column import Mask, Places, ordinal
from graph.snapshot.people import Known
from graph.snapshot.snapshot import Snapshot


@dataclass(frozen=True)
class Moved:
    """Someone who is at another WGS-84 place, in degrees."""

    person: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Added:
    """A volunteer who is not there yet: where, with which skills, free at which hours."""

    longitude: float
    latitude: float
    skills: tuple[Requirement, ...] = ()
    hours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """Who is gone, moved or added; codes. `share`: each volunteer is absent with this chance."""

    people: tuple[str, ...] = ()
    teams: tuple[Key, ...] = ()
    merchants: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()
    share: float = 0.0
    moved: tuple[Moved, ...] = ()
    added: tuple[Added, ...] = ()
    recruits: int = 3


def simulation(question: Question, scenario: Scenario, day: str | None = None) -> Finding:
    """The reports before and after, and what changes between them.

    Raises Missing for what is out of sight.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        snapshot = await current(graph, asking)
        known(snapshot, question.skill)
        gone = await _gone(graph, scenario, asking)
        told = await read(graph, question, asking)
        absent = Absent(tuple(sorted(gone)), scenario.merchants, scenario.grids)
        later = replace(question, absent=absent)
        then = told if later == question else await read(graph, later, asking)

        def compared() -> dict[str, Any]:
            _seen(snapshot, scenario, asking)
            changed = _changed(snapshot, scenario, gone)
            before = judged(snapshot, question, asking, told)
            after = judged(changed, later, asking, then)
            return _record(Outcome(later, asking, scenario, changed, before, after))

        return await asyncio.to_thread(compared)

    return Finding(find, day)


async def _gone(graph: Graph, scenario: Scenario, asking: Asking) -> set[str]:
    """The people who are, whether they are named or members of who is."""
    gone = set(scenario.people)
    for number, team in enumerate(scenario.teams):
        text = members(team.label, asking.bounded)
        values = {"code": team.code, **asking.values()}
        found = await graph.read("simulation.members", text, values)
        if found is None:
            raise Missing(f"input.teams.{number}")
        gone |= set(found)
    return gone


def members(label: str, bounded: bool) -> LiteralString:
    """Codes of the members of a team or organization in sight."""
    node, predicates = registry.node(label), Predicates(bounded)
    seen = predicates.inside("p", registry.node("Person"))
    found = match("(n)<-[m:MEMBER_OF]-(p:Person)", [valid("m", "day"), seen])
    return (
        f"{match(f'(n:{node.label} {{code: $code}})', [predicates.inside('n', node)])} "
        f"CALL (n) {{ {found} RETURN collect(DISTINCT p.code) AS members }} RETURN members AS row"
    )


def _seen(snapshot: Snapshot, scenario: Scenario, asking: Asking) -> None:
    """Raises Missing for people and grids that the caller does not see."""
    sight, people = snapshot.sight(asking), snapshot.people
    mask = None if sight is None else people.belonging(sight, ordinal(asking.today))
    named = [(f"people.{i}", code) for i, code in enumerate(scenario.people)]
    named += [(f"moved.{i}.person", each.person) for i, each in enumerate(scenario.moved)]
    for field, code in named:
        at = people.index.get(code)
        if at is None or (mask is not None and not mask[at]):
            raise Missing(f"input.{field}")
    for i, code in enumerate(scenario.grids):
        snapshot.top(Key("Grid", code), asking, f"input.grids.{i}")
    for i, newcomer in enumerate(scenario.added):
        for j, skill in enumerate(newcomer.skills):
            if skill.skill not in snapshot.skills.index:
                raise Missing(f"input.added.{i}.skills.{j}")


def _changed(snapshot: Snapshot, scenario: Scenario, gone: set[str]) -> Snapshot:
    people = snapshot.people
    absent = np.zeros(len(people.codes), np.bool_)
    absent[[people.index[code] for code in gone if code in people.index]] = True
    longitude, latitude = people.longitude.copy(), people.latitude.copy()
    for each in scenario.moved:
        at = people.index[each.person]
        longitude[at], latitude[at] = each.longitude, each.latitude
    found = replace(people.without(absent), longitude=longitude, latitude=latitude)
    if scenario.added:
        rows = [_row(number, each) for number, each in enumerate(scenario.added)]
        known_ = Known(snapshot.skills.index, snapshot.land.index)
        found = found.with_([row[0] for row in rows], rows, known_)
    return snapshot.supposing(found)


def _row(number: int, added: Added) -> list[Any]:
    """As the graph would tell of them; a code that nobody has."""
    skills = [[each.skill, None, None, each.level, each.verified] for each in added.skills]
    place = [added.longitude, added.latitude]
    return [f"+{number}", True, *place, 0, 0, list(added.hours) or None, skills, []]


@dataclass(frozen=True)
class Outcome:
    """What is found before and after; the question is the later one, which says who is gone."""

    question: Question
    asking: Asking
    scenario: Scenario
    changed: Snapshot
    before: Found
    after: Found

    def both(self) -> tuple[Places, Places]:
        """The units that are there before and after, as places in the columns of either."""
        at = {code: i for i, code in enumerate(self.before.units.codes)}
        kept = [(at[code], i) for i, code in enumerate(self.after.units.codes) if code in at]
        one, other = np.asarray(kept, np.intp).reshape(-1, 2).T
        return one, other

    def there(self, chosen: Mask) -> Pairs:
        """Of these people who is there for which unit afterwards."""
        day = ordinal(self.asking.day)
        return volunteers(self.changed, self.after.units, self.question.reach, day, chosen)

    def expected(self) -> float | None:
        """How many units are covered if everybody is absent by chance; None for other kinds."""
        kind, share = self.question.kind, self.scenario.share
        if kind not in (CoverageKind.SKILL, CoverageKind.RESPONSE):
            return None
        there = self.there(self.changed.volunteers(self.asking, self.question.skill))
        chance = np.full(len(there.person), 1 - share)
        if kind is CoverageKind.RESPONSE:
            chance *= self.changed.chances(self.question.asked, self.asking)[there.person]
        likely = response.at_least(there.unit, chance, there.units, self.question.k)
        return round(float(likely[self.after.status != coverage.UNKNOWN].sum()), 6)

    def replacements(self) -> Ranking:
        """Who, if they volunteered with the skill, would cover most units again; greedily."""
        chosen = self._best() if self.question.kind is CoverageKind.SKILL else []
        return Ranking(
            [Key("Person", code) for code, _ in chosen],
            [(i, code) for i, (code, _) in enumerate(chosen)],
            lambda i: {"gain": chosen[i][1]},
            f"replacements {self.question}",
            (False, False),
        )

    def _best(self) -> list[tuple[str, int]]:
        people, k = self.changed.people, self.question.k
        others = ~self.changed.volunteers(self.asking, self.question.skill)
        gone = self.question.absent.people
        others[[people.index[code] for code in gone if code in people.index]] = False
        others &= np.asarray([code[:1] not in ("", "+") for code in people.codes], np.bool_)
        sight = self.changed.sight(self.asking)
        if sight is not None:
            others &= people.belonging(sight, ordinal(self.asking.today))
        there = self.there(others)
        return _greedy(there, self.after.count.copy(), k, people.codes, self.scenario.recruits)


def _greedy(
    there: Pairs, count: Any, k: int, codes: Sequence[str], most: int
) -> list[tuple[str, int]]:
    """Who covers most units that only lack one, then most that lack any, then by code; how many."""
    chosen: list[tuple[str, int]] = []
    free = np.ones(len(codes), np.bool_)
    while len(chosen) < most:
        kept = free[there.person]
        full = np.bincount(there.person[kept & (count[there.unit] == k - 1)], minlength=len(codes))
        some = np.bincount(there.person[kept & (count[there.unit] < k)], minlength=len(codes))
        if not some.any():
            break
        one = min(np.flatnonzero(some).tolist(), key=lambda i: (-full[i], -some[i], codes[i]))
        chosen.append((codes[one], int(full[one])))
        free[one] = False
        count[there.unit[there.person == one]] += 1
    return chosen


def _record(outcome: Outcome) -> dict[str, Any]:
    question, before, after = outcome.question, outcome.before, outcome.after
    one, other = outcome.both()
    was = coverage.really(before.status)[one]
    is_ = coverage.really(after.status)[other]
    single = was & is_ & (before.count[one] > 1) & (after.count[other] == 1)
    first, second = whole(question, before), whole(question, after)
    return {
        "before": first,
        "after": second,
        "gone": len(question.absent.people),
        **change(first, second),
        "expectedEffective": lambda _: outcome.expected(),
        "uncovered": lambda _: after.ranked(other[was & ~is_], "uncovered"),
        "covered": lambda _: after.ranked(other[is_ & ~was], "covered"),
        "singleCovered": lambda _: after.ranked(other[single], "single"),
        "replacements": lambda _: outcome.replacements(),
    }
