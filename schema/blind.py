"""What a client sees of places where nobody is near."""

from datetime import date

import strawberry

import resolvers.blind
from graph.kind import GeoJSON
from resolvers.enum import GridLevel, Status
from schema.relay import answered, asked
from schema.scalar import Point
from schema.territory import Territory

FIRST = (int | None, "前若干项 · How many, 1 to 100; 20 if not given")


@strawberry.type(description="盲区 · A cell that is not covered")
class BlindSpot:
    cell: str = strawberry.field(description="单元格 · H3 index of the cell")
    center: Point = strawberry.field(description="中心 · Its centre, in WGS-84")
    people: float = strawberry.field(
        description="人口 · People of the units whose centroid lies in it (households × 2.62 where "
        "only these are known); 0 = unknown"
    )
    status: Status = strawberry.field(description="状态 · NONE or FORMAL_ONLY")
    count: int = strawberry.field(description="数量 · What was counted for it")
    severity: float = strawberry.field(
        description="严重程度 · The missing part of k; TIME: the share of the time without k; "
        "RESPONSE: how likely fewer than k come"
    )
    reason: str = strawberry.field(description="原因 · Why it is not covered")


@strawberry.type(
    description="盲区报告 · The cells of a hexagonal mesh (H3) that nobody covers. The cells are "
    "those whose centre the territory's boundary holds; without one those with a unit's centroid"
)
class BlindSpots:
    territory: Territory = strawberry.field(description="辖区 · The territory")
    level: GridLevel = strawberry.field(description="级别 · Whose units tell where people live")
    as_of: date = strawberry.field(description="日期 · The day that was asked about")
    method: str = strawberry.field(description="方法 · How distance was measured")
    revision: str = strawberry.field(
        description="修订号 · Of the graph that was asked; another one means that it has changed"
    )
    resolution: int = strawberry.field(description="分辨率 · Of the mesh")
    surveyed: bool = strawberry.field(
        description="有边界 · Whether the boundary of the territory says which cells there are"
    )
    cells: int = strawberry.field(description="单元格数 · Cells that were asked")
    blind: int = strawberry.field(description="盲区数 · Cells that are not covered")
    people: float = strawberry.field(description="人口 · People in all cells, as far as known")
    blind_people: float = strawberry.field(description="盲区人口 · People in cells not covered")
    spots: list[BlindSpot] = asked(
        "盲区 · Cells that are not covered, those with most people first", first=FIRST
    )
    geo_json: GeoJSON = strawberry.field(
        name="geoJson",
        description="地图 · A FeatureCollection of all cells in WGS-84 (RFC 7946), with people, "
        "status, count, severity and reason",
    )


@strawberry.type
class Query:
    blind_spots: BlindSpots = answered(
        resolvers.blind.blind_spots, "盲区 · Where people live and nobody who could help is near"
    )
