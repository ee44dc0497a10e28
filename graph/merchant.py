"""How merchants are kept and found: by where they are, and by the alliance they joined."""

from collections.abc import Mapping
from typing import Any, LiteralString

from graph import geometry, registry, scope, text
from graph.intent import Intent
from graph.model import ROLE, Count, Derived, Key, Link, Node, Reading
from graph.predicate import Predicates, valid, where
from graph.registry import declare
from graph.write import Change

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
                {**ROLE, "seat": str | None},
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
        derived={"location": Derived(("longitude", "latitude"), geometry.point)},
    )
)

BY_CODE = "MATCH (n:Merchant {code: $code})"


def by_code(code: str) -> Reading:
    return Reading("Merchant", BY_CODE, parameters={"code": code})


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


NEW = "CREATE (n:Merchant {code: $code, version: 1}) SET n += $properties"
# (:Merchant)-[:LOCATED_IN {since, method}]->(:Grid)
LOCATE = (
    "MATCH (n:Merchant {code: $code}), (g:Grid {code: $grid}) "
    "CREATE (n)-[:LOCATED_IN {since: date($today), method: 'DECLARED'}]->(g)"
)


def add(intent: Intent, code: str, properties: Mapping[str, Any], grid: Key | None) -> Change:
    """A new merchant, located in the grid from today on.

    `properties`: name, trade, creditCode and the place's.
    """
    kept = dict(properties)
    for name in ("name", "trade"):
        kept[name] = intent.text(name, kept[name])
    if kept["creditCode"] is not None:
        kept["creditCode"] = _credit_code(intent, kept["creditCode"])
    intent.located("grid", grid)
    return Change(
        intent,
        "merchant",
        Key("Merchant", intent.code(code)),
        (NEW, LOCATE) if grid else (NEW,),
        {"properties": kept},
        creates=True,
        needs={"grid": grid},
    )


def _credit_code(intent: Intent, value: str) -> str | None:
    """As GB 32100 spells it. A mistyped one is not repeated: it may be someone's number."""
    code = text.credit_code(value)
    if code is None:
        said = "this is no unified social credit code (GB 32100): 18 signs with a check sign"
        intent.refuse("creditCode", said, "不是有效的统一社会信用代码(GB 32100),请核对 18 位代码")
    return code
