"""Who or what is there for which unit: by distance, or because they belong to it."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from graph.analysis import sphere
from graph.analysis.coverage import Floats, Integers
from graph.measure.question import Units
from graph.snapshot.land import Land

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


def near(units: Units, longitude: Floats, latitude: Floats, reach: float) -> Pairs:
    """The points within reach of each centroid, in metres."""
    at = np.flatnonzero(units.placed)
    land = units.land
    unit, point, _ = sphere.pairs_within(
        land.longitude[units.at[at]], land.latitude[units.at[at]], longitude, latitude, reach
    )
    return Pairs(at[unit].astype(np.int64), point, len(units))


def located(
    land: Land, units: Units, item: Integers, place: Integers, items: int, day: int
) -> Pairs:
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
