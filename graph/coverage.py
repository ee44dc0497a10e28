"""Whether every unit of a territory is looked after, by kind; one statement a question.

`graph.measure` says what each kind counts; `graph.analysis.coverage` makes sums of statuses. What
cannot be judged is unknown, not uncovered.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from graph import registry
from graph.analysis import coverage
from graph.analysis.tree import below
from graph.bolt import Graph
from graph.measure import MEASURES
from graph.measure.question import Counted, Name, Question, Unit
from graph.model import Asking, Finding, Key, Missing, Ranking
from graph.predicate import Predicates, valid, where
from graph.scope import ground

# Units, and how the territories below `t` hang together.
UNITS: LiteralString = "MATCH (t)<-[w:WITHIN]-(u:Grid {level: $level})"
STEPS: LiteralString = (
    "MATCH (t)<-[w:WITHIN]-(c:Territory)-[r:PART_OF|SPANS]->(p:Territory) WHERE c.path <> t.path"
)

Steps = Mapping[Name, Sequence[Name]]  # parent -> children


def report(question: Question, day: str | None = None) -> Finding:
    """The coverage report; its parts for child territories are computed only when asked.

    Raises Missing for a territory out of sight or a skill that does not exist.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        return whole(question, *await counted(graph, question, asking))

    return Finding(find, day)


def gaps(question: Question, day: str | None = None) -> Finding:
    """The units that are not covered, or on paper only: those first that leave most people out.

    Severity is 1 where nothing is there, the missing part of k where something is, 0.5 on paper
    (TIME: the share of the time without k; RESPONSE: how likely fewer than k come);
    the order is by severity × people (population, else households × 2.62, the average household of
    the national census of 2020; unknown = 0), then severity, then code.
    """

    async def find(graph: Graph, asking: Asking) -> Ranking:
        found, _ = await counted(graph, question, asking)
        open_ = [unit for unit in found.units if unit.status in coverage.OPEN]
        sort = {unit.code: _weighed(unit) for unit in open_}
        open_.sort(key=lambda unit: (-sort[unit.code][0], -sort[unit.code][1], unit.code))
        return Ranking(
            [Key("Grid", unit.code) for unit in open_],
            [sort[unit.code] for unit in open_],
            lambda i: {
                "status": open_[i].status.value,
                "severity": sort[open_[i].code][1],
                "reason": open_[i].reason or "",
            },
            f"gaps {question}",
            (True, True, False),
        )

    return Finding(find, day)


def _weighed(unit: Unit) -> tuple[float, float, str]:
    return round(unit.severity * unit.people, 2), unit.severity, unit.code


async def counted(graph: Graph, question: Question, asking: Asking) -> tuple[Counted, Steps]:
    """The units judged, and how the territories hang together.

    Raises Missing for a territory out of sight or a skill that does not exist.
    """
    since, until = asking.window(question.days)
    values = {
        "within": question.within.code,
        "level": question.level,
        "skill": question.skill.values() if question.skill else None,
        "first": since,
        "last": until,
    }
    name = f"coverage.{question.kind.value.lower()}"
    found = await graph.read(name, statement(question, asking.bounded), values | asking.values())
    if found is None:
        raise Missing("input.within")
    rows, steps, others, known = found
    if question.skill and not known:
        raise Missing("input.skill")
    children: dict[Name, list[Name]] = defaultdict(list)
    for label, code, above, parent in steps:
        children[above, parent].append((label, code))
    units = [_unit(*row) for row in sorted(rows, key=lambda row: row[0])]
    lies_in = lambda code: below([("Grid", code)], children)  # noqa: E731
    judged = MEASURES[question.kind].judged
    return await asyncio.to_thread(judged, question, units, others, lies_in, since), children


def _unit(
    code: str,
    longitude: float | None,
    latitude: float | None,
    population: int | None,
    households: int | None,
    count: int,
) -> Unit:
    place = None if longitude is None or latitude is None else (longitude, latitude)
    return Unit(code, place, population, households, count)


def statement(question: Question, bounded: bool) -> LiteralString:
    """What a report needs: [[code, longitude, latitude, …, count] …], steps, others, skill."""
    predicates, measure = Predicates(bounded), MEASURES[question.kind]
    units = where(UNITS, [valid("w", "day"), predicates.inside("u", registry.node("Grid"))])
    count = measure.count(question, predicates)
    return "\n".join(
        [
            ground(question.within.label, bounded),
            # First, since it groups: Neo4j counts lists of earlier CALLs once for each row within
            # (600 MB where 2 are enough).
            f"CALL (t) {{ {measure.others(question, predicates)} }}",
            f"CALL (t) {{ {units} WITH u, {count} AS count RETURN collect("
            "[u.code, u.longitude, u.latitude, u.population, u.households, count]) AS units }",
            f"CALL (t) {{ {_steps()} }}",
            "CALL () { MATCH (s:Skill {code: $skill.code}) RETURN count(s) AS known }"
            if question.skill
            else "WITH *, 1 AS known",
            "RETURN [units, steps, others, known] AS row",
        ]
    )


def _steps() -> LiteralString:
    return (
        f"{STEPS} AND {valid('r', 'day')} WITH c, p, "
        "[x IN labels(c) WHERE x <> 'Territory'][0] AS label, "
        "[x IN labels(p) WHERE x <> 'Territory'][0] AS above "
        "RETURN collect([label, c.code, above, p.code]) AS steps"
    )


def whole(question: Question, found: Counted, steps: Steps) -> dict[str, Any]:
    """The report on the territory that is asked about, as a record."""
    within = question.within
    return _report(question, within, found, below([(within.label, within.code)], steps), steps)


def _report(
    question: Question, territory: Key, found: Counted, inside: set[Name], steps: Steps
) -> dict[str, Any]:
    """Of what lies in the territory."""
    units = [unit for unit in found.units if ("Grid", unit.code) in inside]
    items = [item for item in found.items if not inside.isdisjoint(item.places)]
    return {
        "kind": question.kind.value,
        "territory": territory,
        "level": question.level,
        "asOf": question.day,
        "method": question.method,
        "expected": lambda _: _expected(found, units),
        **coverage.summary([item.status for item in items]),
        "byChild": lambda _: _children(question, territory, found, steps),
        "units": lambda arguments: _listed(units, arguments.get("status")),
    }


def _expected(found: Counted, units: list[Unit]) -> float | None:
    """How many units are covered when people may say no; None where nobody is asked."""
    if found.chances is None:
        return None
    chances = found.chances()
    return round(sum(chances.get(unit.code, 0.0) for unit in units), 6)


def _children(
    question: Question, territory: Key, found: Counted, steps: Steps
) -> list[dict[str, Any]]:
    """A report for each territory directly below in which something can be counted."""
    reports: list[dict[str, Any]] = []
    for child in sorted(steps.get((territory.label, territory.code), ())):
        inside = below([child], steps)
        if any(not inside.isdisjoint(item.places) for item in found.items):
            reports.append(_report(question, Key(*child), found, inside, steps))
    return reports


def _listed(units: list[Unit], wanted: Sequence[Any] | None) -> Ranking:
    chosen = [unit for unit in units if wanted is None or unit.status in wanted]
    return Ranking(
        [Key("Grid", unit.code) for unit in chosen],
        [(unit.code,) for unit in chosen],
        lambda i: {
            "status": chosen[i].status.value,
            "count": chosen[i].count or 0,
            "lastActivity": chosen[i].last,
            "reason": chosen[i].reason,
        },
        f"units {wanted}",
    )
