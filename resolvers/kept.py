"""Values as clients send them, as the graph keeps them: plain text and numbers."""

from datetime import date, datetime
from enum import Enum
from typing import Any

from graph.kind import moment


def kept(value: Any) -> Any:
    """Enum members, days and moments (in UTC, to the second) as text; lists of them too."""
    if isinstance(value, list):
        return [kept(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else value
