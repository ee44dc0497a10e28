"""How people are kept and found: one node a person, roles are relationships with an interval."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, LiteralString

from graph import geometry, hours
from graph.analysis import acceptance
from graph.kind import Code, Level, Share, Week, Whole
from graph.model import LOCATED, Derived, Link, Node
from graph.registry import declare
from graph.relationship import End, Relationship, relate
from graph.role import ROLE, GridWorkerKind


class AcquaintanceBasis(StrEnum):
    """Where two people know each other from."""

    CO_SERVED = "CO_SERVED"
    FAMILY = "FAMILY"
    COLLEAGUE = "COLLEAGUE"
    NEIGHBOR = "NEIGHBOR"


# How often they were asked and came, as was told of them, and by the invitations that are kept.
TOLD, COUNTED = ("invited", "accepted"), ("answered", "agreed")
# Both together, of `n`.
TOTALS: LiteralString = (
    "coalesce(n.invited, 0) + coalesce(n.answered, 0), "
    "coalesce(n.accepted, 0) + coalesce(n.agreed, 0)"
)


def _acceptance(row: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    invited = (row["invited"] or 0) + (row["answered"] or 0)
    accepted = (row["accepted"] or 0) + (row["agreed"] or 0)
    mean = acceptance.mean(invited, accepted)
    return {"mean": mean, "invited": invited, "accepted": accepted}


PERSON = declare(
    Node(
        "Person",
        place=("LOCATED_IN", "HEADS", "SERVES_AS", "REPORTED_IN_TO"),
        properties={
            "code": str,
            "name": str,
            "isVolunteer": bool,
            "isPartyMember": bool | None,
            "isInvented": bool,
            "longitude": float | None,
            "latitude": float | None,
            "invited": int | None,
            "accepted": int | None,
            "answered": int | None,
            "agreed": int | None,
            "availability": Week | None,
            "version": int,
        },
        links={
            "skills": Link(
                "HAS_SKILL",
                "out",
                "Skill",
                {**ROLE, "level": Level, "verified": bool},
                validity=True,
                count="skillCount",
            ),
            "organizations": Link(
                "MEMBER_OF",
                "out",
                "SocialOrganization",
                {**ROLE, "role": str | None},
                validity=True,
                count="organizationCount",
            ),
            "teams": Link(
                "MEMBER_OF",
                "out",
                "VolunteerTeam",
                {**ROLE, "role": str | None},
                validity=True,
                count="teamCount",
            ),
            "certificates": Link(
                "HOLDS",
                "out",
                "Certificate",
                {**ROLE, "number": Code | None},
                validity=True,
                count="certificateCount",
            ),
            "acquaintances": Link(
                "KNOWS",
                "both",
                "Person",
                {**ROLE, "strength": Share, "basis": AcquaintanceBasis},
                validity=True,
                count="acquaintanceCount",
            ),
            "reportedInTo": Link(
                "REPORTED_IN_TO",
                "out",
                "Grid",
                {**ROLE, "pledgedHours": Whole | None},
                validity=True,
                count="reportedInToCount",
            ),
            "partyOrganizations": Link(
                "MEMBER_OF_PARTY_ORGANIZATION",
                "out",
                "PartyOrganization",
                ROLE,
                validity=True,
                count="partyOrganizationCount",
            ),
            "workplaces": Link(
                "WORKS_AT",
                "out",
                "Merchant",
                {**ROLE, "position": str | None},
                validity=True,
                count="workplaceCount",
            ),
            "grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True),
            "headOf": Link(
                "HEADS", "out", "Grid", {**ROLE, "deputy": bool}, validity=True, count="headOfCount"
            ),
            "workerIn": Link(
                "SERVES_AS",
                "out",
                "Grid",
                {**ROLE, "kind": GridWorkerKind, "hoursPerWeek": Whole | None},
                validity=True,
                count="workerInCount",
            ),
            "inChargeOf": Link(
                "IN_CHARGE_OF", "out", "Grid", ROLE, validity=True, count="inChargeOfCount"
            ),
        },
        derived={
            "location": Derived(("longitude", "latitude"), geometry.point),
            "acceptance": Derived((*TOLD, *COUNTED), _acceptance),
            "availability": Derived(("availability",), hours.of("availability")),
        },
        given=("name", "isVolunteer", "isPartyMember", "location", "availability"),
        fresh={"isVolunteer": False, "isInvented": False, "invited": 0, "accepted": 0},
        ties={"grid": LOCATED},
    )
)


PERSON_END = End("person", "Person")
HAS_SKILL = relate(
    Relationship(
        "HAS_SKILL",
        PERSON_END,
        End("skill", "Skill"),
        properties={"level": Level, "verified": bool},
        fresh={"verified": False},
        dated=False,
    )
)
WORKS_AT = relate(
    Relationship(
        "WORKS_AT", PERSON_END, End("merchant", "Merchant"), properties={"position": str | None}
    )
)
# What someone holds of a kind of certificate: `since` it was issued, `until` it expires.
HOLDS = relate(
    Relationship(
        "HOLDS",
        PERSON_END,
        End("certificate", "Certificate"),
        properties={"number": Code | None},
    )
)
REPORTED_IN_TO = relate(
    Relationship(
        "REPORTED_IN_TO",
        PERSON_END,
        End("grid", "Grid"),
        properties={"pledgedHours": Whole | None},
    )
)
KNOWS = relate(
    Relationship(
        "KNOWS",
        PERSON_END,
        End("other", "Person"),
        properties={"strength": Share, "basis": AcquaintanceBasis},
        mutual=True,
        dated=False,
    )
)
