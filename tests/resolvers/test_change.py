"""Every mutation that is made of a declaration: what it writes, refuses, and who may.

The kinds and relationships are taken from `graph/`, so that a new one is tested where it is
declared. What a kind demands beyond its declaration stands at the end.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import schema
from graph import registry, term
from graph.boundary import MOST_CORNERS
from graph.demo.draft import Draft
from graph.kind import Week, optional, whole
from graph.load import load
from graph.model import Node
from graph.relationship import Relationship, relationships
from graph.text import payload_name
from resolvers.auth import PERMISSIONS, Caller, Granted
from resolvers.identity import global_id
from resolvers.kept import kept

WRITTEN = [node for node in registry.nodes() if node.given]
HOURS = [{"weekday": "MONDAY", "from": "09:00", "until": "17:30"}]
SQUARE = [[113.50, 34.80], [113.51, 34.80], [113.51, 34.81], [113.50, 34.81], [113.50, 34.80]]
# A value of each field, and another one, as clients send them.
VALUES: dict[str, tuple[Any, Any]] = {
    "name": ("One", "Another"),
    "nameEn": ("one", "another"),
    "isVolunteer": (True, False),
    "isPartyMember": (False, True),
    "isSuspended": (True, False),
    "resolvedOnSite": (True, False),
    "openAtNight": (True, None),
    "location": ({"longitude": 113.5, "latitude": 34.8, "crs": "WGS84"}, None),
    "centroid": ({"longitude": 113.5, "latitude": 34.8, "crs": "WGS84"}, None),
    "place": ({"longitude": 113.5, "latitude": 34.8, "crs": "WGS84"}, None),
    "boundary": ({"geometry": {"type": "Polygon", "coordinates": [SQUARE]}, "crs": "WGS84"}, None),
    "availability": (HOURS, None),
    "hours": (HOURS, []),
    "windows": (["LEGAL_SERVICE", "CIVIL_AFFAIRS"], []),
    "starRating": (5, None),
    "months": (36, None),
    "households": (3, 4),
    "population": (7, None),
    "populationUnder15": (1, None),
    "populationOver65": (2, 3),
    "frontage": (12, None),
    "pattern": ("[A-Z]{2}[0-9]{4}", None),
    "creditCode": ("91350100M000100Y43", None),
    "from": ("2026-12-01T09:00:00+08:00", "2026-12-01T08:00:00+08:00"),
    "until": ("2026-12-01T12:00:00+08:00", "2026-12-01T13:00:00+08:00"),
    "at": ("2026-11-20T09:30:00+08:00", "2026-11-20T01:30:01Z"),
}
KEPT = {"from": "2026-12-01T01:00:00Z", "until": "2026-12-01T04:00:00Z"}


@dataclass
class House:
    """A division with two grids, and one node of each label that a tie or relationship needs."""

    ask: Any
    prefix: str

    def id(self, label: str, name: str = "") -> str:
        return global_id(label, f"{self.prefix}-{name or label}")

    def code(self, node: Node, name: str = "new") -> str:
        """A code of the house; that of a term is in a dictionary of the house."""
        return f"{self.prefix}{'.' if node.label == 'Term' else '-'}{name}"

    def do(self, name: str, input: dict[str, Any], **how: Any) -> Any:
        kind: Any = schema.build()._schema.mutation_type
        payload = kind.fields[name].type.of_type
        shown = next(f for f in payload.fields if f not in ("userErrors", "clientMutationId"))
        query = (
            f"mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ "
            f"{shown} {{ id version }} userErrors {{ code field message }} }} }}"
        )
        found = self.ask.data(query, {"input": input}, **how)[name]
        return {
            "node": found[shown],
            "errors": [(e["code"], e["field"]) for e in found["userErrors"]],
        }

    def kept(self, label: str, code: str) -> dict[str, Any]:
        """The properties of a node, as the graph holds them."""
        text: Any = f"MATCH (n:{label} {{code: $code}}) RETURN properties(n) AS kept"
        found: dict[str, Any] = self.ask.run(self.ask.graph.read("test", text, {"code": code}))
        return found

    def ties(self, label: str, code: str) -> dict[str, list[str]]:
        """Today's relationships of a node: type -> codes of the other ends."""
        text: Any = (
            f"MATCH (n:{label} {{code: $code}})-[r]-(m) WHERE type(r) <> 'WITHIN' "
            "AND r.until IS NULL RETURN collect([type(r), m.code]) AS kept"
        )
        found: dict[str, list[str]] = {}
        for kind, other in self.ask.run(self.ask.graph.read("test", text, {"code": code})):
            found.setdefault(kind, []).append(other)
        return found


