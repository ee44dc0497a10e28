"""How likely enough people come to each of many units, each by a chance of their own.

All units go through the recursion together, many times as fast as `likelihood`, which has the
leading digits of small probabilities and the whole law of one group, but takes one after another.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def at_least(unit: ArrayLike, chance: ArrayLike, units: int, k: int) -> NDArray[np.float64]:
    """P(at least k come) for each unit, exactly: the tail of the Poisson-binomial law; (units,).

    `unit` (n,) and `chance` (n,) tell of n pairs which unit a person can come to, and how likely
    that is; chances are independent. By recursion over the people, all units at once (Chen & Liu
    1997, Statistica Sinica 7, 875-892); k below 1 is always met.
    """
    where, likely = np.asarray(unit, np.int64), np.asarray(chance, np.float64)
    order = np.argsort(where, kind="stable")
    likely, number = likely[order], np.bincount(where, minlength=units)
    first = np.cumsum(number) - number
    tail = np.zeros(units)
    if k < 1:
        return tail + 1.0
    # Most people first: those units that have an r-th person are the first so many.
    some = np.argsort(-number, kind="stable")[: int((number >= k).sum())]
    having = np.searchsorted(-number[some], -np.arange(number.max(initial=0)), side="left")
    exactly = np.zeros((k, len(some)))  # how likely exactly j of the people so far come
    exactly[:1] = 1.0
    for r, still in enumerate(having.tolist()):
        p = likely[first[some[:still]] + r]
        part = exactly[:, :still]
        part[1:] = part[1:] * (1 - p) + part[:-1] * p
        part[0] *= 1 - p
    tail[some] = np.clip(1 - exactly.sum(axis=0), 0.0, 1.0)
    return tail
