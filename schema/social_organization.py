"""What a client may see of social organizations and their members."""

import strawberry

import graph.social_organization
import resolvers.social_organization
from resolvers.enum import Sector
from schema.change import create, mutations, relate, update
from schema.part import Held, Located, Versioned
from schema.ref import PersonRef
from schema.relay import Connection, Edge, Node, answered, asked, connection


@strawberry.type(description="成员 · Member of a social organization")
class MemberEdge(Edge[PersonRef], Held):
    role: str | None = strawberry.field(description="角色 · Role there; null = not recorded")


@strawberry.type(description="社会组织 · Social organization")
class SocialOrganization(Node, Located, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    category: str | None = strawberry.field(description="类别 · Category; null = not recorded")
    member_count: int = asked(
        "成员数 · Number of members",
        partyMembersOnly=(bool | None, "仅党员 · Count only party members"),
    )
    party_member_count: int = strawberry.field(
        description="党员数 · Number of members who are party members"
    )
    members: Connection[MemberEdge, PersonRef] = connection("Person", "成员 · Members")
    sector: Sector | None = strawberry.field(
        description="两新 · Whether of the new economy or new in society; null = neither"
    )


@strawberry.type
class Query:
    social_organization: SocialOrganization | None = answered(
        resolvers.social_organization.social_organization,
        "按代码查社会组织 · A social organization by code; null if out of sight",
    )
    social_organizations: Connection[Edge[SocialOrganization], SocialOrganization] = connection(
        "SocialOrganization",
        "社会组织 · Social organizations, by where they are located",
        resolvers.social_organization.social_organizations,
    )


Mutation = mutations(
    create(SocialOrganization, "新建社会组织 · Add a social organization to the network"),
    update(SocialOrganization, "修改社会组织 · Change what is given of a social organization"),
    *relate(
        SocialOrganization,
        graph.social_organization.MEMBER_OF,
        ("addMember", "添加成员 · Someone becomes a member of a social organization"),
        ("endMembership", "退出社会组织 · Someone is a member no more"),
        organization="社会组织 · The organization",
        person="人员 · Who joins or leaves",
        role="角色 · Role there; null = not recorded",
    ),
)
