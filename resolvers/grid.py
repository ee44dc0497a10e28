"""Who may ask for Grids, and which reading answers it."""

from typing import Annotated

import strawberry

import graph.grid
from graph.crs import to_wgs84
from graph.model import Finding
from resolvers.auth import READ, policy
from resolvers.context import Info
from resolvers.enum import GridLevel
from resolvers.lookup import by_code, listed
from resolvers.point import Point

grid = by_code("Grid")
grids = listed("Grid")


@policy(READ)
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
