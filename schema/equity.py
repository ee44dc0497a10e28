"""What a client sees of how evenly something is shared."""

from datetime import date

import strawberry

import resolvers.equity
from resolvers.enum import GridLevel
from schema.ref import GridRef
from schema.relay import PAGE, Connection, Edge, answered, asked
from schema.territory import Territory


@strawberry.type(description="洛伦兹曲线点 · What the worst-off share of the people has")
class LorenzPoint:
    people: float = strawberry.field(description="人口占比 · Share of the people, worst off first")
    share: float = strawberry.field(description="资源占比 · Share of all that they have")


@strawberry.type(description="最弱单元 · A unit by what it has")
class EquityEdge(Edge[GridRef]):
    count: int = strawberry.field(description="数量 · What was counted for it")
    weight: float = strawberry.field(description="权重 · How many share it")


@strawberry.type(description="同题异级 · The same question at a level")
class EquityLevel:
    level: GridLevel = strawberry.field(description="级别 · The level")
    units: int = strawberry.field(description="单元数 · Units that count")
    gini: float | None = strawberry.field(description="基尼系数 · Gini coefficient at this level")
    palma: float | None = strawberry.field(description="帕尔马比 · Palma ratio at this level")


@strawberry.type(
    description="均衡度 · How evenly what is counted for units is shared by those who live there. "
    "Such figures depend on where boundaries are drawn: compare them at one level only, and see "
    "`levels` (Delbosc & Currie 2011)"
)
class CoverageEquity:
    territory: Territory = strawberry.field(description="辖区 · The territory")
    level: GridLevel = strawberry.field(description="级别 · Level of the units")
    as_of: date = strawberry.field(description="日期 · The day that was asked about")
    method: str = strawberry.field(description="方法 · How each unit was counted")
    units: int = strawberry.field(description="单元数 · Units that can be judged and have a weight")
    unknown: int = strawberry.field(description="未知数 · Units that cannot be judged")
    unweighted: int = strawberry.field(
        description="无权重数 · Units that can be judged but of whom it is not known how many share"
    )
    gini: float | None = strawberry.field(
        description="基尼系数 · 0 = all have the same, towards 1 = one has all; null = nothing"
    )
    palma: float | None = strawberry.field(
        description="帕尔马比 · What the best-off tenth has by what the worst-off four tenths "
        "have, null if these have nothing"
    )
    lorenz: list[LorenzPoint] = strawberry.field(
        description="洛伦兹曲线 · At every tenth of the people; empty = nothing to share"
    )
    levels: list[EquityLevel] = strawberry.field(
        description="各级对照 · The same at this level, one up and one down: if they differ, the "
        "boundaries make the figure"
    )
    worst: Connection[EquityEdge, GridRef] = asked(
        "最弱单元 · Units with least first; of equal ones those that most share", **PAGE
    )


@strawberry.type
class Query:
    coverage_equity: CoverageEquity = answered(
        resolvers.equity.coverage_equity,
        "均衡度 · How evenly what covers the units is shared among those who live there",
    )
