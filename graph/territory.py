"""How territories lie within each other: WITHIN, from each to itself and to all above it.

WITHIN is derived from PART_OF and SPANS: here for many at once, in graph/placing.py for a new one.
It carries the `depth` (number of steps) and the interval in which every step holds. `path` spells
the way down («/ZZ/ZZ-GX/») and is how a scope names a territory.
"""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

Name = tuple[str, str]  # label, code
Interval = tuple[str | None, str | None]  # ISO dates, None = open
Way = tuple[int, str | None, str | None]  # depth, since, until
Steps = Mapping[Name, Sequence[tuple[Name, str | None, str | None]]]  # child -> parents

# (u)-[:WITHIN]->(t)
JOIN: LiteralString = """
UNWIND $rows AS row
MATCH (u:Territory {path: row.below}), (t:Territory {path: row.above})
MERGE (u)-[w:WITHIN]->(t)
SET w.depth = row.depth, w.since = date(row.since), w.until = date(row.until)
"""


def paths(steps: Steps) -> dict[Name, str]:
    """The path of each territory: its first parent's, then its own code; ValueError for a cycle."""
    found: dict[Name, str] = {}

    def path(name: Name, below: tuple[Name, ...]) -> str:
        if name in below:
            raise ValueError(f"{name[1]} would be part of itself")
        if name not in found:
            parents = sorted(parent for parent, _, _ in steps[name])
            above = path(parents[0], (*below, name)) if parents else "/"
            found[name] = f"{above}{name[1]}/"
        return found[name]

    for name in steps:
        path(name, ())
    return found


def closure(steps: Steps) -> list[dict[str, Any]]:
    """Rows `{below, above, depth, since, until}` by path, one for each pair, itself included.

    Of several ways up the shortest gives the depth; the interval spans those of all ways.
    """
    known: dict[Name, dict[Name, Way]] = {}

    def above(name: Name) -> dict[Name, Way]:
        if name not in known:
            found: dict[Name, Way] = {name: (0, *_hull([(a, b) for _, a, b in steps[name]]))}
            for parent, first, last in steps[name]:
                for ancestor, (depth, since, until) in above(parent).items():
                    way = (depth + 1, _latest(first, since), _earliest(last, until))
                    found[ancestor] = _either(found.get(ancestor, way), way)
            known[name] = found
        return known[name]

    path = paths(steps)
    return [
        {"below": path[name], "above": path[top], "depth": d, "since": since, "until": until}
        for name in steps
        for top, (d, since, until) in above(name).items()
    ]


def _hull(intervals: Sequence[Interval]) -> Interval:
    starts, ends = [a for a, _ in intervals], [b for _, b in intervals]
    since = None if None in starts else min((a for a in starts if a), default=None)
    until = None if None in ends else max((b for b in ends if b), default=None)
    return since, until


def _either(one: Way, other: Way) -> Way:
    return (min(one[0], other[0]), *_hull([one[1:], other[1:]]))


def _latest(one: str | None, other: str | None) -> str | None:
    return max((day for day in (one, other) if day), default=None)


def _earliest(one: str | None, other: str | None) -> str | None:
    return min((day for day in (one, other) if day), default=None)
