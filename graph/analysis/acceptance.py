"""How likely a person says yes when asked, learned from how often they did."""

from collections.abc import Iterable
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]

# Beta(3, 7): mean 0.30, as in published volunteer alerts (17-47 % accepted).
PRIOR_YES, PRIOR_NO = 3.0, 7.0
PRIOR = PRIOR_YES + PRIOR_NO


@overload
def mean(invited: int, accepted: int) -> float: ...
@overload
def mean(invited: Counts, accepted: Counts) -> NDArray[np.float64]: ...
def mean(invited: Any, accepted: Any) -> Any:
    """Posterior mean of the acceptance probability, (3 + accepted) / (10 + invited).

    1 at most, for whoever is said to have accepted more often than they were invited.
    """
    found = (PRIOR_YES + accepted) / (PRIOR + invited)
    return min(found, 1.0) if isinstance(found, float) else np.minimum(found, 1.0)


def left_out(totals: Iterable[tuple[int, int]]) -> tuple[Floats, Floats]:
    """Each invitation predicted from all others of the same person, and whether it was accepted.

    `totals`: how often each was invited, and accepted. Leave-one-out (Stone 1974, Journal of the
    Royal Statistical Society B 36, 111-147): of n invitations and a acceptances, each of these is
    predicted by (2 + a) / (9 + n), and each of the others by (3 + a) / (9 + n). If the order says
    nothing, this is what predicting the last one from those before would come to on the average.
    """
    n, a = np.array([*totals], dtype=np.int64).reshape(-1, 2).T
    others = PRIOR + n - 1
    predicted = np.concatenate([(PRIOR_YES + a - 1) / others, (PRIOR_YES + a) / others])
    times = np.concatenate([a, n - a])
    happened = np.repeat([1.0, 0.0], len(n))
    return np.repeat(predicted, times), np.repeat(happened, times)
