"""Places as the graph keeps them, given out: WGS-84 numbers become points, text becomes GeoJSON."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import h3
import shapely
from shapely.geometry.base import BaseGeometry

from graph.crs import Crs, PlaceError, from_wgs84

COARSEST, FINEST = 5, 11  # resolutions of H3: from 250 km² a cell to 0.002 km²


def point(row: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    """`{longitude, latitude, crs}` in degrees in the asked system (WGS84 unless said), or None."""
    if row.get("longitude") is None or row.get("latitude") is None:
        return None
    crs = arguments.get("crs") or Crs.WGS84
    longitude, latitude = from_wgs84(row["longitude"], row["latitude"], crs)
    return {"longitude": longitude, "latitude": latitude, "crs": crs.value}


def boundary(row: Mapping[str, Any], _: Mapping[str, Any]) -> Any:
    """The GeoJSON geometry (RFC 7946, WGS-84), or None."""
    return None if row.get("boundary") is None else json.loads(row["boundary"])


def cells(row: Mapping[str, Any], arguments: Mapping[str, Any]) -> list[str] | None:
    """H3 cells (https://h3geo.org) whose centre the boundary holds, in order; None without one.

    Raises PlaceError for a resolution that is not 5 to 11.
    """
    asked = arguments.get("resolution")
    resolution = 9 if asked is None else asked
    if not COARSEST <= resolution <= FINEST:
        raise PlaceError("resolution", f"resolution is from {COARSEST} to {FINEST}")
    if row.get("boundary") is None:
        return None
    shape = h3.geo_to_h3shape(json.loads(row["boundary"]))
    return sorted(h3.h3shape_to_cells(shape, resolution))


def holds(boundary: str, longitude: float, latitude: float) -> bool:
    """Whether a boundary (GeoJSON text) holds a point, its own border included."""
    return bool(shapely.intersects_xy(_polygon(boundary), longitude, latitude))


@lru_cache(4096)
def _polygon(boundary: str) -> BaseGeometry:
    polygon = shapely.from_geojson(boundary)
    shapely.prepare(polygon)
    return polygon
