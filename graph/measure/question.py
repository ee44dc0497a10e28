"""What is asked of each unit, and what is found of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, LiteralString

from graph.analysis import coverage
from graph.analysis.coverage import Status
from graph.model import Key
from graph.predicate import Predicates
from graph.requirement import Requirement

Name = tuple[str, str]  # label, code
HOUSEHOLD = 2.62  # people, on the average (seventh national census, 2020)


class CoverageKind(StrEnum):
    """What is asked of each unit."""

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
class Question:
    """What is asked of each unit of a level.

    `reach` in metres around the centroid (None = who belongs to the unit); `days` up to `day` in
    which something must have happened; `hours` of the week, such as «1 09:00-17:30» (none = the
    whole week); `probability` that must be met, 0 to 1.
    """

    kind: CoverageKind
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


@dataclass(frozen=True)
class Unit:
    """One unit: its centroid (longitude, latitude), how many live there, how it is.

    `count`: what was counted, None where it cannot be; `last`: when something last happened;
    `severity`: 0 where it is covered, up to 1 where nothing is there.
    """

    code: str
    place: tuple[float, float] | None
    population: int | None = None
    households: int | None = None
    count: int | None = None
    status: Status = Status.UNKNOWN
    reason: str | None = None
    last: str | None = None
    severity: float = 0.0

    @property
    def people(self) -> float:
        """How many live there; 0 = unknown."""
        if self.population is not None:
            return float(self.population)
        return (self.households or 0) * HOUSEHOLD

    def met(self, count: int | None, k: int, none: str, unknown: str = "") -> "Unit":
        """Judged by whether `k` are counted; `none` and `unknown` say why not."""
        status = coverage.status(count, k)
        reason = {Status.UNKNOWN: unknown, Status.NONE: none}.get(status)
        severity = coverage.severity(status, count or 0, k)
        return replace(self, count=count, status=status, reason=reason, severity=severity)


@dataclass(frozen=True)
class Item:
    """One of what is counted up in a report, and the territories it lies in directly."""

    status: Status
    places: tuple[Name, ...]


@dataclass(frozen=True)
class Counted:
    """The units judged; `items` are they themselves where nothing else is counted.

    `chances()` says of each unit by code how likely it is covered if people may say no; None where
    nobody is asked.
    """

    units: list[Unit]
    items: list[Item] = field(default_factory=list)
    chances: Callable[[], Mapping[str, float]] | None = None


Inside = Callable[[str], set[Name]]  # code of a unit -> itself and the territories below
Judged = Callable[[Question, list[Unit], Any, Inside, str], Counted]
Piece = Callable[[Question, Predicates], LiteralString]


@dataclass(frozen=True)
class Measure:
    """`count` is an expression over `u`; `others` a subquery that returns `others`."""

    count: Piece
    others: Piece
    judged: Judged


def nothing(question: Question, predicates: Predicates) -> LiteralString:
    return "0"


def nobody(question: Question, predicates: Predicates) -> LiteralString:
    return "RETURN [] AS others"


def of_units(
    units: list[Unit], chances: Callable[[], Mapping[str, float]] | None = None
) -> Counted:
    items = [Item(unit.status, (("Grid", unit.code),)) for unit in units]
    return Counted(units, items, chances)
