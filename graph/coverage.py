"""Whether every unit of a territory is looked after, by kind; one statement a question.

Each kind counts something for each unit; `graph.analysis.coverage` makes statuses and sums of the
counts. A unit without a centroid cannot be judged by distance: it is unknown, not uncovered.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, LiteralString

from graph import registry
from graph.analysis import coverage, sphere
from graph.analysis.coverage import Status
from graph.bolt import Graph
from graph.model import Asking, Finding, Key, Missing, Ranking
from graph.predicate import Predicates, match, valid, where
from graph.requirement import Requirement, enough, holders
from graph.scope import ground


class CoverageKind(StrEnum):
    """What is asked of each unit."""

    HEAD_ASSIGNED = "HEAD_ASSIGNED"
    SKILL = "SKILL"


@dataclass(frozen=True)
class Question:
    """`reach` in metres around the centroid (SKILL; None = who belongs to the unit)."""

    kind: CoverageKind
    within: Key
    level: str
    k: int = 1
    skill: Requirement | None = None
    reach: float | None = None
    method: str = ""


@dataclass(frozen=True)
class Unit:
    """One unit and what was counted for it; None where it cannot be judged."""

    code: str
    count: int | None
    status: Status
    reason: str | None


# Units, and how the territories below `t` hang together.
UNITS: LiteralString = "MATCH (t)<-[w:WITHIN]-(u:Grid {level: $level})"
STEPS: LiteralString = (
    "MATCH (t)<-[w:WITHIN]-(c:Territory)-[r:PART_OF|SPANS]->(p:Territory) WHERE c.path <> t.path"
)
HEADED: LiteralString = "(u)<-[r:HEADS]-(n:Person)"


def report(question: Question, day: str | None = None) -> Finding:
    """The coverage report; its parts for child territories are computed only when asked.

    Raises Missing for a territory out of sight or a skill that does not exist.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        units, steps = await _counted(graph, question, asking)
        return _report(question, question.within, units, steps, asking.day)

    return Finding(find, day)


Steps = Mapping[tuple[str, str], Sequence[tuple[str, str]]]  # parent -> children


async def _counted(graph: Graph, question: Question, asking: Asking) -> tuple[list[Unit], Steps]:
    skill = question.skill.values() if question.skill else None
    values = {"within": question.within.code, "level": question.level, "skill": skill}
    name = f"coverage.{question.kind.value.lower()}"
    found = await graph.read(name, statement(question, asking.bounded), values | asking.values())
    if found is None:
        raise Missing("input.within")
    rows, steps, people, known = found
    if question.skill and not known:
        raise Missing("input.skill")
    children: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for label, code, above, parent in steps:
        children[above, parent].append((label, code))
    return _judged(question, sorted(rows), people), children


def statement(question: Question, bounded: bool) -> LiteralString:
    """Everything a report needs: [[code, longitude, latitude, count] …], steps, people, skill."""
    predicates = Predicates(bounded)
    units = where(UNITS, [valid("w", "day"), predicates.inside("u", registry.node("Grid"))])
    return "\n".join(
        [
            ground(question.within.label, bounded),
            f"CALL (t) {{ {units} WITH u, {_count(question, predicates)} AS count "
            "RETURN collect([u.code, u.longitude, u.latitude, count]) AS units }",
            f"CALL (t) {{ {_steps()} }}",
            f"CALL () {{ {_people(question, predicates)} }}",
            "CALL () { MATCH (s:Skill {code: $skill.code}) RETURN count(s) AS known }"
            if question.skill
            else "WITH *, 1 AS known",
            "RETURN [units, steps, people, known] AS row",
        ]
    )


def _count(question: Question, predicates: Predicates) -> LiteralString:
    """What each unit tells of itself."""
    if question.kind != CoverageKind.HEAD_ASSIGNED:
        return "0"
    inside = predicates.inside("n", registry.node("Person"))
    return f"COUNT {{ {match(HEADED, ['r.deputy = false', valid('r', 'day'), inside])} }}"


def _steps() -> LiteralString:
    return (
        f"{STEPS} AND {valid('r', 'day')} WITH c, p, "
        "[x IN labels(c) WHERE x <> 'Territory'][0] AS label, "
        "[x IN labels(p) WHERE x <> 'Territory'][0] AS above "
        "RETURN collect([label, c.code, above, p.code]) AS steps"
    )


