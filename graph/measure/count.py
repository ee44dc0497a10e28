"""A question asked of the units: what its kind reads of the graph, and what is found."""

import asyncio
from dataclasses import replace
from typing import Any, LiteralString

import numpy as np

from graph import registry
from graph.bolt import Graph
from graph.measure import MEASURES
from graph.measure.found import Found
from graph.measure.mode import CATEGORIES, NIGHT
from graph.measure.question import Ground, Question, Units
from graph.model import Asking, Missing
from graph.predicate import Predicates, valid, where
from graph.requirement import Requirement
from graph.scope import ground
from graph.snapshot.column import ordinal
from graph.snapshot.snapshot import Snapshot, Snapshots

UNITS: LiteralString = "MATCH (t)<-[w:WITHIN]-(u:Grid {level: $level})"


async def counted(graph: Graph, question: Question, asking: Asking) -> Found:
    """The units judged; a look at what changed, and one statement if the kind reads anything.

    Raises Missing for a territory out of sight or a skill that does not exist.
    """
    return await counted_in(await current(graph, asking), graph, question, asking)


async def current(graph: Graph, asking: Asking) -> Snapshot:
    """The network as it was when this was asked, or later."""
    return await graph.kept(Snapshots).current(graph, asking.after)


async def counted_in(snapshot: Snapshot, graph: Graph, question: Question, asking: Asking) -> Found:
    """The same, for whoever asks several times, of one snapshot."""
    known(snapshot, question.skill)
    told = await read(graph, question, asking)
    return await asyncio.to_thread(judged, snapshot, question, asking, told)


def known(snapshot: Snapshot, skill: Requirement | None) -> None:
    """Raises Missing for a skill that does not exist."""
    if skill and skill.skill not in snapshot.skills.index:
        raise Missing("input.skill")


def judged(snapshot: Snapshot, question: Question, asking: Asking, told: Any) -> Found:
    """What is found in a snapshot, with what was read besides."""
    counts, others = told
    since, _ = asking.window(question.days)
    asked = units(snapshot, question, asking)
    found = MEASURES[question.kind].judged(
        Ground(question, asking, snapshot, asked, since, dict(counts), others)
    )
    return replace(found, revision=snapshot.revision)


def units(snapshot: Snapshot, question: Question, asking: Asking) -> Units:
    """Those of the level in the territory that the caller sees; Missing if it is out of sight."""
    land, day = snapshot.land, ordinal(asking.day)
    top = snapshot.top(question.within, asking, "input.within")
    at = land.units(top, question.level, day, snapshot.sight(asking))
    absent = {land.index.get(("Grid", code)) for code in question.absent.grids}
    return Units(land, at[~np.isin(at, [i for i in absent if i is not None])] if absent else at)


async def read(graph: Graph, question: Question, asking: Asking) -> Any:
    """What the kind reads of the graph: [[code, count] …] of units, and others."""
    text = statement(question, asking.bounded)
    if not text:
        return (), None
    since, until = asking.window(question.days)
    values = {
        "within": question.within.code,
        "level": question.level,
        "first": since,
        "last": until,
        "night": asking.hours(*NIGHT),
        "categories": CATEGORIES.get(question.kind, []),
        "absent": list(question.absent.people),
    }
    name = f"coverage.{question.kind.value.lower()}"
    found = await graph.read(name, text, values | asking.values())
    if found is None:
        raise Missing("input.within")
    return found


def statement(question: Question, bounded: bool) -> LiteralString:
    """What a kind reads: [[code, count] …] of units, and others. Empty if it reads nothing."""
    predicates, measure = Predicates(bounded), MEASURES[question.kind]
    if not measure.count and not measure.others:
        return ""
    parts: list[LiteralString] = [ground(question.within.label, bounded)]
    if measure.others:
        # First, since it groups: Neo4j counts lists of earlier CALLs once for each row within
        # (600 MB where 2 are enough).
        parts.append(f"CALL (t) {{ {measure.others(question, predicates)} }}")
    if measure.count:
        inside = predicates.inside("u", registry.node("Grid"))
        units = where(UNITS, [valid("w", "day"), inside])
        count = measure.count(question, predicates)
        parts.append(
            f"CALL (t) {{ {units} WITH u, {count} AS count WHERE count > 0 "
            "RETURN collect([u.code, count]) AS counts }"
        )
    counts: LiteralString = "counts" if measure.count else "[]"
    others: LiteralString = "others" if measure.others else "null"
    return "\n".join([*parts, f"RETURN [{counts}, {others}] AS row"])
