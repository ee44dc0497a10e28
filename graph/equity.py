"""How evenly what covers the units of a territory is shared among those who live there."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import numpy as np

from graph.analysis import equity
from graph.bolt import Graph
from graph.measure.count import counted
from graph.measure.question import Question, Unit
from graph.model import Asking, Finding, Key, Ranking

TENTHS = np.linspace(0.0, 1.0, 11)


class Share(StrEnum):
    """Among whom something is shared."""

    POPULATION = "POPULATION"
    HOUSEHOLDS = "HOUSEHOLDS"
    UNITS = "UNITS"


def report(question: Question, by: Share, levels: Sequence[str]) -> Finding:
    """The figures at the level that is asked, and at the others for comparison.

    One statement a level. Raises Missing for a territory out of sight or a skill that does not
    exist.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        found = []
        for level in (question.level, *levels):
            units, _ = await counted(graph, replace(question, level=level), asking)
            found.append(await asyncio.to_thread(_figures, level, units.units, by))
        return {
            **found[0],
            "territory": question.within,
            "asOf": question.day,
            "method": question.method,
            "levels": [figures for figures in found if figures["units"]],
        }

    return Finding(find, question.day)


def _figures(level: str, units: Sequence[Unit], by: Share) -> dict[str, Any]:
    known = [unit for unit in units if unit.count is not None]
    weighed = [(unit, weight) for unit in known if (weight := _weight(unit, by))]
    values = [float(unit.count or 0) for unit, _ in weighed]
    weights = [weight for _, weight in weighed]
    curve = equity.lorenz(values, weights)
    order = equity.worst(values, weights, len(values))
    return {
        "level": level,
        "units": len(weighed),
        "unknown": len(units) - len(known),
        "unweighted": len(known) - len(weighed),
        "gini": _rounded(equity.gini(values, weights)),
        "palma": _rounded(equity.palma(values, weights)),
        "lorenz": [] if curve is None else _points(curve),
        "worst": lambda _: _ranking([weighed[i] for i in order], by),
    }


def _weight(unit: Unit, by: Share) -> float:
    """0 where it is not known."""
    if by is Share.UNITS:
        return 1.0
    return float((unit.population if by is Share.POPULATION else unit.households) or 0)


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 9)


def _points(curve: equity.Lorenz) -> list[Mapping[str, float]]:
    """The curve at every tenth of the people."""
    shares = np.interp(TENTHS, curve.people, curve.share)
    return [
        {"people": round(people, 1), "share": round(share, 9)}
        for people, share in zip(TENTHS.tolist(), shares.tolist(), strict=True)
    ]


def _ranking(weighed: Sequence[tuple[Unit, float]], by: Share) -> Ranking:
    """In the order of `equity.worst`: the least, then the heaviest first, then by code."""
    return Ranking(
        [Key("Grid", unit.code) for unit, _ in weighed],
        [(unit.count, weight, unit.code) for unit, weight in weighed],
        lambda i: {"count": weighed[i][0].count, "weight": weighed[i][1]},
        f"equity {by}",
        (False, True, False),
    )
