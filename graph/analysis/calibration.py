"""How good predicted probabilities were, judged by what then happened.

Two arrays of equal length: what was predicted, from 0 to 1, and whether it happened, else
ValueError. Where nothing was predicted there is no answer, which is None and not 0. Knows nobody.
"""

from math import fsum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Parts", "Row", "borders", "brier", "parts", "table"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Row(NamedTuple):
    """One bin of a reliability table: of n predictions, their mean and how many came true."""

    predicted: float
    observed: float
    n: int


class Parts(NamedTuple):
    """Of what a Brier score is made: reliability - resolution + uncertainty + within.

    `reliability`: how far predictions are from what happens when they are made (0 is best);
    `resolution`: how far that differs from one prediction to another (more is better);
    `uncertainty`: what there is to predict; `within`: what binning blurs, 0 without bins.
    """

    reliability: float
    resolution: float
    uncertainty: float
    within: float

    @property
    def score(self) -> float:
        return self.reliability - self.resolution + self.uncertainty + self.within


def brier(predicted: ArrayLike, happened: ArrayLike) -> float | None:
    """The mean squared error, from 0 (best) to 1 (Brier 1950, Monthly Weather Review 78, 1-3)."""
    p, o = _checked(predicted, happened)
    return fsum(((p - o) ** 2).tolist()) / p.size if p.size else None


def table(predicted: ArrayLike, happened: ArrayLike, bins: int = 10) -> list[Row]:
    """Reliability by bins of equal width, in order; a bin without predictions is left out.

    A bin has its lower border, the last one also its upper.
    """
    return [
        Row(fsum(p.tolist()) / p.size, fsum(o.tolist()) / p.size, p.size)
        for p, o in _groups(*_checked(predicted, happened), bins)
    ]


def parts(predicted: ArrayLike, happened: ArrayLike, bins: int | None = None) -> Parts | None:
    """The Brier score taken apart by each different prediction, or by bins of equal width.

    With n[k] predictions of mean p[k] of which the share o[k] came true, o of all N: reliability is
    sum n[k] (p[k] - o[k])² / N, resolution sum n[k] (o[k] - o)² / N, uncertainty o (1 - o) (Murphy
    1973, Journal of Applied Meteorology 12, 595-600). In a bin predictions differ: `within` is
    their variance around p[k] less twice their covariance with what happened (Stephenson, Coelho
    and Jolliffe 2008, Weather and Forecasting 23, 752-757).
    """
    p, o = _checked(predicted, happened)
    if not p.size:
        return None
    overall = fsum(o.tolist()) / p.size
    reliability, resolution, within = [], [], []
    for q, came in _groups(p, o, bins):
        mean, share = fsum(q.tolist()) / q.size, fsum(came.tolist()) / q.size
        reliability.append(q.size * (mean - share) ** 2)
        resolution.append(q.size * (share - overall) ** 2)
        # Equal predictions have no spread, not even by rounding.
        apart = q - (mean if bins else q)
        within += (apart**2 - 2 * apart * (came - share)).tolist()
    return Parts(
        fsum(reliability) / p.size,
        fsum(resolution) / p.size,
        overall * (1 - overall),
        fsum(within) / p.size,
    )


def _groups(p: Floats, o: Floats, bins: int | None) -> list[tuple[Floats, Floats]]:
    """What belongs together, the smallest predictions first."""
    if bins is not None and bins < 1:
        raise ValueError("there is one bin at least")
    if not p.size:
        return []
    order = np.lexsort((o, p))
    p, o = p[order], o[order]
    which = p if bins is None else _bin(p, bins)
    borders = np.flatnonzero(np.diff(which)) + 1
    return list(zip(np.split(p, borders), np.split(o, borders), strict=True))


def _bin(p: Floats, bins: int) -> Integers:
    """Compared with borders as they are written, so that 0.29 is in the bin from 29/100 on."""
    borders: Any = np.arange(1, bins) / bins
    return np.searchsorted(borders, p, side="right").astype(np.int64)


def borders(predicted: float, bins: int) -> tuple[float, float]:
    """Lower and upper border of the bin of a prediction, as `table` has it."""
    at = int(_bin(np.array([predicted]), bins)[0])
    return at / bins, (at + 1) / bins


def _checked(predicted: ArrayLike, happened: ArrayLike) -> tuple[Floats, Floats]:
    p, o = (np.asarray(each, dtype=np.float64) for each in (predicted, happened))
    if p.ndim != 1 or p.shape != o.shape:
        raise ValueError("each prediction has one outcome")
    if not ((p >= 0) & (p <= 1) & ((o == 0) | (o == 1))).all():
        raise ValueError("a prediction is from 0 to 1, an outcome 0 or 1")
    return p, o
