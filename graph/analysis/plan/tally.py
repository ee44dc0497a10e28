"""How many of the chosen accept at each unit, and what one more would add.

The number is Poisson-binomial; where everybody is sure to accept it is a plain count. Potentials
are sums over units of weight * steps[0..number-1]: with steps (0, …, 0, 1) they are what is covered
k times; with equal steps, a concave guide towards it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graph.analysis.plan.array import Floats, Integers, Sparse, row
from graph.analysis.plan.covering import Ground


class Tally:
    """`few[l, u]`: the probability that exactly l of the chosen accept at unit u, for l < k."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.few = np.zeros((ground.k, ground.reach.shape[1]))
        self.few[0] = 1.0

    def add(self, candidate: int) -> Integers:
        """Choose one more; gives the units for which that changes something."""
        units = row(self.ground.reach, candidate)
        self.few[:, units] = _one_more(self.few[:, units], self.ground.chance[candidate])
        return units

    def worth(self) -> float:
        """The (expected) weight of units covered k times."""
        return float(self.ground.weight @ (1.0 - self.few.sum(axis=0)))

    def margin(self, steps: Floats, units: Integers | slice = slice(None)) -> Floats:
        """What one more who surely accepts adds to the potential at each of the units."""
        added: Floats = self.ground.weight[units] * (steps @ self.few[:, units])
        return added


@dataclass
class Gains:
    """What each candidate would add to a potential (n,), kept as the tally changes.

    `units`: the reach transposed and compressed by row (m, n). What is not open may be -inf.
    """

    tally: Tally
    units: Sparse
    steps: Floats
    margin: Floats
    gains: Floats

    @staticmethod
    def of(tally: Tally, units: Sparse, steps: Floats) -> "Gains":
        margin, ground = tally.margin(steps), tally.ground
        return Gains(tally, units, steps, margin, ground.chance * (ground.reach @ margin))

    def update(self, changed: Integers) -> None:
        """After the tally changed at these units: only who reaches one of them is touched."""
        fresh = self.tally.margin(self.steps, changed)
        loss = self.margin[changed] - fresh
        self.margin[changed] = fresh
        who = self.units.indices[spread(self.units.indptr, changed)]
        length = self.units.indptr[changed + 1] - self.units.indptr[changed]
        chance = self.tally.ground.chance[who]
        np.subtract.at(self.gains, who, chance * np.repeat(loss, length))

    def exactly(self, candidate: int) -> float:
        """The gain of one, without what rounding left over."""
        ground = self.tally.ground
        return float(ground.chance[candidate] * self.margin[row(ground.reach, candidate)].sum())


def _one_more(few: Floats, chance: float) -> Floats:
    """The probabilities of 0, 1, … with one more who accepts with this chance."""
    after: Floats = few * (1.0 - chance)
    after[1:] += few[:-1] * chance
    return after


def tally(ground: Ground, chosen: Iterable[int]) -> Tally:
    """The tally of the chosen."""
    counted = Tally(ground)
    for candidate in chosen:
        counted.add(int(candidate))
    return counted


def worth_of(ground: Ground, chosen: Iterable[int]) -> float:
    """The (expected) weight of units that the chosen cover k times."""
    return tally(ground, chosen).worth()


def truth(k: int) -> Floats:
    """Steps that count what is covered k times and nothing else."""
    steps = np.zeros(k)
    steps[-1] = 1.0
    return steps


def without(ground: Ground, chosen: Integers) -> tuple[Integers, Integers, Floats]:
    """What `few` of the chosen would be without each of them: (place in chosen, unit, (k, pairs)).

    Every pair of one chosen and a unit that it reaches, in order of unit.
    """
    part = ground.reach[chosen].tocsc()
    starts, owner = part.indptr, part.indices.astype(np.int64)
    unit = np.repeat(np.arange(part.shape[1]), np.diff(starts))
    few = np.zeros((ground.k, len(owner)))
    few[0] = 1.0
    for place, candidate in enumerate(chosen):
        pairs = spread(starts, row(ground.reach, candidate))
        pairs = pairs[owner[pairs] != place]
        few[:, pairs] = _one_more(few[:, pairs], ground.chance[int(candidate)])
    return owner, unit, few


def spread(starts: Integers, chosen: Integers) -> Integers:
    """The places of a compressed matrix that belong to the chosen rows, row after row."""
    first = starts[chosen].astype(np.int64)
    length = starts[chosen + 1].astype(np.int64) - first
    ends = np.cumsum(length)
    total = int(ends[-1]) if len(ends) else 0
    places: Integers = np.arange(total) + np.repeat(first - (ends - length), length)
    return places
