"""Who may ask for PartyOrganizations, and which reading answers it."""

from datetime import date

import strawberry

import graph.party_organization
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import Info, iso


@policy("territory:read")
def party_organization(info: Info, code: str) -> Reading:
    return graph.party_organization.by_code(code)


@policy("territory:read")
def party_organizations(
    info: Info, within: strawberry.ID | None = None, as_of: date | None = None
) -> Reading:
    context = info.context
    return listed("PartyOrganization", context.territory(within), context.bounded, iso(as_of))
