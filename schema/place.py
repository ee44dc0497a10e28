"""What a client may see of places."""

import strawberry

import resolvers.place
from resolvers.enum import PlaceKind
from schema.change import create, mutations, update
from schema.part import Located, Versioned
from schema.ref import PatrolNoteRef
from schema.relay import Connection, Edge, Node, answered, connection
from schema.scalar import Point, place


@strawberry.type(description="场所 · Place: a street, market, compound or building by name")
class Place(Node, Located, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    kind: PlaceKind = strawberry.field(description="类别 · Kind")
    location: Point | None = place("位置 · Location; null = unknown")
    patrol_notes: Connection[Edge[PatrolNoteRef], PatrolNoteRef] = connection(
        "PatrolNote", "随手记 · Notes taken there on patrol"
    )


@strawberry.type
class Query:
    place: Place | None = answered(
        resolvers.place.place, "按代码查场所 · A place by code; null if out of sight"
    )
    places: Connection[Edge[Place], Place] = connection(
        "Place", "场所 · Places, by where they are", resolvers.place.places
    )


Mutation = mutations(
    create(Place, "新建场所 · Add a place to the network"),
    update(Place, "修改场所 · Change what is given of a place"),
)
