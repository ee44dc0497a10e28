"""Who may ask for Divisions, and which reading answers it."""

from datetime import date

import strawberry

import graph.division
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import Info, iso


@policy("territory:read")
def division(info: Info, code: str) -> Reading:
    return graph.division.by_code(code)


@policy("territory:read")
def divisions(
    info: Info, within: strawberry.ID | None = None, as_of: date | None = None
) -> Reading:
    context = info.context
    return listed("Division", context.territory(within), context.bounded, iso(as_of))
