"""How likely a person says yes when asked, learned from how often they did."""

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.integer[Any]]

# Beta(3, 7): mean 0.30, as in published volunteer alerts (17-47 % accepted).
PRIOR_YES, PRIOR_NO = 3.0, 7.0


@overload
def mean(invited: int, accepted: int) -> float: ...
@overload
def mean(invited: Counts, accepted: Counts) -> NDArray[np.float64]: ...
def mean(invited: Any, accepted: Any) -> Any:
    """Posterior mean of the acceptance probability, (3 + accepted) / (10 + invited)."""
    return (PRIOR_YES + accepted) / (PRIOR_YES + PRIOR_NO + invited)
