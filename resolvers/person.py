"""Who may ask for Persons, and which reading answers it."""

import graph.person
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso


@policy("person:read")
def person(info: Info, code: CodeOf) -> Reading:
    return graph.person.by_code(code)


@policy("person:read")
def people(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
    context = info.context
    return listed("Person", context.territory(within), context.bounded, iso(as_of))