@pytest.fixture
def house(ask: Any, prefix: str) -> Iterator[House]:
    house, draft = House(ask, prefix), Draft()
    draft.node("Division", f"{prefix}-Division", name="D", level="DISTRICT")
    for grid in ("Grid", "other"):
        draft.node("Grid", f"{prefix}-{grid}", name=grid, level="L2", codeScheme="TEST")
        draft.link("PART_OF", "Grid", "Division", f"{prefix}-{grid}", f"{prefix}-Division")
    for node in registry.nodes():
        if node.territory:
            continue
        for name in (node.label, "second"):
            values = {n: v for n, v in required(node).items() if n in node.properties}
            values = {n: KEPT.get(n, kept(v)) for n, v in values.items()}
            draft.node(node.label, house.code(node, name), **{**node.fresh, **values})
            if "LOCATED_IN" in node.place:
                draft.link("LOCATED_IN", node.label, "Grid", f"{prefix}-{name}", f"{prefix}-Grid")
    ask.run(load(ask.graph, "demo", draft, lambda *_: None))
    yield house
    for label in (*(node.label for node in registry.nodes()), "Event"):
        own = "coalesce(n.touched, n.code) STARTS WITH $prefix"
        text: Any = f"MATCH (n:{label}) WHERE {own} DETACH DELETE n"
        ask.run(ask.graph.write(lambda tx, t=text: tx.run("test", t, {"prefix": prefix})))


def value(node: Node, name: str, other: bool = False) -> Any:
    """One of two values of a field, as clients send it."""
    if name in node.terms:
        beginning = f"{next(of for n, of in node.terms.items() if n == name).dictionary}."
        codes = [row["code"] for row in term.given() if row["code"].startswith(beginning)]
        return codes[other].removeprefix(beginning)
    if name in VALUES:
        return VALUES[name][other]
    kind = next(k for n, k in node.properties.items() if n == name)
    members = list(getattr(whole(kind), "__members__", ()))
    if members:
        return members[1 if other else 0]
    return f"{name} said {'again' if other else 'once'}"


def required(node: Node) -> dict[str, Any]:
    return {
        name: value(node, name)
        for name in node.given
        if name in node.properties
        and name not in node.derived
        and name not in node.fresh
        and not optional(next(k for n, k in node.properties.items() if n == name))
    }


def least(house: House, node: Node, code: str) -> dict[str, Any]:
    """The least that must be said of a new node."""
    input = {"code": code, **required(node)}
    if node.label == "Need":
        input["requirements"] = [{"skill": f"{house.prefix}-Skill", "count": 2}]
    needed = {n: house.id(tie.target) for n, tie in node.ties.items() if tie.needed}
    return {**input, **needed}


@pytest.mark.parametrize("node", WRITTEN, ids=lambda node: node.label)
def test_a_node_is_made_of_the_least_that_must_be_said(house: House, node: Node) -> None:
    code = house.code(node)
    made = house.do(f"create{node.label}", least(house, node, code))
    assert made == {"node": {"id": global_id(node.label, code), "version": 1}, "errors": []}
    found = house.kept(node.label, code)
    for name, said in required(node).items():
        assert found[name] == KEPT.get(name, said) or name == "at"
    for name, fresh in node.fresh.items():
        assert found[name] == fresh
    again = house.do(f"create{node.label}", least(house, node, code))
    assert again == {"node": None, "errors": [("ALREADY_EXISTS", ["code"])]}
    assert house.kept(node.label, code) == found


