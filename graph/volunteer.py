"""Which volunteers can be asked, in which order, and why each stands where they stand.

Knows no page and no client.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.analysis import acceptance, sphere
from graph.bolt import Graph
from graph.candidate import Wanted, candidates, reached
from graph.model import Asking, Finding, Key, Ranking


def volunteers(wanted: Wanted, day: str | None = None) -> Finding:
    """The volunteers who meet all that is wanted, in the wanted order; one statement.

    Raises Missing for a skill that does not exist or a territory that is out of sight.
    """

    async def find(graph: Graph, asking: Asking) -> Ranking:
        return ranked(await candidates(graph, wanted, asking), wanted)

    return Finding(find, day)


# A volunteer whose place is not known comes behind all whose distance is.
FAR = 1e15


def ranked(rows: list[list[Any]], wanted: Wanted) -> Ranking:
    """The candidates within reach, in the wanted order."""
    matches = [Match(row, distance) for row, distance in reached(rows, wanted.near)]
    order = wanted.order or ((("distance", False),) if wanted.near else ())
    keys = _code_last(order)
    return _sorted(matches, keys, wanted)


def _code_last(order: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The order up to the code, which no two share, so that what comes after it says nothing."""
    names = [name for name, _ in order]
    return [*order[: names.index("code") + 1]] if "code" in names else [*order, ("code", False)]


def _sorted(matches: list["Match"], keys: list[tuple[str, bool]], wanted: Wanted) -> Ranking:
    # From another point, or by other skills, the same keys are another order.
    place = (wanted.near.longitude, wanted.near.latitude) if wanted.near else None
    for name, down in reversed(keys):
        matches.sort(key=lambda match: match.key(name), reverse=down)
    return Ranking(
        [Key("Person", match.code) for match in matches],
        [tuple(match.key(name) for name, _ in keys) for match in matches],
        lambda i: matches[i].edge(),
        f"volunteers {keys} {place} {wanted.skills}",
        tuple(down for _, down in keys),
    )


class Match:
    """One volunteer who qualifies, and why they stand where they stand."""

    def __init__(self, row: list[Any], distance: float | None) -> None:
        self.code: str = row[0]
        self.level: int = row[3]
        self.verified = bool(row[4])
        self.acceptance = acceptance.mean(row[5], row[6])
        self.distance = distance
        self.reasons = _reasons(self)
        self.score = round(sum(reason["points"] for reason in self.reasons), 2)

    def key(self, name: str) -> Any:
        if name == "distance":
            return FAR if self.distance is None else self.distance
        return getattr(self, name)

    def edge(self) -> Mapping[str, Any]:
        metres = self.distance
        return {
            "distance": metres,
            "minutes": None if metres is None else float(sphere.minutes(metres)),
            "method": None if metres is None else sphere.METHOD,
            "level": self.level,
            "verified": self.verified,
            "acceptance": self.acceptance,
            "score": self.score,
            "reasons": self.reasons,
        }


def _reasons(match: Match) -> list[dict[str, Any]]:
    """What speaks for a volunteer; the points sum to the score, 100 at most."""
    found = [
        ("LEVEL", f"技能等级 {match.level} · skill level {match.level} of 5", 6.0 * match.level),
        ("VERIFIED", "技能已核实 · skill confirmed", 10.0 if match.verified else 0.0),
        (
            "ACCEPTANCE",
            f"应邀概率 {match.acceptance:.0%} · accepts {match.acceptance:.0%} of invitations",
            20.0 * match.acceptance,
        ),
    ]
    if match.distance is not None:
        near = f"距离 {match.distance:.0f} 米 · {match.distance:.0f} m away"
        found.append(("DISTANCE", near, 40.0 * 1000 / (1000 + match.distance)))
    return [
        {"code": code, "text": text, "points": round(points, 2)}
        for code, text, points in found
        if points
    ]
