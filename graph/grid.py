"""How grids are kept and found: the units of grassroots governance and their heads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, LiteralString

from graph import entity, geometry, neighbor, placing
from graph.bolt import Graph
from graph.intent import Intent, Problem
from graph.kind import Geometry, Whole
from graph.model import Asking, Derived, Finding, Key, Link, Node, Tie, Vocabulary
from graph.placing import Above
from graph.predicate import Predicates, where
from graph.registry import declare
from graph.relationship import End, Relationship, relate
from graph.role import ROLE, GridWorkerKind
from graph.write import Change, Check


class GridLevel(StrEnum):
    """Levels of grids; L1 … L3 mean different things in different cities."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    MICRO = "MICRO"
    DEDICATED = "DEDICATED"
    RURAL = "RURAL"


# Who lives in a grid, as census and survey tell of it: households and people.
LIVING: tuple[LiteralString, ...] = (
    "households",
    "population",
    "populationUnder15",
    "populationOver65",
)

GRID = declare(
    Node(
        "Grid",
        territory=True,
        properties={
            "code": str,
            "name": str,
            "level": GridLevel,
            "codeScheme": str,
            **dict.fromkeys(LIVING, Whole | None),
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
            *LIVING,
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


PARENT, DIVISION = Above("parent", "Grid"), Above("division", "Division")
SPANNED = replace(DIVISION, spanned=True)
# (parent)-[:WITHIN]->(division)
ELSEWHERE = (
    "MATCH (p:Grid {code: $parent}), (d:Division {code: $division}) "
    "RETURN NOT EXISTS { MATCH (p)-[:WITHIN]->(d) }"
)


def add(
    intent: Intent, code: str, properties: Mapping[str, Any], ties: Mapping[str, Key | None]
) -> Change:
    """A new grid: part of its parent, else of the division, which a dedicated grid spans.

    `properties`: name, level, who lives there, and the centroid's and boundary's.
    """
    parent, division = ties.get("parent"), ties.get("division")
    above = _above(parent, division, properties["level"] == GridLevel.DEDICATED)
    inside = (Check(ELSEWHERE, ELSEWHERE_IS_WRONG),) if parent and division else ()
    made = placing.add(intent, Key("Grid", code), properties, ties, above, inside)
    return _settled(made, properties)


def _above(parent: Key | None, division: Key | None, spans: bool) -> tuple[Above, ...]:
    """The path is that of the division spanned, else of what the grid is part of, as in loading."""
    if division and spans:
        return (SPANNED, PARENT) if parent else (SPANNED,)
    if parent:
        return (PARENT,)
    return (DIVISION,) if division else ()


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
