"""How notes taken on patrol are kept and found: what was seen, where, and whether it was mended."""

from enum import StrEnum

from graph.kind import Moment, Prose
from graph.model import Link, Node, Tie
from graph.registry import declare


class PatrolCategory(StrEnum):
    """What a note is about."""

    FIRE_HAZARD = "FIRE_HAZARD"
    SANITATION = "SANITATION"
    POSTED_BILLS = "POSTED_BILLS"
    CLUTTER = "CLUTTER"
    PARKING = "PARKING"
    FACILITY = "FACILITY"
    DISPUTE = "DISPUTE"
    NOTHING_FOUND = "NOTHING_FOUND"
    OTHER = "OTHER"


PATROL_NOTE = declare(
    Node(
        "PatrolNote",
        place=("MADE_IN",),
        properties={
            "code": str,
            "at": Moment,
            "category": PatrolCategory,
            "text": Prose | None,
            "resolvedOnSite": bool,
            "version": int,
        },
        links={
            "grid": Link("MADE_IN", "out", "Grid", many=False),
            "author": Link("MADE_BY", "out", "Person", many=False),
            "place": Link("MADE_AT", "out", "Place", many=False),
        },
        given=("at", "category", "text", "resolvedOnSite"),
        fresh={"resolvedOnSite": False},
        ties={
            "grid": Tie("MADE_IN", "out", "Grid", needed=True, dated=False),
            "author": Tie("MADE_BY", "out", "Person", needed=True, dated=False),
            "place": Tie("MADE_AT", "out", "Place", dated=False),
        },
    )
)
