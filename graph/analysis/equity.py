"""How evenly something is shared: Gini, Lorenz, Palma and the worst off, of weighted values.

Arrays of n values and of n weights (how many people stand behind each; all alike if not given), 0
or more and finite, else ValueError; what weighs nothing is left out. Equal values are one: their
order, and splitting or doubling the people behind them, changes nothing. Where there is nobody, or
nothing to share, there is no answer, which is None and not 0. The figures depend on where the
boundary of the area is drawn: whoever tells them tells the boundary, too (Delbosc and Currie 2011,
Journal of Transport Geography 19, 1252-1259).
"""

from math import fsum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Lorenz", "gini", "lorenz", "palma", "worst"]

Floats = NDArray[np.float64]


class Lorenz(NamedTuple):
    """The curve's corners from (0, 0) to (1, 1): the share of people, the share that they have."""

    people: Floats
    share: Floats


def gini(values: ArrayLike, weights: ArrayLike | None = None) -> float | None:
    """From 0 (all have the same) towards 1 (one has all): mean difference by twice the mean.

    Half the mean difference is the integral of F (1 - F), F the share of people who have x at most
    (Yitzhaki 1998, Research on Economic Inequality 8): a sum over the steps between values of which
    no term is negative, so equal values give exactly 0. It is the same as Delbosc and Currie's
    1 - sum (X[k] - X[k-1]) (Y[k] + Y[k-1]) over the corners of the Lorenz curve.
    """
    x, w = _steps(values, weights)
    total = fsum((x * w).tolist())
    if not total:
        return None
    below, above = np.cumsum(w)[:-1], np.cumsum(w[::-1])[::-1][1:]
    return fsum((np.diff(x) * below * above).tolist()) / (fsum(w.tolist()) * total)


def lorenz(values: ArrayLike, weights: ArrayLike | None = None) -> Lorenz | None:
    """The poorest first; one corner for each different value."""
    x, w = _steps(values, weights)
    people, share = np.cumsum(w), np.cumsum(x * w)
    if not share.size or not share[-1]:
        return None
    return Lorenz(_from_zero(people / people[-1]), _from_zero(share / share[-1]))


def palma(values: ArrayLike, weights: ArrayLike | None = None) -> float | None:
    """What the richest 10 % have, divided by what the poorest 40 % have; None if these have none.

    Whoever lies on a border of 10 or 40 % counts in part (Cobham and Sumner 2013, Center for Global
    Development, Working Paper 343).
    """
    curve = lorenz(values, weights)
    if curve is None:
        return None
    poor, others = np.interp((0.4, 0.9), curve.people, curve.share).tolist()
    return (1.0 - others) / poor if poor else None


def worst(values: ArrayLike, weights: ArrayLike | None = None, n: int = 10) -> list[int]:
    """The indexes of the n smallest values; of equal ones the heavier first, then the earlier."""
    x, w = _checked(values, weights)
    order = np.lexsort((np.arange(x.size), -w, x))
    found: list[int] = order[w[order] > 0][: max(n, 0)].tolist()
    return found


def _steps(values: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """The different values, the smallest first, as parts of the largest; what each weighs."""
    x, w = _checked(values, weights)
    order = np.lexsort((w, x))
    x, w = x[order][w[order] > 0], w[order][w[order] > 0]
    if not x.size:
        return x, w
    different, which = np.unique(x, return_inverse=True)
    weighed: Floats = np.bincount(which, weights=w / w.max()).astype(np.float64)
    return different / (different[-1] or 1.0), weighed


def _checked(values: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    x = np.asarray(values, dtype=np.float64)
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=np.float64)
    if x.ndim != 1 or x.shape != w.shape:
        raise ValueError("one weight is needed for each value")
    if not all((np.isfinite(each) & (each >= 0)).all() for each in (x, w)):
        raise ValueError("values and weights are finite and not negative")
    return x, w


def _from_zero(shares: Floats) -> Floats:
    return np.concatenate([np.zeros(1), shares])
