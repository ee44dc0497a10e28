"""Words that the files of both ends of a relationship use."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, LiteralString

# The interval of a role or membership: half-open, an absent end is open.
ROLE: Mapping[LiteralString, Any] = {"since": date | None, "until": date | None}


class GridWorkerKind(StrEnum):
    """How much of their work the grid is."""

    FULL_TIME = "FULL_TIME"
    PART_TIME = "PART_TIME"


class Seat(StrEnum):
    """What a merchant is in an alliance."""

    CHAIR = "CHAIR"
    COUNCIL = "COUNCIL"
    MEMBER = "MEMBER"