@pytest.mark.parametrize("node", WRITTEN, ids=lambda node: node.label)
def test_all_that_can_be_said_is_kept_and_each_part_can_be_changed(
    house: House, node: Node
) -> None:
    code = house.code(node)
    said = {name: value(node, name) for name in node.given}
    ties = {n: house.id(tie.target) for n, tie in node.ties.items()}
    if node.label == "Grid":
        ties = {"division": house.id("Division")}
    made = house.do(f"create{node.label}", {**least(house, node, code), **said, **ties})
    assert made["errors"] == []
    version = 1
    for name in node.given:
        before = house.kept(node.label, code)
        input = {"id": global_id(node.label, code), name: value(node, name, other=True)}
        changed = house.do(f"update{node.label}", {**input, "expectedVersion": version})
        version += 1
        assert changed == {"node": {"id": input["id"], "version": version}, "errors": []}
        after = house.kept(node.label, code)
        parts = {n for n in before | after if before.get(n) != after.get(n)} - {"version"}
        derived = node.derived.get(name)
        allowed = {*(derived.needs if derived else (name,))}
        allowed |= {"sourceCrs"} if "longitude" in allowed else set()
        allowed |= {"west", "south", "east", "north"} if "boundary" in allowed else set()
        assert parts <= allowed
        assert parts or name == "at"
    stale = {"id": global_id(node.label, code), node.given[0]: value(node, node.given[0])}
    refused = house.do(f"update{node.label}", {**stale, "expectedVersion": 1})
    assert refused["errors"] == [("CONFLICT", ["expectedVersion"])]


MOVED = [(node, name) for node in WRITTEN for name, tie in node.ties.items() if tie.dated]


@pytest.mark.parametrize(("node", "name"), MOVED, ids=lambda each: getattr(each, "label", each))
def test_what_is_tied_to_something_can_be_tied_to_something_else(
    house: House, node: Node, name: str
) -> None:
    tie, id = node.ties[name], global_id(node.label, f"{house.prefix}-new")
    first = house.id(tie.target)
    second = house.id(tie.target, "other" if tie.target == "Grid" else "second")
    assert house.do(f"create{node.label}", least(house, node, f"{house.prefix}-new"))["node"]
    for target, wanted in ((first, first), (second, second), (None, None), (second, second)):
        assert house.do(f"update{node.label}", {"id": id, name: target})["errors"] == []
        found = house.ties(node.label, f"{house.prefix}-new").get(tie.type, [])
        assert [global_id(tie.target, code) for code in found] == ([wanted] if wanted else [])
    nowhere = house.do(f"update{node.label}", {"id": id, name: house.id(tie.target, "absent")})
    assert nowhere["errors"] == [("NOT_FOUND", [name])]


def test_what_was_located_in_a_division_is_located_in_the_grid_alone(house: House) -> None:
    code = f"{house.prefix}-new"
    node = registry.node("SocialOrganization")
    assert house.do("createSocialOrganization", least(house, node, code))["node"]
    text: Any = (
        "MATCH (n:SocialOrganization {code: $n}), (d:Division {code: $d}) "
        "CREATE (n)-[:LOCATED_IN {since: date('2022-01-01')}]->(d)"
    )
    at = {"n": code, "d": f"{house.prefix}-Division"}
    house.ask.run(house.ask.graph.write(lambda tx: tx.run("test", text, at)))
    moved = {"id": global_id("SocialOrganization", code), "grid": house.id("Grid")}
    assert house.do("updateSocialOrganization", moved)["errors"] == []
    assert house.ties("SocialOrganization", code)["LOCATED_IN"] == [f"{house.prefix}-Grid"]


