"""Who qualifies for something: volunteers by skill and place, read once for whatever asks for them.

A skill is held if a descendant of it is held. Distances are computed here, not by the engine, so
that they are the same on every engine.
"""

from dataclasses import dataclass
from typing import Any, LiteralString

import numpy as np

from graph import registry
from graph.analysis import sphere
from graph.bolt import Graph
from graph.model import Asking, Key, Missing
from graph.person import TOTALS
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
COLUMNS: LiteralString = f"n.code, n.longitude, n.latitude, level, verified, {TOTALS}"
KNOWN: LiteralString = (
    "CALL () { UNWIND $skills AS want MATCH (known:Skill {code: want.code}) "
    "RETURN collect(DISTINCT known.code) AS known }"
)


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


def reached(rows: list[list[Any]], near: Near | None) -> list[tuple[list[Any], float | None]]:
    """The rows within reach, each with its metres from the point, as far as they are known."""
    reach = near.reach if near else None
    return [
        (row, distance)
        for row, distance in zip(rows, _distances(rows, near), strict=True)
        if reach is None or (distance is not None and distance <= reach)
    ]


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
