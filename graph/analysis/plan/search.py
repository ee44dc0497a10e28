"""Good choices of at most so many candidates: greedy, then exchanges of one for another.

Greedy is within 1 - 1/e of the best for k = 1 (Nemhauser, Wolsey and Fisher 1978). Every gain is
kept exact, and only those of who reaches a changed unit are touched.
"""

import numpy as np
from scipy.sparse import csc_array

from graph.analysis.plan.array import TINY, Booleans, Floats, Integers, Sparse, compressed
from graph.analysis.plan.covering import Ground
from graph.analysis.plan.order import COVERING
from graph.analysis.plan.tally import Gains, Tally, tally, truth, without
from graph.analysis.plan.watch import Watch

ROUNDS = 200  # exchanges at most, for each potential
SECONDS = 1e-7  # that it takes to look at one of these exchanges, on a slow machine
TABLE = 8_000_000  # candidates times chosen whose exchanges are looked at in a round


def greedy(
    counted: Tally, units: Sparse, steps: Floats, open_: Booleans, budget: int, watch: Watch
) -> list[int]:
    """Add up to `budget` of the open candidates, each the one that adds most; ties to the first.

    Changes the tally, and ends with fewer when time is over. `units` is the reach transposed and
    compressed by row (m, n).
    """
    each = Gains.of(counted, units, steps)
    gains = each.gains
    gains[~open_] = -np.inf
    least = TINY * max(1.0, float(counted.ground.weight.sum()))
    chosen: list[int] = []
    while len(chosen) < budget and len(gains) and not watch.late():
        best = int(np.argmax(gains))
        if gains[best] <= least:
            break
        chosen.append(best)
        watch.reserve(len(chosen) * COVERING)
        each.update(counted.add(best))
        gains[best] = -np.inf
    return chosen


def exchanged(
    ground: Ground, chosen: list[int], fixed: int, open_: Booleans, watch: Watch
) -> list[int]:
    """Exchange one for another while that helps, the best pair first; the first `fixed` stay."""
    chosen, looked = list(chosen), np.flatnonzero(open_)
    least = TINY * max(1.0, float(ground.weight.sum()))
    for steps in _potentials(ground.k):
        for _ in range(ROUNDS):
            if watch.over() or len(chosen) <= fixed or not len(looked):
                return chosen
            if watch.short_of(2 * SECONDS * min(TABLE, len(looked) * len(chosen))):
                return chosen  # half of the time is for a bound
            places, table = changes(ground, chosen, fixed, looked, steps)
            table[np.isin(looked, chosen)] = -np.inf
            best = int(np.argmax(table))
            if table.flat[best] <= least:
                break
            who, where = divmod(best, len(places))
            chosen[places[where]] = int(looked[who])
    return chosen


def _potentials(k: int) -> list[Floats]:
    """A guide that half wants what is not yet covered k times, then the truth."""
    guide = np.full(k, 0.5)
    guide[-1] = 1.0
    return [guide, truth(k)] if k > 1 else [truth(1)]


def changes(
    ground: Ground, chosen: list[int], fixed: int, looked: Integers, steps: Floats
) -> tuple[Integers, Floats]:
    """What the potential changes by if one of those looked at comes for one chosen.

    Gives places in `chosen` (p,), none of the first `fixed`, and the changes (looked, p). Those who
    are missed least, where a table of all would be too large.
    """
    members = np.array(chosen, dtype=np.int64)
    margin = tally(ground, chosen).margin(steps)
    place, unit, few = without(ground, members)
    alone = ground.weight[unit] * (steps @ few)
    loss = np.bincount(place, weights=alone, minlength=len(members)) * ground.chance[members]
    places = np.arange(fixed, len(members))
    most = max(1, TABLE // max(1, len(looked)))
    places = places[np.argsort(loss[places], kind="stable")[:most]]
    reach = ground.reach[looked]
    shape = (reach.shape[1], len(members))
    freed = csc_array((alone - margin[unit], (unit, place)), shape=shape)[:, places]
    table = compressed(reach @ freed).toarray() + (reach @ margin)[:, None]
    return places, table * ground.chance[looked][:, None] - loss[places]
