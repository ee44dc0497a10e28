"""What a client may see of skills."""

import strawberry

import resolvers.skill
from schema.change import create, mutations, update
from schema.part import Held, Versioned
from schema.ref import PersonRef, SkillRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="技能持有人 · A person who holds a skill")
class HolderEdge(Edge[PersonRef], Held):
    level: int = strawberry.field(description="等级 · Level, 1 (learning) to 5 (teaches others)")
    verified: bool = strawberry.field(description="已核实 · Whether someone confirmed it")


@strawberry.type(description="技能 · Skill, in a hierarchy: a broader one counts its descendants")
class Skill(Node, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among skills, never reused")
    name: str = strawberry.field(description="名称 · Name")
    name_en: str | None = strawberry.field(description="英文名 · English name")
    parent: SkillRef | None = strawberry.field(
        description="上位技能 · The broader skill; null at the top"
    )
    children: Connection[Edge[SkillRef], SkillRef] = connection(
        "Skill", "下位技能 · Narrower skills, directly below"
    )
    holders: Connection[HolderEdge, PersonRef] = connection(
        "Person", "持有人 · People who hold exactly this skill"
    )


@strawberry.type
class Query:
    skill: Skill | None = answered(resolvers.skill.skill, "按代码查技能 · A skill by code")
    skills: Connection[Edge[Skill], Skill] = connection(
        "Skill", "技能 · All skills", resolvers.skill.skills
    )


Mutation = mutations(
    create(Skill, "新建技能 · Add a skill to the dictionary"),
    update(Skill, "修改技能 · Change what is given of a skill"),
)
