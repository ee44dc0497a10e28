"""Whether every unit of a territory is looked after, by kind.

`graph.measure` says what each kind counts; `graph.analysis.coverage` makes sums of statuses. What
cannot be judged is unknown, not uncovered.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from graph.analysis import coverage
from graph.bolt import Graph
from graph.lazy import Lazy
from graph.measure.count import counted, counted_in, current
from graph.measure.found import Found
from graph.measure.question import Question
from graph.measure.report import whole
from graph.model import Asking, Finding, Key, Ranking
from graph.snapshot.column import ordinal
from graph.snapshot.snapshot import Snapshot


def revision() -> Finding:
    """The revision that every report tells, without anything counted."""

    async def find(graph: Graph, asking: Asking) -> str:
        return (await current(graph, asking)).revision

    return Finding(find)


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
        lambda i: found.told(int(at[i])),
        f"gaps {question}",
        (True, True, False),
    )


def of_grids(question: Question) -> Callable[[Graph, Asking, Sequence[str]], Any]:
    """How each of some grids is, as a unit of its own level; the question's own level is not asked.

    By level, all of them are asked of the smallest territory in sight that holds them.
    """

    async def find(graph: Graph, asking: Asking, codes: Sequence[str]) -> dict[str, Any]:
        snapshot = await current(graph, asking)
        found: dict[str, Any] = {}
        for top, level, wanted in _together(snapshot, asking, codes):
            asked = replace(question, within=top, level=level)
            units = await counted_in(snapshot, graph, asked, asking)
            at = {code: i for i, code in enumerate(units.units.codes)}
            by = {"method": asked.method, "revision": units.revision}
            found |= {code: units.told(at[code]) | by for code in wanted if code in at}
        return found

    return find


def _together(
    snapshot: Snapshot, asking: Asking, codes: Sequence[str]
) -> list[tuple[Key, str, list[str]]]:
    """Grids of a level, and a territory that holds them all; else each for itself."""
    land, day, sight = snapshot.land, ordinal(asking.day), snapshot.sight(asking)
    levels: dict[str, list[str]] = {}
    for code in codes:
        at = land.index.get(("Grid", code))
        if at is not None:
            levels.setdefault(str(land.level[at]), []).append(code)
    found: list[tuple[Key, str, list[str]]] = []
    for level, some in levels.items():
        above = [set(land.above(land.index["Grid", code], day).tolist()) for code in some]
        common = [at for at in set.intersection(*above) if sight is None or sight[at]]
        if common:
            top = max(common, key=lambda at: (len(land.paths[at]), land.paths[at]))
            found.append((land.key(top), level, some))
        else:
            found += [(Key("Grid", code), level, [code]) for code in some]
    return found