@pytest.mark.parametrize(
    "node", [n for n in WRITTEN if n.place and not n.territory], ids=lambda node: node.label
)
def test_who_sees_a_part_puts_nothing_outside_of_it(house: House, node: Node) -> None:
    path = f"/{house.prefix}-Division/{house.prefix}-other/"
    narrow = Caller("narrow", (Granted("", PERMISSIONS, (path,)),))
    input = least(house, node, f"{house.prefix}-new")
    ties = {n for n, tie in node.ties.items() if tie.target == "Grid"}
    outside = house.do(f"create{node.label}", input, caller=narrow)
    assert outside["node"] is None
    inside = {**input, **dict.fromkeys(ties, house.id("Grid", "other"))}
    made = house.do(f"create{node.label}", inside, caller=narrow)
    people = any(tie.target == "Person" and tie.needed for tie in node.ties.values())
    assert (made["node"] is None) == people  # the person of the house is out of sight
    unseen = {"id": house.id(node.label), "name": "x"}
    if "name" in node.given:
        refused = house.do(f"update{node.label}", unseen, caller=narrow)
        assert refused["errors"] == [("NOT_FOUND", ["id"])]


# Relationships


def mutation(kind: Relationship, ending: bool) -> str:
    """The mutation whose input holds the ends of a relationship and nothing else's properties."""
    built: Any = schema.build()._schema
    ends = {kind.start.name, kind.end.name}
    repeated = {"clientMutationId", "idempotencyKey", "until"}
    wanted = ends | repeated | (set() if ending else {*kind.properties, "since"})
    label = kind.shown.label
    found = [
        name
        for name, field in built.mutation_type.fields.items()
        if {*field.args["input"].type.of_type.fields} == wanted
        and payload_name(label) in field.type.of_type.fields
        and _by_type(name, kind)
    ]
    assert len(found) == 1, (kind.type, found)
    name: str = found[0]
    return name


# Where two kinds join the same labels without properties, the names tell them apart.
TOLD = {
    "MEMBER_OF_PARTY_ORGANIZATION": "PartyMember",
    "IN_CHARGE_OF": "Cadre",
    "HEADS": "GridHead",
    "SERVES_AS": "GridWorker",
    "REPORTED_IN_TO": "eport",
    "HAS_SKILL": "Skill",
}


def _by_type(name: str, kind: Relationship) -> bool:
    return TOLD.get(kind.type, "") in name


def ends(house: House, kind: Relationship) -> dict[str, str]:
    found = {kind.start.name: house.id(kind.start.label), kind.end.name: house.id(kind.end.label)}
    if kind.start.label == kind.end.label:
        found[kind.end.name] = house.id(kind.end.label, "second")
    return found


def properties(kind: Relationship) -> dict[str, Any]:
    values: dict[str, Any] = {"level": 3, "strength": 0.5, "pledgedHours": 20, "hoursPerWeek": 8}
    values |= {"deputy": False, "verified": True, "number": "A-1", "role": "Lead", "position": "x"}
    for name, of in kind.properties.items():
        members = list(getattr(whole(of), "__members__", ()))
        values.setdefault(name, members[0] if members else None)
    return {name: values[name] for name in kind.properties}


def named(kind: Relationship) -> str:
    return f"{kind.start.label}-{kind.type}-{kind.end.label}"


@pytest.mark.parametrize("kind", relationships(), ids=named)
def test_a_relationship_is_begun_once_at_a_time_and_ended(house: House, kind: Relationship) -> None:
    begin, finish, who = mutation(kind, False), mutation(kind, True), ends(house, kind)
    input = {**who, **properties(kind), "since": "2026-01-01", "until": "2027-01-01"}
    assert house.do(begin, input)["errors"] == []
    text: Any = (
        f"MATCH (a:{kind.start.label})-[r:{kind.type}]->(b:{kind.end.label}) "
        "WHERE a.code STARTS WITH $p AND b.code STARTS WITH $p "
        "RETURN collect([toString(r.since), toString(r.until), properties(r)]) AS kept"
    )

    def held() -> list[Any]:
        found: list[Any] = house.ask.run(house.ask.graph.read("test", text, {"p": house.prefix}))
        return sorted(found, key=lambda each: str(each[0]))

    since, until, kept = held()[0]
    assert (since, until) == ("2026-01-01", "2027-01-01")
    assert {name: kept[name] for name in kind.properties} == properties(kind)
    for days in (("2026-06-01", None), ("2025-01-01", "2026-01-02"), ("2026-12-31", "2028-01-01")):
        again = house.do(begin, {**input, "since": days[0], "until": days[1]})
        assert ("OVERLAP", ["since"]) in again["errors"]
    for days in (("2025-01-01", "2026-01-01"), ("2027-01-01", None)):
        next_to = house.do(begin, {**input, "since": days[0], "until": days[1]})
        assert next_to["errors"] == []
    assert len(held()) == 3
    assert house.do(finish, {**who, "until": "2028-01-01"})["errors"] == [("INVALID", ["until"])]
    assert house.do(finish, {**who, "until": "2026-11-24"})["errors"] == []
    assert [each[:2] for each in held()][1] == ["2026-01-01", "2026-11-24"]
    assert house.do(finish, who)["errors"] == [("NOT_FOUND", [kind.other.name])]


