"""Who may ask for Divisions, and which reading answers it."""

import graph.division
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso


@policy("territory:read")
def division(info: Info, code: CodeOf) -> Reading:
    return graph.division.by_code(code)


@policy("territory:read")
def divisions(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
    context = info.context
    return listed("Division", context.territory(within), context.bounded, iso(as_of))
