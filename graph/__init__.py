"""How the network is kept, read, written and reasoned about; knows neither GraphQL nor HTTP."""

# The one place of registration: an entity that is named here is declared.
from graph import (  # noqa: F401
    alliance,
    business_district,
    division,
    grid,
    merchant,
    party_organization,
    person,
    skill,
    social_organization,
)
