"""Who may ask for PartyOrganizations, and which reading answers it."""

from resolvers.lookup import by_code, listed

party_organization = by_code("PartyOrganization")
party_organizations = listed("PartyOrganization")
