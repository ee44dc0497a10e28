"""How well units are covered: statuses out of counts, and what they sum up to."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Statuses = NDArray[np.uint8]  # places in STATUSES


class Status(StrEnum):
    """How well one unit is covered. NONE: judged, and not; UNKNOWN: it cannot be judged."""

    NONE = "NONE"
    FORMAL_ONLY = "FORMAL_ONLY"
    EFFECTIVE = "EFFECTIVE"
    K_COVERED = "K_COVERED"
    UNKNOWN = "UNKNOWN"


STATUSES = tuple(Status)
NONE, FORMAL_ONLY, EFFECTIVE, K_COVERED, UNKNOWN = range(len(STATUSES))
PAPER = 0.5  # severity of what is covered on paper only


def statuses(count: Integers, known: NDArray[np.bool_], k: int) -> Statuses:
    """UNKNOWN where it is not known; by `k` or more EFFECTIVE for k = 1, K_COVERED above; NONE."""
    met = np.where(count >= k, EFFECTIVE if k == 1 else K_COVERED, NONE)
    return np.where(known, met, UNKNOWN).astype(np.uint8)


def severity(status: Statuses, count: Integers, k: int) -> Floats:
    """How far from covered: the missing part of k, 0.5 on paper only, else 0."""
    missing = np.where(status == NONE, np.round((k - count) / k, 4), 0.0)
    return np.where(status == FORMAL_ONLY, PAPER, missing)


def open_(status: Statuses) -> NDArray[np.bool_]:
    """Which are not covered, or on paper only."""
    return np.less_equal(status, FORMAL_ONLY)


def really(status: Statuses) -> NDArray[np.bool_]:
    """Which are covered effectively."""
    return np.isin(status, (EFFECTIVE, K_COVERED))


def summary(status: Statuses) -> dict[str, object]:
    """`{numerator, effective, denominator, unknown, ratio, byStatus}` of units.

    The denominator counts what can be judged; the ratio is None, not 0, when that is nothing.
    """
    counts = np.bincount(status, minlength=len(STATUSES)).tolist()
    effective = counts[EFFECTIVE] + counts[K_COVERED]
    numerator, denominator = effective + counts[FORMAL_ONLY], len(status) - counts[UNKNOWN]
    return {
        "numerator": numerator,
        "effective": effective,
        "denominator": denominator,
        "unknown": counts[UNKNOWN],
        "ratio": numerator / denominator if denominator else None,
        "byStatus": [
            {"status": one.value, "count": count}
            for one, count in zip(STATUSES, counts, strict=True)
        ],
    }
