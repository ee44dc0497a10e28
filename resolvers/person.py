"""Who may ask for Persons, and which reading answers it."""

from datetime import date
from typing import Annotated

import strawberry

import graph.person
from graph.model import Reading
from graph.scope import listed
from graph.write import Change
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso
from resolvers.intent import (
    EXPECTED,
    INPUT,
    Repeatable,
    day,
    given,
    intended,
    key,
    optional,
    optional_key,
    patch,
    placed,
)
from resolvers.place import PointInput


@policy("person:read")
def person(info: Info, code: CodeOf) -> Reading:
    return graph.person.by_code(code)


@policy("person:read")
def people(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
    context = info.context
    return listed("Person", context.territory(within), context.bounded, iso(as_of))


@strawberry.input(description="新建人员 · A new person")
class CreatePersonInput(Repeatable):
    code: str = strawberry.field(
        description="代码 · Code: 1 to 64 of A-Z a-z 0-9 . _ -, unique, never reused"
    )
    name: str = strawberry.field(description="姓名 · Name, 1 to 64 characters")
    is_volunteer: bool | None = optional("志愿者 · As a volunteer; false if left out")
    is_party_member: bool | None = optional("党员 · A party member; null = not recorded")
    location: PointInput | None = optional("位置 · Where the person can be counted on")
    grid: strawberry.ID | None = optional("网格 · The grid they are located in, from today on")


@policy("network:write")
def create_person(info: Info, input: Annotated[CreatePersonInput, INPUT]) -> Change:
    intent = intended(info, input)
    properties = {
        **patch(input, "name", is_party_member="isPartyMember"),
        **placed(intent, "location", input.location),
        "isVolunteer": bool(given(input.is_volunteer)),
    }
    grid = optional_key(intent, "grid", input.grid, "Grid")
    return graph.person.add(intent, input.code, properties, grid)


@strawberry.input(
    description="修改人员 · What changes of a person; fields left out stay as they are"
)
class UpdatePersonInput(Repeatable):
    id: strawberry.ID = strawberry.field(description="人员 · The person")
    name: str | None = optional("姓名 · Name, 1 to 64 characters; not null")
    is_volunteer: bool | None = optional("志愿者 · Whether a volunteer; not null")
    location: PointInput | None = optional("位置 · Where they can be counted on; null = unknown")
    expected_version: int | None = optional(EXPECTED)


@policy("network:write")
def update_person(info: Info, input: Annotated[UpdatePersonInput, INPUT]) -> Change:
    intent = intended(info, input)
    changed = {
        **patch(input, "name", is_volunteer="isVolunteer"),
        **placed(intent, "location", input.location),
    }
    return graph.person.change(intent, key(intent, "id", input.id, "Person"), changed)


@strawberry.input(description="添加技能 · A skill that a person holds, for a time")
class AddSkillInput(Repeatable):
    person: strawberry.ID = strawberry.field(description="人员 · Who holds it")
    skill: strawberry.ID = strawberry.field(description="技能 · The skill")
    level: int = strawberry.field(description="等级 · Level, 1 (learning) to 5 (teaches others)")
    verified: bool | None = optional("已核实 · Whether someone confirmed it; false if left out")
    since: date | None = optional("起始日 · First day; today if left out, null = since ever")
    until: date | None = optional("截止日 · First day on which it holds no more; null = open")


@policy("network:write")
def add_skill(info: Info, input: Annotated[AddSkillInput, INPUT]) -> Change:
    intent = intended(info, input)
    since = intent.asking.today if input.since is strawberry.UNSET else day(input.since)
    return graph.person.add_skill(
        intent,
        key(intent, "person", input.person, "Person"),
        key(intent, "skill", input.skill, "Skill"),
        input.level,
        bool(given(input.verified)),
        since,
        day(input.until),
    )


@strawberry.input(description="结束技能 · A skill that a person no longer holds")
class RemoveSkillInput(Repeatable):
    person: strawberry.ID = strawberry.field(description="人员 · Who held it")
    skill: strawberry.ID = strawberry.field(description="技能 · The skill")
    until: date | None = optional(
        "截止日 · First day on which it holds no more; today if left out or null"
    )


@policy("network:write")
def remove_skill(info: Info, input: Annotated[RemoveSkillInput, INPUT]) -> Change:
    intent = intended(info, input)
    return graph.person.remove_skill(
        intent,
        key(intent, "person", input.person, "Person"),
        key(intent, "skill", input.skill, "Skill"),
        day(input.until) or intent.asking.today,
    )
