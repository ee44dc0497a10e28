"""How party organizations are kept and found, and which grids and alliances they lead."""

from enum import StrEnum

from graph.kind import Level
from graph.model import LOCATED, Link, Node
from graph.registry import declare
from graph.relationship import End, Relationship, relate
from graph.role import ROLE


class PartyOrganizationKind(StrEnum):
    """Kinds of party organization, the higher ones first."""

    WORK_COMMITTEE = "WORK_COMMITTEE"
    COMMITTEE = "COMMITTEE"
    GENERAL_BRANCH = "GENERAL_BRANCH"
    BRANCH = "BRANCH"
    GROUP = "GROUP"
    FUNCTIONAL = "FUNCTIONAL"


PARTY_ORGANIZATION = declare(
    Node(
        "PartyOrganization",
        place=("LOCATED_IN",),
        properties={
            "code": str,
            "name": str,
            "kind": PartyOrganizationKind | None,
            "starRating": Level | None,
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
            "parent": Link("SUBORDINATE_TO", "out", "PartyOrganization", many=False, validity=True),
            "children": Link(
                "SUBORDINATE_TO", "in", "PartyOrganization", ROLE, validity=True, count="childCount"
            ),
            "grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True),
        },
        given=("name", "kind", "starRating"),
        ties={"grid": LOCATED},
    )
)


PARTY_END = End("partyOrganization", "PartyOrganization")
LEADS_GRID = relate(Relationship("LEADS", PARTY_END, End("grid", "Grid")))
LEADS_ALLIANCE = relate(Relationship("LEADS", PARTY_END, End("alliance", "Alliance")))
MEMBER_OF_PARTY_ORGANIZATION = relate(
    Relationship("MEMBER_OF_PARTY_ORGANIZATION", End("person", "Person"), PARTY_END, touched="end")
)
SUBORDINATE_TO = relate(
    Relationship(
        "SUBORDINATE_TO",
        PARTY_END,
        End("parent", "PartyOrganization"),
        sole="start",
        acyclic=True,
    )
)
