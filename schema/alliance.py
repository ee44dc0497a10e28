"""What a client may see of alliances of business districts."""

from datetime import date

import strawberry

import resolvers.alliance
from schema.grid import SINCE, UNTIL
from schema.payload import Payload
from schema.ref import BusinessDistrictRef, MerchantRef, PartyOrganizationRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="席位 · The seat of a merchant in an alliance, with its time")
class SeatEdge(Edge[MerchantRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)
    seat: str | None = strawberry.field(description="席位 · CHAIR, COUNCIL or MEMBER")


@strawberry.type(description="引领联盟的党组织 · Party organization that leads an alliance")
class AlliancePartyOrganizationEdge(Edge[PartyOrganizationRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)


@strawberry.type(description="党群联盟 · Party and mass alliance of a business district")
class Alliance(Node):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    district: BusinessDistrictRef | None = strawberry.field(
        description="商圈 · Its business district; null if out of sight"
    )
    merchants: Connection[Edge[MerchantRef], MerchantRef] = connection(
        "Merchant", "商户 · Merchants that are in it"
    )
    seats: Connection[SeatEdge, MerchantRef] = connection(
        "Merchant", "席位 · The same merchants, each with its seat and since when"
    )
    merchant_count: int = strawberry.field(description="商户数 · Number of merchants in it")
    party_organizations: Connection[AlliancePartyOrganizationEdge, PartyOrganizationRef] = (
        connection("PartyOrganization", "党组织 · Party organizations that lead it")
    )
    version: int = strawberry.field(
        description="版本 · Grows with every change; sent back as expectedVersion"
    )


@strawberry.type
class Query:
    alliance: Alliance | None = answered(
        resolvers.alliance.alliance, "按代码查联盟 · An alliance by code; null if out of sight"
    )
    alliances: Connection[Edge[Alliance], Alliance] = connection(
        "Alliance", "党群联盟 · Alliances", resolvers.alliance.alliances
    )


@strawberry.type(description="加入联盟的结果 · What came of joinAlliance")
class JoinAlliancePayload(Payload):
    alliance: Alliance | None = strawberry.field(
        description="联盟 · The alliance; null where there are errors"
    )


@strawberry.type
class Mutation:
    join_alliance: JoinAlliancePayload = answered(
        resolvers.alliance.join_alliance, "加入联盟 · Record a merchant that joins an alliance"
    )
