"""What a client sees of how well a territory is covered."""

from datetime import date, datetime

import strawberry

import resolvers.coverage
from graph.kind import GeoJSON
from resolvers.enum import CoverageKind, GridLevel, Status
from schema.ref import GridRef
from schema.relay import PAGE, Connection, Edge, answered, asked, page
from schema.territory import Territory

STATUSES = (list[Status] | None, "状态 · Only units with one of these")


@strawberry.type(description="状态计数 · How many units have a status")
class StatusCount:
    status: Status = strawberry.field(description="状态 · The status")
    count: int = strawberry.field(description="数量 · Number of units")


@strawberry.type(description="单元覆盖 · A unit and how well it is covered")
class GridCoverageEdge(Edge[GridRef]):
    status: Status = strawberry.field(description="状态 · How well it is covered")
    count: int = strawberry.field(description="数量 · What was counted for it; 0 if unknown")
    last_activity: datetime | None = strawberry.field(
        description="最近活动 · When something last happened; null = nothing recorded"
    )
    reason: str | None = strawberry.field(
        description="原因 · Why it is not covered or not known; null if it is covered"
    )


@strawberry.type(description="跨界单元 · A unit that lies in several territories, and in which")
class CrossingEdge(GridCoverageEdge):
    territories: list[Territory] = strawberry.field(
        description="所在辖区 · The territories directly below that it lies in"
    )


@strawberry.type
class Figures:
    """What every report tells of its units."""

    numerator: int = strawberry.field(description="分子 · Units (merchants) covered in any way")
    effective: int = strawberry.field(description="有效数 · Units (merchants) covered effectively")
    denominator: int = strawberry.field(
        description="分母 · Units that can be judged; MERCHANT: merchants"
    )
    unknown: int = strawberry.field(description="未知数 · Units that cannot be judged")
    ratio: float | None = strawberry.field(
        description="覆盖率 · numerator / denominator; null if there is nothing to judge"
    )
    by_status: list[StatusCount] = strawberry.field(
        description="按状态 · Units by status, every status listed"
    )


@strawberry.type(
    description="覆盖报告 · How well the units of a territory are covered, and by what rule"
)
class CoverageReport(Figures):
    kind: CoverageKind = strawberry.field(description="类别 · What was asked of each unit")
    territory: Territory = strawberry.field(description="辖区 · The territory")
    level: GridLevel = strawberry.field(description="级别 · Level of the units")
    as_of: date = strawberry.field(description="日期 · The day that was asked about")
    method: str = strawberry.field(
        description="方法 · VALID_HEAD, VALID_LEAD_AND_ACTIVITY, VALID_MEMBERSHIP, "
        "RECORDED_ACTIVITY, RECORDED_VISITS, RECORDED_PATROL_NOTES, BELONGS_TO_UNIT, GREAT_CIRCLE "
        "or GREAT_CIRCLE_X_1_3"
    )
    revision: str = strawberry.field(
        description="修订号 · Of the graph that was asked; another one means that it has changed"
    )
    expected: float | None = strawberry.field(
        description="期望数 · SKILL and RESPONSE: how many units are expected to be covered when "
        "people may say no, the sum of P(at least k accept); null = nobody is asked"
    )
    by_child: list["CoverageReport"] = strawberry.field(
        description="按下级 · The same question for each territory directly below that has units"
    )
    crossing: Connection[CrossingEdge, GridRef] = asked(
        "跨界单元 · Units that lie in several territories directly below, such as dedicated grids: "
        "each counts once here, and once in each of those",
        **PAGE,
    )
    units: Connection[GridCoverageEdge, GridRef] = asked(
        "单元 · The units by code", status=STATUSES, **PAGE
    )


@strawberry.type(description="覆盖缺口 · A unit that is not covered, or on paper only")
class CoverageGapEdge(Edge[GridRef]):
    status: Status = strawberry.field(description="状态 · NONE or FORMAL_ONLY")
    severity: float = strawberry.field(
        description="严重程度 · The missing part of k (1 where nothing is there); 0.5 on paper "
        "only; TIME: the share of the time without k; RESPONSE: how likely fewer than k come"
    )
    reason: str = strawberry.field(description="原因 · Why it is not covered")


@strawberry.type(description="覆盖地图 · A report as GeoJSON (RFC 7946)")
class CoverageMap:
    territory: Territory = strawberry.field(description="辖区 · The territory")
    as_of: date = strawberry.field(description="日期 · The day that was asked about")
    revision: str = strawberry.field(
        description="修订号 · Of the graph that was asked; another one means that it has changed"
    )
    features: int = strawberry.field(description="要素数 · Features, one for each unit")
    without_geometry: int = strawberry.field(
        description="无几何数 · Units of which neither boundary nor centroid is surveyed"
    )
    geo_json: GeoJSON = strawberry.field(
        name="geoJson",
        description="地图 · A FeatureCollection in WGS-84: the boundary of each unit, else its "
        "centroid, with code, name, status, count, severity and reason",
    )


@strawberry.type
class Query:
    revision: str = answered(
        resolvers.coverage.revision,
        "修订号 · That of the reports now, at next to no cost: while it stays the same, so do they",
    )
    coverage_map: CoverageMap = answered(
        resolvers.coverage.coverage_map,
        "覆盖地图 · The units of a territory as GeoJSON, with how well each is looked after",
    )
    coverage: CoverageReport = answered(
        resolvers.coverage.coverage, "覆盖 · How well every unit of a territory is looked after"
    )
    coverage_gaps: Connection[CoverageGapEdge, GridRef] = page(
        "覆盖缺口 · Units that are not covered, or on paper only, by severity × people",
        resolvers.coverage.coverage_gaps,
    )
