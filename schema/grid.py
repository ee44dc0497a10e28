"""What a client may see of grids, their heads and their workers."""

import strawberry

import graph.grid
import resolvers.grid
from graph.kind import GeoJSON
from resolvers.coverage import GridCoverageInput
from resolvers.enum import GridLevel, GridWorkerKind
from schema.change import create, mutations, relate, update
from schema.grid_coverage import GridCoverage
from schema.part import Held, Versioned
from schema.ref import (
    DivisionRef,
    GridRef,
    MerchantRef,
    PartyOrganizationRef,
    PatrolNoteRef,
    PersonRef,
    PlaceRef,
    ServiceCenterRef,
    SocialOrganizationRef,
    VisitRef,
    VolunteerTeamRef,
)
from schema.relay import Connection, Edge, answered, asked, connection
from schema.scalar import Point, place
from schema.territory import Territory


@strawberry.type(description="网格长 · Head of a grid, with the time of office")
class HeadEdge(Edge[PersonRef], Held):
    deputy: bool = strawberry.field(description="副职 · Whether a deputy, not the head")


@strawberry.type(description="网格员 · Worker of a grid, with the time of service")
class GridWorkerEdge(Edge[PersonRef], Held):
    kind: GridWorkerKind = strawberry.field(description="类别 · Full-time or part-time")
    hours_per_week: int | None = strawberry.field(
        description="每周小时 · Hours a week; null = not agreed"
    )


@strawberry.type(description="包联干部 · Cadre in charge of a grid, with the time")
class CadreEdge(Edge[PersonRef], Held):
    pass


@strawberry.type(description="相邻网格 · A grid whose boundary touches")
class NeighborEdge(Edge[GridRef]):
    meters: float = strawberry.field(description="米 · Length of the common border in metres")


@strawberry.type(description="网格 · Grid: the unit of grassroots governance")
class Grid(Territory, Versioned):
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
    cells: list[str] | None = asked(
        "蜂窝 · H3 cells whose centre lies in the boundary; null = boundary not surveyed",
        resolution=(
            int | None,
            "分辨率 · H3 resolution, 5 to 11; 9 (0.1 km² a cell) if not given",
        ),
    )
    households: int | None = strawberry.field(description="户数 · Households; null = unknown")
    population: int | None = strawberry.field(description="人口 · People; null = unknown")
    population_under_15: int | None = strawberry.field(
        description="0–14岁人口 · People of 0 to 14 years; null = unknown"
    )
    population_over_65: int | None = strawberry.field(
        description="65岁及以上人口 · People of 65 years and more; null = unknown"
    )
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
    service_centers: Connection[Edge[ServiceCenterRef], ServiceCenterRef] = connection(
        "ServiceCenter", "服务中心 · Service centers located in it or below"
    )
    places: Connection[Edge[PlaceRef], PlaceRef] = connection(
        "Place", "场所 · Places located in it or below"
    )
    teams: Connection[Edge[VolunteerTeamRef], VolunteerTeamRef] = connection(
        "VolunteerTeam", "志愿服务队 · Volunteer teams located in it or below"
    )
    visits: Connection[Edge[VisitRef], VisitRef] = connection(
        "Visit", "走访 · Visits made in it or below"
    )
    patrol_notes: Connection[Edge[PatrolNoteRef], PatrolNoteRef] = connection(
        "PatrolNote", "随手记 · Notes taken on patrol in it or below"
    )
    coverage: GridCoverage = asked(
        "覆盖 · How well it is looked after, as a unit of its own level",
        input=(GridCoverageInput, "问题 · What is asked"),
    )
    neighbors: Connection[NeighborEdge, GridRef] = connection(
        "Grid", "相邻网格 · Grids of the same level whose boundaries touch"
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


PERSON = "人员 · The person"
GRID = "网格 · The grid"
Mutation = mutations(
    create(
        Grid,
        "新建网格 · Add a grid to the network",
        graph.grid.add,
        division="所属区划 · The division it is part of if there is no parent; spanned by a "
        "dedicated grid",
    ),
    update(Grid, "修改网格 · Change what is given of a grid", graph.grid.change),
    *relate(
        Grid,
        graph.grid.HEADS,
        (
            "assignGridHead",
            "任命网格长 · Put someone at the head of a grid, one at a time, or as a deputy",
        ),
        ("endGridHead", "结束网格长任期 · End the time of a head or deputy"),
        grid=GRID,
        person="人员 · Who heads it",
        deputy="副职 · As a deputy; false if left out",
    ),
    *relate(
        Grid,
        graph.grid.SERVES_AS,
        ("appointGridWorker", "任命网格员 · Someone serves in a grid, full-time or part-time"),
        ("endGridWorker", "结束网格员任期 · Someone serves in a grid no more"),
        grid=GRID,
        person=PERSON,
        kind="类别 · Full-time or part-time",
        hoursPerWeek="每周小时 · Hours a week; null = not agreed",
    ),
    *relate(
        Grid,
        graph.grid.IN_CHARGE_OF,
        ("assignCadre", "包联网格 · A cadre takes charge of a grid"),
        ("endCadre", "结束包联 · A cadre is in charge of a grid no more"),
        grid=GRID,
        person="包联干部 · The cadre",
    ),
)
