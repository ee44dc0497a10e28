"""Blind spots: cells of a hexagonal mesh (H3) where people live and nobody is near.

A cell is asked what a unit is asked, from its centre.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, LiteralString

import h3
import numpy as np

from graph import geometry
from graph.analysis import coverage
from graph.analysis.coverage import Floats
from graph.bolt import Graph
from graph.crs import Crs
from graph.map import feature
from graph.measure import MEASURES
from graph.measure.count import current, known, read, units
from graph.measure.found import Found
from graph.measure.question import Ground, Question, Units
from graph.model import Asking, Finding, Missing, Unfit
from graph.scope import ground
from graph.snapshot.column import Places

MOST = 20_000  # cells
FIRST = 20  # cells that are listed if it is not said how many


@dataclass(frozen=True)
class Cells(Units):
    """Cells of the mesh, and who lives there: the people of units whose centroid lies in one."""

    cells: Sequence[str] = ()
    homes: Units | None = None

    @staticmethod
    def of(cells: Sequence[str], homes: Units) -> "Cells":
        return Cells(homes.land, np.zeros(0, np.intp), cells, homes)

    def __len__(self) -> int:
        return len(self.cells)

    @cached_property
    def codes(self) -> list[str]:
        return list(self.cells)

    @cached_property
    def centers(self) -> Floats:
        """(n, 2): latitude and longitude."""
        places = [h3.cell_to_latlng(cell) for cell in self.cells]
        return np.asarray(places, np.float64).reshape(-1, 2)

    @cached_property
    def longitude(self) -> Floats:
        return self.centers[:, 1]

    @cached_property
    def latitude(self) -> Floats:
        return self.centers[:, 0]

    @cached_property
    def people(self) -> Floats:
        assert self.homes is not None
        at = {cell: i for i, cell in enumerate(self.cells)}
        found = np.zeros(len(self))
        if self.cells:
            for cell, number in zip(_cells(self.homes, h3.get_resolution(self.cells[0])),
                                    self.homes.people.tolist(), strict=True):  # fmt: skip
                if cell in at:
                    found[at[cell]] += number
        return found


def spots(question: Question, resolution: int, day: str | None = None) -> Finding:
    """`{territory, level, asOf, method, revision, resolution, surveyed, cells …}`.

    The cells are those whose centre the territory's boundary holds; without a boundary those in
    which a unit has its centroid. Raises Missing, or Unfit where there are more than MOST.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        snapshot = await current(graph, asking)
        known(snapshot, question.skill)
        homes = units(snapshot, question, asking)
        outline = await _outline(graph, question, asking)
        _, others = await read(graph, question, asking)

        def judged() -> Found:
            cells = _covering(outline, homes, resolution)
            since, _ = asking.window(question.days)
            asked = Ground(question, asking, snapshot, cells, since, {}, others)
            return MEASURES[question.kind].judged(asked)

        found = await asyncio.to_thread(judged)
        return _record(question, found, resolution, outline is not None, snapshot.revision)

    return Finding(find, day)


async def _outline(graph: Graph, question: Question, asking: Asking) -> str | None:
    text: LiteralString = (
        f"{ground(question.within.label, asking.bounded)} RETURN [t.boundary] AS row"
    )
    found = await graph.read("blind.outline", text, {"within": question.within.code,
                                                     **asking.values()})  # fmt: skip
    if found is None:
        raise Missing("input.within")
    outline: str | None = found[0]
    return outline


def _covering(outline: str | None, homes: Units, resolution: int) -> Cells:
    """Those where somebody lives first."""
    if outline is not None:
        cells = set(geometry.cells({"boundary": outline}, {"resolution": resolution}) or ())
    else:
        cells = {cell for cell in _cells(homes, resolution) if cell}
    if len(cells) > MOST:
        raise Unfit("input.resolution", f"{len(cells)} cells are too many; {MOST} are possible")
    return Cells.of(sorted(cells), homes)


def _cells(homes: Units, resolution: int) -> list[str]:
    """The cell in which each unit has its centroid; empty where that is not known."""
    places = zip(homes.latitude.tolist(), homes.longitude.tolist(), homes.placed.tolist(),
                 strict=True)  # fmt: skip
    return [h3.latlng_to_cell(y, x, resolution) if known else "" for y, x, known in places]


def _record(
    question: Question, found: Found, resolution: int, surveyed: bool, revision: str
) -> dict[str, Any]:
    people, open_ = found.units.people, coverage.open_(found.status)
    blind = np.flatnonzero(open_)
    order = blind[np.lexsort((blind, -people[blind]))]
    return {
        "territory": question.within,
        "level": question.level,
        "asOf": question.day,
        "method": question.method,
        "revision": revision,
        "resolution": resolution,
        "surveyed": surveyed,
        "cells": len(found.units),
        "blind": len(blind),
        "people": round(float(people.sum()), 2),
        "blindPeople": round(float(people[blind].sum()), 2),
        "spots": lambda arguments: _listed(found, order[: arguments.get("first") or FIRST]),
        "geoJson": lambda _: {
            "type": "FeatureCollection",
            "features": [_feature(found, int(i)) for i in range(len(found.units))],
        },
    }


def _listed(found: Found, order: Places) -> list[dict[str, Any]]:
    return [
        {
            "cell": found.units.codes[i],
            "people": round(float(found.units.people[i]), 2),
            **found.told(i),
            "center": _center(found, i),
        }
        for i in order.tolist()
    ]


def _center(found: Found, i: int) -> dict[str, Any]:
    x, y = float(found.units.longitude[i]), float(found.units.latitude[i])
    return {"longitude": x, "latitude": y, "crs": Crs.WGS84.value}


def _feature(found: Found, i: int) -> dict[str, Any]:
    cell = found.units.codes[i]
    ring = [[x, y] for y, x in h3.cell_to_boundary(cell)]
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return feature(found, i, geometry, {"people": round(float(found.units.people[i]), 2)})
