"""What a client sees of a board of coverage."""

from datetime import date, datetime

import strawberry

import resolvers.matrix
from resolvers.enum import CoverageKind, GridLevel, GridPlusMode, Status
from schema.ref import GridRef, SkillRef
from schema.relay import Connection, Edge, answered, page
from schema.scalar import WeeklyHours
from schema.territory import Territory


@strawberry.type(description="矩阵列 · A column of the board, and what its cells sum up to")
class CoverageColumn:
    key: str = strawberry.field(description="列名 · Names the column among the cells of a row")
    skill: SkillRef | None = strawberry.field(
        description="技能 · The skill; null = of other columns"
    )
    hours: list[WeeklyHours] | None = strawberry.field(
        description="时段 · The span of the week; null = of other columns"
    )
    kind: CoverageKind | None = strawberry.field(
        description="类别 · The kind; null = of other columns"
    )
    mode: GridPlusMode | None = strawberry.field(
        description="网格+模式 · The mode; null = of other columns"
    )
    numerator: int = strawberry.field(description="分子 · Units covered in any way")
    effective: int = strawberry.field(description="有效数 · Units covered effectively")
    denominator: int = strawberry.field(description="分母 · Units that can be judged")
    unknown: int = strawberry.field(description="未知数 · Units that cannot be judged")
    ratio: float | None = strawberry.field(
        description="覆盖率 · numerator / denominator; null if there is nothing to judge"
    )


@strawberry.type(description="矩阵格 · How a unit is covered by what a column asks")
class CoverageCell:
    key: str = strawberry.field(description="列名 · The column's")
    status: Status = strawberry.field(description="状态 · How well it is covered")
    count: int = strawberry.field(description="数量 · What was counted; 0 if unknown")
    last_activity: datetime | None = strawberry.field(
        description="最近活动 · When something last happened; null = nothing recorded"
    )


@strawberry.type(description="矩阵行 · A unit and its cells, one for each column")
class CoverageRowEdge(Edge[GridRef]):
    cells: list[CoverageCell] = strawberry.field(description="格 · In the order of the columns")


@strawberry.type(
    description="覆盖矩阵 · A board: a row for each unit, a column for each question; a cell in "
    "which nothing was counted is there as well. MERCHANT, too, is judged by unit here"
)
class CoverageMatrix:
    territory: Territory = strawberry.field(description="辖区 · The territory")
    level: GridLevel = strawberry.field(description="级别 · Level of the units")
    as_of: date = strawberry.field(description="日期 · The day that was asked about")
    revision: str = strawberry.field(
        description="修订号 · Of the graph that was asked; another one means that it has changed"
    )
    columns: list[CoverageColumn] = strawberry.field(description="列 · As they were asked")
    rows: Connection[CoverageRowEdge, GridRef] = page("行 · The units by code")


@strawberry.type
class Query:
    coverage_matrix: CoverageMatrix = answered(
        resolvers.matrix.coverage_matrix,
        "覆盖矩阵 · How every unit of a territory is looked after, by skill, hour, kind or mode",
    )
