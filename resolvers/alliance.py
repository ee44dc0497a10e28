"""Who may ask for Alliances, and which reading answers it."""

from datetime import date

import strawberry

import graph.alliance
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import Info, iso


@policy("territory:read")
def alliance(info: Info, code: str) -> Reading:
    return graph.alliance.by_code(code)


@policy("territory:read")
def alliances(
    info: Info, within: strawberry.ID | None = None, as_of: date | None = None
) -> Reading:
    context = info.context
    return listed("Alliance", context.territory(within), context.bounded, iso(as_of))
