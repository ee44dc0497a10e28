"""Whether every unit of a territory is looked after, by kind.

`graph.measure` says what each kind counts; `graph.analysis.coverage` makes sums of statuses. What
cannot be judged is unknown, not uncovered.
"""

from typing import Any

import numpy as np

from graph.analysis import coverage
from graph.bolt import Graph
from graph.lazy import Lazy
from graph.measure.count import counted
from graph.measure.found import Found
from graph.measure.question import Question
from graph.measure.report import whole
from graph.model import Asking, Finding, Ranking


def report(question: Question, day: str | None = None) -> Finding:
    """The coverage report; its parts for child territories are computed only when asked.

    Raises Missing for a territory out of sight or a skill that does not exist.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        return whole(question, await counted(graph, question, asking))

    return Finding(find, day)


def gaps(question: Question, day: str | None = None) -> Finding:
    """The units that are not covered, or on paper only: those first that leave most people out.

    Severity is 1 where nothing is there, the missing part of k where something is, 0.5 on paper
    (TIME: the share of the time without k; RESPONSE: how likely fewer than k come);
    the order is by severity × people (population, else households × 2.62, the average household of
    the national census of 2020; unknown = 0), then severity, then code.
    """

    async def find(graph: Graph, asking: Asking) -> Ranking:
        return _gaps(question, await counted(graph, question, asking))

    return Finding(find, day)


def _gaps(question: Question, found: Found) -> Ranking:
    weight = np.round(found.severity * found.units.people, 2)
    at = np.flatnonzero(coverage.open_(found.status))
    at = at[np.lexsort((at, -found.severity[at], -weight[at]))]
    return Ranking(
        Lazy(len(at), lambda i: found.units.key(int(at[i]))),
        Lazy(
            len(at),
            lambda i: (
                float(weight[at[i]]),
                float(found.severity[at[i]]),
                found.units.codes[int(at[i])],
            ),
        ),
        lambda i: {
            "status": coverage.STATUSES[found.status[at[i]]].value,
            "severity": float(found.severity[at[i]]),
            "reason": found.reason(int(at[i])),
        },
        f"gaps {question}",
        (True, True, False),
    )
