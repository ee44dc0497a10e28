"""Which volunteers cover a unit: by skill, by hours of the week, by how likely they come.

Those within reach of its centroid, wherever they belong; without a reach those who belong to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, LiteralString

import numpy as np

from graph import registry
from graph.analysis import acceptance, response, sphere, week
from graph.analysis.coverage import Status
from graph.hours import minutes
from graph.measure.question import Counted, CoverageKind, Inside, Question, Unit, of_units
from graph.predicate import Predicates, match, valid
from graph.requirement import enough, holders

UNMEASURED = "中心点未测 · centroid not surveyed"


def people(question: Question, predicates: Predicates) -> LiteralString:
    """[[places, hours, invited, accepted] …]; places: longitude and latitude, or codes of units."""
    tests: list[LiteralString] = [
        "n.isVolunteer = true",
        predicates.inside("n", registry.node("Person")),
    ]
    person: LiteralString = "(n:Person)"
    if question.skill:
        person = holders("$skill")
        tests.append(enough("$skill"))
    hours: LiteralString = "n.availability" if question.kind is CoverageKind.TIME else "null"
    row: LiteralString = f"[places, {hours}, n.invited, n.accepted]"
    if question.reach is not None:
        tests.append("n.longitude IS NOT NULL AND n.latitude IS NOT NULL")
        found: LiteralString = f"{match(person, tests)} WITH DISTINCT n"
        return (
            f"{found} WITH n, [n.longitude, n.latitude] AS places RETURN collect({row}) AS others"
        )
    place = "|".join(registry.node("Person").place)
    way: LiteralString = f"(n)-[r:{place}]->()-[w:WITHIN]->(u:Grid {{level: $level}})"
    dates: list[LiteralString] = [valid("r", "day"), valid("w", "day")]
    if question.skill:
        found = f"{match(person, tests)} WITH DISTINCT n {match(way, dates)}"
    else:
        way = f"(t)<-[v:WITHIN]-(u:Grid {{level: $level}})<-[w:WITHIN]-()<-[r:{place}]-(n:Person)"
        found = match(way, [valid("v", "day"), *dates, *tests])
    return f"{found} WITH n, collect(DISTINCT u.code) AS places RETURN collect({row}) AS others"


@dataclass(frozen=True)
class Pairs:
    """Who covers which unit, as indexes, in order of unit; `placed`: which units can be judged."""

    unit: "np.ndarray[Any, np.dtype[np.int64]]"
    person: "np.ndarray[Any, np.dtype[np.int64]]"
    placed: Sequence[bool]

    def counts(self) -> list[int | None]:
        each = np.bincount(self.unit, minlength=len(self.placed)).tolist()
        return [count if known else None for count, known in zip(each, self.placed, strict=True)]


def _pairs(question: Question, units: list[Unit], others: Any) -> Pairs:
    if question.reach is not None:
        return near(units, [places for places, *_ in others], question.reach)
    index = {unit.code: i for i, unit in enumerate(units)}
    found = sorted(
        (index[code], person)
        for person, (codes, *_) in enumerate(others)
        for code in codes
        if code in index
    )
    both = np.asarray(found, dtype=np.int64).reshape(-1, 2)
    return Pairs(both[:, 0], both[:, 1], [True] * len(units))


def near(units: list[Unit], points: Sequence[tuple[float, float]], reach: float) -> Pairs:
    """The points within reach of each centroid."""
    placed = [(i, unit.place) for i, unit in enumerate(units) if unit.place]
    unit, person, _ = sphere.pairs_within(
        [place[0] for _, place in placed],
        [place[1] for _, place in placed],
        [longitude for longitude, _ in points],
        [latitude for _, latitude in points],
        reach,
    )
    at = np.asarray([i for i, _ in placed], dtype=np.int64)
    return Pairs(at[unit], person, [unit.place is not None for unit in units])


def skilled(
    question: Question, units: list[Unit], others: Any, inside: Inside, since: str
) -> Counted:
    pairs, k = _pairs(question, units, others), question.k
    found = [
        unit.met(count, k, f"{count} / {k} 名合格志愿者 · {count} of {k} volunteers", UNMEASURED)
        for unit, count in zip(units, pairs.counts(), strict=True)
    ]
    return of_units(found, cache(lambda: _chances(question, units, pairs, others)))


def _chances(
    question: Question, units: list[Unit], pairs: Pairs, others: Any
) -> Mapping[str, float]:
    """How likely at least k of those who cover a unit accept; of units that can be judged."""
    mean = [acceptance.mean(invited or 0, accepted or 0) for *_, invited, accepted in others]
    chance = np.asarray(mean, dtype=np.float64)[pairs.person]
    likely = response.at_least(pairs.unit, chance, len(units), question.k).tolist()
    known = zip(units, likely, pairs.placed, strict=True)
    return {unit.code: each for unit, each, placed in known if placed}


def responding(
    question: Question, units: list[Unit], others: Any, inside: Inside, since: str
) -> Counted:
    """Covered if at least k of those within reach accept with the probability that is asked."""
    pairs, k, asked = _pairs(question, units, others), question.k, question.probability
    chances = _chances(question, units, pairs, others)
    found: list[Unit] = []
    for unit, count in zip(units, pairs.counts(), strict=True):
        chance = chances.get(unit.code, 0.0)
        enough_ = count is not None and chance >= asked
        met = unit.met(None if count is None else k if enough_ else 0, k, "", UNMEASURED)
        if met.status is Status.NONE:
            none = f"{count} 人中至少 {k} 人应邀的概率 {chance:.2f} < {asked:g}"
            met = replace(met, reason=f"{none} · at least {k} of {count} come: {chance:.2f}")
            met = replace(met, severity=round(1 - chance, 4))
        found.append(replace(met, count=count))
    return of_units(found, lambda: chances)


def available(
    question: Question, units: list[Unit], others: Any, inside: Inside, since: str
) -> Counted:
    """Covered if at every asked moment of the week at least k have said that they are free."""
    pairs, k = _pairs(question, units, others), question.k
    told = {tuple(hours): 0 for _, hours, *_ in others if hours}
    told = {hours: i for i, hours in enumerate(told)}
    asked = [minutes(text) for text in question.hours] or [week.WHOLE]
    free = week.free([[minutes(text) for text in hours] for hours in told], asked)
    of = np.asarray([told[tuple(hours)] if hours else -1 for _, hours, *_ in others], np.int64)
    which = of[pairs.person]
    number = free.number(pairs.unit[which >= 0], which[which >= 0], len(units))
    least, share = number.min(axis=1), (number >= k) @ free.length / free.length.sum()
    silent = "无人登记可用时段 · nobody has told their hours"
    found: list[Unit] = []
    for i, unit in enumerate(units):
        count = int(least[i]) if pairs.placed[i] and told else None
        none = f"{share[i]:.0%} 的时段有 {k} 人 · {k} at {share[i]:.0%} of the time"
        met = unit.met(count, k, none, silent if pairs.placed[i] else UNMEASURED)
        if met.status is Status.NONE:
            met = replace(met, severity=round(1 - float(share[i]), 4))
        found.append(met)
    return of_units(found)
