"""What a client may see of merchants."""

import strawberry

import resolvers.merchant
from schema.change import create, mutations, update
from schema.part import Held, Located, Versioned
from schema.ref import AllianceRef, PersonRef
from schema.relay import Connection, Edge, Node, answered, connection
from schema.scalar import Point, WeeklyHours, place


@strawberry.type(description="从业人员 · Someone who works at a merchant")
class MerchantWorkerEdge(Edge[PersonRef], Held):
    position: str | None = strawberry.field(description="职位 · Position; null = not recorded")


@strawberry.type(description="商户 · Merchant")
class Merchant(Node, Located, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among merchants, never reused")
    name: str = strawberry.field(description="名称 · Name")
    trade: str = strawberry.field(description="行业 · Trade, such as RESTAURANT or PHARMACY")
    credit_code: str | None = strawberry.field(
        description="统一社会信用代码 · Unified social credit code (GB 32100); null = not recorded"
    )
    open_at_night: bool | None = strawberry.field(
        description="夜间营业 · Whether open at night; null = unknown"
    )
    hours: list[WeeklyHours] | None = strawberry.field(
        description="营业时间 · Opening hours, every week, local time; null = not recorded"
    )
    frontage: int | None = strawberry.field(
        description="门面宽度 · Metres of frontage; null = not surveyed"
    )
    location: Point | None = place("位置 · Location; null = unknown")
    party_member_count: int = strawberry.field(
        description="党员数 · Number of party members who work there"
    )
    alliances: Connection[Edge[AllianceRef], AllianceRef] = connection(
        "Alliance", "联盟 · Alliances it is in"
    )
    workers: Connection[MerchantWorkerEdge, PersonRef] = connection(
        "Person", "从业人员 · People who work there"
    )


@strawberry.type
class Query:
    merchant: Merchant | None = answered(
        resolvers.merchant.merchant, "按代码查商户 · A merchant by code; null if out of sight"
    )
    merchants: Connection[Edge[Merchant], Merchant] = connection(
        "Merchant",
        "商户 · Merchants, by where they are and by the alliance they are in",
        resolvers.merchant.merchants,
    )


Mutation = mutations(
    create(Merchant, "新建商户 · Add a merchant to the network"),
    update(Merchant, "修改商户 · Change what is given of a merchant"),
)
