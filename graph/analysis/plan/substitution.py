"""Good places for at most so many medians: greedy, then vertex substitution.

Teitz and Bart 1968; the change of every exchange at once as in Whitaker 1983 and Resende and
Werneck 2007. Costs are dense (n candidates, m units); what cannot serve costs more than all else.
"""

import numpy as np

from graph.analysis.plan.array import TINY, Booleans, Floats, Integers
from graph.analysis.plan.watch import Watch

ROUNDS = 400  # exchanges at most
SHORT = 256  # candidates looked at again before all are


def greedy(cost: Floats, chosen: list[int], budget: int, watch: Watch) -> list[int]:
    """Add to the chosen, each the one that saves most, up to the budget, though time be over."""
    chosen = list(chosen)
    nearest = cost[chosen].min(axis=0) if chosen else cost.max(axis=0, initial=0.0)
    while len(chosen) < min(budget, len(cost)):
        if chosen and watch.called_off():
            break
        saved = np.maximum(nearest - cost, 0.0).sum(axis=1)
        saved[chosen] = -1.0
        best = int(np.argmax(saved))
        chosen.append(best)
        nearest = np.minimum(nearest, cost[best])
    return chosen


def substituted(
    cost: Floats,
    chosen: list[int],
    forced: Booleans,
    watch: Watch,
    among: Integers | None = None,
) -> list[int]:
    """Exchange one for another while that saves, the best pair first; the forced stay.

    `among`: who may come in, anybody unless given.
    """
    chosen = list(chosen)
    every = np.arange(len(cost)) if among is None else among
    looked = every
    for _ in range(ROUNDS):
        if watch.over() or not chosen:
            break
        table = changes(cost, looked, chosen)
        table[:, forced[chosen]] = np.inf
        table[np.isin(looked, chosen)] = np.inf
        best = int(np.argmin(table)) if table.size else 0
        if table.size and table.flat[best] < -TINY * max(1.0, float(_total(cost, chosen))):
            who, place = divmod(best, len(chosen))
            chosen[place] = int(looked[who])
            if len(looked) == len(every) > SHORT:
                order = np.argsort(table.min(axis=1), kind="stable")[:SHORT]
                looked = np.sort(looked[order])
        elif len(looked) < len(every):
            looked = every
        else:
            break
    return chosen


def _total(cost: Floats, chosen: list[int]) -> float:
    return float(cost[chosen].min(axis=0).sum())


def changes(cost: Floats, looked: Integers, chosen: list[int]) -> Floats:
    """What the total changes by if one who is looked at comes for one chosen; (looked, chosen)."""
    mine = cost[chosen]
    first = mine.argmin(axis=0)
    if len(chosen) > 1:
        near = np.partition(mine, 1, axis=0)
        nearest, second = near[0], near[1]
    else:
        nearest, second = mine[0], np.full(cost.shape[1], np.inf)
    order = np.argsort(first, kind="stable")
    starts = np.searchsorted(first[order], np.arange(len(chosen)))
    some = np.flatnonzero(np.diff(np.append(starts, len(order))) > 0)
    theirs = cost[np.ix_(looked, order)]
    saved = np.minimum(theirs - nearest[order], 0.0)
    # Units of whoever leaves go to the newcomer or to their second, whichever is nearer.
    moved = np.minimum(theirs, second[order]) - nearest[order] - saved
    change = np.tile(saved.sum(axis=1)[:, None], (1, len(chosen)))
    if len(some):
        change[:, some] += np.add.reduceat(moved, starts[some], axis=1)
    return change
