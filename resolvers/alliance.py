"""Who may ask for Alliances, and which reading answers it."""

import graph.alliance
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso


@policy("territory:read")
def alliance(info: Info, code: CodeOf) -> Reading:
    return graph.alliance.by_code(code)


@policy("territory:read")
def alliances(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
    context = info.context
    return listed("Alliance", context.territory(within), context.bounded, iso(as_of))
