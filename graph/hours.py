"""Hours of a week as the graph keeps them, given out, and whether a moment is among them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

from graph.text import span

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def of(name: LiteralString) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Any]:
    """Reads the property of this name: `[{weekday, from, until}]`, or None."""

    def make(row: Mapping[str, Any], _: Mapping[str, Any]) -> list[dict[str, Any]] | None:
        kept = row.get(name)
        return None if kept is None else [shown(text) for text in kept]

    return make


def shown(text: str) -> dict[str, Any]:
    """A span as clients see it: `{weekday, from, until}`."""
    day, since, until = span(text)
    return {"weekday": WEEKDAYS[day - 1], "from": since, "until": until}


def minutes(text: str) -> tuple[int, int]:
    """A span in minutes of the week, from Monday 00:00."""
    day, since, until = span(text)
    return _minute(day, since), _minute(day, until)


def hold(kept: Sequence[str], at: datetime) -> bool:
    """Whether one of the spans includes a local moment; a span's end is no part of it."""
    now = _minute(at.isoweekday(), f"{at:%H:%M}")
    return any(since <= now < until for since, until in map(minutes, kept))


def _minute(day: int, time: str) -> int:
    hour, _, minute = time.partition(":")
    return ((day - 1) * 24 + int(hour)) * 60 + int(minute)