def _people(question: Question, predicates: Predicates) -> LiteralString:
    """Of the volunteers who qualify: their places, or how many belong to each unit."""
    if not question.skill:
        return "RETURN [] AS people"
    tests: list[LiteralString] = [
        enough("$skill"),
        "n.isVolunteer = true",
        predicates.inside("n", registry.node("Person")),
    ]
    if question.reach is not None:
        tests.append("n.longitude IS NOT NULL AND n.latitude IS NOT NULL")
    found = f"{match(holders('$skill'), tests)} WITH DISTINCT n"
    if question.reach is not None:
        return f"{found} RETURN collect([n.longitude, n.latitude]) AS people"
    place = "|".join(registry.node("Person").place)
    units: LiteralString = f"(n)-[r:{place}]->()-[w:WITHIN]->(u:Grid {{level: $level}})"
    return (
        f"{found} {match(units, [valid('r', 'day'), valid('w', 'day')])} WITH u.code AS code, "
        "count(DISTINCT n) AS number RETURN collect([code, number]) AS people"
    )


def _judged(question: Question, rows: list[list[Any]], people: list[list[Any]]) -> list[Unit]:
    counts: list[int | None] = [row[3] for row in rows]
    if question.skill and question.reach is None:
        belonging: dict[str, int] = {code: number for code, number in people}
        counts = [belonging.get(row[0], 0) for row in rows]
    if question.reach is not None:
        placed = [i for i, row in enumerate(rows) if row[1] is not None and row[2] is not None]
        near = sphere.count_within(
            [rows[i][1] for i in placed],
            [rows[i][2] for i in placed],
            [longitude for longitude, _ in people],
            [latitude for _, latitude in people],
            question.reach,
        ).tolist()
        counts = [None] * len(rows)
        for i, number in zip(placed, near, strict=True):
            counts[i] = number
    return [_unit(question, row[0], count) for row, count in zip(rows, counts, strict=True)]


def _unit(question: Question, code: str, count: int | None) -> Unit:
    k = 1 if question.kind == CoverageKind.HEAD_ASSIGNED else question.k
    status = coverage.status(count, k)
    if status is Status.UNKNOWN:
        return Unit(code, count, status, "中心点未测 · centroid not surveyed")
    if status is not Status.NONE:
        return Unit(code, count, status, None)
    if question.kind == CoverageKind.HEAD_ASSIGNED:
        return Unit(code, count, status, "无在任网格长 · no head in office")
    return Unit(code, count, status, f"{count} / {k} 名合格志愿者 · {count} of {k} volunteers")


def _report(
    question: Question, territory: Key, units: list[Unit], steps: Steps, day: str
) -> dict[str, Any]:
    return {
        "kind": question.kind.value,
        "territory": territory,
        "level": question.level,
        "asOf": day,
        "method": question.method,
        "expected": None,
        **coverage.summary([unit.status for unit in units]),
        "byChild": lambda _: _children(question, territory, units, steps, day),
        "units": lambda arguments: _listed(units, arguments.get("status")),
    }


def _children(
    question: Question, territory: Key, units: list[Unit], steps: Steps, day: str
) -> list[dict[str, Any]]:
    """A report for each territory directly below that is a unit or has units below it."""
    reports: list[dict[str, Any]] = []
    for label, code in sorted(steps.get((territory.label, territory.code), ())):
        codes = _below((label, code), steps)
        inside = [unit for unit in units if unit.code in codes]
        if inside:
            reports.append(_report(question, Key(label, code), inside, steps, day))
    return reports


def _below(top: tuple[str, str], steps: Steps) -> set[str]:
    """Codes of the grids at or below a territory."""
    found, waiting = {top}, [top]
    while waiting:
        for child in steps.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return {code for label, code in found if label == "Grid"}


def _listed(units: list[Unit], wanted: Sequence[Any] | None) -> Ranking:
    chosen = [unit for unit in units if wanted is None or unit.status in wanted]
    return Ranking(
        [Key("Grid", unit.code) for unit in chosen],
        [(unit.code,) for unit in chosen],
        lambda i: {
            "status": chosen[i].status.value,
            "count": chosen[i].count or 0,
            "lastActivity": None,
            "reason": chosen[i].reason,
        },
        f"units {wanted}",
    )
