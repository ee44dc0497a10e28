"""Who may ask for Persons, and which reading answers it."""

from datetime import date

import strawberry

import graph.person
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import Info, iso


@policy("person:read")
def person(info: Info, code: str) -> Reading:
    return graph.person.by_code(code)


@policy("person:read")
def people(info: Info, within: strawberry.ID | None = None, as_of: date | None = None) -> Reading:
    context = info.context
    return listed("Person", context.territory(within), context.bounded, iso(as_of))
