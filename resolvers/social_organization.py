"""Who may ask for SocialOrganizations, and which reading answers it."""

from datetime import date
from typing import Annotated

import strawberry

import graph.social_organization
from graph.model import Reading
from graph.scope import listed
from graph.write import Change
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso
from resolvers.intent import INPUT, Repeatable, day, intended, key, optional, optional_key


@policy("territory:read")
def social_organization(info: Info, code: CodeOf) -> Reading:
    return graph.social_organization.by_code(code)


@policy("territory:read")
def social_organizations(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
    context = info.context
    return listed("SocialOrganization", context.territory(within), context.bounded, iso(as_of))


@strawberry.input(description="新建社会组织 · A new social organization")
class CreateSocialOrganizationInput(Repeatable):
    code: str = strawberry.field(
        description="代码 · Code: 1 to 64 of A-Z a-z 0-9 . _ -, unique, never reused"
    )
    name: str = strawberry.field(description="名称 · Name, 1 to 64 characters")
    grid: strawberry.ID | None = optional("网格 · The grid it is located in, from today on")


@policy("network:write")
def create_social_organization(
    info: Info, input: Annotated[CreateSocialOrganizationInput, INPUT]
) -> Change:
    intent = intended(info, input)
    grid = optional_key(intent, "grid", input.grid, "Grid")
    return graph.social_organization.add(intent, input.code, input.name, grid)


@strawberry.input(description="添加成员 · A member of a social organization, for a time")
class AddMemberInput(Repeatable):
    organization: strawberry.ID = strawberry.field(description="社会组织 · The organization")
    person: strawberry.ID = strawberry.field(description="人员 · Who joins")
    since: date = strawberry.field(description="起始日 · First day as a member")
    until: date | None = optional("截止日 · First day as a member no more; null = open")


@policy("network:write")
def add_member(info: Info, input: Annotated[AddMemberInput, INPUT]) -> Change:
    intent = intended(info, input)
    return graph.social_organization.add_member(
        intent,
        key(intent, "organization", input.organization, "SocialOrganization"),
        key(intent, "person", input.person, "Person"),
        input.since.isoformat(),
        day(input.until),
    )
