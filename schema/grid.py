"""What a client may see of grids, their heads and their workers."""

from datetime import date

import strawberry

import resolvers.grid
from resolvers.enum import GridLevel
from schema.payload import Payload
from schema.ref import (
    DivisionRef,
    GridRef,
    MerchantRef,
    PartyOrganizationRef,
    PersonRef,
    SocialOrganizationRef,
)
from schema.relay import Connection, Edge, answered, connection
from schema.scalar import GeoJSON, Point, place
from schema.territory import Territory

SINCE = "起始日 · First day on which it holds; null = since ever"
UNTIL = "截止日 · First day on which it holds no more; null = open"


@strawberry.type(description="网格长 · Head of a grid, with the time of office")
class HeadEdge(Edge[PersonRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)
    deputy: bool = strawberry.field(description="副职 · Whether a deputy, not the head")


@strawberry.type(description="网格员 · Worker of a grid, with the time of service")
class GridWorkerEdge(Edge[PersonRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)
    kind: str = strawberry.field(description="类别 · FULL_TIME or PART_TIME")
    hours_per_week: int | None = strawberry.field(
        description="每周小时 · Hours a week; null = not agreed"
    )


@strawberry.type(description="包联干部 · Cadre in charge of a grid, with the time")
class CadreEdge(Edge[PersonRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)


@strawberry.type(description="网格 · Grid: the unit of grassroots governance")
class Grid(Territory):
    code_scheme: str = strawberry.field(description="编码规则 · The scheme its code follows")
    level: GridLevel = strawberry.field(description="级别 · Level")
    parent: GridRef | None = strawberry.field(
        description="上级网格 · The grid it is part of; null at the top or out of sight"
    )
    division: DivisionRef | None = strawberry.field(
        description="所属区划 · The nearest division it belongs to; null if out of sight"
    )
    spans: Connection[Edge[DivisionRef], DivisionRef] = connection(
        "Division", "跨越区划 · Divisions that a dedicated grid spans"
    )
    children: Connection[Edge[GridRef], GridRef] = connection(
        "Grid", "下级网格 · Grids directly below"
    )
    centroid: Point | None = place("中心点 · Centroid; null = not surveyed")
    boundary: GeoJSON | None = strawberry.field(
        description="边界 · Boundary in WGS-84; null = not surveyed"
    )
    households: int | None = strawberry.field(description="户数 · Households; null = unknown")
    population: int | None = strawberry.field(description="人口 · People; null = unknown")
    heads: Connection[HeadEdge, PersonRef] = connection(
        "Person", "网格长 · Heads, deputies included"
    )
    workers: Connection[GridWorkerEdge, PersonRef] = connection(
        "Person", "网格员 · Grid workers, full-time and part-time"
    )
    cadres: Connection[CadreEdge, PersonRef] = connection(
        "Person", "包联干部 · Cadres in charge of the grid"
    )
    volunteers: Connection[Edge[PersonRef], PersonRef] = connection(
        "Person", "志愿者 · Volunteers who belong to the grid or below: located or serving there"
    )
    merchants: Connection[Edge[MerchantRef], MerchantRef] = connection(
        "Merchant", "商户 · Merchants located in the grid or below"
    )
    social_organizations: Connection[Edge[SocialOrganizationRef], SocialOrganizationRef] = (
        connection("SocialOrganization", "社会组织 · Social organizations located in it or below")
    )
    party_organizations: Connection[Edge[PartyOrganizationRef], PartyOrganizationRef] = connection(
        "PartyOrganization", "党组织 · Party organizations that lead the grid"
    )
    version: int = strawberry.field(
        description="版本 · Grows with every change; sent back as expectedVersion"
    )


@strawberry.type
class Query:
    grid: Grid | None = answered(
        resolvers.grid.grid, "按代码查网格 · A grid by code; null if out of sight"
    )
    grids: Connection[Edge[Grid], Grid] = connection("Grid", "网格 · Grids", resolvers.grid.grids)
    grids_at: list[Grid] = answered(
        resolvers.grid.grids_at,
        "定位网格 · Grids whose boundary holds a point, at most one of each tiling level",
    )


@strawberry.type(description="新建网格的结果 · What came of createGrid")
class CreateGridPayload(Payload):
    grid: Grid | None = strawberry.field(
        description="网格 · The new grid; null where there are errors"
    )


@strawberry.type(description="修改网格的结果 · What came of updateGrid")
class UpdateGridPayload(Payload):
    grid: Grid | None = strawberry.field(
        description="网格 · The grid as it is now; null where there are errors"
    )


@strawberry.type(description="任命网格长的结果 · What came of assignGridHead")
class AssignGridHeadPayload(Payload):
    grid: Grid | None = strawberry.field(description="网格 · The grid; null where there are errors")


@strawberry.type
class Mutation:
    create_grid: CreateGridPayload = answered(
        resolvers.grid.create_grid, "新建网格 · Add a grid to the network"
    )
    update_grid: UpdateGridPayload = answered(
        resolvers.grid.update_grid, "修改网格 · Change what is given of a grid"
    )
    assign_grid_head: AssignGridHeadPayload = answered(
        resolvers.grid.assign_grid_head,
        "任命网格长 · Put someone at the head of a grid: one at a time, and any number of deputies",
    )
