"""Who may ask for Merchants, and which reading answers it."""

from typing import Annotated

import strawberry

import graph.merchant
from graph.model import Reading
from resolvers import identity
from resolvers.auth import READ, policy
from resolvers.context import AsOf, Info, Within, iso
from resolvers.lookup import by_code

merchant = by_code("Merchant")


@policy(READ)
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
