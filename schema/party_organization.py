"""What a client may see of party organizations."""

import strawberry

import graph.party_organization
import resolvers.party_organization
from resolvers.enum import PartyOrganizationKind
from schema.change import create, mutations, relate, update
from schema.part import Held, Located, Versioned
from schema.ref import AllianceRef, GridRef, PartyOrganizationRef, PersonRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="引领的网格 · A grid that a party organization leads")
class LedGridEdge(Edge[GridRef], Held):
    pass


@strawberry.type(description="引领的联盟 · An alliance that a party organization leads")
class LedAllianceEdge(Edge[AllianceRef], Held):
    pass


@strawberry.type(description="党组织成员 · Member of a party organization")
class PartyOrganizationMemberEdge(Edge[PersonRef], Held):
    pass


@strawberry.type(description="下级党组织 · A party organization that is subordinate to one")
class SubordinateEdge(Edge[PartyOrganizationRef], Held):
    pass


@strawberry.type(description="党组织 · Party organization")
class PartyOrganization(Node, Located, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    kind: PartyOrganizationKind | None = strawberry.field(
        description="类别 · Kind; null = not recorded"
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
    parent: PartyOrganizationRef | None = strawberry.field(
        description="上级党组织 · The one it is subordinate to; null at the top or out of sight"
    )
    children: Connection[SubordinateEdge, PartyOrganizationRef] = connection(
        "PartyOrganization", "下级党组织 · Those that are directly subordinate to it"
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


PARTY_ORGANIZATION = "党组织 · The party organization"
Mutation = mutations(
    create(PartyOrganization, "新建党组织 · Add a party organization to the network"),
    update(PartyOrganization, "修改党组织 · Change what is given of a party organization"),
    *relate(
        PartyOrganization,
        graph.party_organization.MEMBER_OF_PARTY_ORGANIZATION,
        ("addPartyMember", "转入党员 · Someone becomes a member of a party organization"),
        ("endPartyMembership", "转出党员 · Someone is a member of it no more"),
        partyOrganization=PARTY_ORGANIZATION,
        person="党员 · Who",
    ),
    *relate(
        PartyOrganization,
        graph.party_organization.LEADS_GRID,
        ("leadGrid", "引领网格 · A party organization leads a grid"),
        ("endGridLead", "结束引领网格 · A party organization leads a grid no more"),
        partyOrganization=PARTY_ORGANIZATION,
        grid="网格 · The grid",
    ),
    *relate(
        PartyOrganization,
        graph.party_organization.LEADS_ALLIANCE,
        ("leadAlliance", "引领联盟 · A party organization leads an alliance"),
        ("endAllianceLead", "结束引领联盟 · A party organization leads an alliance no more"),
        partyOrganization=PARTY_ORGANIZATION,
        alliance="联盟 · The alliance",
    ),
    *relate(
        PartyOrganization,
        graph.party_organization.SUBORDINATE_TO,
        ("subordinate", "隶属 · A party organization becomes subordinate to another"),
        ("endSubordination", "结束隶属 · A party organization is subordinate to another no more"),
        partyOrganization=PARTY_ORGANIZATION,
        parent="上级党组织 · The one above",
    ),
)
