"""What a client sees of whether the grids of a territory tile it."""

import strawberry

import resolvers.tiling
from graph.kind import GeoJSON
from resolvers.enum import GridLevel
from schema.ref import GridRef
from schema.relay import answered
from schema.territory import Territory


@strawberry.type(description="拼接缺陷 · A part that no grid covers, or that two do")
class TilingFault:
    kind: str = strawberry.field(description="类别 · GAP 缝隙 or OVERLAP 重叠")
    area: float = strawberry.field(description="面积 · Square metres, 0.5 or more")
    sliver: bool = strawberry.field(
        description="碎片 · Whether it is less than 5 m wide on the average"
    )
    grids: list[GridRef] = strawberry.field(
        description="网格 · The two grids that overlap; none for a gap"
    )
    geometry: GeoJSON = strawberry.field(description="几何 · The part itself, in WGS-84")


@strawberry.type(description="拼接检查 · Whether the grids of a level tile a territory")
class Tiling:
    territory: Territory = strawberry.field(description="辖区 · The territory")
    level: GridLevel = strawberry.field(description="级别 · Level of the units")
    units: int = strawberry.field(description="单元数 · Units of that level")
    without_boundary: int = strawberry.field(
        description="无边界数 · Units whose boundary is not surveyed, so not looked at"
    )
    tiles: bool = strawberry.field(
        description="无缝 · Whether they cover its boundary without gap or overlap"
    )
    gap_area: float = strawberry.field(description="缝隙面积 · Square metres that no unit covers")
    overlap_area: float = strawberry.field(
        description="重叠面积 · Square metres that two units cover, by pairs"
    )
    faults: list[TilingFault] = strawberry.field(
        description="缺陷 · The hundred largest gaps and overlaps, the largest first"
    )


@strawberry.type
class Query:
    tiling: Tiling = answered(
        resolvers.tiling.tiling, "拼接检查 · Whether the grids of a level tile a territory"
    )
