"""What a client may see of visits: that, when and how; never whom or why."""

from datetime import datetime

import strawberry

import resolvers.visit
from resolvers.enum import VisitChannel
from schema.change import create, mutations, update
from schema.part import Versioned
from schema.ref import GridRef, PersonRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="走访 · Visit to households of a grid; whom and why is not kept")
class Visit(Node, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    at: datetime = strawberry.field(description="时刻 · When it was made")
    channel: VisitChannel = strawberry.field(description="方式 · How")
    households: int = strawberry.field(description="户数 · Number of households, 0 or more")
    grid: GridRef | None = strawberry.field(
        description="网格 · The grid it was made in; null if out of sight"
    )
    visitor: PersonRef | None = strawberry.field(
        description="走访人 · Who made it; null if out of sight"
    )


@strawberry.type
class Query:
    visit: Visit | None = answered(
        resolvers.visit.visit, "按代码查走访 · A visit by code; null if out of sight"
    )
    visits: Connection[Edge[Visit], Visit] = connection(
        "Visit", "走访 · Visits, by where they were made", resolvers.visit.visits
    )


Mutation = mutations(
    create(Visit, "记录走访 · Record a visit"),
    update(Visit, "修改走访 · Change what is given of a visit"),
)
