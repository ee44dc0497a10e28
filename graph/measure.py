"""What each kind of coverage counts for a unit, and when a unit is covered.

A measure writes two pieces of the one statement: an expression over the unit `u`, and a subquery
over the territory `t` for what is read once for all units. It then judges the units; the
definitions are those of the contract and are told to clients in `resolvers/enum.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, LiteralString

from graph import registry
from graph.analysis import coverage, sphere
from graph.analysis.coverage import Status
from graph.model import Key
from graph.predicate import Predicates, match, valid
from graph.requirement import Requirement, enough, holders

Name = tuple[str, str]  # label, code


class CoverageKind(StrEnum):
    """What is asked of each unit."""

    HEAD_ASSIGNED = "HEAD_ASSIGNED"
    ORGANIZATION = "ORGANIZATION"
    SKILL = "SKILL"
    MERCHANT = "MERCHANT"
    SERVICE = "SERVICE"


@dataclass(frozen=True)
class Question:
    """What is asked of each unit of a level.

    `reach` in metres around the centroid (None = who belongs to the unit); `days` up to `day` in
    which something must have happened.
    """

    kind: CoverageKind
    within: Key
    level: str
    day: str
    k: int = 1
    skill: Requirement | None = None
    reach: float | None = None
    days: int = 30
    method: str = ""


@dataclass(frozen=True)
class Unit:
    """One unit: its centroid (longitude, latitude), how many live there (0 = unknown), how it is.

    `count`: what was counted, None where it cannot be; `last`: when something last happened.
    """

    code: str
    place: tuple[float, float] | None
    people: float = 0.0
    count: int | None = None
    status: Status = Status.UNKNOWN
    reason: str | None = None
    last: str | None = None


@dataclass(frozen=True)
class Item:
    """One of what is counted up in a report, and the territories it lies in directly."""

    status: Status
    places: tuple[Name, ...]


@dataclass(frozen=True)
class Counted:
    """The units judged; `items` are they themselves where nothing else is counted."""

    units: list[Unit]
    items: list[Item] = field(default_factory=list)


Inside = Callable[[str], set[Name]]  # code of a unit -> itself and the territories below
Judged = Callable[[Question, list[Unit], list[Any], Inside, str], Counted]
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


def of_units(units: list[Unit]) -> Counted:
    return Counted(units, [Item(unit.status, (("Grid", unit.code),)) for unit in units])


# HEAD_ASSIGNED: a head in office who is no deputy


def _heads(question: Question, predicates: Predicates) -> LiteralString:
    inside = predicates.inside("n", registry.node("Person"))
    tests: list[LiteralString] = ["r.deputy = false", valid("r", "day"), inside]
    return f"COUNT {{ {match('(u)<-[r:HEADS]-(n:Person)', tests)} }}"


def _headed(
    question: Question, units: list[Unit], others: list[Any], inside: Inside, since: str
) -> Counted:
    none = "无在任网格长 · no head in office"
    return of_units([_met(unit, unit.count, 1, none) for unit in units])


def _met(unit: Unit, count: int | None, k: int, none: str) -> Unit:
    """The unit judged by whether `k` are counted; `none` is why not."""
    status = coverage.status(count, k)
    unmeasured = "中心点未测 · centroid not surveyed"
    reason = {Status.UNKNOWN: unmeasured, Status.NONE: none}.get(status)
    return replace(unit, count=count, status=status, reason=reason)


# ORGANIZATION: a party organization leads the unit; on paper only if its members did nothing there


def _leading(question: Question, predicates: Predicates) -> LiteralString:
    inside = predicates.inside("n", registry.node("PartyOrganization"))
    pattern: LiteralString = "(u)<-[r:LEADS]-(n:PartyOrganization)"
    return f"COUNT {{ {match(pattern, [valid('r', 'day'), inside])} }}"


# (u)<-[:LEADS]-(organization)<-[:MEMBER_OF…]-(person)<-[:MADE_BY]-(visit or note) in u or below
ACTIVE: LiteralString = (
    "(t)<-[w:WITHIN]-(u:Grid {level: $level})<-[l:LEADS]-(o:PartyOrganization)"
    "<-[m:MEMBER_OF_PARTY_ORGANIZATION]-(p:Person)<-[:MADE_BY]-(a:Visit|PatrolNote)"
    "-[:MADE_IN]->(:Grid)-[v:WITHIN]->(u)"
)


def _activity(question: Question, predicates: Predicates) -> LiteralString:
    tests: list[LiteralString] = [
        *(valid(each, "day") for each in ("w", "l", "m", "v")),
        predicates.inside("o", registry.node("PartyOrganization")),
        predicates.inside("p", registry.node("Person")),
        "a.at < $last",
    ]
    found = f"{match(ACTIVE, tests)} WITH u.code AS code, max(a.at) AS at"
    return f"{found} RETURN collect([code, at]) AS others"


def _organized(
    question: Question, units: list[Unit], others: list[Any], inside: Inside, since: str
) -> Counted:
    last: dict[str, str] = dict(others)
    return of_units([_active(question, unit, last.get(unit.code), since) for unit in units])


def _active(question: Question, unit: Unit, last: str | None, since: str) -> Unit:
    met = _met(unit, unit.count, 1, "无党组织引领 · no party organization leads it")
    if met.status is not Status.EFFECTIVE or (last is not None and last >= since):
        return replace(met, last=last)
    days = question.days
    idle = f"近 {days} 天无活动记录 · no activity recorded in {days} days"
    return replace(met, status=Status.FORMAL_ONLY, reason=idle, last=last)


# SKILL: volunteers who hold it, within reach of the centroid or among those who belong to the unit


def _people(question: Question, predicates: Predicates) -> LiteralString:
    tests: list[LiteralString] = [
        enough("$skill"),
        "n.isVolunteer = true",
        predicates.inside("n", registry.node("Person")),
    ]
    if question.reach is not None:
        tests.append("n.longitude IS NOT NULL AND n.latitude IS NOT NULL")
    found = f"{match(holders('$skill'), tests)} WITH DISTINCT n"
    if question.reach is not None:
        return f"{found} RETURN collect([n.longitude, n.latitude]) AS others"
    place = "|".join(registry.node("Person").place)
    units: LiteralString = f"(n)-[r:{place}]->()-[w:WITHIN]->(u:Grid {{level: $level}})"
    return (
        f"{found} {match(units, [valid('r', 'day'), valid('w', 'day')])} WITH u.code AS code, "
        "count(DISTINCT n) AS number RETURN collect([code, number]) AS others"
    )


def _skilled(
    question: Question, units: list[Unit], others: list[Any], inside: Inside, since: str
) -> Counted:
    if question.reach is None:
        belonging: dict[str, int] = dict(others)
        counts: list[int | None] = [belonging.get(unit.code, 0) for unit in units]
    else:
        counts = _within(units, others, question.reach)
    k = question.k
    return of_units(
        [
            _met(unit, count, k, f"{count} / {k} 名合格志愿者 · {count} of {k} volunteers")
            for unit, count in zip(units, counts, strict=True)
        ]
    )


def _within(
    units: list[Unit], points: Sequence[tuple[float, float]], reach: float
) -> list[int | None]:
    """How many points lie within reach of each centroid; None without one."""
    placed = [(i, unit.place) for i, unit in enumerate(units) if unit.place]
    near = sphere.count_within(
        [place[0] for _, place in placed],
        [place[1] for _, place in placed],
        [longitude for longitude, _ in points],
        [latitude for _, latitude in points],
        reach,
    ).tolist()
    counts: list[int | None] = [None] * len(units)
    for (i, _), number in zip(placed, near, strict=True):
        counts[i] = number
    return counts


# SERVICE: a service center within reach of the centroid


def _centers(question: Question, predicates: Predicates) -> LiteralString:
    tests: list[LiteralString] = [
        "n.longitude IS NOT NULL AND n.latitude IS NOT NULL",
        predicates.inside("n", registry.node("ServiceCenter")),
    ]
    return (
        f"{match('(n:ServiceCenter)', tests)} RETURN collect([n.longitude, n.latitude]) AS others"
    )


def _served(
    question: Question, units: list[Unit], others: list[Any], inside: Inside, since: str
) -> Counted:
    assert question.reach is not None
    counts = _within(units, others, question.reach)
    none = f"{question.reach:.0f} 米内无服务中心 · no service center within {question.reach:.0f} m"
    return of_units([_met(u, count, 1, none) for u, count in zip(units, counts, strict=True)])


# MERCHANT: merchants, not units, are counted; covered are those in an alliance


def _merchants(question: Question, predicates: Predicates) -> LiteralString:
    pattern: LiteralString = "(t)<-[w:WITHIN]-(g:Territory)<-[r:LOCATED_IN]-(n:Merchant)"
    inside = predicates.inside("n", registry.node("Merchant"))
    ally = predicates.inside("a", registry.node("Alliance"))
    way: LiteralString = "(n)-[j:MEMBER_OF_ALLIANCE]->(a:Alliance)"
    joined: LiteralString = f"EXISTS {{ {match(way, [valid('j', 'day'), ally])} }}"
    return (
        f"{match(pattern, [valid('w', 'day'), valid('r', 'day'), inside])} "
        "WITH n, collect([[x IN labels(g) WHERE x <> 'Territory'][0], g.code]) AS places "
        f"RETURN collect([{joined}, places]) AS others"
    )


def _joined(
    question: Question, units: list[Unit], others: list[Any], inside: Inside, since: str
) -> Counted:
    """A unit's count is that of its merchants in an alliance; without merchants it is unknown."""
    items = [
        Item(Status.EFFECTIVE if member else Status.NONE, tuple((a, b) for a, b in places))
        for member, places in others
    ]
    return Counted([_ally(unit, items, inside(unit.code)) for unit in units], items)


def _ally(unit: Unit, items: list[Item], inside: set[Name]) -> Unit:
    here = [item.status for item in items if not inside.isdisjoint(item.places)]
    count = sum(status is Status.EFFECTIVE for status in here)
    if not here:
        return replace(unit, reason="辖区内无商户 · no merchants in it")
    none = f"{len(here)} 家商户均未入盟 · none of {len(here)} merchants is in an alliance"
    return _met(unit, count, 1, none)


MEASURES: Mapping[CoverageKind, Measure] = {
    CoverageKind.HEAD_ASSIGNED: Measure(_heads, nobody, _headed),
    CoverageKind.ORGANIZATION: Measure(_leading, _activity, _organized),
    CoverageKind.SKILL: Measure(nothing, _people, _skilled),
    CoverageKind.MERCHANT: Measure(nothing, _merchants, _joined),
    CoverageKind.SERVICE: Measure(nothing, _centers, _served),
}
