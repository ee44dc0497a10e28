"""How administrative divisions are kept and found: province, city, … community, village."""

from enum import StrEnum

from graph import geometry
from graph.kind import Geometry
from graph.model import Derived, Link, Node
from graph.registry import declare


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
    )
)
