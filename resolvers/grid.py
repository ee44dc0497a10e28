"""Who may ask for Grids, and which reading answers it."""

from datetime import date

import strawberry

import graph.grid
from graph.crs import to_wgs84
from graph.grid import GridLevel
from graph.model import Finding, Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import Info, iso
from resolvers.place import PointInput


@policy("territory:read")
def grid(info: Info, code: str) -> Reading:
    return graph.grid.by_code(code)


@policy("territory:read")
def grids(info: Info, within: strawberry.ID | None = None, as_of: date | None = None) -> Reading:
    context = info.context
    return listed("Grid", context.territory(within), context.bounded, iso(as_of))


@policy("territory:read")
def grids_at(info: Info, point: PointInput, levels: list[GridLevel] | None = None) -> Finding:
    longitude, latitude = to_wgs84(point.longitude, point.latitude, point.crs)
    return graph.grid.at(longitude, latitude, None if levels is None else [*levels])
