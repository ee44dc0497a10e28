"""What was done in a unit: visits and patrol notes made in it or below, in the last days."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, LiteralString

from graph import registry
from graph.analysis.coverage import Status
from graph.measure.question import Counted, Inside, Judged, Piece, Question, Unit, of_units
from graph.predicate import Predicates, match, valid

# (u)<-[:LEADS]-(organization)<-[:MEMBER_OF…]-(person)<-[:MADE_BY]-(visit or note) in u or below
ACTIVE: LiteralString = (
    "(t)<-[w:WITHIN]-(u:Grid {level: $level})<-[l:LEADS]-(o:PartyOrganization)"
    "<-[m:MEMBER_OF_PARTY_ORGANIZATION]-(p:Person)<-[:MADE_BY]-(a:Visit|PatrolNote)"
    "-[:MADE_IN]->(:Grid)-[v:WITHIN]->(u)"
)


def of_members(question: Question, predicates: Predicates) -> LiteralString:
    """When the members of the organizations that lead a unit last did something there."""
    tests: list[LiteralString] = [
        *(valid(each, "day") for each in ("w", "l", "m", "v")),
        predicates.inside("o", registry.node("PartyOrganization")),
        predicates.inside("p", registry.node("Person")),
        "a.at < $last",
    ]
    found = f"{match(ACTIVE, tests)} WITH u.code AS code, max(a.at) AS at"
    return f"{found} RETURN collect([code, at]) AS others"


def organized(
    question: Question, units: list[Unit], others: Any, inside: Inside, since: str
) -> Counted:
    last: dict[str, str] = dict(others)
    return of_units([_active(question, unit, last.get(unit.code), since) for unit in units])


def _active(question: Question, unit: Unit, last: str | None, since: str) -> Unit:
    met = unit.met(unit.count, 1, "无党组织引领 · no party organization leads it")
    if met.status is not Status.EFFECTIVE or (last is not None and last >= since):
        return replace(met, last=last)
    return replace(_on_paper(question, met), last=last)


def _on_paper(question: Question, unit: Unit) -> Unit:
    days = question.days
    idle = f"近 {days} 天无活动记录 · no activity recorded in {days} days"
    return replace(unit, status=Status.FORMAL_ONLY, reason=idle, severity=0.5)


def done(label: LiteralString) -> Piece:
    """How much was done in each unit since the first day, and when last; if anything ever was."""

    def others(question: Question, predicates: Predicates) -> LiteralString:
        pattern: LiteralString = (
            "(t)<-[w:WITHIN]-(u:Grid {level: $level})<-[v:WITHIN]-(:Grid)<-[:MADE_IN]-(a:"
            f"{label})"
        )
        inside = predicates.inside("u", registry.node("Grid"))
        tests: list[LiteralString] = [valid("w", "day"), valid("v", "day"), inside, "a.at < $last"]
        return (
            f"CALL () {{ MATCH (b:{label}) WHERE b.at < $last WITH b LIMIT 1 "
            "RETURN count(b) AS ever } "
            f"CALL (t) {{ {match(pattern, tests)} WITH u.code AS code, max(a.at) AS at, "
            "count(CASE WHEN a.at >= $first THEN 1 END) AS number "
            "RETURN collect([code, number, at]) AS acts } RETURN [ever, acts] AS others"
        )

    return others


@dataclass(frozen=True)
class Acts:
    """What was done in the units, by code: how much of it since the first day, and when last."""

    ever: bool
    number: Mapping[str, int]
    last: Mapping[str, str]


def _acts(others: Any) -> Acts:
    ever, rows = others
    return Acts(bool(ever), {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})


def recorded(name: str, plural: str) -> Judged:
    """At least k are recorded; where none was ever, nowhere, no unit can be judged."""

    def judged(
        question: Question, units: list[Unit], others: Any, inside: Inside, since: str
    ) -> Counted:
        acts, k, days = _acts(others), question.k, question.days
        never = f"从未登记{name} · no {plural} have ever been recorded"
        found: list[Unit] = []
        for unit in units:
            count = acts.number.get(unit.code, 0) if acts.ever else None
            none = f"近 {days} 天{name} {count} / {k} 次 · {count} of {k} {plural} in {days} days"
            met = unit.met(count, k, none, never)
            found.append(replace(met, last=acts.last.get(unit.code)))
        return of_units(found)

    return judged


def worked(
    question: Question, units: list[Unit], others: Any, inside: Inside, since: str
) -> Counted:
    """At least k are recorded; on paper only where just a head or an organization is in office."""
    acts, k, days = _acts(others), question.k, question.days
    found: list[Unit] = []
    for unit in units:
        count = acts.number.get(unit.code, 0)
        none = f"近 {days} 天工作 {count} / {k} 次 · {count} of {k} activities in {days} days"
        met = unit.met(count, k, none)
        if met.status is Status.NONE and unit.count:
            met = replace(_on_paper(question, met), reason=none)
        found.append(replace(met, last=acts.last.get(unit.code)))
    return of_units(found)
