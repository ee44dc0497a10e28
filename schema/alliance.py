"""What a client may see of alliances of business districts."""

import strawberry

import graph.alliance
import resolvers.alliance
from resolvers.enum import Seat
from schema.change import create, mutations, relate, update
from schema.part import Held, Located, Versioned
from schema.ref import (
    BusinessDistrictRef,
    DepartmentRef,
    MerchantRef,
    PartyOrganizationRef,
)
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="席位 · The seat of a merchant in an alliance, with its time")
class SeatEdge(Edge[MerchantRef], Held):
    seat: Seat | None = strawberry.field(description="席位 · What it is there; null = not said")


@strawberry.type(description="引领联盟的党组织 · Party organization that leads an alliance")
class AlliancePartyOrganizationEdge(Edge[PartyOrganizationRef], Held):
    pass


@strawberry.type(description="联盟单位 · A department that is a partner of an alliance")
class AllianceDepartmentEdge(Edge[DepartmentRef], Held):
    pass


@strawberry.type(description="党群联盟 · Party and mass alliance of a business district")
class Alliance(Node, Located, Versioned):
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
    membership_count: int = strawberry.field(
        description="历次入盟数 · Number of memberships ever, those that have ended included, "
        "whatever the day that is asked about"
    )
    party_organizations: Connection[AlliancePartyOrganizationEdge, PartyOrganizationRef] = (
        connection("PartyOrganization", "党组织 · Party organizations that lead it")
    )
    charter: str | None = strawberry.field(
        description="章程 · Its charter, up to 2,000 characters; null = none"
    )
    departments: Connection[AllianceDepartmentEdge, DepartmentRef] = connection(
        "Department", "联盟单位 · Departments that are its partners"
    )


@strawberry.type
class Query:
    alliance: Alliance | None = answered(
        resolvers.alliance.alliance, "按代码查联盟 · An alliance by code; null if out of sight"
    )
    alliances: Connection[Edge[Alliance], Alliance] = connection(
        "Alliance", "党群联盟 · Alliances", resolvers.alliance.alliances
    )


ALLIANCE = "联盟 · The alliance"
Mutation = mutations(
    create(Alliance, "新建联盟 · Add an alliance to the network"),
    update(Alliance, "修改联盟 · Change what is given of an alliance"),
    *relate(
        Alliance,
        graph.alliance.MEMBER_OF_ALLIANCE,
        ("joinAlliance", "加入联盟 · A merchant joins an alliance"),
        ("leaveAlliance", "退出联盟 · A merchant leaves an alliance"),
        alliance=ALLIANCE,
        merchant="商户 · The merchant",
        seat="席位 · What it is there; null = not said",
    ),
    *relate(
        Alliance,
        graph.alliance.PARTNER_OF,
        ("addPartner", "加入共建 · A department becomes a partner of an alliance"),
        ("endPartner", "退出共建 · A department is a partner of an alliance no more"),
        alliance=ALLIANCE,
        department="部门 · The department",
    ),
)
