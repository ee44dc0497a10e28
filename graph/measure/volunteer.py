"""Which volunteers cover a unit: by skill, by hours of the week, by how likely they come.

Those within reach of its centroid, wherever they belong; without a reach those who belong to it.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from graph.analysis import coverage, response, week
from graph.analysis.coverage import Floats, Integers
from graph.hours import minutes
from graph.measure.found import Found, met
from graph.measure.pairs import UNMEASURED, Pairs, numbers, volunteers
from graph.measure.question import Ground
from graph.snapshot.column import Mask
from graph.snapshot.people import People


def qualifying(ground: Ground) -> Mask:
    """Who is asked for."""
    return ground.snapshot.volunteers(ground.asking, ground.question.skill)


def asked(ground: Ground, chosen: Mask) -> Pairs:
    """Of those who qualify, for which unit each is there."""
    return volunteers(ground.snapshot, ground.units, ground.question.reach, ground.day, chosen)


def known(ground: Ground) -> Mask:
    """Which units can be judged."""
    if ground.question.reach is None:
        return np.ones(len(ground.units), np.bool_)
    return ground.units.placed


def skilled(ground: Ground) -> Found:
    chosen, k, reach = qualifying(ground), ground.question.k, ground.question.reach
    count = numbers(ground.snapshot, ground.units, reach, ground.day, chosen)
    lacking = lambda i: f"{count[i]} / {k} 名合格志愿者 · {count[i]} of {k} volunteers"  # noqa: E731
    found = met(ground.units, count, k, lacking, known(ground), lambda _: UNMEASURED)
    return replace(found, chances=cache(lambda: _chances(ground, asked(ground, chosen))))


def _chances(ground: Ground, there: Pairs) -> Floats:
    """How likely at least k of those who cover a unit accept; 0 where it cannot be judged."""
    chances = ground.snapshot.chances(ground.question.asked, ground.asking)
    k = ground.question.k
    return response.at_least(there.unit, chances[there.person], len(ground.units), k)


def responding(ground: Ground) -> Found:
    """Covered if at least k of those within reach accept with the probability that is asked."""
    there, k = asked(ground, qualifying(ground)), ground.question.k
    needed = ground.question.probability
    chance, judged, count = _chances(ground, there), known(ground), there.count()

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
    chosen, k, people = qualifying(ground), ground.question.k, ground.snapshot.people
    there = asked(ground, chosen)
    wanted = [minutes(text) for text in ground.question.hours] or [week.WHOLE]
    free, number = hours(people, there, wanted)
    least, share = number.min(axis=1), (number >= k) @ free.length / free.length.sum()
    told = bool((people.week[chosen] >= 0).any())
    placed = known(ground)
    lacking = lambda i: f"{share[i]:.0%} 的时段有 {k} 人 · {k} at {share[i]:.0%} of the time"  # noqa: E731
    silent = "无人登记可用时段 · nobody has told their hours"
    unknown = lambda i: silent if placed[i] else UNMEASURED  # noqa: E731
    found = met(ground.units, least, k, lacking, placed & told, unknown)
    none = found.status == coverage.NONE
    return replace(found, severity=np.where(none, np.round(1 - share, 4), 0.0))


def hours(people: People, there: Pairs, wanted: Sequence[week.Span]) -> tuple[week.Free, Integers]:
    """The wanted time in pieces, and how many are free for each unit in each; (units, pieces)."""
    kept, pattern = np.unique(people.week[there.person], return_inverse=True)
    spans = [people.weeks[i] if i >= 0 else () for i in kept.tolist()]
    free = week.free([[minutes(text) for text in texts] for texts in spans], wanted)
    return free, free.number(there.unit, pattern, there.units)
