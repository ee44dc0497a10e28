"""Who may ask for SocialOrganizations, and which reading answers it."""

from datetime import date

import strawberry

import graph.social_organization
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import Info, iso


@policy("territory:read")
def social_organization(info: Info, code: str) -> Reading:
    return graph.social_organization.by_code(code)


@policy("territory:read")
def social_organizations(
    info: Info, within: strawberry.ID | None = None, as_of: date | None = None
) -> Reading:
    context = info.context
    return listed("SocialOrganization", context.territory(within), context.bounded, iso(as_of))
