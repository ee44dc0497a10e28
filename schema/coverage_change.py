"""What a client sees of how coverage changes."""

from datetime import date

import strawberry

import resolvers.coverage_change
from schema.coverage import CoverageReport, Figures
from schema.ref import GridRef
from schema.relay import PAGE, Connection, Edge, answered, asked


@strawberry.type(description="覆盖趋势点 · The figures of one day")
class CoveragePoint(Figures):
    as_of: date = strawberry.field(description="日期 · The day")
    expected: float | None = strawberry.field(
        description="期望数 · Units expected to be covered when people may say no, as far as their "
        "acceptance is known today; null = nobody is asked"
    )


@strawberry.type(
    description="覆盖对比 · Two reports, and what differs from the first to the second"
)
class CoverageComparison:
    a: CoverageReport = strawberry.field(description="甲 · The report of the first question")
    b: CoverageReport = strawberry.field(description="乙 · The report of the second question")
    effective_change: int = strawberry.field(
        description="有效数变化 · effective of b less that of a"
    )
    ratio_change: float | None = strawberry.field(
        description="覆盖率变化 · ratio of b less that of a; null if either is null"
    )
    gained: Connection[Edge[GridRef], GridRef] = asked(
        "新增覆盖 · Units of both that only b finds effectively covered, by code", **PAGE
    )
    lost: Connection[Edge[GridRef], GridRef] = asked(
        "失去覆盖 · Units of both that only a finds effectively covered, by code", **PAGE
    )


@strawberry.type
class Query:
    coverage_trend: list[CoveragePoint] = answered(
        resolvers.coverage_change.coverage_trend,
        "覆盖趋势 · The figures of days from `since` to asOf, 60 at most",
    )
    coverage_comparison: CoverageComparison = answered(
        resolvers.coverage_change.coverage_comparison,
        "覆盖对比 · Two territories, days or demands against each other; nodes as of b's day",
    )
