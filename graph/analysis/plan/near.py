"""Which candidates are near each unit, for prices that reach no farther than the nearest of them.

Any price gives a valid bound, so the far ones need not be looked at.
"""

import numpy as np

from graph.analysis.plan.array import Booleans, Floats, Integers
from graph.analysis.plan.tally import spread


class Near:
    """Of costs (n, m): those below `far` (m,), the cost of each unit's `most`-th nearest."""

    def __init__(self, cost: Floats, most: int) -> None:
        self.candidates, self.units = cost.shape
        if most < self.candidates:
            self.far = np.partition(cost, most, axis=0)[most]
        else:
            self.far = np.full(self.units, np.inf)
        self.candidate, self.unit = np.nonzero(cost < self.far)
        self.cost = cost[self.candidate, self.unit]
        self.starts: Integers = np.searchsorted(self.candidate, np.arange(self.candidates + 1))

    def gains(self, prices: Floats) -> Floats:
        """What each candidate saves at these prices, at most `far`, as a negative figure (n,)."""
        margin = np.minimum(self.cost - prices[self.unit], 0.0)
        gains = np.bincount(self.candidate, weights=margin, minlength=self.candidates)
        return gains.astype(np.float64)

    def served(self, prices: Floats, taken: Booleans) -> Floats:
        """How many of the taken would serve each unit at these prices (m,)."""
        pairs = spread(self.starts, np.flatnonzero(taken))
        pairs = pairs[self.cost[pairs] < prices[self.unit[pairs]]]
        return np.bincount(self.unit[pairs], minlength=self.units).astype(np.float64)
