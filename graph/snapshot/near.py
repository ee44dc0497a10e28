"""Who is how near to which grid: looked for once for a reach, and patched when somebody moves."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from graph.analysis import sphere
from graph.snapshot.column import Mask
from graph.snapshot.land import Land
from graph.snapshot.people import People

REACHES = 3  # that are remembered
MOST = 60_000_000  # pairs that may have to be looked at for one: some seconds, at once

Matrix = Any  # csr_array (territories, people), of ones


@dataclass
class Near:
    """For some reaches the people within reach of each grid's centroid, as sparse matrices."""

    known: OrderedDict[float, Matrix] = field(default_factory=OrderedDict)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def of(self, reach: float, land: Land, people: People) -> Matrix | None:
        """Of all grids and people with a place; None if that were too many pairs."""
        with self.turn:
            if reach not in self.known:
                found = _pairs(reach, land, land.placed, people, people.placed)
                if found is None:
                    return None
                self.known[reach] = found
                if len(self.known) > REACHES:
                    self.known.popitem(last=False)
            self.known.move_to_end(reach)
            return self.known[reach]

    def have(self, reach: float) -> Matrix | None:
        """The same if it is remembered."""
        return self.known.get(reach)

    def moved(self, land: Land, before: People, after: People) -> "Near":
        """The same, who is at another place now looked for anew."""
        n = len(before.codes)
        moved = np.zeros(len(after.codes), np.bool_)
        for one, other in (
            (before.longitude, after.longitude[:n]),
            (before.latitude, after.latitude[:n]),
        ):
            changed = ~((one == other) | (np.isnan(one) & np.isnan(other)))
            moved[:n] |= changed
        moved[n:] = after.placed[n:]
        if not moved.any() and len(after.codes) == n:
            return self
        patched = [
            (reach, _patched(reach, matrix, land, after, moved))
            for reach, matrix in self.known.items()
        ]
        return Near(OrderedDict((reach, matrix) for reach, matrix in patched if matrix is not None))


def _patched(reach: float, matrix: Matrix, land: Land, people: People, moved: Mask) -> Matrix:
    fresh = _pairs(reach, land, land.placed, people, people.placed & moved)
    if fresh is None:
        return None
    kept = matrix.copy()
    kept.resize(fresh.shape)
    kept.data = np.where(moved[kept.indices], 0, kept.data)
    kept.eliminate_zeros()
    return (kept + fresh).tocsr()


def _pairs(reach: float, land: Land, grids: Mask, people: People, who: Mask) -> Matrix | None:
    here, there = np.flatnonzero(grids & land.grids), np.flatnonzero(who)
    at = land.longitude[here], land.latitude[here], people.longitude[there], people.latitude[there]
    try:
        unit, person, _ = sphere.pairs_within(*at, reach, MOST)
    except sphere.TooMany:
        return None
    ones = np.ones(len(unit), np.int32)
    shape = (len(land), len(people.codes))
    return csr_array((ones, (here[unit], there[person])), shape=shape)
