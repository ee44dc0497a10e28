"""What a client may see of notes taken on patrol."""

from datetime import datetime

import strawberry

import resolvers.patrol_note
from resolvers.enum import PatrolCategory
from schema.change import create, mutations, update
from schema.part import Versioned
from schema.ref import GridRef, PersonRef, PlaceRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="随手记 · Note taken on patrol: what was seen, and where")
class PatrolNote(Node, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    at: datetime = strawberry.field(description="时刻 · When it was taken")
    category: PatrolCategory = strawberry.field(description="类别 · What it is about")
    text: str | None = strawberry.field(
        description="内容 · What was seen, up to 2,000 characters; null = nothing more to say"
    )
    resolved_on_site: bool = strawberry.field(
        description="发现即办 · Whether it was mended on the spot"
    )
    grid: GridRef | None = strawberry.field(
        description="网格 · The grid it was taken in; null if out of sight"
    )
    author: PersonRef | None = strawberry.field(
        description="巡查人 · Who took it; null if out of sight"
    )
    place: PlaceRef | None = strawberry.field(
        description="场所 · The place it is about; null if none or out of sight"
    )


@strawberry.type
class Query:
    patrol_note: PatrolNote | None = answered(
        resolvers.patrol_note.patrol_note,
        "按代码查随手记 · A patrol note by code; null if out of sight",
    )
    patrol_notes: Connection[Edge[PatrolNote], PatrolNote] = connection(
        "PatrolNote",
        "随手记 · Notes taken on patrol, by where they were taken",
        resolvers.patrol_note.patrol_notes,
    )


Mutation = mutations(
    create(PatrolNote, "随手记 · Take a note on patrol"),
    update(PatrolNote, "修改随手记 · Change what is given of a patrol note"),
)
