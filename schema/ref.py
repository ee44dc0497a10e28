"""Names by which types of different entities refer to each other, looked up when built."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.alliance import Alliance
    from schema.business_district import BusinessDistrict
    from schema.division import Division
    from schema.grid import Grid
    from schema.merchant import Merchant
    from schema.party_organization import PartyOrganization
    from schema.person import Person
    from schema.skill import Skill
    from schema.social_organization import SocialOrganization

AllianceRef = Annotated["Alliance", strawberry.lazy("schema.alliance")]
BusinessDistrictRef = Annotated["BusinessDistrict", strawberry.lazy("schema.business_district")]
DivisionRef = Annotated["Division", strawberry.lazy("schema.division")]
GridRef = Annotated["Grid", strawberry.lazy("schema.grid")]
MerchantRef = Annotated["Merchant", strawberry.lazy("schema.merchant")]
PartyOrganizationRef = Annotated["PartyOrganization", strawberry.lazy("schema.party_organization")]
PersonRef = Annotated["Person", strawberry.lazy("schema.person")]
SkillRef = Annotated["Skill", strawberry.lazy("schema.skill")]
SocialOrganizationRef = Annotated[
    "SocialOrganization", strawberry.lazy("schema.social_organization")
]
