"""Who may ask for Grids, and which reading answers it."""

from typing import Annotated

import strawberry

import graph.grid
from graph.crs import to_wgs84
from graph.model import Finding, Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso
from resolvers.enum import GridLevel
from resolvers.place import Point


@policy("territory:read")
def grid(info: Info, code: CodeOf) -> Reading:
    return graph.grid.by_code(code)


@policy("territory:read")
def grids(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
    context = info.context
    return listed("Grid", context.territory(within), context.bounded, iso(as_of))


@policy("territory:read")
def grids_at(
    info: Info,
    point: Point,
    levels: Annotated[
        list[GridLevel] | None,
        strawberry.argument(description="级别 · Only these levels; all if not given"),
    ] = None,
) -> Finding:
    longitude, latitude = to_wgs84(point.longitude, point.latitude, point.crs)
    return graph.grid.at(longitude, latitude, None if levels is None else [*levels])
