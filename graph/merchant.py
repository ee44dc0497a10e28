"""How merchants are kept and found: by where they are, and by the alliance they joined."""

from typing import LiteralString

from graph import geometry, hours, registry, scope
from graph.kind import CreditCode, Week, Whole
from graph.model import LOCATED, Count, Derived, Key, Link, Node, Reading, Vocabulary
from graph.predicate import Predicates, valid, where
from graph.registry import declare
from graph.role import ROLE, Seat

MERCHANT = declare(
    Node(
        "Merchant",
        place=("LOCATED_IN",),
        terms={"trade": Vocabulary("TRADE")},
        properties={
            "code": str,
            "name": str,
            "trade": str,
            "creditCode": CreditCode | None,
            "openAtNight": bool | None,
            "hours": Week | None,
            "frontage": Whole | None,
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
                {**ROLE, "seat": Seat | None},
                validity=True,
                count="allianceCount",
            ),
            "workers": Link(
                "WORKS_AT",
                "in",
                "Person",
                {**ROLE, "position": str | None},
                validity=True,
                count="workerCount",
            ),
        },
        counts={"partyMemberCount": Count("workers", only={"isPartyMember": True})},
        derived={
            "location": Derived(("longitude", "latitude"), geometry.point),
            "hours": Derived(("hours",), hours.of("hours")),
        },
        given=("name", "trade", "creditCode", "openAtNight", "hours", "frontage", "location"),
        ties={"grid": LOCATED},
    )
)


IN_ALLIANCE: LiteralString = "MATCH (a:Alliance {code: $alliance})"
JOINED: LiteralString = "MATCH (a)<-[m:MEMBER_OF_ALLIANCE]-(n:Merchant)"


def listed(
    within: Key | None, alliance: Key | None, bounded: bool, day: str | None = None
) -> Reading:
    """Merchants that belong to a territory and are in an alliance, of these what is given.

    The alliance is the start where it is given, for its merchants are few; the territory narrows.
    """
    if alliance is None:
        return scope.listed("Merchant", within, bounded, day)
    predicates = Predicates(bounded)
    found = where(IN_ALLIANCE, [predicates.inside("a", registry.node("Alliance"))])
    inside = scope.belongs("n", MERCHANT) if within else ""
    return Reading(
        "Merchant",
        JOINED,
        f"{valid('m', 'day')} AND {inside}" if within else valid("m", "day"),
        {"alliance": alliance.code, **({"within": within.code} if within else {})},
        ground="\n".join([found, scope.ground(within.label, bounded)] if within else [found]),
        bound="a, t" if within else "a",
        missing="alliance or within" if within else "alliance",
        day=day,
    )
