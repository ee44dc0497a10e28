"""Who is free when, in a week: spans of minutes, exactly, whatever hours they begin at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

Span = tuple[int, int]  # minutes of the week from Monday 00:00, the second not included
WHOLE: Span = (0, 7 * 24 * 60)


@dataclass(frozen=True)
class Free:
    """The asked time cut into pieces, in each of which nobody comes or goes.

    `pattern` (p, s): whether those who keep pattern p are free in piece s; `start` (s,) in minutes
    of the week, `length` (s,) in minutes.
    """

    pattern: NDArray[np.bool_]
    start: NDArray[np.int64]
    length: NDArray[np.float64]

    def number(
        self, unit: NDArray[np.int64], pattern: NDArray[np.int64], units: int
    ) -> NDArray[np.int64]:
        """How many are free: (units, s), of pairs of a unit and the pattern somebody keeps."""
        kept = coo_array(
            (np.ones(len(unit), np.int64), (unit, pattern)), shape=(units, len(self.pattern))
        )
        found: NDArray[np.int64] = kept.tocsr() @ self.pattern.astype(np.int64)
        return found


def free(patterns: Sequence[Sequence[Span]], asked: Sequence[Span]) -> Free:
    """Each pattern over the asked time, of which there must be some."""
    bounds = {bound for spans in (asked, *patterns) for span in spans for bound in span}
    edges = np.asarray(sorted(bounds), np.int64)
    wanted = _covered(edges, asked)
    length = np.diff(edges).astype(np.float64)[wanted]
    rows = [_covered(edges, spans)[wanted] for spans in patterns]
    kept = np.asarray(rows, np.bool_).reshape(len(patterns), len(length))
    return Free(kept, edges[:-1][wanted], length)


def _covered(edges: NDArray[np.int64], spans: Sequence[Span]) -> NDArray[np.bool_]:
    """Which pieces between the edges lie in one of the spans."""
    covered = np.zeros(len(edges) - 1, np.bool_)
    for since, until in spans:
        covered[np.searchsorted(edges, since) : np.searchsorted(edges, until)] = True
    return covered
