"""What a client may see of business districts."""

import strawberry

import graph.business_district
import resolvers.business_district
from schema.change import create, mutations, relate, update
from schema.part import Held, Located, Versioned
from schema.ref import AllianceRef, MerchantRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="商圈商户 · A merchant of a business district")
class DistrictMerchantEdge(Edge[MerchantRef], Held):
    pass


@strawberry.type(description="商圈 · Business district")
class BusinessDistrict(Node, Located, Versioned):
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


Mutation = mutations(
    create(BusinessDistrict, "新建商圈 · Add a business district to the network"),
    update(BusinessDistrict, "修改商圈 · Change what is given of a business district"),
    *relate(
        BusinessDistrict,
        graph.business_district.IN_DISTRICT,
        ("addDistrictMerchant", "纳入商圈 · A merchant belongs to a business district"),
        ("endDistrictMerchant", "移出商圈 · A merchant belongs to a business district no more"),
        district="商圈 · The business district",
        merchant="商户 · The merchant",
    ),
)