@pytest.mark.parametrize("kind", relationships(), ids=named)
def test_both_ends_of_a_relationship_must_be_there(house: House, kind: Relationship) -> None:
    begin, who = mutation(kind, False), ends(house, kind)
    for end in (kind.start, kind.end):
        input = {**who, **properties(kind), "since": "2026-01-01"}
        missing = house.do(begin, {**input, end.name: house.id(end.label, "absent")})
        assert missing["errors"] == [("NOT_FOUND", [end.name])]
        wrong = house.do(begin, {**input, end.name: house.id("Division")})
        assert wrong["errors"] == [("INVALID", [end.name])]


def test_kinds_of_value_are_held_to(house: House) -> None:
    person, skill = house.id("Person"), house.id("Skill")
    for level in (0, 6):
        refused = house.do("addSkill", {"person": person, "skill": skill, "level": level})
        assert refused["errors"] == [("INVALID", ["level"])]
    knows = {"person": person, "other": house.id("Person", "second"), "basis": "FAMILY"}
    for strength in (0.0, 1.5):
        refused = house.do("recordAcquaintance", {**knows, "strength": strength})
        assert refused["errors"] == [("INVALID", ["strength"])]
    certificate = {"person": person, "certificate": house.id("Certificate"), "since": "2026-02-01"}
    early = house.do("addCertificate", {**certificate, "until": "2026-01-01"})
    assert early["errors"] == [("INVALID", ["until"])]


def test_people_know_each_other_both_ways(house: House) -> None:
    one, other = house.id("Person"), house.id("Person", "second")
    knows = {"strength": 0.5, "basis": "NEIGHBOR"}
    assert house.do("recordAcquaintance", {"person": one, "other": other, **knows})["errors"] == []
    back = house.do("recordAcquaintance", {"person": other, "other": one, **knows})
    assert back["errors"] == [("OVERLAP", ["since"])]
    alone = house.do("recordAcquaintance", {"person": one, "other": one, **knows})
    assert alone["errors"] == [("INVALID", ["other"])]
    query = "query ($id: ID!) { node(id: $id) { ... on Person { acquaintances { edges { "
    query += "strength node { id } } } } } }"
    for who, whom in ((one, other), (other, one)):
        found = house.ask.data(query, {"id": who})["node"]["acquaintances"]["edges"]
        assert found == [{"strength": 0.5, "node": {"id": whom}}]
    assert house.do("endAcquaintance", {"person": other, "other": one})["errors"] == []


def test_party_organizations_are_subordinate_to_one_and_never_in_a_circle(house: House) -> None:
    one, two = house.id("PartyOrganization"), house.id("PartyOrganization", "second")
    day = {"since": "2026-01-01"}
    assert house.do("subordinate", {"partyOrganization": one, "parent": two, **day})["errors"] == []
    back = house.do("subordinate", {"partyOrganization": two, "parent": one, **day})
    assert back["errors"] == [("CYCLE", ["parent"])]
    self = house.do("subordinate", {"partyOrganization": two, "parent": two, **day})
    assert self["errors"] == [("CYCLE", ["parent"])]
    third = least(house, registry.node("PartyOrganization"), f"{house.prefix}-third")
    assert house.do("createPartyOrganization", third)["errors"] == []
    second = {"partyOrganization": one, "parent": global_id("PartyOrganization", third["code"])}
    refused = house.do("subordinate", {**second, **day})
    assert refused["errors"] == [("OVERLAP", ["partyOrganization"])]


