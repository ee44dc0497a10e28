"""How party organizations are kept and found, and which grids and alliances they lead."""

from graph.model import ROLE, Link, Node, Reading
from graph.registry import declare

PARTY_ORGANIZATION = declare(
    Node(
        "PartyOrganization",
        place=("LOCATED_IN",),
        properties={
            "code": str,
            "name": str,
            "kind": str | None,
            "starRating": int | None,
            "version": int,
        },
        links={
            "grids": Link("LEADS", "out", "Grid", ROLE, validity=True, count="gridCount"),
            "alliances": Link(
                "LEADS", "out", "Alliance", ROLE, validity=True, count="allianceCount"
            ),
            "members": Link(
                "MEMBER_OF_PARTY_ORGANIZATION",
                "in",
                "Person",
                ROLE,
                validity=True,
                count="memberCount",
            ),
        },
    )
)

BY_CODE = "MATCH (n:PartyOrganization {code: $code})"


def by_code(code: str) -> Reading:
    return Reading("PartyOrganization", BY_CODE, parameters={"code": code})
