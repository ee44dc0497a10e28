"""What a client may see of needs: which skills, how many people, when and where."""

import strawberry

import resolvers.need
from resolvers.enum import NeedStatus
from schema.change import Written, mutations, shown
from schema.part import Located, Versioned
from schema.ref import SkillRef
from schema.relay import Connection, Edge, Node, answered, connection
from schema.scalar import Period, Point, place


@strawberry.type(description="技能要求 · A skill that a need requires, and of how many people")
class NeedRequirement:
    skill: SkillRef = strawberry.field(description="技能 · The skill, itself or a narrower one")
    min_level: int = strawberry.field(description="最低等级 · Least level, 1 to 5")
    count: int = strawberry.field(description="人数 · How many people")


@strawberry.type(description="需求 · Need: people with skills, for a time, at a place")
class Need(Node, Located, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    status: NeedStatus = strawberry.field(description="状态 · Who sees it")
    description: str | None = strawberry.field(
        description="说明 · What it is about, up to 2,000 characters; null = nothing more to say"
    )
    requirements: list[NeedRequirement] = strawberry.field(
        description="技能要求 · What is required, by code of the skill"
    )
    period: Period = strawberry.field(description="时间段 · When people are needed")
    place: Point | None = place("地点 · Where they are needed; null = not said")


@strawberry.type
class Query:
    need: Need | None = answered(
        resolvers.need.need, "按代码查需求 · A need by code; null if out of sight"
    )
    needs: Connection[Edge[Need], Need] = connection(
        "Need", "需求 · Needs, by where they are", resolvers.need.needs
    )


SAID = shown(Need) | {
    "from": "起 · First moment at which people are needed",
    "until": "止 · First moment at which they are needed no more, later than from",
}
Mutation = mutations(
    Written("createNeed", Need, resolvers.need.create(SAID), "新建需求 · Add a need"),
    Written("updateNeed", Need, resolvers.need.update(SAID), "修改需求 · Change what is given"),
)
