"""What a client may see of business districts."""

from datetime import date

import strawberry

import resolvers.business_district
from schema.grid import SINCE, UNTIL
from schema.ref import AllianceRef, MerchantRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="商圈商户 · A merchant of a business district")
class DistrictMerchantEdge(Edge[MerchantRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)


@strawberry.type(description="商圈 · Business district")
class BusinessDistrict(Node):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    alliance: AllianceRef | None = strawberry.field(
        description="党群联盟 · Its alliance; null if there is none or it is out of sight"
    )
    merchants: Connection[DistrictMerchantEdge, MerchantRef] = connection(
        "Merchant", "商户 · Merchants of the district, in the alliance or not"
    )


@strawberry.type
class Query:
    business_district: BusinessDistrict | None = answered(
        resolvers.business_district.business_district,
        "按代码查商圈 · A business district by code; null if out of sight",
    )
    business_districts: Connection[Edge[BusinessDistrict], BusinessDistrict] = connection(
        "BusinessDistrict",
        "商圈 · Business districts",
        resolvers.business_district.business_districts,
    )
