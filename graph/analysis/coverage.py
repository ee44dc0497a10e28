"""How well units are covered: statuses out of counts, and what they sum up to."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum


class Status(StrEnum):
    """How well one unit is covered. NONE: judged, and not; UNKNOWN: it cannot be judged."""

    NONE = "NONE"
    FORMAL_ONLY = "FORMAL_ONLY"
    EFFECTIVE = "EFFECTIVE"
    K_COVERED = "K_COVERED"
    UNKNOWN = "UNKNOWN"


COVERED = (Status.FORMAL_ONLY, Status.EFFECTIVE, Status.K_COVERED)
REALLY = (Status.EFFECTIVE, Status.K_COVERED)
OPEN = (Status.NONE, Status.FORMAL_ONLY)


def status(count: int | None, k: int = 1) -> Status:
    """UNKNOWN for None; covered by `k` or more: EFFECTIVE for k = 1, K_COVERED above; else NONE."""
    if count is None:
        return Status.UNKNOWN
    if count < k:
        return Status.NONE
    return Status.EFFECTIVE if k == 1 else Status.K_COVERED


def severity(status: Status, count: int, k: int) -> float:
    """How far from covered: the missing part of k, 0.5 on paper only, else 0."""
    if status is Status.FORMAL_ONLY:
        return 0.5
    return round((k - count) / k, 4) if status is Status.NONE else 0.0


def summary(statuses: Sequence[Status]) -> dict[str, object]:
    """`{numerator, effective, denominator, unknown, ratio, byStatus}` of units.

    The denominator counts what can be judged; the ratio is None, not 0, when that is nothing.
    """
    counts = Counter(statuses)
    numerator = sum(counts[one] for one in COVERED)
    denominator = len(statuses) - counts[Status.UNKNOWN]
    return {
        "numerator": numerator,
        "effective": sum(counts[one] for one in REALLY),
        "denominator": denominator,
        "unknown": counts[Status.UNKNOWN],
        "ratio": numerator / denominator if denominator else None,
        "byStatus": [{"status": one.value, "count": counts[one]} for one in Status],
    }
