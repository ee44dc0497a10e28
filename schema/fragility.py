"""What a client sees of skills that hang on one person, and of people who cannot be spared."""

from datetime import date

import strawberry

import resolvers.fragility
from resolvers.enum import GridLevel
from schema.ref import PersonRef, SkillRef
from schema.relay import Connection, Edge, answered, page
from schema.territory import Territory


@strawberry.type(
    description="在册技能 · A skill, and on how few it hangs; who holds a narrower one holds it too"
)
class HeldSkillEdge(Edge[SkillRef]):
    holders: int = strawberry.field(
        description="持有人数 · Volunteers of the territory who hold it"
    )
    sole: PersonRef | None = strawberry.field(
        description="唯一持有人 · The one who holds it, if nobody else there does; else null"
    )
    units: int = strawberry.field(description="单元数 · Units to which one of its holders belongs")
    sole_units: int = strawberry.field(
        description="单点单元数 · Of these, how many would be without it if one person were absent"
    )


@strawberry.type(description="关键人员 · A person without whom some unit would be without a skill")
class KeyPersonEdge(Edge[PersonRef]):
    sole_holdings: int = strawberry.field(
        description="独有技能数 · Pairs of a unit and a skill of which they are the only holder"
    )
    splits: int = strawberry.field(
        description="割裂数 · Into how many more parts the network of units and skills, linked by "
        "people, would fall without them; above 0, they are a cut vertex (割点)"
    )


@strawberry.type(
    description="技能脆弱性 · Which skills of a territory hang on one person, and on whom. Counted "
    "are volunteers who belong to it: located in it or below, or holding a valid role there"
)
class SkillFragility:
    territory: Territory = strawberry.field(description="辖区 · The territory")
    level: GridLevel = strawberry.field(description="级别 · Level of the units")
    as_of: date = strawberry.field(description="日期 · The day that was asked about")
    units: int = strawberry.field(description="单元数 · Units of that level in the territory")
    people: int = strawberry.field(
        description="人数 · Volunteers of the territory who hold one of the skills"
    )
    skills: Connection[HeldSkillEdge, SkillRef] = page(
        "技能 · The skills, those with fewest holders first; then by code"
    )
    key_people: Connection[KeyPersonEdge, PersonRef] = page(
        "关键人员 · People who hold a skill alone in some unit, those first of whom most depends: "
        "by soleHoldings, splits, code"
    )


@strawberry.type
class Query:
    skill_fragility: SkillFragility = answered(
        resolvers.fragility.skill_fragility,
        "技能脆弱性 · Which skills of a territory hang on one person, and who cannot be spared",
    )
