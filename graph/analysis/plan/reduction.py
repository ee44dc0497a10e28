"""What need not be looked at: candidates that others stand for, and units that say the same.

Isomorphic aggregation and dominance for covering: Balas and Ho 1980; Cordeau, Furini and Ljubić,
Benders decomposition for very large scale partial set covering, 2019.
"""

import numpy as np

from graph.analysis.plan.array import Booleans, Floats, Integers, Sparse, compressed

# Not tried where less is left for each pair of a candidate and a unit: three times what it takes.
SECONDS = 1.2e-6
# Dominance compares all pairs that share a column; not tried where they are more than this.
PAIRS = 30_000_000


def merged(reach: Sparse, weight: Floats) -> tuple[Integers, Floats]:
    """Units (columns) reached by the same candidates as one: the first's index, their weights' sum.

    In order of index.
    """
    first, group = _groups(compressed(reach.T))
    sums: Floats = np.bincount(group, weights=weight, minlength=len(first)).astype(np.float64)
    return first, sums


def undominated(
    reach: Sparse, worth: Floats, copies: int, kept: Booleans, helps: Booleans
) -> Booleans:
    """Candidates (rows) that are not dominated by `copies` others; True for all of `kept`.

    One dominates another if it reaches all that the other does, and `worth` (n,) is as high; of
    equals, the earlier dominates. Only candidates in `helps` dominate.
    """
    n = reach.shape[0]
    alive = _not_copied(reach, worth, copies, kept, helps)
    rows = np.flatnonzero(alive)
    part = reach[rows]
    part = part[:, np.flatnonzero(np.diff(compressed(part.T).indptr))]
    degree = np.diff(part.indptr)
    if float((np.bincount(part.indices).astype(np.float64) ** 2).sum()) > PAIRS:
        return alive
    shared = compressed(part @ part.T)
    below = np.repeat(np.arange(len(rows)), np.diff(shared.indptr))
    above = shared.indices
    inside = (shared.data == degree[below]) & (below != above) & helps[rows][above]
    inside &= worth[rows][above] >= worth[rows][below]
    equal = (degree[above] == degree[below]) & (worth[rows][above] == worth[rows][below])
    inside &= ~equal | (above < below)
    count = np.bincount(below[inside], minlength=len(rows))
    empty = degree == 0
    gone = np.zeros(n, dtype=np.bool_)
    gone[rows[(count >= copies) | empty]] = True
    return np.asarray((alive & ~gone) | kept)


def needed(reach: Sparse) -> Booleans:
    """Units (columns) of which covering does not follow from covering another."""
    units = compressed(reach.T)
    ones = np.ones(units.shape[0])
    first, _ = _groups(units)
    distinct = np.zeros(units.shape[0], dtype=np.bool_)
    distinct[first] = True
    degree = np.diff(units.indptr)
    if float((np.bincount(units.indices).astype(np.float64) ** 2).sum()) > PAIRS:
        return distinct
    shared = compressed(units @ units.T)
    one = np.repeat(np.arange(len(ones)), np.diff(shared.indptr))
    # `other` is reached only by candidates that reach `one` too, so `one` follows from it.
    follows = (shared.data == degree[shared.indices]) & (degree[shared.indices] < degree[one])
    distinct[one[follows]] = False
    return distinct


def _not_copied(
    reach: Sparse, worth: Floats, copies: int, kept: Booleans, helps: Booleans
) -> Booleans:
    """Of candidates that reach the same, the `copies` of most worth; all of `kept`."""
    order = np.lexsort((np.arange(len(worth)), -worth, ~helps))
    _, group = _groups(reach[order])
    rank = _rank(group)
    alive = np.zeros(len(worth), dtype=np.bool_)
    alive[order[rank < copies]] = True
    return np.asarray(alive | kept)


def _rank(group: Integers) -> Integers:
    """How many before each belong to its group."""
    order = np.argsort(group, kind="stable")
    counts = np.bincount(group)
    starts = np.cumsum(counts) - counts
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(starts, counts)
    return rank


def _groups(rows: Sparse) -> tuple[Integers, Integers]:
    """Equal rows: the first index of each group in order, and each row's group."""
    rows.sort_indices()
    seen: dict[bytes, int] = {}
    first: list[int] = []
    group = np.empty(rows.shape[0], dtype=np.int64)
    starts, columns = rows.indptr, rows.indices
    for i in range(rows.shape[0]):
        key = columns[starts[i] : starts[i + 1]].tobytes()
        at = seen.setdefault(key, len(first))
        if at == len(first):
            first.append(i)
        group[i] = at
    return np.array(first, dtype=np.int64), group
