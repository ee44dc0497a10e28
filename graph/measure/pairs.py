"""Who or what is there for which unit: by distance, or because they belong to it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from graph.analysis import sphere
from graph.analysis.coverage import Floats, Integers
from graph.measure.question import Units
from graph.model import Unfit
from graph.snapshot.column import Mask
from graph.snapshot.land import Land
from graph.snapshot.near import MOST
from graph.snapshot.snapshot import Snapshot

UNMEASURED = "中心点未测 · centroid not surveyed"


@dataclass(frozen=True)
class Pairs:
    """Places in the columns of `units` units and of people, in order of unit, then person."""

    unit: Integers
    person: Integers
    units: int

    def count(self) -> Integers:
        """How many there are for each unit; (units,)."""
        return np.bincount(self.unit, minlength=self.units)

    def matrix(self, people: int) -> Any:
        """The same as a csr_array of ones, (units, people)."""
        first = np.concatenate([[0], np.cumsum(self.count())])
        ones = np.ones(len(self.unit), np.int32)
        return csr_array((ones, self.person, first), shape=(self.units, people))


def numbers(
    snapshot: Snapshot, units: Units, reach: float | None, day: int, chosen: Mask
) -> Integers:
    """How many of the chosen people there are for each unit."""
    known = _known(snapshot, units, reach)
    if known is None:
        return volunteers(snapshot, units, reach, day, chosen).count()
    found: Integers = (known @ chosen.astype(np.int32))[units.at].astype(np.int64)
    return found


def volunteers(
    snapshot: Snapshot, units: Units, reach: float | None, day: int, chosen: Mask
) -> Pairs:
    """Of the chosen people those within reach of each unit; without a reach who belongs to it."""
    people = snapshot.people
    if reach is None:
        places = people.places.at(people.places.on(day) & chosen[people.places.one])
        return located(snapshot.land, units, places.one, places.other, len(people.codes), day)
    known = _known(snapshot, units, reach)
    if known is not None:
        return _some(known[units.at], chosen)
    at = np.flatnonzero(chosen & people.placed)
    found = near(units, people.longitude[at], people.latitude[at], reach)
    return Pairs(found.unit, at[found.person].astype(np.int64), len(units))


def _known(snapshot: Snapshot, units: Units, reach: float | None) -> Any:
    """Who is near to all grids, if that is remembered; where most are asked for, it is from now on.

    None where the units lie elsewhere than their grids do.
    """
    if reach is None or len(units.at) != len(units):
        return None
    near, land = snapshot.near, snapshot.land
    most = 2 * len(units) > land.grids.sum()
    return near.of(reach, land, snapshot.people) if most else near.have(reach)


def _some(matrix: Any, chosen: Mask) -> Pairs:
    unit = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    kept = chosen[matrix.indices]
    return Pairs(unit[kept], matrix.indices[kept].astype(np.int64), matrix.shape[0])


def near(units: Units, longitude: Floats, latitude: Floats, reach: float) -> Pairs:
    """The points within reach of each centroid, in metres."""
    at = np.flatnonzero(units.placed)
    both = units.longitude[at], units.latitude[at], longitude, latitude
    try:
        unit, point, _ = sphere.pairs_within(*both, reach, MOST)
    except sphere.TooMany:
        told = f"{reach:.0f} m reach too many of {len(longitude)} places"
        raise Unfit("input.meters", told) from None
    return Pairs(at[unit].astype(np.int64), point, len(units))


def located(land: Land, units: Units, item: Any, place: Any, items: int, day: int) -> Pairs:
    """Of items that are at some territories, which lie within each unit on a day."""
    column = np.full(len(land), -1, np.int64)
    column[units.at] = np.arange(len(units))
    within = land.within.at(land.within.on(day) & (column[land.within.other] >= 0))
    there = csr_array(
        (np.ones(len(within), np.int32), (column[within.other], within.one)),
        shape=(len(units), len(land)),
    )
    at = csr_array((np.ones(len(item), np.int32), (place, item)), shape=(len(land), items))
    unit, found = (there @ at).nonzero()
    order = np.lexsort((found, unit))
    return Pairs(unit[order].astype(np.int64), found[order].astype(np.int64), len(units))
