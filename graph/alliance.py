"""How alliances of business districts are kept and found, and which merchants joined them."""

from graph.kind import Prose
from graph.model import LOCATED, Count, Link, Node, Tie
from graph.registry import declare
from graph.relationship import End, Relationship, relate
from graph.role import ROLE, Seat

ALLIANCE = declare(
    Node(
        "Alliance",
        place=("LOCATED_IN",),
        properties={"code": str, "name": str, "charter": Prose | None, "version": int},
        links={
            "district": Link("IN_DISTRICT", "out", "BusinessDistrict", many=False, validity=True),
            "merchants": Link(
                "MEMBER_OF_ALLIANCE", "in", "Merchant", validity=True, count="merchantCount"
            ),
            "seats": Link(
                "MEMBER_OF_ALLIANCE", "in", "Merchant", {**ROLE, "seat": Seat | None}, validity=True
            ),
            "partyOrganizations": Link(
                "LEADS",
                "in",
                "PartyOrganization",
                ROLE,
                validity=True,
                count="partyOrganizationCount",
            ),
            "departments": Link(
                "PARTNER_OF", "in", "Department", ROLE, validity=True, count="departmentCount"
            ),
            "grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True),
        },
        counts={"membershipCount": Count("merchants", ever=True)},
        given=("name", "charter"),
        ties={"grid": LOCATED, "district": Tie("IN_DISTRICT", "out", "BusinessDistrict")},
    )
)


ALLIANCE_END = End("alliance", "Alliance")
MEMBER_OF_ALLIANCE = relate(
    Relationship(
        "MEMBER_OF_ALLIANCE",
        End("merchant", "Merchant"),
        ALLIANCE_END,
        touched="end",
        properties={"seat": Seat | None},
    )
)
PARTNER_OF = relate(
    Relationship("PARTNER_OF", End("department", "Department"), ALLIANCE_END, touched="end")
)
