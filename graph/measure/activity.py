"""What was done in a unit: visits and patrol notes made in it or below, in the last days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, LiteralString

import numpy as np

from graph import registry
from graph.analysis import coverage
from graph.measure.found import Found, met
from graph.measure.office import there
from graph.measure.question import Ground, Piece, Question
from graph.predicate import Predicates, match, valid

# (u)<-[:LEADS]-(organization)<-[:MEMBER_OF…]-(n)<-[:MADE_BY]-(visit or note) in u or below
ACTIVE: LiteralString = (
    "(t)<-[w:WITHIN]-(u:Grid {level: $level})<-[l:LEADS]-(o:PartyOrganization)"
    "<-[m:MEMBER_OF_PARTY_ORGANIZATION]-(n:Person)<-[:MADE_BY]-(a:Visit|PatrolNote)"
    "-[:MADE_IN]->(:Grid)-[v:WITHIN]->(u)"
)


def of_members(question: Question, predicates: Predicates) -> LiteralString:
    """When the members of the organizations that lead a unit last did something there."""
    tests: list[LiteralString] = [
        *(valid(each, "day") for each in ("w", "l", "m", "v")),
        predicates.inside("o", registry.node("PartyOrganization")),
        predicates.inside("n", registry.node("Person")),
        "a.at < $last",
        there(question),
    ]
    found = f"{match(ACTIVE, tests)} WITH u.code AS code, max(a.at) AS at"
    return f"{found} RETURN collect([code, at]) AS others"


def organized(ground: Ground) -> Found:
    """On paper only where the members of its organizations have not been active of late."""
    last: dict[str, str] = dict(ground.others)
    none = "无党组织引领 · no party organization leads it"
    days = ground.question.days
    idle = f"近 {days} 天无活动记录 · no activity recorded in {days} days"
    count = ground.numbers(ground.counts)
    found = met(ground.units, count, 1, lambda i: idle if count[i] else none)
    latest = [last.get(code) for code in ground.units.codes]
    active = np.asarray([at is not None and at >= ground.since for at in latest], np.bool_)
    return replace(found.on_paper((count > 0) & ~active), last=latest)


def done(label: LiteralString, only: LiteralString = "") -> Piece:
    """How much was done in each unit since the first day, and when last; if anything ever was.

    `only`: what else must hold of the act `a`.
    """

    def others(question: Question, predicates: Predicates) -> LiteralString:
        pattern: LiteralString = (
            "(t)<-[w:WITHIN]-(u:Grid {level: $level})<-[v:WITHIN]-(:Grid)<-[:MADE_IN]-(a:"
            f"{label})"
        )
        inside = predicates.inside("u", registry.node("Grid"))
        before: list[LiteralString] = ["a.at < $last", only]
        tests: list[LiteralString] = [
            *(valid(each, "day") for each in ("w", "v")),
            inside,
            *before,
            _by_who_is_there(question),
        ]
        return (
            f"CALL () {{ {match(f'(a:{label})', before)} WITH a LIMIT 1 RETURN count(a) AS ever }} "
            f"CALL (t) {{ {match(pattern, tests)} WITH u.code AS code, max(a.at) AS at, "
            "count(CASE WHEN a.at >= $first THEN 1 END) AS number "
            "RETURN collect([code, number, at]) AS acts } RETURN [ever, acts] AS others"
        )

    return others


def _by_who_is_there(question: Question) -> LiteralString:
    """That the act `a` was not done by anybody who is to be left out."""
    if not question.absent.people:
        return ""
    return "NOT EXISTS { MATCH (a)-[:MADE_BY]->(n:Person) WHERE n.code IN $absent }"


@dataclass(frozen=True)
class Acts:
    """What was done in the units, by code: how much of it since the first day, and when last."""

    ever: bool
    number: Mapping[str, int]
    last: Mapping[str, str]


def _acts(others: Any) -> Acts:
    ever, rows = others
    return Acts(bool(ever), {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})


def recorded(name: str, plural: str) -> Callable[[Ground], Found]:
    """At least k are recorded; where none was ever, nowhere, no unit can be judged."""

    def judged(ground: Ground) -> Found:
        acts, k, days = _acts(ground.others), ground.question.k, ground.question.days
        never = f"从未登记{name} · no {plural} have ever been recorded"
        count = ground.numbers(acts.number)
        lacking = lambda i: (  # noqa: E731
            f"近 {days} 天{name} {count[i]} / {k} 次 · {count[i]} of {k} {plural} in {days} days"
        )
        known = np.full(len(count), acts.ever)
        found = met(ground.units, count, k, lacking, known, lambda _: never)
        return replace(found, last=[acts.last.get(code) for code in ground.units.codes])

    return judged


def worked(ground: Ground) -> Found:
    """At least k are recorded; on paper only where just a head or an organization is in office."""
    acts, k, days = _acts(ground.others), ground.question.k, ground.question.days
    count = ground.numbers(acts.number)
    lacking = lambda i: (  # noqa: E731
        f"近 {days} 天工作 {count[i]} / {k} 次 · {count[i]} of {k} activities in {days} days"
    )
    found = met(ground.units, count, k, lacking)
    formal = (found.status == coverage.NONE) & (ground.numbers(ground.counts) > 0)
    last = [acts.last.get(code) for code in ground.units.codes]
    return replace(found.on_paper(formal), last=last)
