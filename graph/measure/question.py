"""What is asked of each unit, and of what it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, LiteralString

import numpy as np

from graph.analysis.coverage import Floats, Integers
from graph.asked import ANYHOW, Asked
from graph.model import Asking, Key
from graph.predicate import Predicates
from graph.requirement import Requirement
from graph.snapshot.column import Mask, Places, ordinal
from graph.snapshot.land import Land
from graph.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from graph.measure.found import Found

HOUSEHOLD = 2.62  # people, on the average (seventh national census, 2020)


class GridPlusMode(StrEnum):
    """What a grid does beyond its daily work, with whom (网格+)."""

    MEDIATION = "MEDIATION"
    NIGHT_ECONOMY = "NIGHT_ECONOMY"
    CIVILIZED_CITY = "CIVILIZED_CITY"
    SOCIAL_ORGANIZATION = "SOCIAL_ORGANIZATION"
    DOOR_KNOCK = "DOOR_KNOCK"


class CoverageKind(StrEnum):
    """What is asked of each unit; the API's schema says of each when a unit is covered.

    A figure counts units, MERCHANT merchants: ratio = (FORMAL_ONLY + EFFECTIVE + K_COVERED) / all
    but UNKNOWN, which is null without any.
    """

    HEAD_ASSIGNED = "HEAD_ASSIGNED"
    ORGANIZATION = "ORGANIZATION"
    WORK = "WORK"
    SKILL = "SKILL"
    TIME = "TIME"
    VISIT = "VISIT"
    PATROL = "PATROL"
    MERCHANT = "MERCHANT"
    RESPONSE = "RESPONSE"
    SERVICE = "SERVICE"


@dataclass(frozen=True)
class Absent:
    """Codes of what a question leaves out, as if it were not there."""

    people: tuple[str, ...] = ()
    merchants: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """What is asked of each unit of a level.

    `reach` in metres around the centroid (None = who belongs to the unit); `days` up to `day` in
    which something must have happened; `hours` of the week, such as «1 09:00-17:30» (none = the
    whole week); `probability` that must be met, 0 to 1; `asked`: for which hour of
    the day and by which means volunteers are asked.
    """

    kind: CoverageKind | GridPlusMode
    within: Key
    level: str
    day: str
    k: int = 1
    skill: Requirement | None = None
    reach: float | None = None
    days: int = 30
    hours: tuple[str, ...] = ()
    probability: float = 0.9
    method: str = ""
    absent: Absent = Absent()
    asked: Asked = ANYHOW


@dataclass(frozen=True)
class Units:
    """Units of one level by code, as places in the land; columns have shapes (n,).

    A place that is not known is NaN.
    """

    land: Land
    at: Places

    def __len__(self) -> int:
        return len(self.at)

    @cached_property
    def codes(self) -> list[str]:
        return [self.land.names[i][1] for i in self.at.tolist()]

    @cached_property
    def longitude(self) -> Floats:
        return self.land.longitude[self.at]

    @cached_property
    def latitude(self) -> Floats:
        return self.land.latitude[self.at]

    @cached_property
    def placed(self) -> Mask:
        """Which have a centroid."""
        return np.isfinite(self.longitude) & np.isfinite(self.latitude)

    def some(self, which: Places) -> "Units":
        """Some of them."""
        return Units(self.land, self.at[which])

    @cached_property
    def people(self) -> Floats:
        """How many live there, by the average household where only those are known; 0 = unknown."""
        households = np.nan_to_num(self.land.living["households"][self.at]) * HOUSEHOLD
        population = self.land.living["population"][self.at]
        return np.where(np.isfinite(population), population, households)

    def key(self, i: int) -> Key:
        return self.land.key(int(self.at[i]))


@dataclass(frozen=True)
class Ground:
    """Of what a question is asked.

    `counts` and `others` are what the kind read of the graph, if it reads anything: a number for
    some units by code, and whatever else. `since`: the first moment of the days that count.
    """

    question: Question
    asking: Asking
    snapshot: Snapshot
    units: Units
    since: str
    counts: Mapping[str, int]
    others: Any = None

    @property
    def day(self) -> int:
        return ordinal(self.asking.day)

    def numbers(self, by: Mapping[str, int]) -> Integers:
        """Of each unit, 0 where nothing is told."""
        return np.asarray([by.get(code, 0) for code in self.units.codes], np.int64)


Piece = Callable[[Question, Predicates], LiteralString]


@dataclass(frozen=True)
class Measure:
    """How a kind is judged, and what it reads of the graph for it, if anything.

    `count` is an expression over the unit `u`; `others` a subquery over the territory `t` that
    returns `others`.
    """

    judged: Callable[[Ground], "Found"]
    count: Piece | None = None
    others: Piece | None = None
