"""Who may ask for Alliances, and which reading answers it."""

from datetime import date
from typing import Annotated

import strawberry

import graph.alliance
from graph.model import Reading
from graph.scope import listed
from graph.write import Change
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso
from resolvers.intent import INPUT, Repeatable, day, intended, key, optional


@policy("territory:read")
def alliance(info: Info, code: CodeOf) -> Reading:
    return graph.alliance.by_code(code)


@policy("territory:read")
def alliances(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
    context = info.context
    return listed("Alliance", context.territory(within), context.bounded, iso(as_of))


@strawberry.input(description="加入联盟 · A merchant that joins an alliance, for a time")
class JoinAllianceInput(Repeatable):
    alliance: strawberry.ID = strawberry.field(description="联盟 · The alliance")
    merchant: strawberry.ID = strawberry.field(description="商户 · Who joins")
    since: date = strawberry.field(description="起始日 · First day in it")
    until: date | None = optional("截止日 · First day no longer in it; null = open")


@policy("network:write")
def join_alliance(info: Info, input: Annotated[JoinAllianceInput, INPUT]) -> Change:
    intent = intended(info, input)
    return graph.alliance.join(
        intent,
        key(intent, "alliance", input.alliance, "Alliance"),
        key(intent, "merchant", input.merchant, "Merchant"),
        input.since.isoformat(),
        day(input.until),
    )