# Hours, boundaries, needs


@pytest.mark.parametrize(
    "hours",
    [
        [{"weekday": "MONDAY", "from": "9:00", "until": "10:00"}],
        [{"weekday": "MONDAY", "from": "10:00", "until": "09:00"}],
        [{"weekday": "MONDAY", "from": "22:00", "until": "25:00"}],
        [
            {"weekday": "SUNDAY", "from": "08:00", "until": "10:00"},
            {"weekday": "SUNDAY", "from": "09:59", "until": "12:00"},
        ],
    ],
    ids=["one digit", "backwards", "25 o'clock", "overlapping"],
)
def test_hours_that_cannot_be_are_refused(house: House, hours: list[dict[str, str]]) -> None:
    for label, name in (("Merchant", "hours"), ("Person", "availability")):
        refused = house.do(f"update{label}", {"id": house.id(label), name: hours})
        assert refused["errors"] == [("INVALID", [name])]


def test_hours_come_back_in_the_order_of_the_week(house: House) -> None:
    late = {"weekday": "SATURDAY", "from": "18:00", "until": "24:00"}
    early = {"weekday": "MONDAY", "from": "07:00", "until": "08:00"}
    id = house.id("Merchant")
    assert house.do("updateMerchant", {"id": id, "hours": [late, early]})["errors"] == []
    query = (
        "query ($id: ID!) { node(id: $id) { ... on Merchant { hours { weekday from until } } } }"
    )
    assert house.ask.data(query, {"id": id})["node"]["hours"] == [early, late]
    assert registry.node("Merchant").properties["hours"] == Week | None


