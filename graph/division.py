"""How administrative divisions are kept and found: province, city, … community, village."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from graph import geometry, placing
from graph.intent import Intent
from graph.kind import Geometry
from graph.model import Derived, Key, Link, Node, Tie
from graph.placing import Above
from graph.registry import declare
from graph.write import Change


class DivisionLevel(StrEnum):
    """Levels of administrative divisions, as GB/T 2260 and GB/T 10114 order them."""

    PROVINCE = "PROVINCE"
    CITY = "CITY"
    DISTRICT = "DISTRICT"
    SUBDISTRICT = "SUBDISTRICT"
    TOWN = "TOWN"
    COMMUNITY = "COMMUNITY"
    VILLAGE = "VILLAGE"


DIVISION = declare(
    Node(
        "Division",
        territory=True,
        properties={
            "code": str,
            "name": str,
            "level": DivisionLevel,
            "longitude": float | None,
            "latitude": float | None,
            "boundary": Geometry | None,
            "version": int,
        },
        links={
            "parent": Link("PART_OF", "out", "Division", many=False, validity=True),
            "children": Link("PART_OF", "in", "Division", validity=True, count="childCount"),
            # Every grid of the division, at whatever depth; a dedicated grid in each it spans.
            "grids": Link("WITHIN", "in", "Grid", validity=True, count="gridCount"),
            "partyOrganizations": Link(
                "LOCATED_IN",
                "in",
                "PartyOrganization",
                below=True,
                validity=True,
                count="partyOrganizationCount",
            ),
        },
        derived={
            "centroid": Derived(("longitude", "latitude"), geometry.point),
            "boundary": Derived(("boundary",), geometry.boundary),
        },
        given=("name", "level", "centroid", "boundary"),
        ties={"parent": Tie("PART_OF", "out", "Division", dated=False)},
    )
)
PARENT = Above("parent", "Division")


def add(
    intent: Intent, code: str, properties: Mapping[str, Any], ties: Mapping[str, Key | None]
) -> Change:
    """A new division: part of its parent, else at the top.

    `properties`: name, level, and the centroid's and boundary's.
    """
    above = (PARENT,) if ties.get("parent") else ()
    return placing.add(intent, Key("Division", code), properties, ties, above)
