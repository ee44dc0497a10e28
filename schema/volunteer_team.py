"""What a client may see of volunteer teams."""

import strawberry

import graph.volunteer_team
import resolvers.volunteer_team
from resolvers.enum import TeamKind
from schema.change import create, mutations, relate, update
from schema.part import Held, Located, Versioned
from schema.ref import PersonRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="服务队成员 · Member of a volunteer team")
class TeamMemberEdge(Edge[PersonRef], Held):
    role: str | None = strawberry.field(description="角色 · Role there; null = not recorded")


@strawberry.type(description="志愿服务队 · Volunteer team")
class VolunteerTeam(Node, Located, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    kind: TeamKind | None = strawberry.field(
        description="类别 · What it is for; null = not recorded"
    )
    members: Connection[TeamMemberEdge, PersonRef] = connection("Person", "成员 · Its members")
    member_count: int = strawberry.field(description="成员数 · Number of members")


@strawberry.type
class Query:
    volunteer_team: VolunteerTeam | None = answered(
        resolvers.volunteer_team.volunteer_team,
        "按代码查志愿服务队 · A volunteer team by code; null if out of sight",
    )
    volunteer_teams: Connection[Edge[VolunteerTeam], VolunteerTeam] = connection(
        "VolunteerTeam",
        "志愿服务队 · Volunteer teams, by where they are located",
        resolvers.volunteer_team.volunteer_teams,
    )


Mutation = mutations(
    create(VolunteerTeam, "新建志愿服务队 · Add a volunteer team to the network"),
    update(VolunteerTeam, "修改志愿服务队 · Change what is given of a volunteer team"),
    *relate(
        VolunteerTeam,
        graph.volunteer_team.MEMBER_OF_TEAM,
        ("joinTeam", "加入服务队 · Someone joins a volunteer team"),
        ("leaveTeam", "退出服务队 · Someone leaves a volunteer team"),
        team="服务队 · The team",
        person="人员 · Who",
        role="角色 · Role there; null = not recorded",
    ),
)
