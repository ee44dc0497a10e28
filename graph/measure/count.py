"""The one statement of a question about coverage, and what is found by it."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import LiteralString

from graph import registry
from graph.analysis.tree import below
from graph.bolt import Graph
from graph.measure import MEASURES
from graph.measure.question import Counted, Name, Question, Unit
from graph.model import Asking, Missing
from graph.predicate import Predicates, valid, where
from graph.scope import ground

# Units, and how the territories below `t` hang together.
UNITS: LiteralString = "MATCH (t)<-[w:WITHIN]-(u:Grid {level: $level})"
STEPS: LiteralString = (
    "MATCH (t)<-[w:WITHIN]-(c:Territory)-[r:PART_OF|SPANS]->(p:Territory) WHERE c.path <> t.path"
)

Steps = Mapping[Name, Sequence[Name]]  # parent -> children


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
