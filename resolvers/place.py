"""Places as clients send them: the inputs, which the schema describes."""

import strawberry

from graph.crs import Crs

strawberry.enum(Crs, description="坐标系 · Coordinate reference system of a longitude and latitude")


@strawberry.input(description="点 · A place; which system it was measured in must be said")
class PointInput:
    longitude: float = strawberry.field(description="经度 · Longitude in degrees, east positive")
    latitude: float = strawberry.field(description="纬度 · Latitude in degrees, north positive")
    crs: Crs = strawberry.field(description="坐标系 · The system the numbers are in")
