"""In which order the chosen add most to those before them, and what each adds."""

from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace

import numpy as np

from graph.analysis.plan.array import TINY, Floats, compressed, row
from graph.analysis.plan.covering import Ground
from graph.analysis.plan.tally import Gains, Tally, truth

# Seconds that it takes for each of the chosen, on a slow machine.
COVERING = 1e-4
FILLING = 3e-5


@dataclass(frozen=True)
class Ordered:
    """Who, in order; what each adds; and whether anything would be missing without."""

    chosen: list[int]
    gains: list[float]
    useful: list[bool]

    def add(self, candidate: int, gain: float, useful: bool) -> None:
        self.chosen.append(candidate)
        self.gains.append(gain)
        self.useful.append(useful)

    def without_idle(self, needed: set[int]) -> "Ordered":
        """Without those at the end who add nothing; the needed stay."""
        last = max((i for i, useful in enumerate(self.useful) if useful), default=-1)
        kept = [i for i, j in enumerate(self.chosen) if i <= last or j in needed]
        return Ordered(
            [self.chosen[i] for i in kept],
            [self.gains[i] for i in kept],
            [self.useful[i] for i in kept],
        )


def by_cover(ground: Ground, chosen: list[int], every: bool) -> Ordered:
    """By the weight that is newly covered k times, or (`every`) by coverings up to k.

    What comes nearer to k goes first among equals, then the lower index.
    """
    rest = sorted(chosen)
    part = ground.only(np.array(rest, dtype=np.int64))
    if every:
        return _by_filling(part, rest)
    counted, units = Tally(part), compressed(part.reach.T)
    guides = Gains.of(counted, units, np.ones(part.k))
    gains = Gains.of(counted, units, truth(part.k))
    found = Ordered([], [], [])
    for _ in rest:
        equal = np.flatnonzero(gains.gains >= gains.gains.max() - TINY)
        best = int(equal[np.argmax(guides.gains[equal].round(9))])
        exact = gains.exactly(best)
        found.add(rest[best], exact, exact > TINY)
        changed = counted.add(best)
        for each in (gains, guides):
            each.update(changed)
        gains.gains[best] = -np.inf
    return found


def _by_filling(part: Ground, rest: list[int]) -> Ordered:
    """By coverings up to k. What one adds only falls, so the first in line with all of it is next.

    `part`: those of `rest`, who are all sure to be there; its units count by whole weights.
    """
    missing, found = np.full(part.reach.shape[1], part.k), Ordered([], [], [])
    open_weight = part.weight.copy()  # of units that miss somebody
    line = list(zip((-(part.reach @ open_weight)).tolist(), range(len(rest)), strict=True))
    heapify(line)
    while line:
        said, best = line[0]
        mine = row(part.reach, best)
        exact = float(open_weight[mine].sum())
        if -exact > said:
            heapreplace(line, (-exact, best))
            continue
        heappop(line)
        found.add(rest[best], exact, exact > TINY)
        missing[mine] -= 1
        open_weight[mine[missing[mine] == 0]] = 0.0
    return found


def by_saving(cost: Floats, chosen: list[int]) -> Ordered:
    """By the cost saved (n, m), where a unit nobody serves yet counts with its dearest finite."""
    rest = sorted(chosen)
    able = np.isfinite(cost[rest])
    current = np.where(np.isfinite(cost), cost, 0.0).max(axis=0, initial=0.0)
    mine = np.where(able, np.minimum(cost[rest], current), current)
    unserved, open_ = np.ones(cost.shape[1], dtype=np.bool_), np.ones(len(rest), dtype=np.bool_)
    found = Ordered([], [], [])
    for _ in rest:
        saved = np.maximum(current - mine, 0.0).sum(axis=1)
        fresh = (able & unserved).sum(axis=1)
        best = int(np.lexsort((-fresh, -saved.round(9), ~open_))[0])
        found.add(rest[best], float(saved[best]), bool(fresh[best]) or saved[best] > TINY)
        current = np.minimum(current, mine[best])
        unserved &= ~able[best]
        open_[best] = False
    return found
