"""How places are kept and found: shop streets, night markets, compounds, buildings, schools."""

from enum import StrEnum

from graph import geometry
from graph.model import LOCATED, Derived, Link, Node
from graph.registry import declare


class PlaceKind(StrEnum):
    """Kinds of place that governance knows by name."""

    SHOP_STREET = "SHOP_STREET"
    NIGHT_MARKET = "NIGHT_MARKET"
    BARBECUE = "BARBECUE"
    HOTEL = "HOTEL"
    MALL = "MALL"
    BACK_ALLEY = "BACK_ALLEY"
    COMPOUND = "COMPOUND"
    BUILDING = "BUILDING"
    PARKING = "PARKING"
    SCHOOL = "SCHOOL"


PLACE = declare(
    Node(
        "Place",
        place=("LOCATED_IN",),
        properties={
            "code": str,
            "name": str,
            "kind": PlaceKind,
            "longitude": float | None,
            "latitude": float | None,
            "version": int,
        },
        links={
            "grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True),
            "patrolNotes": Link("MADE_AT", "in", "PatrolNote", count="patrolNoteCount"),
        },
        derived={"location": Derived(("longitude", "latitude"), geometry.point)},
        given=("name", "kind", "location"),
        ties={"grid": LOCATED},
    )
)
