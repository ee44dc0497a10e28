"""How many of the volunteers around a point can be expected to come when they are asked.

Everyone decides for themselves, with the probability learned from their past invitations. Knows
neither where the point was measured nor who asks.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph import hours
from graph.analysis import acceptance, likelihood, sphere
from graph.asked import ANYHOW, Asked
from graph.bolt import Graph
from graph.candidate import Near, Wanted, candidates, reached
from graph.measure.count import current
from graph.model import Asking, Finding, Missing
from graph.requirement import Requirement


@dataclass(frozen=True)
class Question:
    """Who is asked for, and how many of them must accept.

    `at`: a local moment that must lie in the hours of whoever has told theirs; None = any.
    `asked`: for which hour and by which means.
    """

    near: Near
    skills: tuple[Requirement, ...]
    k: int = 1
    asked: Asked = ANYHOW
    at: datetime | None = None


def expected(question: Question, day: str | None = None) -> Finding:
    """`{probability, expected, people, method}`; one statement, and a look if it matters how.

    Raises Missing for a skill that does not exist.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        wanted = Wanted(question.skills, question.near, hours=question.at is not None)
        try:
            rows = await candidates(graph, wanted, asking)
        except Missing:
            raise Missing("input.skills") from None
        near = [row for row, _ in reached(rows, question.near) if _free(row, question.at)]
        chances = await _chances(graph, near, question.asked, asking)
        return {
            "probability": await asyncio.to_thread(likelihood.at_least, chances, question.k),
            "expected": likelihood.expected(chances),
            "people": len(chances),
            "method": sphere.METHOD,
        }

    return Finding(find, day)


async def _chances(
    graph: Graph, rows: list[list[Any]], asked: Asked, asking: Asking
) -> list[float]:
    """How likely each of these says yes; by what is said of them here unless it matters how."""
    if not asked:
        return [acceptance.mean(row[5], row[6]) for row in rows]
    snapshot = await current(graph, asking)
    chances = await asyncio.to_thread(snapshot.chances, asked, asking)
    known = snapshot.people.index
    return [
        float(chances[known[row[0]]]) if row[0] in known else acceptance.mean(row[5], row[6])
        for row in rows
    ]


def _free(row: list[Any], at: datetime | None) -> bool:
    """Who never told their hours refuses none."""
    return at is None or row[7] is None or hours.hold(row[7], at)
