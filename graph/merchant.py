"""How merchants are kept and found: by where they are, and by the alliance they joined."""

from datetime import date

from graph import geometry
from graph.model import Count, Derived, Link, Node, Reading
from graph.registry import declare

ROLE = {"since": date | None, "until": date | None}

MERCHANT = declare(
    Node(
        "Merchant",
        place=("LOCATED_IN",),
        properties={
            "code": str,
            "name": str,
            "trade": str,
            "creditCode": str | None,
            "openAtNight": bool | None,
            "longitude": float | None,
            "latitude": float | None,
            "version": int,
        },
        links={
            "grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True),
            "alliances": Link(
                "MEMBER_OF_ALLIANCE",
                "out",
                "Alliance",
                ROLE | {"seat": str | None},
                validity=True,
                count="allianceCount",
            ),
            "workers": Link(
                "WORKS_AT",
                "in",
                "Person",
                ROLE | {"position": str | None},
                validity=True,
                count="workerCount",
            ),
        },
        counts={"partyMemberCount": Count("workers", only={"isPartyMember": True})},
        derived={"location": Derived(("longitude", "latitude"), geometry.point)},
    )
)

BY_CODE = "MATCH (n:Merchant {code: $code})"


def by_code(code: str) -> Reading:
    return Reading("Merchant", BY_CODE, parameters={"code": code})
