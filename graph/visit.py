"""How visits to households are kept and found: that, when and how; never whom or why.

Who was visited and what was found out there are sensitive and have no place in the graph.
"""

from enum import StrEnum

from graph.kind import Moment, Whole
from graph.model import Link, Node, Tie
from graph.registry import declare


class VisitChannel(StrEnum):
    """How households were spoken to."""

    HOME = "HOME"
    PHONE = "PHONE"
    MESSAGE = "MESSAGE"


VISIT = declare(
    Node(
        "Visit",
        place=("MADE_IN",),
        properties={
            "code": str,
            "at": Moment,
            "channel": VisitChannel,
            "households": Whole,
            "version": int,
        },
        links={
            "grid": Link("MADE_IN", "out", "Grid", many=False),
            "visitor": Link("MADE_BY", "out", "Person", many=False),
        },
        given=("at", "channel", "households"),
        fresh={"households": 1},
        ties={
            "grid": Tie("MADE_IN", "out", "Grid", needed=True, dated=False),
            "visitor": Tie("MADE_BY", "out", "Person", needed=True, dated=False),
        },
    )
)
