"""What a client sees of how well a grid is looked after."""

from datetime import datetime

import strawberry

from resolvers.enum import Status


@strawberry.type(description="网格覆盖 · How well one grid is looked after, and by what rule")
class GridCoverage:
    status: Status = strawberry.field(description="状态 · How well it is covered")
    count: int = strawberry.field(description="数量 · What was counted for it; 0 if unknown")
    severity: float = strawberry.field(
        description="严重程度 · 0 where it is covered, up to 1 where nothing is there"
    )
    last_activity: datetime | None = strawberry.field(
        description="最近活动 · When something last happened; null = nothing recorded"
    )
    reason: str | None = strawberry.field(
        description="原因 · Why it is not covered or not known; null if it is covered"
    )
    method: str = strawberry.field(description="方法 · As in CoverageReport")
    revision: str = strawberry.field(
        description="修订号 · Of the graph that was asked; another one means that it has changed"
    )
