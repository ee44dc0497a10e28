"""What MAX_COVER and EXPECTED ask: who reaches whom, with what chance, and how many may be."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from graph.analysis.plan.array import Booleans, Floats, Integers, Sparse
from graph.analysis.plan.subgradient import granule


@dataclass(frozen=True)
class Ground:
    """n candidates reach some of m units (n, m); each is there with `chance` (n,).

    A unit counts with its `weight` (m,) when k are there.
    """

    reach: Sparse
    chance: Floats
    weight: Floats
    k: int

    def only(self, kept: Integers) -> Self:
        """The same of these candidates, in this order."""
        return replace(self, reach=self.reach[kept], chance=self.chance[kept])

    @property
    def sure(self) -> bool:
        """Whether all are there who have any chance of it."""
        return bool(np.all((self.chance == 0) | (self.chance == 1)))

    @property
    def grain(self) -> float:
        """What every worth is a multiple of, or 0."""
        return granule(self.weight) if self.sure else 0.0


@dataclass(frozen=True)
class Cover(Ground):
    """Choose at most `budget` of n, all of `forced` (n,) among them: most weight of units."""

    budget: int
    forced: Booleans

    def only(self, kept: Integers) -> Self:
        return replace(super().only(kept), forced=self.forced[kept])

    @property
    def free(self) -> int:
        """How many may be chosen beside the forced."""
        return self.budget - int(self.forced.sum())
