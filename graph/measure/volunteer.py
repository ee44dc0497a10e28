"""Which volunteers cover a unit: by skill, by hours of the week, by how likely they come.

Those within reach of its centroid, wherever they belong; without a reach those who belong to it.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from graph.analysis import acceptance, coverage, response, week
from graph.analysis.coverage import Floats
from graph.hours import minutes
from graph.measure.found import Found, met
from graph.measure.pairs import UNMEASURED, Pairs, located, near
from graph.measure.question import Ground
from graph.snapshot.column import Places


@dataclass(frozen=True)
class Asked:
    """Those who qualify, as places among all people, and for which unit each of them is there."""

    people: Places
    pairs: Pairs


def asked(ground: Ground) -> Asked:
    question, everybody = ground.question, ground.snapshot.people
    chosen = ground.snapshot.volunteers(ground.asking, question.skill)
    if question.reach is not None:
        people = np.flatnonzero(chosen & everybody.placed)
        at = everybody.longitude[people], everybody.latitude[people]
        return Asked(people, near(ground.units, *at, question.reach))
    places = everybody.places.at(everybody.places.on(ground.day))
    places = places.at(chosen[places.one])
    people, person = np.unique(places.one, return_inverse=True)
    where = places.other.astype(np.int64)
    land, day = ground.snapshot.land, ground.day
    pairs = located(land, ground.units, person, where, len(people), day)
    return Asked(people.astype(np.intp), pairs)


def known(ground: Ground) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which units can be judged."""
    if ground.question.reach is None:
        return np.ones(len(ground.units), np.bool_)
    return ground.units.placed


def skilled(ground: Ground) -> Found:
    there, k = asked(ground), ground.question.k
    count = there.pairs.count()
    lacking = lambda i: f"{count[i]} / {k} 名合格志愿者 · {count[i]} of {k} volunteers"  # noqa: E731
    found = met(ground.units, count, k, lacking, known(ground), lambda _: UNMEASURED)
    return replace(found, chances=cache(lambda: _chances(ground, there)))


def _chances(ground: Ground, there: Asked) -> Floats:
    """How likely at least k of those who cover a unit accept; 0 where it cannot be judged."""
    everybody = ground.snapshot.people
    mean = acceptance.mean(everybody.invited[there.people], everybody.accepted[there.people])
    return response.at_least(
        there.pairs.unit, mean[there.pairs.person], len(ground.units), ground.question.k
    )


def responding(ground: Ground) -> Found:
    """Covered if at least k of those within reach accept with the probability that is asked."""
    there, k, needed = asked(ground), ground.question.k, ground.question.probability
    chance, judged, count = _chances(ground, there), known(ground), there.pairs.count()

    def lacking(i: int) -> str:
        none = f"{count[i]} 人中至少 {k} 人应邀的概率 {chance[i]:.2f} < {needed:g}"
        return f"{none} · at least {k} of {count[i]} come: {chance[i]:.2f}"

    enough = np.where(chance >= needed, k, 0)
    found = met(ground.units, enough, k, lacking, judged, lambda _: UNMEASURED)
    return replace(
        found,
        count=np.where(judged, count, 0),
        severity=np.where(found.status == coverage.NONE, np.round(1 - chance, 4), 0.0),
        chances=lambda: chance,
    )


def available(ground: Ground) -> Found:
    """Covered if at every asked moment of the week at least k have said that they are free."""
    there, k, everybody = asked(ground), ground.question.k, ground.snapshot.people
    told, pattern = np.unique(everybody.week[there.people], return_inverse=True)
    spans = [everybody.weeks[i] if i >= 0 else () for i in told.tolist()]
    wanted = [minutes(text) for text in ground.question.hours] or [week.WHOLE]
    free = week.free([[minutes(text) for text in hours] for hours in spans], wanted)
    number = free.number(there.pairs.unit, pattern[there.pairs.person], len(ground.units))
    least, share = number.min(axis=1), (number >= k) @ free.length / free.length.sum()
    silent = not bool((told >= 0).any())
    judged = known(ground) & (not silent)
    lacking = lambda i: f"{share[i]:.0%} 的时段有 {k} 人 · {k} at {share[i]:.0%} of the time"  # noqa: E731
    nobody = "无人登记可用时段 · nobody has told their hours"
    placed = known(ground)
    found = met(
        ground.units, least, k, lacking, judged, lambda i: nobody if placed[i] else UNMEASURED
    )
    none = found.status == coverage.NONE
    return replace(found, severity=np.where(none, np.round(1 - share, 4), 0.0))
