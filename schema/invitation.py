"""What a client may see of invitations: who was asked, for when and how, and the answer."""

from datetime import datetime

import strawberry

import resolvers.invitation
from resolvers.enum import InvitationAnswer, InvitationChannel
from schema.change import create, mutations, update
from schema.part import Versioned
from schema.ref import GridRef, PersonRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="邀请 · Somebody was asked to come to a grid")
class Invitation(Node, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    at: datetime = strawberry.field(description="时刻 · For when they were asked to come")
    channel: InvitationChannel = strawberry.field(description="邀请方式 · By which means")
    answer: InvitationAnswer | None = strawberry.field(
        description="答复 · What came of it; null as long as that is open. Once it is settled the "
        "person's `acceptance` counts it"
    )
    grid: GridRef | None = strawberry.field(
        description="网格 · Where they were asked to come; null if out of sight, or not told"
    )
    invitee: PersonRef | None = strawberry.field(
        description="受邀人 · Who was asked; null if out of sight, or not told"
    )


@strawberry.type
class Query:
    invitation: Invitation | None = answered(
        resolvers.invitation.invitation,
        "按代码查邀请 · An invitation by code; null if out of sight",
    )
    invitations: Connection[Edge[Invitation], Invitation] = connection(
        "Invitation",
        "邀请 · Invitations, by where people were asked to come",
        resolvers.invitation.invitations,
    )


Mutation = mutations(
    create(Invitation, "记录邀请 · Record that somebody was asked to come"),
    update(Invitation, "修改邀请 · Record the answer, or change what else is given"),
)
