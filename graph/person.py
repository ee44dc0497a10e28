"""How people are kept and found: one node a person, roles are relationships with an interval."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from graph import geometry
from graph.analysis import acceptance
from graph.model import Derived, Link, Node, Reading
from graph.registry import declare

ROLE = {"since": date | None, "until": date | None}


def _acceptance(row: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    invited, accepted = row["invited"] or 0, row["accepted"] or 0
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
            "version": int,
        },
        links={
            "skills": Link(
                "HAS_SKILL",
                "out",
                "Skill",
                ROLE | {"level": int, "verified": bool},
                validity=True,
                count="skillCount",
            ),
            "organizations": Link(
                "MEMBER_OF",
                "out",
                "SocialOrganization",
                ROLE | {"role": str | None},
                validity=True,
                count="organizationCount",
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
                ROLE | {"position": str | None},
                validity=True,
                count="workplaceCount",
            ),
            "grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True),
            "headOf": Link(
                "HEADS", "out", "Grid", ROLE | {"deputy": bool}, validity=True, count="headOfCount"
            ),
            "workerIn": Link(
                "SERVES_AS",
                "out",
                "Grid",
                ROLE | {"kind": str, "hoursPerWeek": int | None},
                validity=True,
                count="workerInCount",
            ),
            "inChargeOf": Link(
                "IN_CHARGE_OF", "out", "Grid", ROLE, validity=True, count="inChargeOfCount"
            ),
        },
        derived={
            "location": Derived(("longitude", "latitude"), geometry.point),
            "acceptance": Derived(("invited", "accepted"), _acceptance),
        },
    )
)

BY_CODE = "MATCH (n:Person {code: $code})"


def by_code(code: str) -> Reading:
    return Reading("Person", BY_CODE, parameters={"code": code})
