"""Boundaries as they are taken in: GeoJSON in a declared system, checked, kept in WGS-84."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from graph.crs import Crs, PlaceError, in_china, to_wgs84
from graph.intent import Intent

MOST_CORNERS = 10_000
DECIMALS = 7  # of a degree: about a centimetre
BOX = ("west", "south", "east", "north")
NO_BOUNDARY: Mapping[str, Any] = dict.fromkeys(("boundary", *BOX))


class BoundaryError(ValueError):
    """No boundary that can be kept, and why, in English and Chinese."""

    def __init__(self, message: str, chinese: str) -> None:
        super().__init__(message)
        self.message, self.chinese = message, chinese


def kept(intent: Intent, field: str, geometry: Any, crs: Crs) -> dict[str, Any]:
    """The properties of a boundary: its text (RFC 7946) and its box; problems are noted."""
    try:
        return properties(polygon(geometry, crs))
    except BoundaryError as error:
        intent.refuse(f"{field}.geometry", error.message, error.chinese)
        return {}


def properties(found: BaseGeometry) -> dict[str, Any]:
    """`{boundary, west, south, east, north}`; the box in degrees is what the index holds."""
    text = shapely.to_geojson(found)
    return {"boundary": text, **dict(zip(BOX, map(float, found.bounds), strict=True))}


def polygon(geometry: Any, crs: Crs) -> BaseGeometry:
    """A valid Polygon or MultiPolygon in WGS-84, outer rings counter-clockwise.

    Raises BoundaryError for what is no such thing, crosses itself, or lies outside China.
    """
    found = _parsed(geometry)
    if len(shapely.get_coordinates(found)) > MOST_CORNERS:
        said = f"a boundary has up to {MOST_CORNERS:,} corners"
        raise BoundaryError(said, f"边界最多 {MOST_CORNERS:,} 个顶点")
    moved = shapely.transform(
        found, lambda corners: np.array([_moved(x, y, crs) for x, y in corners])
    )
    if not shapely.is_valid(moved) or shapely.area(moved) == 0:
        why = shapely.is_valid_reason(moved)
        raise BoundaryError(
            f"this boundary encloses nothing or crosses itself: {why}", "边界自相交或无面积"
        )
    return shapely.orient_polygons(shapely.set_precision(moved, 0), exterior_cw=False)


def _parsed(geometry: Any) -> BaseGeometry:
    wrong = BoundaryError(
        "this is no GeoJSON Polygon or MultiPolygon (RFC 7946)", "不是 GeoJSON 多边形(RFC 7946)"
    )
    if not isinstance(geometry, Mapping) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise wrong
    try:
        found = shape(json.loads(json.dumps(dict(geometry), allow_nan=False)))
        shapely.get_coordinates(found)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.GEOSException):
        raise wrong from None
    if found.is_empty or found.geom_type not in ("Polygon", "MultiPolygon"):
        raise wrong
    return found


def _moved(x: float, y: float, crs: Crs) -> tuple[float, float]:
    try:
        longitude, latitude = to_wgs84(float(x), float(y), crs)
    except PlaceError as error:
        raise BoundaryError(
            f"a corner is out of range: {error.message}", "边界顶点超出范围"
        ) from None
    if not in_china(longitude, latitude):
        raise BoundaryError("a corner lies outside China", "边界顶点在中国范围之外")
    return round(longitude, DECIMALS), round(latitude, DECIMALS)
