"""Places as the graph keeps them, given out: WGS-84 numbers become points, text becomes GeoJSON."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from graph.crs import Crs, from_wgs84


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


def holds(boundary: str, longitude: float, latitude: float) -> bool:
    """Whether a boundary (GeoJSON text) holds a point, its own border included."""
    return bool(shapely.intersects_xy(_polygon(boundary), longitude, latitude))


@lru_cache(4096)
def _polygon(boundary: str) -> BaseGeometry:
    polygon = shapely.from_geojson(boundary)
    shapely.prepare(polygon)
    return polygon
