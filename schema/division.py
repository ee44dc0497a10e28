"""What a client may see of administrative divisions."""

import strawberry

import graph.division
import resolvers.division
from graph.kind import GeoJSON
from resolvers.enum import DivisionLevel
from schema.change import create, mutations, update
from schema.ref import DivisionRef, GridRef, PartyOrganizationRef
from schema.relay import Connection, Edge, answered, connection
from schema.scalar import Point, place
from schema.territory import Territory


@strawberry.type(description="行政区划 · Administrative division, from province to village")
class Division(Territory):
    level: DivisionLevel = strawberry.field(description="级别 · Level")
    parent: DivisionRef | None = strawberry.field(
        description="上级区划 · The division it is part of; null at the top or out of sight"
    )
    children: Connection[Edge[DivisionRef], DivisionRef] = connection(
        "Division", "下级区划 · Divisions directly below"
    )
    grids: Connection[Edge[GridRef], GridRef] = connection(
        "Grid", "网格 · All grids of the division, at every depth; a dedicated one in each it spans"
    )
    party_organizations: Connection[Edge[PartyOrganizationRef], PartyOrganizationRef] = connection(
        "PartyOrganization", "党组织 · Party organizations located in it or below"
    )
    centroid: Point | None = place("中心点 · Representative point; null = unknown")
    boundary: GeoJSON | None = strawberry.field(
        description="边界 · Boundary in WGS-84; null = not surveyed"
    )
    version: int = strawberry.field(description="版本 · Grows with every change")


@strawberry.type
class Query:
    division: Division | None = answered(
        resolvers.division.division, "按代码查行政区划 · A division by code; null if out of sight"
    )
    divisions: Connection[Edge[Division], Division] = connection(
        "Division", "行政区划 · Divisions", resolvers.division.divisions
    )


Mutation = mutations(
    create(
        Division,
        "新建行政区划 · Add a division, below its parent or at the top",
        graph.division.add,
        parent="上级区划 · The division it is part of; none at the top",
    ),
    update(Division, "修改行政区划 · Change what is given of a division"),
)
