"""Who may ask for Merchants, and which reading answers it."""

from datetime import date

import strawberry

import graph.merchant
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import Info, iso


@policy("territory:read")
def merchant(info: Info, code: str) -> Reading:
    return graph.merchant.by_code(code)


@policy("territory:read")
def merchants(
    info: Info, within: strawberry.ID | None = None, as_of: date | None = None
) -> Reading:
    context = info.context
    return listed("Merchant", context.territory(within), context.bounded, iso(as_of))
