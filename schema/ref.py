"""Names by which types of different entities refer to each other, looked up when built."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.account import Account
    from schema.alliance import Alliance
    from schema.business_district import BusinessDistrict
    from schema.certificate import Certificate
    from schema.data_source import DataSource
    from schema.department import Department
    from schema.division import Division
    from schema.grant import Grant
    from schema.grid import Grid
    from schema.merchant import Merchant
    from schema.party_organization import PartyOrganization
    from schema.patrol_note import PatrolNote
    from schema.person import Person
    from schema.place import Place
    from schema.service_center import ServiceCenter
    from schema.skill import Skill
    from schema.social_organization import SocialOrganization
    from schema.visit import Visit
    from schema.volunteer_team import VolunteerTeam

AccountRef = Annotated["Account", strawberry.lazy("schema.account")]
AllianceRef = Annotated["Alliance", strawberry.lazy("schema.alliance")]
BusinessDistrictRef = Annotated["BusinessDistrict", strawberry.lazy("schema.business_district")]
CertificateRef = Annotated["Certificate", strawberry.lazy("schema.certificate")]
DepartmentRef = Annotated["Department", strawberry.lazy("schema.department")]
DataSourceRef = Annotated["DataSource", strawberry.lazy("schema.data_source")]
DivisionRef = Annotated["Division", strawberry.lazy("schema.division")]
GrantRef = Annotated["Grant", strawberry.lazy("schema.grant")]
GridRef = Annotated["Grid", strawberry.lazy("schema.grid")]
MerchantRef = Annotated["Merchant", strawberry.lazy("schema.merchant")]
PartyOrganizationRef = Annotated["PartyOrganization", strawberry.lazy("schema.party_organization")]
PatrolNoteRef = Annotated["PatrolNote", strawberry.lazy("schema.patrol_note")]
PlaceRef = Annotated["Place", strawberry.lazy("schema.place")]
PersonRef = Annotated["Person", strawberry.lazy("schema.person")]
ServiceCenterRef = Annotated["ServiceCenter", strawberry.lazy("schema.service_center")]
SkillRef = Annotated["Skill", strawberry.lazy("schema.skill")]
SocialOrganizationRef = Annotated[
    "SocialOrganization", strawberry.lazy("schema.social_organization")
]
VisitRef = Annotated["Visit", strawberry.lazy("schema.visit")]
VolunteerTeamRef = Annotated["VolunteerTeam", strawberry.lazy("schema.volunteer_team")]
