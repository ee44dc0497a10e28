"""Whether the units of a level tile a territory: gaps, overlaps, and what is too thin to be meant.

Knows polygons; the statement reads the boundaries, the rest is plain geometry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any, LiteralString

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from graph import registry
from graph.bolt import Graph
from graph.model import Asking, Finding, Key, Missing
from graph.predicate import Predicates, valid, where
from graph.scope import ground

DEGREE = 111_195.08  # metres of a degree of latitude on a sphere of 6,371,008.8 m
SLIVER = 5.0  # metres of mean width below which a gap or overlap is a slip of the pen
LEAST = 0.5  # square metres; what is smaller comes of rounding coordinates to a centimetre

UNITS: LiteralString = "MATCH (t)<-[w:WITHIN]-(u:Grid {level: $level})"


def tiling(within: Key, level: str, day: str | None = None) -> Finding:
    """The report; a territory without boundary is judged for overlaps only."""

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        inside = Predicates(asking.bounded).inside("u", registry.node("Grid"))
        units = where(UNITS, [valid("w", "day"), inside])
        text = "\n".join(
            [
                ground(within.label, asking.bounded),
                f"CALL (t) {{ {units} RETURN collect([u.code, u.boundary]) AS units }}",
                "RETURN [t.boundary, units] AS row",
            ]
        )
        values = {"within": within.code, "level": level, **asking.values()}
        found = await graph.read("tiling", text, values)
        if found is None:
            raise Missing("within")
        return _report(found[0], sorted(found[1]), within, level)

    return Finding(find, day)


@dataclass(frozen=True)
class Fault:
    """A part that no unit covers (`codes` empty), or that two do; in degrees."""

    part: BaseGeometry
    codes: tuple[str, ...] = ()


def _report(outline: str | None, rows: list[list[Any]], within: Key, level: str) -> dict[str, Any]:
    drawn = [(code, shapely.from_geojson(text)) for code, text in rows if text is not None]
    polygons = [polygon for _, polygon in drawn]
    whole = shapely.from_geojson(outline) if outline else None
    shown = [_shown(fault) for fault in faults([code for code, _ in drawn], polygons, whole)]
    kept = [fault for fault in shown if fault["area"] >= LEAST]
    return {
        "territory": within,
        "level": level,
        "units": len(rows),
        "withoutBoundary": len(rows) - len(drawn),
        "tiles": bool(drawn) and whole is not None and not kept,
        "gapArea": round(sum(f["area"] for f in kept if f["kind"] == "GAP"), 1),
        "overlapArea": round(sum(f["area"] for f in kept if f["kind"] == "OVERLAP"), 1),
        "faults": sorted(kept, key=lambda fault: -fault["area"])[:100],
    }


def faults(
    codes: Sequence[str], polygons: Sequence[BaseGeometry], whole: BaseGeometry | None
) -> list[Fault]:
    """Every gap within `whole` and every overlap of two polygons, each part by itself."""
    found: list[Fault] = []
    if whole is not None:
        rest = shapely.difference(whole, shapely.union_all(polygons))
        found += [Fault(part) for part in _areas(rest)]
    drawn = np.asarray(polygons, dtype=object)
    first, second = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    for i, j in zip(first.tolist(), second.tolist(), strict=True):
        if i < j:
            common = shapely.intersection(polygons[i], polygons[j])
            pair = (str(codes[i]), str(codes[j]))
            found += [Fault(part, pair) for part in _areas(common)]
    return found


def _areas(geometry: BaseGeometry) -> list[BaseGeometry]:
    return [part for part in shapely.get_parts(geometry) if shapely.area(part) > 0]


def _shown(fault: Fault) -> dict[str, Any]:
    """With its area in square metres, projected locally (exact to some 0.1 % for a district)."""
    x0, y0 = shapely.get_coordinates(fault.part)[0]
    scale = DEGREE * cos(radians(y0))
    flat = shapely.transform(fault.part, lambda at: (at - (x0, y0)) * (scale, DEGREE))
    area, border = float(shapely.area(flat)), float(shapely.length(flat))
    return {
        "kind": "OVERLAP" if fault.codes else "GAP",
        "area": round(area, 2),
        "sliver": area / (border / 2) < SLIVER,
        "grids": [Key("Grid", code) for code in fault.codes],
        "geometry": shapely.geometry.mapping(fault.part),
    }
