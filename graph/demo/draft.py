"""A network while it is being drawn: rows by label and link type, and a calendar.

Knows no place, no person and no engine; refuses a code given twice and a property without value.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

__all__ = ["Draft", "codes", "day", "shares"]

Row = dict[str, Any]


@dataclass
class Draft:
    """Nodes by label and links by (type, start label, end label), in the order they came."""

    nodes: dict[str, list[Row]] = field(default_factory=dict)
    links: dict[tuple[str, str, str], list[Row]] = field(default_factory=dict)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def node(self, label: str, code: str, **properties: Any) -> str:
        """Adds a node and returns its code; a property that is None is left out."""
        if (label, code) in self._seen:
            raise ValueError(f"{label} {code} is drawn twice")
        self._seen.add((label, code))
        self.nodes.setdefault(label, []).append({"code": code} | _known(properties))
        return code

    def link(
        self, kind: str, start: str, end: str, first: str, second: str, /, **properties: Any
    ) -> None:
        """`link("HEADS", "Person", "Grid", person, grid, since=…)`; None is left out."""
        row = {"start": first, "end": second} | _known(properties)
        self.links.setdefault((kind, start, end), []).append(row)


def _known(properties: Row) -> Row:
    return {name: value for name, value in properties.items() if value is not None}


def day(random: Random, first: str, last: str) -> str:
    """A day of first..last, both ISO texts and both possible, as ISO text."""
    low, high = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
    return date.fromordinal(random.randint(low, high)).isoformat()


def codes(prefix: str, count: int, width: int) -> list[str]:
    """`prefix` and the numbers 1..count, as wide as said."""
    return [f"{prefix}{number:0{width}d}" for number in range(1, count + 1)]


def shares(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """`total` dealt out by weight, each getting at least `least`; the sum is exact."""
    rest = total - least * len(weights)
    scale = rest / sum(weights)
    exact = [weight * scale for weight in weights]
    counts = [int(figure) for figure in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: counts[index] - exact[index])
    for index in by_remainder[: rest - sum(counts)]:
        counts[index] += 1
    return [least + count for count in counts]
