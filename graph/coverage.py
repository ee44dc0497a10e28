"""Whether every unit of a territory is looked after, by kind; one statement a question.

`graph.measure` says what each kind counts; `graph.analysis.coverage` makes sums of statuses. What
cannot be judged is unknown, not uncovered.
"""

from typing import Any

from graph.analysis import coverage
from graph.bolt import Graph
from graph.measure.count import counted
from graph.measure.question import Question, Unit
from graph.measure.report import whole
from graph.model import Asking, Finding, Key, Ranking


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
