"""Who may ask for Merchants, and which reading answers it."""

from typing import Annotated

import strawberry

import graph.merchant
from graph.model import Reading
from graph.write import Change
from resolvers import identity
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso
from resolvers.intent import (
    INPUT,
    Repeatable,
    given,
    intended,
    optional,
    optional_key,
    patch,
    placed,
)
from resolvers.place import PointInput


@policy("territory:read")
def merchant(info: Info, code: CodeOf) -> Reading:
    return graph.merchant.by_code(code)


@policy("territory:read")
def merchants(
    info: Info,
    within: Within = None,
    alliance: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="联盟 · Only merchants that are in this alliance"),
    ] = None,
    as_of: AsOf = None,
) -> Reading:
    context = info.context
    joined = None if alliance is None else identity.key(alliance, "alliance", "Alliance")
    return graph.merchant.listed(context.territory(within), joined, context.bounded, iso(as_of))


@strawberry.input(description="新建商户 · A new merchant")
class CreateMerchantInput(Repeatable):
    code: str = strawberry.field(
        description="代码 · Code: 1 to 64 of A-Z a-z 0-9 . _ -, unique, never reused"
    )
    name: str = strawberry.field(description="名称 · Name, 1 to 64 characters")
    trade: str = strawberry.field(description="行业 · Trade, such as RESTAURANT or PHARMACY")
    credit_code: str | None = optional(
        "统一社会信用代码 · Unified social credit code (GB 32100); null = not recorded"
    )
    location: PointInput | None = optional("位置 · Location; null = unknown")
    grid: strawberry.ID | None = optional("网格 · The grid it is located in, from today on")


@policy("network:write")
def create_merchant(info: Info, input: Annotated[CreateMerchantInput, INPUT]) -> Change:
    intent = intended(info, input)
    properties = {
        **patch(input, "name", "trade"),
        **placed(intent, "location", input.location),
        "creditCode": given(input.credit_code),
    }
    grid = optional_key(intent, "grid", input.grid, "Grid")
    return graph.merchant.add(intent, input.code, properties, grid)
