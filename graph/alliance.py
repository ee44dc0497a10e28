"""How alliances of business districts are kept and found, and which merchants joined them."""

from datetime import date

from graph.model import Link, Node, Reading
from graph.registry import declare

ROLE = {"since": date | None, "until": date | None}

ALLIANCE = declare(
    Node(
        "Alliance",
        place=("LOCATED_IN",),
        properties={"code": str, "name": str, "version": int},
        links={
            "district": Link("IN_DISTRICT", "out", "BusinessDistrict", many=False, validity=True),
            "merchants": Link(
                "MEMBER_OF_ALLIANCE", "in", "Merchant", validity=True, count="merchantCount"
            ),
            "seats": Link(
                "MEMBER_OF_ALLIANCE", "in", "Merchant", ROLE | {"seat": str | None}, validity=True
            ),
            "partyOrganizations": Link(
                "LEADS",
                "in",
                "PartyOrganization",
                ROLE,
                validity=True,
                count="partyOrganizationCount",
            ),
        },
    )
)

BY_CODE = "MATCH (n:Alliance {code: $code})"


def by_code(code: str) -> Reading:
    return Reading("Alliance", BY_CODE, parameters={"code": code})