def bow(crs: str, *corners: tuple[float, float]) -> dict[str, Any]:
    ring = [[x, y] for x, y in corners]
    return {"geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, "crs": crs}


def circle(corners: int) -> dict[str, Any]:
    angles = [2 * math.pi * i / corners for i in range(corners)]
    return bow("WGS84", *((100 + math.cos(a) / 99, 30 + math.sin(a) / 99) for a in angles))


def test_a_boundary_has_as_many_corners_as_can_be_kept_and_no_more(house: House) -> None:
    """The first corner, which closes the ring, is counted twice."""
    id = house.id("Grid")
    most = {"id": id, "boundary": circle(MOST_CORNERS - 1)}
    assert house.do("updateGrid", most)["errors"] == []
    query = "query ($id: ID!) { node(id: $id) { ... on Grid { boundary } } }"
    kept = house.ask.data(query, {"id": id})["node"]["boundary"]
    assert len(kept["coordinates"][0]) == MOST_CORNERS
    more = {"id": id, "boundary": circle(MOST_CORNERS)}
    assert house.do("updateGrid", more)["errors"] == [("INVALID", ["boundary", "geometry"])]
    assert house.ask.data(query, {"id": id})["node"]["boundary"] == kept


@pytest.mark.parametrize(
    "boundary",
    [
        bow("WGS84", (113.5, 34.8), (113.6, 34.9), (113.6, 34.8), (113.5, 34.9)),
        bow("WGS84", (2.3, 48.8), (2.4, 48.8), (2.4, 48.9)),
        bow("GCJ02", (113.5, 34.8), (213.6, 34.8), (113.6, 34.9)),
        bow("WGS84", (113.5, 34.8), (113.6, 34.8)),
        {"geometry": {"type": "Point", "coordinates": [113.5, 34.8]}, "crs": "WGS84"},
        {"geometry": {"type": "Polygon"}, "crs": "WGS84"},
        {"geometry": {"type": "Polygon", "coordinates": [[["a", "b"]]]}, "crs": "WGS84"},
        {"geometry": {"type": "Polygon", "coordinates": []}, "crs": "WGS84"},
        {"geometry": {}, "crs": "WGS84"},
    ],
    ids=["crossing", "Paris", "range", "line", "point", "none", "text", "empty", "nothing"],
)
def test_what_is_no_boundary_is_refused(house: House, boundary: dict[str, Any]) -> None:
    before = house.kept("Grid", f"{house.prefix}-Grid")
    refused = house.do("updateGrid", {"id": house.id("Grid"), "boundary": boundary})
    assert refused["errors"] == [("INVALID", ["boundary", "geometry"])]
    assert house.kept("Grid", f"{house.prefix}-Grid") == before


def test_a_boundary_is_kept_in_wgs84_and_found_by_a_point(house: House) -> None:
    square = bow("GCJ02", (100.0, 30.0), (100.1, 30.0), (100.1, 30.1), (100.0, 30.1))
    id = house.id("Grid")
    assert house.do("updateGrid", {"id": id, "boundary": square})["errors"] == []
    query = "query ($p: PointInput!) { gridsAt(point: $p) { id boundary } }"
    middle = {"longitude": 100.05, "latitude": 30.05, "crs": "GCJ02"}
    (found,) = house.ask.data(query, {"p": middle})["gridsAt"]
    assert found["id"] == id
    corner = found["boundary"]["coordinates"][0][0]
    assert 100 < abs(corner[0] - 100.0) * 96_000 + abs(corner[1] - 30.0) * 111_000 < 1_000
    beside = {"longitude": 100.1001, "latitude": 30.05, "crs": "GCJ02"}
    assert house.ask.data(query, {"p": beside})["gridsAt"] == []


def test_a_need_says_skills_people_time_and_place(house: House) -> None:
    code, node = f"{house.prefix}-need", registry.node("Need")
    wanted = [
        {"skill": f"{house.prefix}-second", "minLevel": 3, "count": 2},
        {"skill": f"{house.prefix}-Skill", "count": 1},
    ]
    input = {**least(house, node, code), "requirements": wanted, "grid": house.id("Grid")}
    assert house.do("createNeed", input)["errors"] == []
    query = """query ($w: ID!) { needs(within: $w) { nodes { code status
      requirements { minLevel count skill { code name } } period { from until }
      place { crs } } } }"""
    needs = house.ask.data(query, {"w": house.id("Grid")})["needs"]["nodes"]
    (need,) = [each for each in needs if each["code"] == code]
    assert need == {
        "code": code,
        "status": "DRAFT",
        "requirements": [
            {"minLevel": 1, "count": 1, "skill": {"code": f"{house.prefix}-Skill", "name": "One"}},
            {"minLevel": 3, "count": 2, "skill": {"code": f"{house.prefix}-second", "name": "One"}},
        ],
        "period": {"from": KEPT["from"], "until": KEPT["until"]},
        "place": None,
    }
    id = global_id("Need", code)
    fewer = {"id": id, "requirements": wanted[:1], "status": "PUBLISHED"}
    assert house.do("updateNeed", fewer)["errors"] == []
    assert house.ties("Need", code)["REQUIRES"] == [f"{house.prefix}-second"]
    for change, field in (
        ({"requirements": []}, ["requirements"]),
        ({"requirements": [wanted[0], wanted[0]]}, ["requirements"]),
        ({"requirements": [{**wanted[0], "count": 0}]}, ["requirements", "count"]),
        ({"requirements": [{**wanted[0], "minLevel": 6}]}, ["requirements", "minLevel"]),
        ({"until": "2026-12-01T09:00:00+08:00"}, ["until"]),
    ):
        assert house.do("updateNeed", {"id": id, **change})["errors"] == [("INVALID", field)]
    unknown = [{"skill": f"{house.prefix}-absent"}]
    refused = house.do("updateNeed", {"id": id, "requirements": unknown})
    assert refused["errors"] == [("NOT_FOUND", ["requirements"])]
    backwards = {**input, "code": f"{code}-2", "until": "2026-12-01T08:00:00+08:00"}
    assert house.do("createNeed", backwards)["errors"] == [("INVALID", ["until"])]
    assert house.ties("Need", code)["REQUIRES"] == [f"{house.prefix}-second"]
