"""What a client may see of party organizations."""

from datetime import date

import strawberry

import resolvers.party_organization
from schema.grid import SINCE, UNTIL
from schema.ref import AllianceRef, GridRef, PersonRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="引领的网格 · A grid that a party organization leads")
class LedGridEdge(Edge[GridRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)


@strawberry.type(description="引领的联盟 · An alliance that a party organization leads")
class LedAllianceEdge(Edge[AllianceRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)


@strawberry.type(description="党组织成员 · Member of a party organization")
class PartyOrganizationMemberEdge(Edge[PersonRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)


@strawberry.type(description="党组织 · Party organization")
class PartyOrganization(Node):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    kind: str | None = strawberry.field(
        description="类别 · WORK_COMMITTEE 党工委, COMMITTEE 党委, GENERAL_BRANCH 党总支, "
        "BRANCH 党支部, GROUP 党小组, FUNCTIONAL 功能性; null = not recorded"
    )
    star_rating: int | None = strawberry.field(
        description="星级 · «Five-star» rating, 1 to 5; null = not rated"
    )
    grids: Connection[LedGridEdge, GridRef] = connection("Grid", "引领网格 · Grids it leads")
    alliances: Connection[LedAllianceEdge, AllianceRef] = connection(
        "Alliance", "引领联盟 · Alliances it leads"
    )
    members: Connection[PartyOrganizationMemberEdge, PersonRef] = connection(
        "Person", "党员 · Members"
    )


@strawberry.type
class Query:
    party_organization: PartyOrganization | None = answered(
        resolvers.party_organization.party_organization,
        "按代码查党组织 · A party organization by code; null if out of sight",
    )
    party_organizations: Connection[Edge[PartyOrganization], PartyOrganization] = connection(
        "PartyOrganization",
        "党组织 · Party organizations, by where they are located",
        resolvers.party_organization.party_organizations,
    )
