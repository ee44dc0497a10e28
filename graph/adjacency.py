"""Which boundaries touch, and along how many metres. Knows polygons and nothing of a graph."""

from collections.abc import Iterator, Sequence
from typing import Any

import shapely

from graph.analysis.sphere import metres

Neighbors = Iterator[tuple[int, int, float]]


def adjacent(boundaries: Sequence[str]) -> Neighbors:
    """Pairs of indices (i < j) of GeoJSON boundaries with a common border, and its metres.

    A common corner is no border. Lengths are great-circle, by segment.
    """
    polygons = list(shapely.from_geojson(boundaries))
    tree = shapely.STRtree(polygons)
    first, second = tree.query(polygons, predicate="intersects")
    for i, j in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        if i < j:
            borders = shapely.boundary([polygons[i], polygons[j]])
            length = _length(shapely.intersection(borders[0], borders[1]))
            if length > 0:
                yield i, j, round(length, 1)


def _length(lines: Any) -> float:
    total = 0.0
    for part in shapely.get_parts(lines):
        x, y = shapely.get_coordinates(part).T
        total += float(metres(x[:-1], y[:-1], x[1:], y[1:]).sum())
    return total
