"""How coverage changes: day after day, and from one question to another."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from graph.analysis import coverage
from graph.bolt import Graph
from graph.measure.count import counted_in, current
from graph.measure.question import Question
from graph.measure.report import change, whole
from graph.model import Asking, Finding, Key, Ranking

AT_ONCE = 4  # statements


def trend(question: Question, days: Sequence[str]) -> Finding:
    """The figures of each of the days, which are ISO dates, all of one snapshot.

    Raises Missing for a territory out of sight or a skill that does not exist.
    """

    async def find(graph: Graph, asking: Asking) -> list[dict[str, Any]]:
        gate, snapshot = asyncio.Semaphore(AT_ONCE), await current(graph, asking)

        async def of(day: str) -> dict[str, Any]:
            asked = replace(question, day=day)
            async with gate:
                found = await counted_in(snapshot, graph, asked, replace(asking, day=day))
            return whole(asked, found)

        async with asyncio.TaskGroup() as group:
            points = [group.create_task(of(day)) for day in days]
        return [point.result() for point in points]

    return Finding(find)


def comparison(a: Question, b: Question) -> Finding:
    """The reports of two questions, and the units of both that only one finds really covered.

    Raises Missing for a territory out of sight or a skill that does not exist.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        snapshot = await current(graph, asking)
        before, after = [
            await counted_in(snapshot, graph, asked, replace(asking, day=asked.day))
            for asked in (a, b)
        ]
        one, other = (
            dict(zip(found.units.codes, coverage.really(found.status).tolist(), strict=True))
            for found in (before, after)
        )
        first, second = whole(a, before), whole(b, after)
        both = sorted(one.keys() & other.keys())
        return {
            "a": first,
            "b": second,
            **change(first, second),
            "gained": lambda _: _listed([c for c in both if other[c] and not one[c]], "gained"),
            "lost": lambda _: _listed([c for c in both if one[c] and not other[c]], "lost"),
        }

    return Finding(find, b.day)


def _listed(codes: Sequence[str], name: str) -> Ranking:
    return Ranking(
        [Key("Grid", code) for code in codes], [(code,) for code in codes], lambda i: {}, name
    )
