"""How many of several people accept who decide each for themselves: the Poisson binomial law.

Exact but for rounding, without approximation by a simpler law: only sums and products of numbers
that are not negative, so that small probabilities keep their leading digits, too. What is below
1e-308 is 0. The same chances in another order give the same bits. Knows nobody who accepts.
"""

from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["at_least", "curve", "expected", "fewest", "mass"]

Floats = NDArray[np.float64]


def mass(chances: ArrayLike) -> Floats:
    """P(exactly k of n accept) for k = 0 … n; shape (n + 1,).

    The law of a sum is the convolution of the laws of its halves, down to single chances (Biscarri,
    Zhao and Brunner 2018, Computational Statistics & Data Analysis 122, their direct convolution,
    without the Fourier transform, whose error is absolute). 10,000 chances take 0.1 s.
    """
    best = _best_first(chances)
    laws = [Law(0, np.array([1.0 - p, p])) for p in best] or [Law(0, np.ones(1))]
    while len(laws) > 1:
        odd = laws[-1:] if len(laws) % 2 else []
        laws = [one + other for one, other in zip(laws[::2], laws[1::2], strict=False)] + odd
    found = np.zeros(len(best) + 1)
    found[laws[0].first : laws[0].first + laws[0].mass.size] = laws[0].mass
    return found


@dataclass(slots=True)
class Law:
    """P(exactly first + i accept); what is 0 for being too small is left out at both ends."""

    first: int
    mass: Floats

    def __add__(self, other: "Law") -> "Law":
        first, mass = self.first + other.first, np.convolve(self.mass, other.mass)
        if mass[0] and mass[-1]:
            return Law(first, mass)
        (some,) = mass.nonzero()
        return Law(first + int(some[0]), mass[some[0] : some[-1] + 1])


def at_least(chances: ArrayLike, k: int) -> float:
    """P(k or more of n accept); never more for a larger k."""
    return 1.0 if k <= 0 else min(1.0, fsum(mass(chances)[k:].tolist()))


def expected(chances: ArrayLike) -> float:
    """How many accept on the average: the sum of the chances."""
    return fsum(_best_first(chances))


def curve(chances: ArrayLike, k: int) -> Floats:
    """P(k or more accept) when the best 0, 1, … n are asked; shape (n + 1,), never falling.

    One more chance p moves the share p of what counts j - 1 to j, and what counts k stays there
    (Barlow and Heidtmann 1984, IEEE Transactions on Reliability R-33). Time grows with n·k.
    """
    best = _best_first(chances)
    counts = np.zeros(max(k, 0) + 1)
    counts[0] = 1.0
    found = np.full(len(best) + 1, counts[-1])
    for asked, p in enumerate(best, 1):
        moved = counts[:-1] * p
        counts[:-1] *= 1.0 - p
        counts[1:] += moved
        found[asked] = counts[-1]
    likely: Floats = np.minimum(found, 1.0)
    return likely


def fewest(chances: ArrayLike, k: int, target: float) -> int | None:
    """How many must be asked, best first, so that k accept with the probability `target`.

    No choice of fewer people does: each who is asked may be exchanged for a better one. None where
    even all of them are too few.
    """
    found = curve(chances, k)
    asked = int(np.searchsorted(found, target, side="left"))
    return asked if asked < found.size else None


def _best_first(chances: ArrayLike) -> list[float]:
    """ValueError where one is no probability."""
    array = np.sort(np.asarray(chances, dtype=np.float64))[::-1]
    if not ((array >= 0.0) & (array <= 1.0)).all():
        raise ValueError("a chance is from 0 to 1")
    found: list[float] = array.tolist()
    return found
