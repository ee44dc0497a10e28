"""How evenly what covers the units of a territory is shared among those who live there."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import numpy as np

from graph.analysis import coverage, equity
from graph.analysis.coverage import Floats
from graph.bolt import Graph
from graph.lazy import Lazy
from graph.measure.count import counted_in, current
from graph.measure.found import Found
from graph.measure.question import Question, Units
from graph.model import Asking, Finding, Ranking
from graph.snapshot.column import Places

TENTHS = np.linspace(0.0, 1.0, 11)


class Share(StrEnum):
    """Among whom something is shared."""

    POPULATION = "POPULATION"
    POPULATION_UNDER_15 = "POPULATION_UNDER_15"
    POPULATION_OVER_65 = "POPULATION_OVER_65"
    HOUSEHOLDS = "HOUSEHOLDS"
    UNITS = "UNITS"


COLUMN: Mapping[Share, str] = {
    Share.POPULATION: "population",
    Share.POPULATION_UNDER_15: "populationUnder15",
    Share.POPULATION_OVER_65: "populationOver65",
    Share.HOUSEHOLDS: "households",
}


def report(question: Question, by: Share, levels: Sequence[str]) -> Finding:
    """The figures at the level that is asked, and at the others for comparison.

    All of one snapshot. Raises Missing for a territory out of sight or a skill that does not
    exist.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        found, snapshot = [], await current(graph, asking)
        for level in (question.level, *levels):
            asked = replace(question, level=level)
            units = await counted_in(snapshot, graph, asked, asking)
            found.append(await asyncio.to_thread(_figures, level, units, by))
        return {
            **found[0],
            "territory": question.within,
            "asOf": question.day,
            "method": question.method,
            "levels": [figures for figures in found if figures["units"]],
        }

    return Finding(find, question.day)


def _figures(level: str, found: Found, by: Share) -> dict[str, Any]:
    known = found.status != coverage.UNKNOWN
    weight = _weights(found.units, by)
    at = np.flatnonzero(known & (weight > 0))
    values, weights = found.count[at].astype(np.float64).tolist(), weight[at].tolist()
    curve = equity.lorenz(values, weights)
    order = at[equity.worst(values, weights, len(values))]
    return {
        "level": level,
        "units": len(at),
        "unknown": int((~known).sum()),
        "unweighted": int(known.sum()) - len(at),
        "gini": _rounded(equity.gini(values, weights)),
        "palma": _rounded(equity.palma(values, weights)),
        "lorenz": [] if curve is None else _points(curve),
        "worst": lambda _: _ranking(found, weight, order, by),
    }


def _weights(units: Units, by: Share) -> Floats:
    """0 where it is not known."""
    if by is Share.UNITS:
        return np.ones(len(units))
    return np.nan_to_num(units.land.living[COLUMN[by]][units.at])


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 9)


def _points(curve: equity.Lorenz) -> list[Mapping[str, float]]:
    """The curve at every tenth of the people."""
    shares = np.interp(TENTHS, curve.people, curve.share)
    return [
        {"people": round(people, 1), "share": round(share, 9)}
        for people, share in zip(TENTHS.tolist(), shares.tolist(), strict=True)
    ]


def _ranking(found: Found, weight: Floats, order: Places, by: Share) -> Ranking:
    """In the order of `equity.worst`: the least, then the heaviest first, then by code."""

    def figures(i: int) -> tuple[int, float]:
        return int(found.count[order[i]]), float(weight[order[i]])

    return Ranking(
        Lazy(len(order), lambda i: found.units.key(int(order[i]))),
        Lazy(len(order), lambda i: (*figures(i), found.units.codes[int(order[i])])),
        lambda i: dict(zip(("count", "weight"), figures(i), strict=True)),
        f"equity {by}",
        (False, True, False),
    )
