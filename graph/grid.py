"""How grids are kept and found: the units of grassroots governance and their heads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, LiteralString

from graph import entity, geometry, neighbor
from graph.bolt import Graph
from graph.intent import Intent, Problem
from graph.kind import Geometry, Whole
from graph.model import Asking, Derived, Finding, Key, Link, Node, Tie, Vocabulary
from graph.predicate import Predicates, where
from graph.registry import declare
from graph.relationship import End, Relationship, relate
from graph.role import ROLE, GridWorkerKind
from graph.write import Change, Check, exists


class GridLevel(StrEnum):
    """Levels of grids; L1 … L3 mean different things in different cities."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    MICRO = "MICRO"
    DEDICATED = "DEDICATED"
    RURAL = "RURAL"


GRID = declare(
    Node(
        "Grid",
        territory=True,
        properties={
            "code": str,
            "name": str,
            "level": GridLevel,
            "codeScheme": str,
            "households": Whole | None,
            "population": Whole | None,
            "longitude": float | None,
            "latitude": float | None,
            "boundary": Geometry | None,
            "version": int,
        },
        links={
            "parent": Link("PART_OF", "out", "Grid", many=False, validity=True),
            "division": Link("WITHIN", "out", "Division", many=False, validity=True, nearest=True),
            "spans": Link("SPANS", "out", "Division", validity=True, count="spanCount"),
            "children": Link("PART_OF", "in", "Grid", validity=True, count="childCount"),
            "heads": Link(
                "HEADS", "in", "Person", {**ROLE, "deputy": bool}, validity=True, count="headCount"
            ),
            "workers": Link(
                "SERVES_AS",
                "in",
                "Person",
                {**ROLE, "kind": GridWorkerKind, "hoursPerWeek": Whole | None},
                validity=True,
                count="workerCount",
            ),
            "cadres": Link("IN_CHARGE_OF", "in", "Person", ROLE, validity=True, count="cadreCount"),
            "volunteers": Link(
                "LOCATED_IN|HEADS|SERVES_AS|REPORTED_IN_TO",
                "in",
                "Person",
                only={"isVolunteer": True},
                below=True,
                validity=True,
                once=True,
                count="volunteerCount",
            ),
            "merchants": Link(
                "LOCATED_IN", "in", "Merchant", below=True, validity=True, count="merchantCount"
            ),
            "socialOrganizations": Link(
                "LOCATED_IN",
                "in",
                "SocialOrganization",
                below=True,
                validity=True,
                count="socialOrganizationCount",
            ),
            "serviceCenters": Link(
                "LOCATED_IN",
                "in",
                "ServiceCenter",
                below=True,
                validity=True,
                count="serviceCenterCount",
            ),
            "places": Link(
                "LOCATED_IN", "in", "Place", below=True, validity=True, count="placeCount"
            ),
            "teams": Link(
                "LOCATED_IN", "in", "VolunteerTeam", below=True, validity=True, count="teamCount"
            ),
            "visits": Link("MADE_IN", "in", "Visit", below=True, count="visitCount"),
            "patrolNotes": Link("MADE_IN", "in", "PatrolNote", below=True, count="patrolNoteCount"),
            "neighbors": Link(
                "ADJACENT_TO", "both", "Grid", {"meters": float}, count="neighborCount"
            ),
            "partyOrganizations": Link(
                "LEADS",
                "in",
                "PartyOrganization",
                ROLE,
                validity=True,
                count="partyOrganizationCount",
            ),
        },
        derived={
            "centroid": Derived(("longitude", "latitude"), geometry.point),
            "boundary": Derived(("boundary",), geometry.boundary),
            "cells": Derived(("boundary",), geometry.cells),
        },
        given=(
            "name",
            "level",
            "codeScheme",
            "households",
            "population",
            "centroid",
            "boundary",
        ),
        terms={"codeScheme": Vocabulary("CODE_SCHEME", closed=True)},
        fresh={"codeScheme": "LOCAL"},
        ties={
            "parent": Tie("PART_OF", "out", "Grid", dated=False),
            "division": Tie("PART_OF", "out", "Division", dated=False),
        },
    )
)


# The box of a boundary is indexed; whether the boundary holds the point is judged exactly, by us.
AT = "MATCH (n:Grid)"
BOX = (
    "n.west <= $longitude AND n.east >= $longitude "
    "AND n.south <= $latitude AND n.north >= $latitude"
)
CANDIDATES = "RETURN collect([n.code, n.level, n.boundary]) AS found"


def at(longitude: float, latitude: float, levels: Sequence[str] | None) -> Finding:
    """The grids whose boundary holds a WGS-84 point in degrees, coarse levels first.

    Of each level that tiles, at most one: a point on a shared border belongs to the first code.
    """

    async def find(graph: Graph, asking: Asking) -> list[Key]:
        inside = Predicates(asking.bounded).inside("n", GRID)
        text = f"{where(AT, [BOX, inside])} {CANDIDATES}"
        values = {"longitude": longitude, "latitude": latitude}
        found = await graph.read("grid.at", text, {**values, **asking.values()})
        return [Key("Grid", code) for code in _holding(found, longitude, latitude, levels)]

    return Finding(find)


def _holding(
    found: list[Any], longitude: float, latitude: float, levels: Sequence[str] | None
) -> list[str]:
    kept: dict[tuple[int, str], str] = {}
    for code, level, boundary in sorted(found):
        tiles = level != GridLevel.DEDICATED
        place = (list(GridLevel).index(GridLevel(level)), "" if tiles else code)
        wanted = levels is None or level in levels
        if wanted and place not in kept and geometry.holds(boundary, longitude, latitude):
            kept[place] = code
    return [kept[place] for place in sorted(kept)]


