"""Points, boundaries, distances and skills as clients send them, checked and put in our units."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from graph import boundary
from graph.candidate import Near
from graph.check import HIGHEST
from graph.crs import to_wgs84
from graph.intent import NO_PLACE, Intent
from graph.kind import GeoJSON
from graph.requirement import Requirement
from resolvers.enum import Crs
from resolvers.errors import bad_input

METRES_A_MINUTE = 75 / 1.3  # 4.5 km/h on a way 1.3 times the great circle
FARTHEST = 20_100_000  # metres; half around the earth


@strawberry.input(description="点 · A place; which system it was measured in must be said")
class PointInput:
    longitude: float = strawberry.field(description="经度 · Longitude in degrees, east positive")
    latitude: float = strawberry.field(description="纬度 · Latitude in degrees, north positive")
    crs: Crs = strawberry.field(description="坐标系 · The system the numbers are in")


@strawberry.input(description="边界 · A boundary; which system it was measured in must be said")
class BoundaryInput:
    geometry: GeoJSON = strawberry.field(
        description="几何 · GeoJSON Polygon or MultiPolygon (RFC 7946), longitude before latitude"
    )
    crs: Crs = strawberry.field(description="坐标系 · The system the numbers are in")


@strawberry.input(description="附近 · Around a point; both limits given, both hold")
class NearInput:
    point: PointInput = strawberry.field(description="点 · The point")
    meters: int | None = strawberry.field(
        default=None, description="米 · Great-circle metres, inclusive; null = however far"
    )
    minutes: int | None = strawberry.field(
        default=None, description="分钟 · Walking minutes (metres × 1.3 / 75), inclusive"
    )


@strawberry.input(description="技能要求 · A skill that must be held, itself or a narrower one")
class SkillRequirementInput:
    skill: str = strawberry.field(description="技能代码 · Code of the skill")
    min_level: int = strawberry.field(default=1, description="最低等级 · Least level, 1 to 5")
    count: int = strawberry.field(
        default=1, description="人数 · How many holders; has no effect in volunteers and coverage"
    )
    verified_only: bool = strawberry.field(
        default=False, description="仅已核实 · Only if someone confirmed it"
    )

    def requirement(self, field: str) -> Requirement:
        if not 1 <= self.min_level <= HIGHEST:
            raise bad_input(f"minLevel is from 1 to {HIGHEST}", f"{field}.minLevel")
        return Requirement(self.skill, self.min_level, self.verified_only)


def reach(meters: int | None, minutes: int | None, field: str) -> float | None:
    """The smaller of both limits in metres; None if neither is given."""
    for name, value in (("meters", meters), ("minutes", minutes)):
        if value is not None and not 0 <= value <= FARTHEST:
            raise bad_input(f"{name} is from 0 to {FARTHEST:,}", f"{field}.{name}")
    limits = [] if meters is None else [float(meters)]
    return min([*limits, *([] if minutes is None else [minutes * METRES_A_MINUTE])], default=None)


def near(given: NearInput) -> Near:
    longitude, latitude = to_wgs84(given.point.longitude, given.point.latitude, given.point.crs)
    return Near(longitude, latitude, reach(given.meters, given.minutes, "near"))


Point = Annotated[PointInput, strawberry.argument(description="点 · The point")]


def placed(intent: Intent, field: str, value: PointInput | None) -> Mapping[str, Any]:
    """The properties of a place; null removes it."""
    if value is None:
        return NO_PLACE
    return intent.place(field, value.longitude, value.latitude, value.crs)


def bounded(intent: Intent, field: str, value: BoundaryInput | None) -> Mapping[str, Any]:
    """The properties of a boundary; null removes it."""
    if value is None:
        return boundary.NO_BOUNDARY
    return boundary.kept(intent, field, value.geometry, value.crs)
