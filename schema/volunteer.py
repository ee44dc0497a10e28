"""What a client sees of volunteers who qualify for something."""

import strawberry

import resolvers.volunteer
from schema.ref import PersonRef
from schema.relay import Connection, Edge, ranked


@strawberry.type(
    description="理由 · One reason for a place in a ranking; the points sum to the score"
)
class Reason:
    code: str = strawberry.field(description="代码 · LEVEL, VERIFIED, ACCEPTANCE or DISTANCE")
    text: str = strawberry.field(description="说明 · In both languages")
    points: float = strawberry.field(description="分值 · Points")


@strawberry.type(description="匹配的志愿者 · A volunteer who qualifies, and why")
class VolunteerMatchEdge(Edge[PersonRef]):
    distance: float | None = strawberry.field(
        description="距离 · Great-circle metres from the point (sphere of 6,371,008.8 m), to 0.01; "
        "null without near or without a known place"
    )
    minutes: float | None = strawberry.field(description="分钟 · Walking minutes by method")
    method: str | None = strawberry.field(description="方法 · How minutes were computed")
    level: int = strawberry.field(
        description="等级 · Smallest of their levels for the required skills; 0 if none required"
    )
    verified: bool = strawberry.field(
        description="已核实 · Whether each required skill was confirmed"
    )
    acceptance: float = strawberry.field(description="应邀概率 · How likely they accept, 0 to 1")
    score: float = strawberry.field(description="得分 · The points of all reasons, 100 at most")
    reasons: list[Reason] = strawberry.field(description="理由 · What the score is made of")


@strawberry.type
class Query:
    volunteers: Connection[VolunteerMatchEdge, PersonRef] = ranked(
        "Person",
        "志愿者 · Volunteers by skill and place, each with the reasons for their rank",
        resolvers.volunteer.volunteers,
    )
