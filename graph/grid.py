"""How grids are kept and found: the units of grassroots governance and their heads."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from graph import geometry
from graph.bolt import Graph
from graph.model import Asking, Derived, Finding, Key, Link, Node, Reading
from graph.predicate import Predicates, where
from graph.registry import declare


class GridLevel(StrEnum):
    """Levels of grids; L1 … L3 mean different things in different cities."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    MICRO = "MICRO"
    DEDICATED = "DEDICATED"
    RURAL = "RURAL"


ROLE = {"since": date | None, "until": date | None}

GRID = declare(
    Node(
        "Grid",
        territory=True,
        properties={
            "code": str,
            "name": str,
            "level": GridLevel,
            "codeScheme": str,
            "households": int | None,
            "population": int | None,
            "longitude": float | None,
            "latitude": float | None,
            "boundary": str | None,
            "version": int,
        },
        links={
            "parent": Link("PART_OF", "out", "Grid", many=False, validity=True),
            "division": Link("WITHIN", "out", "Division", many=False, validity=True, nearest=True),
            "spans": Link("SPANS", "out", "Division", validity=True, count="spanCount"),
            "children": Link("PART_OF", "in", "Grid", validity=True, count="childCount"),
            "heads": Link(
                "HEADS", "in", "Person", ROLE | {"deputy": bool}, validity=True, count="headCount"
            ),
            "workers": Link(
                "SERVES_AS",
                "in",
                "Person",
                ROLE | {"kind": str, "hoursPerWeek": int | None},
                validity=True,
                count="workerCount",
            ),
            "cadres": Link("IN_CHARGE_OF", "in", "Person", ROLE, validity=True, count="cadreCount"),
            "volunteers": Link(
                "LOCATED_IN|HEADS|SERVES_AS",
                "in",
                "Person",
                only={"isVolunteer": True},
                below=True,
                validity=True,
                once=True,
                count="volunteerCount",
            ),
            "merchants": Link(
                "LOCATED_IN", "in", "Merchant", below=True, validity=True, count="merchantCount"
            ),
            "socialOrganizations": Link(
                "LOCATED_IN",
                "in",
                "SocialOrganization",
                below=True,
                validity=True,
                count="socialOrganizationCount",
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
        derived={
            "centroid": Derived(("longitude", "latitude"), geometry.point),
            "boundary": Derived(("boundary",), geometry.boundary),
        },
    )
)

BY_CODE = "MATCH (n:Grid {code: $code})"


def by_code(code: str) -> Reading:
    return Reading("Grid", BY_CODE, parameters={"code": code})


# The box of a boundary is indexed; whether the boundary holds the point is judged exactly, by us.
AT = "MATCH (n:Grid)"
BOX = "n.west <= $longitude AND n.east >= $longitude AND n.south <= $latitude AND n.north >= $latitude"
CANDIDATES = "RETURN collect([n.code, n.level, n.boundary]) AS found"


def at(longitude: float, latitude: float, levels: Sequence[str] | None) -> Finding:
    """The grids whose boundary holds a WGS-84 point in degrees, coarse levels first.

    Of each level that tiles, at most one: a point on a shared border belongs to the first code.
    """

    async def find(graph: Graph, asking: Asking) -> list[Key]:
        inside = Predicates(asking.bounded).inside("n", GRID)
        text = f"{where(AT, [BOX, inside])} {CANDIDATES}"
        values = {"longitude": longitude, "latitude": latitude}
        found = await graph.read("grid.at", text, {**values, **asking.values()})
        return [Key("Grid", code) for code in _holding(found, longitude, latitude, levels)]

    return Finding(find)


def _holding(
    found: list[Any], longitude: float, latitude: float, levels: Sequence[str] | None
) -> list[str]:
    kept: dict[tuple[int, str], str] = {}
    for code, level, boundary in sorted(found):
        tiles = level != GridLevel.DEDICATED
        place = (list(GridLevel).index(GridLevel(level)), "" if tiles else code)
        wanted = levels is None or level in levels
        if wanted and place not in kept and geometry.holds(boundary, longitude, latitude):
            kept[place] = code
    return [kept[place] for place in sorted(kept)]
