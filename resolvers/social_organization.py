"""Who may ask for SocialOrganizations, and which reading answers it."""

import graph.social_organization
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso


@policy("territory:read")
def social_organization(info: Info, code: CodeOf) -> Reading:
    return graph.social_organization.by_code(code)


@policy("territory:read")
def social_organizations(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
    context = info.context
    return listed("SocialOrganization", context.territory(within), context.bounded, iso(as_of))