# (n)-[:PART_OF]->(parent), and WITHIN to itself and to whatever the parent lies within
ITSELF = "MATCH (n:Grid {code: $code}) CREATE (n)-[:WITHIN {depth: 0}]->(n)"
AT_THE_TOP: LiteralString = "MATCH (n:Grid {code: $code}) SET n.path = '/' + $code + '/'"
FROM_GRID: LiteralString = "MATCH (n:Grid {code: $code}), (p:Grid {code: $parent})"
FROM_DIVISION: LiteralString = "MATCH (n:Grid {code: $code}), (p:Division {code: $division})"
BELOW: LiteralString = "SET n.path = p.path + $code + '/' CREATE (n)-[:PART_OF]->(p) WITH n, p"
ACROSS: LiteralString = "SET n.path = p.path + $code + '/' CREATE (n)-[:SPANS]->(p) WITH n, p"
ALSO_BELOW: LiteralString = "CREATE (n)-[:PART_OF]->(p) WITH n, p"
# The shorter way up comes first.
SETTLE: LiteralString = (
    "MATCH (p)-[a:WITHIN]->(t:Territory) MERGE (n)-[w:WITHIN]->(t) "
    "ON CREATE SET w.depth = a.depth + 1, w.since = a.since, w.until = a.until"
)

# A territory of another kind may have the same code beside it: their paths would be one.
BESIDE_IN_GRID = (
    "MATCH (p:Grid {code: $parent}) WITH p.path + $code + '/' AS path "
    "MATCH (t:Territory {path: path}) RETURN true"
)
BESIDE_IN_DIVISION = (
    "MATCH (p:Division {code: $division}) WITH p.path + $code + '/' AS path "
    "MATCH (t:Territory {path: path}) RETURN true"
)
BESIDE_AT_THE_TOP = "MATCH (t:Territory {path: '/' + $code + '/'}) RETURN true"
# (parent)-[:WITHIN]->(division)
ELSEWHERE = (
    "MATCH (p:Grid {code: $parent}), (d:Division {code: $division}) "
    "RETURN NOT EXISTS { MATCH (p)-[:WITHIN]->(d) }"
)


def add(
    intent: Intent, code: str, properties: Mapping[str, Any], ties: Mapping[str, Key | None]
) -> Change:
    """A new grid: part of its parent, else of the division, which a dedicated grid spans.

    `properties`: name, level, households, population, and the centroid's and boundary's.
    """
    key, parent, division = Key("Grid", code), ties.get("parent"), ties.get("division")
    intent.located("parent", parent, division)
    if parent == key:
        said = "a grid cannot be part of itself"
        intent.refuse("parent", said, "网格不能是自己的上级", "CYCLE")
    spans = properties["level"] == GridLevel.DEDICATED
    made = entity.add(
        intent,
        "Grid",
        code,
        properties,
        {},
        (ITSELF, *_placed(parent, division, spans)),
        _nowhere_else(key, parent, division, spans),
    )
    needs: dict[str, Key | None] = {"parent": parent, "division": division}
    return _settled(replace(made, needs={**made.needs, **needs}), properties)


def _placed(parent: Key | None, division: Key | None, spans: bool) -> tuple[LiteralString, ...]:
    """The path is that of the division spanned, else of what the grid is part of, as in loading."""
    if division and spans:
        across: LiteralString = f"{FROM_DIVISION} {ACROSS} {SETTLE}"
        return (across, f"{FROM_GRID} {ALSO_BELOW} {SETTLE}") if parent else (across,)
    if parent:
        return (f"{FROM_GRID} {BELOW} {SETTLE}",)
    return (f"{FROM_DIVISION} {BELOW} {SETTLE}",) if division else (AT_THE_TOP,)


def _nowhere_else(
    key: Key, parent: Key | None, division: Key | None, spans: bool
) -> tuple[Check, ...]:
    taken = exists(key)
    if division and (spans or not parent):
        beside = Check(BESIDE_IN_DIVISION, taken)
    else:
        beside = Check(BESIDE_IN_GRID if parent else BESIDE_AT_THE_TOP, taken)
    return (Check(ELSEWHERE, ELSEWHERE_IS_WRONG), beside) if parent and division else (beside,)


ELSEWHERE_IS_WRONG = Problem(
    "INVALID", ("division",), "the parent does not lie in this division", "上级网格不在该区划内"
)


def change(
    intent: Intent, key: Key, properties: Mapping[str, Any], _: Mapping[str, Key | None]
) -> Change:
    """Only the properties that are given change; None removes one that may be absent."""
    return _settled(entity.change(intent, key, properties), properties)


def _settled(change: Change, properties: Mapping[str, Any]) -> Change:
    """With its neighbours found again, if its boundary is said."""
    return replace(change, work=neighbor.settle) if "boundary" in properties else change


GRID_END, PERSON_END = End("grid", "Grid"), End("person", "Person")
HEADS = relate(
    Relationship(
        "HEADS",
        PERSON_END,
        GRID_END,
        touched="end",
        properties={"deputy": bool},
        fresh={"deputy": False},
        sole="end",
        besides="deputy",
    )
)
SERVES_AS = relate(
    Relationship(
        "SERVES_AS",
        PERSON_END,
        GRID_END,
        touched="end",
        properties={"kind": GridWorkerKind, "hoursPerWeek": Whole | None},
    )
)
IN_CHARGE_OF = relate(Relationship("IN_CHARGE_OF", PERSON_END, GRID_END, touched="end"))
