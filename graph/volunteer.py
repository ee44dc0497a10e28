"""Which volunteers can be asked: by skill, by where they are, by what a filter says of them.

A skill is held if a descendant of it is held. Distances are computed here, not by the engine, so
that they are the same on every engine. Knows no page and no client.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import numpy as np

from graph import registry
from graph.analysis import acceptance, sphere
from graph.bolt import Graph
from graph.model import Asking, Finding, Key, Missing, Ranking
from graph.predicate import Predicates, where
from graph.requirement import Requirement, enough, holders
from graph.scope import belongs, ground, listed


@dataclass(frozen=True)
class Near:
    """A WGS-84 point in degrees, and how far around it in metres; None = however far."""

    longitude: float
    latitude: float
    reach: float | None = None


@dataclass(frozen=True)
class Wanted:
    """What is asked of volunteers, and in which order: (key, descending), the code always last.

    `hours`: when they can be asked is read, too.
    """

    skills: tuple[Requirement, ...] = ()
    near: Near | None = None
    within: Key | None = None
    order: tuple[tuple[str, bool], ...] = ()
    hours: bool = False


ALL_OF_THEM: LiteralString = (
    "WITH n, want.index AS i, max(h.level) AS level, "
    "max(CASE WHEN h.verified THEN 1 ELSE 0 END) AS verified "
    "WITH n, count(i) AS met, min(level) AS level, min(verified) AS verified "
    "WHERE met = $count"
)
ANYONE: LiteralString = "WITH DISTINCT n, 0 AS level, 0 AS verified"
COLUMNS: LiteralString = "n.code, n.longitude, n.latitude, level, verified, n.invited, n.accepted"
KNOWN: LiteralString = (
    "CALL () { UNWIND $skills AS want MATCH (known:Skill {code: want.code}) "
    "RETURN collect(DISTINCT known.code) AS known }"
)


def volunteers(wanted: Wanted, day: str | None = None) -> Finding:
    """The volunteers who meet all that is wanted, in the wanted order; one statement.

    Raises Missing for a skill that does not exist or a territory that is out of sight.
    """

    async def find(graph: Graph, asking: Asking) -> Ranking:
        return ranked(await candidates(graph, wanted, asking), wanted)

    return Finding(find, day)


async def candidates(graph: Graph, wanted: Wanted, asking: Asking) -> list[list[Any]]:
    """Rows [code, longitude, latitude, level, verified, invited, accepted] of who qualifies.

    With `hours`, the availability is the last of each.
    """
    text, values = statement(wanted, asking)
    found = await graph.read("volunteer.candidates", text, {**values, **asking.values()})
    if found is None:
        raise Missing("within")
    known, rows = found
    if set(known) != {requirement.skill for requirement in wanted.skills}:
        raise Missing("skills")
    return list(rows)


def statement(wanted: Wanted, asking: Asking) -> tuple[LiteralString, dict[str, Any]]:
    """The one statement, and the values of what is wanted."""
    predicates = Predicates(asking.bounded)
    person = registry.node("Person")
    asked = asking.condition
    tests: list[LiteralString] = [
        "n.isVolunteer = true",
        predicates.inside("n", person),
        predicates.condition("n", person, asked) if asked else "",
    ]
    values = {f"p{i}": asking.bind(place) for i, place in enumerate(predicates.parameters)}
    values |= {"within": wanted.within.code} if wanted.within else {}
    values |= {
        "skills": [skill.values(i) for i, skill in enumerate(wanted.skills)],
        "count": len(wanted.skills),
    }
    start = ground(wanted.within.label, asking.bounded) if wanted.within else ""
    bound: LiteralString = "t" if wanted.within else ""
    body = _holders(wanted, tests) if wanted.skills else _anyone(wanted, tests, asking)
    return "\n".join([start, KNOWN, f"CALL ({bound}) {{ {body} }}", _ROW]), values


_ROW: LiteralString = "RETURN [known, found] AS row"


def _holders(wanted: Wanted, tests: list[LiteralString]) -> LiteralString:
    """Starts at the skills, whose holders are fewer than the people of a territory."""
    inside = belongs("n", registry.node("Person")) if wanted.within else ""
    head: LiteralString = f"UNWIND $skills AS want MATCH {holders('want')}"
    found = where(head, [enough("want"), *tests, inside])
    return f"{found} {ALL_OF_THEM} {_columns(wanted)}"


def _anyone(wanted: Wanted, tests: list[LiteralString], asking: Asking) -> LiteralString:
    reading = listed("Person", wanted.within, asking.bounded)
    return f"{where(reading.match, [reading.where, *tests])} {ANYONE} {_columns(wanted)}"


def _columns(wanted: Wanted) -> LiteralString:
    return f"RETURN collect([{COLUMNS}{', n.availability' if wanted.hours else ''}]) AS found"


# A volunteer whose place is not known comes behind all whose distance is.
FAR = 1e15


def ranked(rows: list[list[Any]], wanted: Wanted) -> Ranking:
    """The candidates within reach, in the wanted order."""
    matches = [Match(row, distance) for row, distance in reached(rows, wanted.near)]
    order = wanted.order or ((("distance", False),) if wanted.near else ())
    keys = _code_last(order)
    return _sorted(matches, keys, wanted)


def reached(rows: list[list[Any]], near: Near | None) -> list[tuple[list[Any], float | None]]:
    """The rows within reach, each with its metres from the point, as far as they are known."""
    reach = near.reach if near else None
    return [
        (row, distance)
        for row, distance in zip(rows, _distances(rows, near), strict=True)
        if reach is None or (distance is not None and distance <= reach)
    ]


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


def _distances(rows: list[list[Any]], near: Near | None) -> list[float | None]:
    """Metres from the point to each row, None where either place is not known."""
    found: list[float | None] = [None] * len(rows)
    located = [i for i, row in enumerate(rows) if row[1] is not None and row[2] is not None]
    if near and located:
        longitudes = np.array([rows[i][1] for i in located])
        latitudes = np.array([rows[i][2] for i in located])
        metres = sphere.metres(near.longitude, near.latitude, longitudes, latitudes)
        for i, metre in zip(located, metres.tolist(), strict=True):
            found[i] = metre
    return found


class Match:
    """One volunteer who qualifies, and why they stand where they stand."""

    def __init__(self, row: list[Any], distance: float | None) -> None:
        self.code: str = row[0]
        self.level: int = row[3]
        self.verified = bool(row[4])
        self.acceptance = acceptance.mean(row[5] or 0, row[6] or 0)
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
