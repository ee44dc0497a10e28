"""Who may ask for PartyOrganizations, and which reading answers it."""

import graph.party_organization
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso


@policy("territory:read")
def party_organization(info: Info, code: CodeOf) -> Reading:
    return graph.party_organization.by_code(code)


@policy("territory:read")
def party_organizations(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
    context = info.context
    return listed("PartyOrganization", context.territory(within), context.bounded, iso(as_of))
