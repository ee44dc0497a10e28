"""Who may ask for SocialOrganizations, and which reading answers it."""

from resolvers.lookup import by_code, listed

social_organization = by_code("SocialOrganization")
social_organizations = listed("SocialOrganization")
