"""What each mutation writes, what it refuses under which code, and that nothing else remains."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.bolt import Transaction
from resolvers.auth import DEVELOPER, PERMISSIONS, Caller, Granted
from resolvers.identity import global_id
from tests.resolvers.town import TODAY, Town, document, payload

# createGrid


def test_a_new_grid_lies_within_its_parent_and_all_above(town: Town) -> None:
    input = {
        "code": town.code("NEW"),
        "name": "  Cafe\u0301 网格 ",
        "level": "L3",
        "parent": town.id("Grid", "N-1"),
        "households": 0,
        "clientMutationId": "mine",
    }
    answer = town.do("createGrid", input)
    grid = answer["grid"]
    assert ([], "mine") == (answer["userErrors"], answer["clientMutationId"])
    assert ("Café 网格", "L3", "LOCAL") == (grid["name"], grid["level"], grid["codeScheme"])
    assert (0, None, 1) == (grid["households"], grid["population"], grid["version"])
    assert town.code("N-1") == grid["parent"]["code"]
    assert town.code("N") == grid["division"]["code"]
    assert [] == grid["spans"]["nodes"]
    above = ["NEW", "N-1", "N", ""]
    path = "/" + "/".join(town.code(name) for name in reversed(above)) + "/"
    found = [[path, depth, town.code(name)] for depth, name in enumerate(above)]
    assert found == town.above(town.code("NEW"))
    assert [1, 1] == town.recorded("createGrid", town.code("NEW"))


def test_a_new_grid_is_found_below_its_division(town: Town) -> None:
    new = {"code": town.code("NEW"), "name": "New", "level": "L1"}
    grid = town.done("createGrid", {**new, "division": town.id("Division", "S")})
    assert (None, town.code("S")) == (grid["parent"], grid["division"]["code"])
    query = "query ($w: ID!) { grids(within: $w) { nodes { code } } }"
    for division in ("S", ""):
        found = town.ask.data(query, {"w": town.id("Division", division)})["grids"]["nodes"]
        assert town.code("NEW") in [each["code"] for each in found]
    found = town.ask.data(query, {"w": town.id("Division", "N")})["grids"]["nodes"]
    assert town.code("NEW") not in [each["code"] for each in found]


def test_a_dedicated_grid_spans_its_division(town: Town) -> None:
    new = {"code": town.code("MALL"), "name": "Mall", "level": "DEDICATED"}
    grid = town.done("createGrid", {**new, "division": town.id("Division", "N")})
    assert [{"code": town.code("N")}] == grid["spans"]["nodes"]
    assert (None, town.code("N")) == (grid["parent"], grid["division"]["code"])
    both = {**new, "code": town.code("SHOPS"), "parent": town.id("Grid", "N-1")}
    grid = town.done("createGrid", {**both, "division": town.id("Division", "N")})
    assert [{"code": town.code("N")}] == grid["spans"]["nodes"]
    assert town.code("N-1") == grid["parent"]["code"]
    path = f"/{town.prefix}/{town.code('N')}/{town.code('SHOPS')}/"
    above = [(0, "SHOPS"), (1, "N"), (1, "N-1"), (2, "")]
    found = [[path, depth, town.code(name)] for depth, name in above]
    assert found == town.above(town.code("SHOPS"))


def test_a_grid_at_the_top_is_for_those_who_see_everything(town: Town) -> None:
    new = {"code": town.code("ROOT"), "name": "Root", "level": "L1"}
    town.refused("createGrid", new, "INVALID", "parent", caller=town.caller("N"))
    grid = town.done("createGrid", new)
    assert (None, None) == (grid["parent"], grid["division"])
    path = "MATCH (n:Grid {code: $c})-[:WITHIN]->(t) RETURN collect([n.path, t.code])"
    assert [[f"/{new['code']}/", new["code"]]] == town.read(path, c=new["code"])


def test_a_grid_is_refused_where_it_cannot_be(town: Town) -> None:
    new = {"code": town.code("NEW"), "name": "New", "level": "L3"}
    inside = {**new, "parent": town.id("Grid", "N-1")}
    town.refused("createGrid", {**new, "parent": town.id("Grid", "NEW")}, "CYCLE", "parent")
    town.refused("createGrid", {**inside, "code": town.code("N-1")}, "CYCLE", "parent")
    town.refused("createGrid", {**new, "parent": town.id("Grid", "X")}, "NOT_FOUND", "parent")
    town.refused(
        "createGrid", {**new, "division": town.id("Division", "X")}, "NOT_FOUND", "division"
    )
    elsewhere = {**inside, "division": town.id("Division", "S")}
    town.refused("createGrid", elsewhere, "INVALID", "division")
    town.refused("createGrid", {**elsewhere, "level": "DEDICATED"}, "INVALID", "division")
    town.refused("createGrid", {**inside, "code": town.code("S-1")}, "ALREADY_EXISTS", "code")
    # a division of this code lies beside it already
    beside = {**new, "code": town.code("N"), "division": town.id("Division", "")}
    town.refused("createGrid", beside, "ALREADY_EXISTS", "code")
    town.refused("createGrid", {**new, "code": town.prefix}, "ALREADY_EXISTS", "code")
    above = {**inside, "division": town.id("Division", "")}
    assert town.code("N-1") == town.done("createGrid", above)["parent"]["code"]


# createDivision, updateDivision


def test_a_new_division_lies_within_its_parent_and_grids_within_it(town: Town) -> None:
    new = {"code": town.code("NEW"), "name": " 新村 ", "level": "VILLAGE"}
    division = town.done("createDivision", {**new, "parent": town.id("Division", "N")})
    assert ("新村", "VILLAGE", 1) == tuple(division[n] for n in ("name", "level", "version"))
    assert town.code("N") == division["parent"]["code"]
    above = ["NEW", "N", ""]
    path = "/" + "/".join(town.code(name) for name in reversed(above)) + "/"
    found = [[path, depth, town.code(name)] for depth, name in enumerate(above)]
    assert found == town.above(town.code("NEW"), "Division")
    assert [1, 1] == town.recorded("createDivision", town.code("NEW"))
    grid = {"code": town.code("NEW-1"), "name": "New", "level": "L3"}
    made = town.done("createGrid", {**grid, "division": town.id("Division", "NEW")})
    assert town.code("NEW") == made["division"]["code"]
    assert [f"{path}{town.code('NEW-1')}/"] * 4 == [p for p, *_ in town.above(town.code("NEW-1"))]


def test_a_division_is_changed_part_by_part(town: Town) -> None:
    ring = [[113.5, 34.8], [113.6, 34.8], [113.6, 34.9], [113.5, 34.8]]
    boundary = {"geometry": {"type": "Polygon", "coordinates": [ring]}, "crs": "WGS84"}
    said = {"id": town.id("Division", "N"), "level": "TOWN", "boundary": boundary}
    division = town.done("updateDivision", {**said, "expectedVersion": 1})
    assert ("N", "TOWN", 2) == tuple(division[n] for n in ("name", "level", "version"))
    assert "Polygon" == division["boundary"]["type"]
    assert [(1, town.code(""))] == [
        (depth, code) for _, depth, code in town.above(town.code("N"), "Division") if depth
    ]


def test_a_division_is_refused_where_it_cannot_be(town: Town) -> None:
    new = {"code": town.code("NEW"), "name": "New", "level": "VILLAGE"}
    itself = {**new, "parent": town.id("Division", "NEW")}
    town.refused("createDivision", itself, "CYCLE", "parent")
    absent = {**new, "parent": town.id("Division", "X")}
    town.refused("createDivision", absent, "NOT_FOUND", "parent")
    inside = {**new, "parent": town.id("Division", "N")}
    town.refused("createDivision", {**inside, "code": town.code("S")}, "ALREADY_EXISTS", "code")
    # a grid of this code lies beside it already
    town.refused("createDivision", {**inside, "code": town.code("N-1")}, "ALREADY_EXISTS", "code")
    town.refused("createDivision", new, "INVALID", "parent", caller=town.caller("N"))
    made = town.done("createDivision", inside, caller=town.caller("N"))
    assert town.code("N") == made["parent"]["code"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "A" * 65}, "code"),
        ({"code": "网格"}, "code"),
        ({"code": "A B"}, "code"),
        ({"code": "A\n"}, "code"),
        ({"name": ""}, "name"),
        ({"name": " \u200b "}, "name"),
        ({"name": "N" * 65}, "name"),
        ({"name": "a\tb"}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "a\u2028b"}, "name"),
        ({"households": -1}, "households"),
        ({"population": -1}, "population"),
        ({"parent": "nonsense"}, "parent"),
        ({"parent": global_id("Person", "X")}, "parent"),
        ({"division": global_id("Grid", "X")}, "division"),
        ({"idempotencyKey": ""}, "idempotencyKey"),
        ({"idempotencyKey": "k" * 129}, "idempotencyKey"),
    ],
)
def test_a_value_that_cannot_be_meant_is_invalid(
    town: Town, changed: dict[str, Any], field: str
) -> None:
    new = {"code": town.code("NEW"), "name": "New", "level": "L3"}
    town.refused("createGrid", {**new, **changed}, "INVALID", field)


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"longitude": 2.35, "latitude": 48.85, "crs": "GCJ02"}, "crs"),
        ({"longitude": 2.35, "latitude": 48.85, "crs": "BD09"}, "crs"),
        ({"longitude": 181, "latitude": 34, "crs": "WGS84"}, "longitude"),
        ({"longitude": 0, "latitude": 0, "crs": "WGS84"}, "longitude"),
        ({"longitude": 34.7, "latitude": 113.6, "crs": "WGS84"}, "latitude"),
    ],
)
def test_a_place_that_cannot_be_meant_is_invalid(
    town: Town, place: dict[str, Any], field: str
) -> None:
    grid = {"code": town.code("NEW"), "name": "New", "level": "L3", "centroid": place}
    town.refused("createGrid", grid, "INVALID", "centroid", field)
    person = {"code": town.code("NEW"), "name": "New", "location": place}
    town.refused("createPerson", person, "INVALID", "location", field)
    shop = {**person, "trade": "BAKERY"}
    town.refused("createMerchant", shop, "INVALID", "location", field)
    ann = {"id": town.id("Person", "ANN"), "location": place}
    town.refused("updatePerson", ann, "INVALID", "location", field)


def test_everything_wrong_is_told_at_once(town: Town) -> None:
    found = town.do("createGrid", {"code": "!", "name": "", "level": "L3", "households": -1})
    assert ["code", "name", "households"] == [e["field"][0] for e in found["userErrors"]]


def test_places_are_kept_in_wgs_84_whatever_they_were_measured_in(town: Town) -> None:
    place = {"longitude": 113.62, "latitude": 34.75, "crs": "GCJ02"}
    new = {"code": town.code("NEW"), "name": "New", "level": "L3", "centroid": place}
    centroid = town.done("createGrid", new)["centroid"]
    assert "WGS84" == centroid["crs"]
    assert 0.001 < 113.62 - centroid["longitude"] < 0.01
    assert "GCJ02" == town.read("MATCH (g:Grid {code: $c}) RETURN g.sourceCrs", c=new["code"])


# updateGrid, updatePerson


def test_a_patch_changes_what_is_given_and_removes_what_is_null(town: Town) -> None:
    place = {"longitude": 113.62, "latitude": 34.75, "crs": "WGS84"}
    me = {"id": town.id("Grid", "N-1")}
    first = town.done("updateGrid", {**me, "households": 5, "population": 9, "centroid": place})
    assert (5, 9, 113.62, 2) == (
        first["households"],
        first["population"],
        first["centroid"]["longitude"],
        first["version"],
    )
    second = town.done("updateGrid", {**me, "households": None, "name": "New"})
    assert (None, 9, "New", 3) == (
        second["households"],
        second["population"],
        second["name"],
        second["version"],
    )
    assert first["centroid"] == second["centroid"]
    third = town.done("updateGrid", {**me, "centroid": None})
    assert (None, 9, "New") == (third["centroid"], third["population"], third["name"])
    assert [3, 3] == town.recorded("updateGrid", town.code("N-1"))
    left = "MATCH (g:Grid {code: $c}) RETURN [g.sourceCrs, g.longitude, g.code, g.level]"
    assert [None, None, town.code("N-1"), "L2"] == town.read(left, c=town.code("N-1"))


def test_what_cannot_be_absent_cannot_be_removed(town: Town) -> None:
    town.refused("updateGrid", {"id": town.id("Grid", "N-1"), "name": None}, "INVALID", "name")
    ann = {"id": town.id("Person", "ANN")}
    town.refused("updatePerson", {**ann, "name": None}, "INVALID", "name")
    town.refused("updatePerson", {**ann, "isVolunteer": None}, "INVALID", "isVolunteer")


def test_a_person_is_changed_by_what_is_given(town: Town) -> None:
    place = {"longitude": 113.62, "latitude": 34.75, "crs": "WGS84"}
    ann = {"id": town.id("Person", "ANN")}
    found = town.done("updatePerson", {**ann, "isVolunteer": True, "location": place})
    assert (True, 113.62, "ANN", 2) == (
        found["isVolunteer"],
        found["location"]["longitude"],
        found["name"],
        found["version"],
    )
    found = town.done("updatePerson", {**ann, "name": "安", "location": None})
    assert (True, None, "安", 3) == (
        found["isVolunteer"],
        found["location"],
        found["name"],
        found["version"],
    )
    assert town.code("N-1") == found["grid"]["code"]


@pytest.mark.parametrize(
    ("name", "label", "at"), [("updateGrid", "Grid", "N-1"), ("updatePerson", "Person", "ANN")]
)
def test_a_stale_version_is_a_conflict(town: Town, name: str, label: str, at: str) -> None:
    me = {"id": town.id(label, at)}
    assert 2 == town.done(name, {**me, "name": "Two", "expectedVersion": 1})["version"]
    stale = {**me, "name": "Three", "expectedVersion": 1}
    assert "2" in town.refused(name, stale, "CONFLICT", "expectedVersion")
    assert "2" in town.refused(name, stale, "CONFLICT", "expectedVersion", language="zh")
    assert 3 == town.done(name, {**stale, "expectedVersion": 2})["version"]
    assert 4 == town.done(name, {**stale, "expectedVersion": None})["version"]
    town.refused(name, {"id": town.id(label, "X"), "name": "No"}, "NOT_FOUND", "id")
    town.refused(name, {"id": town.id("Merchant", "SHOP"), "name": "No"}, "INVALID", "id")


# assignGridHead


def test_heads_take_turns_and_deputies_do_not(town: Town) -> None:
    office = {"grid": town.id("Grid", "N-1"), "person": town.id("Person", "ANN")}
    first = town.done("assignGridHead", {**office, "since": "2026-01-01", "until": "2027-01-01"})
    edge = {"since": "2026-01-01", "until": "2027-01-01", "deputy": False}
    assert [{**edge, "node": {"code": town.code("ANN")}}] == first["heads"]["edges"]
    assert 2 == first["version"]
    again = {**office, "since": "2026-12-31"}
    town.refused("assignGridHead", again, "OVERLAP", "since")
    town.refused("assignGridHead", {**again, "deputy": True}, "OVERLAP", "since")
    ben = {**office, "person": town.id("Person", "BEN")}
    town.refused("assignGridHead", {**ben, "since": "2026-12-31"}, "OVERLAP", "grid")
    town.refused("assignGridHead", {**ben, "since": "2025-01-01"}, "OVERLAP", "grid")
    assert 2 == len(
        town.done("assignGridHead", {**ben, "since": "2026-06-01", "deputy": True})["heads"][
            "edges"
        ]
    )
    sue = {**office, "person": town.id("Person", "SUE"), "deputy": True}
    assert 3 == len(town.done("assignGridHead", {**sue, "since": "2026-06-01"})["heads"]["edges"])
    town.done("assignGridHead", {**office, "since": "2027-01-01"})
    town.done("assignGridHead", {**ben, "since": "2025-01-01", "until": "2026-01-01"})
    assert [5, 5] == town.recorded("assignGridHead", town.code("N-1"))


def test_an_office_lasts_a_day_at_least(town: Town) -> None:
    office = {"grid": town.id("Grid", "N-1"), "person": town.id("Person", "ANN")}
    for until in ("2026-01-01", "2025-12-31"):
        spoiled = {**office, "since": "2026-01-01", "until": until}
        town.refused("assignGridHead", spoiled, "INVALID", "until")
    town.done("assignGridHead", {**office, "since": "2026-01-01", "until": "2026-01-02"})


def test_who_and_what_must_be_there(town: Town) -> None:
    office = {"grid": town.id("Grid", "N-1"), "person": town.id("Person", "ANN")}
    since = {"since": "2026-01-01"}
    absent = {**office, **since, "grid": town.id("Grid", "X")}
    town.refused("assignGridHead", absent, "NOT_FOUND", "grid")
    absent = {**office, **since, "person": town.id("Person", "X")}
    town.refused("assignGridHead", absent, "NOT_FOUND", "person")
    member = {"organization": town.id("SocialOrganization", "ORG"), **since}
    absent = {**member, "person": town.id("Person", "X")}
    town.refused("addMember", absent, "NOT_FOUND", "person")
    absent = {**member, "organization": town.id("SocialOrganization", "X")}
    town.refused("addMember", {**absent, "person": office["person"]}, "NOT_FOUND", "organization")
    seat = {"alliance": town.id("Alliance", "ALLY"), **since}
    absent = {**seat, "merchant": town.id("Merchant", "X")}
    town.refused("joinAlliance", absent, "NOT_FOUND", "merchant")
    absent = {"alliance": town.id("Alliance", "X"), **since}
    absent["merchant"] = town.id("Merchant", "SHOP")
    town.refused("joinAlliance", absent, "NOT_FOUND", "alliance")


DAYS = st.none() | st.integers(0, 12)
INTERVALS: st.SearchStrategy[tuple[int | None, int | None]] = st.tuples(DAYS, DAYS).filter(
    lambda ends: ends[0] is None or ends[1] is None or ends[0] < ends[1]
)


def iso(day: int | None) -> str | None:
    return None if day is None else (date(2026, 11, 18) + timedelta(day)).isoformat()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(intervals=st.lists(INTERVALS, min_size=2, max_size=5))
def test_intervals_overlap_if_they_share_a_day(town: Town, intervals: list[Any]) -> None:
    """Against the days themselves, one by one."""
    number = len(
        town.read(
            "MATCH (p:Person) WHERE p.code STARTS WITH $c RETURN collect(p.code)", c=town.code("H")
        )
    )
    town.done("createPerson", {"code": town.code(f"H{number}"), "name": "H"})
    held: list[set[int]] = []
    for since, until in intervals:
        first, last = -1 if since is None else since, 14 if until is None else until
        days = set(range(first, last))
        input = {
            "person": town.id("Person", f"H{number}"),
            "skill": town.id("Skill", "SKILL"),
            "level": 3,
            "since": iso(since),
            "until": iso(until),
        }
        errors = town.do("addSkill", input)["userErrors"]
        free = all(days.isdisjoint(others) for others in held)
        assert ([] if free else ["OVERLAP"]) == [error["code"] for error in errors]
        held += [days] if free else []


# Persons and skills


def test_a_new_person_is_no_volunteer_and_never_was_invited(town: Town) -> None:
    new = {"code": town.code("NEW"), "name": "欧阳 春", "grid": town.id("Grid", "N-1")}
    found = town.done("createPerson", new)
    assert (False, None, False, 1) == (
        found["isVolunteer"],
        found["isPartyMember"],
        found["isInvented"],
        found["version"],
    )
    assert {"mean": 0.3, "invited": 0, "accepted": 0} == found["acceptance"]
    assert (town.code("N-1"), None) == (found["grid"]["code"], found["location"])
    located = """MATCH (:Person {code: $c})-[r:LOCATED_IN]->()
                 RETURN [toString(r.since), r.method]"""
    assert [TODAY.isoformat(), "DECLARED"] == town.read(located, c=new["code"])
    town.refused("createPerson", new, "ALREADY_EXISTS", "code")
    town.refused("createPerson", {**new, "code": "x y"}, "INVALID", "code")
    absent = {**new, "code": town.code("N2"), "grid": town.id("Grid", "X")}
    town.refused("createPerson", absent, "NOT_FOUND", "grid")
    free = {"code": town.code("FREE"), "name": "Free", "isVolunteer": True, "isPartyMember": False}
    found = town.done("createPerson", {**free, "grid": None})
    assert (True, False, None) == (found["isVolunteer"], found["isPartyMember"], found["grid"])


def test_a_skill_is_held_from_today_until_it_is_removed(town: Town) -> None:
    skill = {"person": town.id("Person", "ANN"), "skill": town.id("Skill", "SKILL")}
    town.refused("removeSkill", skill, "NOT_FOUND", "skill")
    for level in (0, 6):
        town.refused("addSkill", {**skill, "level": level}, "INVALID", "level")
    begun = {**skill, "level": 4, "since": "2026-11-01"}
    edge = {"since": "2026-11-01", "until": None, "level": 4, "verified": False}
    assert [{**edge, "node": {"code": town.code("SKILL")}}] == (
        town.done("addSkill", begun)["skills"]["edges"]
    )
    town.refused("addSkill", {**skill, "level": 5}, "OVERLAP", "since")
    town.refused("addSkill", {**skill, "level": 5, "since": None}, "OVERLAP", "since")
    town.refused("removeSkill", {**skill, "until": "2026-10-31"}, "INVALID", "until")
    found = town.done("removeSkill", skill)
    assert ([], 3) == (found["skills"]["edges"], found["version"])
    found = town.done("addSkill", {**skill, "level": 5, "verified": True, "until": "2026-12-01"})
    edge = {"since": "2026-11-24", "until": "2026-12-01", "level": 5, "verified": True}
    assert [{**edge, "node": {"code": town.code("SKILL")}}] == found["skills"]["edges"]
    town.refused("removeSkill", {**skill, "until": "2026-12-02"}, "INVALID", "until")
    assert 1 == len(town.done("removeSkill", {**skill, "until": "2026-11-30"})["skills"]["edges"])
    absent = {**skill, "skill": town.id("Skill", "X")}
    town.refused("removeSkill", absent, "NOT_FOUND", "skill")
    town.refused("addSkill", {**absent, "level": 1}, "NOT_FOUND", "skill")
    town.refused("addSkill", {**skill, "level": 1, "person": "?"}, "INVALID", "person")
    spoiled = {**skill, "level": 1, "since": "2020-01-01", "until": "2020-01-01"}
    town.refused("addSkill", spoiled, "INVALID", "until")


def test_a_skill_that_was_never_held_for_a_day_leaves_nothing(town: Town) -> None:
    skill = {"person": town.id("Person", "ANN"), "skill": town.id("Skill", "SKILL")}
    for _ in range(2):
        town.done("addSkill", {**skill, "level": 1})
        assert [] == town.done("removeSkill", skill)["skills"]["edges"]
    text = "MATCH (:Person {code: $c})-[r:HAS_SKILL]->() RETURN count(r)"
    assert 0 == town.read(text, c=town.code("ANN"))


# Organizations, merchants, alliances


def test_an_organization_takes_each_member_once_at_a_time(town: Town) -> None:
    new = {"code": town.code("CLUB"), "name": "Club", "grid": town.id("Grid", "N-1")}
    assert 1 == town.done("createSocialOrganization", new)["version"]
    town.refused("createSocialOrganization", new, "ALREADY_EXISTS", "code")
    other = {**new, "code": town.code("C2")}
    town.refused("createSocialOrganization", {**other, "name": "\u2066"}, "INVALID", "name")
    absent = {**other, "grid": town.id("Grid", "X")}
    town.refused("createSocialOrganization", absent, "NOT_FOUND", "grid")
    member = {
        "organization": town.id("SocialOrganization", "CLUB"),
        "person": town.id("Person", "ANN"),
    }
    found = town.done("addMember", {**member, "since": "2026-01-01"})
    edge = {"since": "2026-01-01", "until": None, "node": {"code": town.code("ANN")}}
    assert (1, [edge], 2) == (found["memberCount"], found["members"]["edges"], found["version"])
    town.refused("addMember", {**member, "since": "2030-01-01"}, "OVERLAP", "since")
    before = {**member, "since": "2025-01-01", "until": "2026-01-01"}
    town.refused("addMember", {**before, "until": "2025-01-01"}, "INVALID", "until")
    assert 1 == town.done("addMember", before)["memberCount"]
    ben = {**member, "person": town.id("Person", "BEN"), "since": "2026-01-01"}
    assert 2 == town.done("addMember", ben)["memberCount"]


@pytest.mark.parametrize(
    "written", ["91350100M000100Y43", "91350100m000100y43 ", "９１３５０１００Ｍ０００１００Ｙ４３"]
)
def test_a_credit_code_is_kept_as_the_standard_spells_it(town: Town, written: str) -> None:
    new = {"code": town.code("NEW"), "name": "New", "trade": "BAKERY", "creditCode": written}
    found = town.done("createMerchant", {**new, "grid": town.id("Grid", "N-1")})
    assert ("91350100M000100Y43", "BAKERY", 1) == (
        found["creditCode"],
        found["trade"],
        found["version"],
    )
    assert town.code("N-1") == found["grid"]["code"]
    town.refused("createMerchant", new, "ALREADY_EXISTS", "code")


@pytest.mark.parametrize(
    "written", ["91350100M000100Y44", "91350100M000100Y4", "", "I1350100M000100Y43"]
)
def test_a_wrong_credit_code_is_refused_and_not_repeated(town: Town, written: str) -> None:
    new = {"code": town.code("NEW"), "name": "New", "trade": "BAKERY", "creditCode": written}
    for language in ("en", "zh"):
        said = town.refused("createMerchant", new, "INVALID", "creditCode", language=language)
        assert not written or written not in said


def test_a_merchant_needs_a_trade_and_may_lack_a_credit_code(town: Town) -> None:
    new = {"code": town.code("NEW"), "name": "New", "trade": " "}
    town.refused("createMerchant", new, "INVALID", "trade")
    absent = {**new, "trade": "BAKERY", "grid": town.id("Grid", "X")}
    town.refused("createMerchant", absent, "NOT_FOUND", "grid")
    found = town.done("createMerchant", {**new, "trade": "BAKERY", "creditCode": None})
    assert (None, None) == (found["creditCode"], found["grid"])


def test_a_merchant_joins_an_alliance_once_at_a_time(town: Town) -> None:
    seat = {"alliance": town.id("Alliance", "ALLY"), "merchant": town.id("Merchant", "SHOP")}
    found = town.done("joinAlliance", {**seat, "since": "2026-01-01", "until": "2027-01-01"})
    assert (1, 2) == (found["merchantCount"], found["version"])
    assert [town.code("SHOP")] == [e["node"]["code"] for e in found["seats"]["edges"]]
    town.refused("joinAlliance", {**seat, "since": "2026-12-31"}, "OVERLAP", "since")
    spoiled = {**seat, "since": "2028-01-01", "until": "2028-01-01"}
    town.refused("joinAlliance", spoiled, "INVALID", "until")
    town.done("joinAlliance", {**seat, "since": "2027-01-01"})
    assert [2, 2] == town.recorded("joinAlliance", town.code("ALLY"))


# Scope


def test_what_is_out_of_scope_is_told_as_absent(town: Town) -> None:
    """The very same answer as for what does not exist, for every id of every mutation."""
    south = town.caller("S")
    north, ann, sue = town.id("Grid", "N-1"), town.id("Person", "ANN"), town.id("Person", "SUE")
    organization, alliance = town.id("SocialOrganization", "ORG"), town.id("Alliance", "ALLY")
    since = {"since": "2026-01-01"}
    new = {"name": "n", "code": town.code("NEW")}
    grid, division = {**new, "level": "L3"}, {**new, "level": "VILLAGE"}
    skill = {"skill": town.id("Skill", "SKILL")}
    asked: list[tuple[str, str, str, str, dict[str, Any]]] = [
        ("createGrid", "parent", "Grid", north, grid),
        ("createGrid", "division", "Division", town.id("Division", "N"), grid),
        ("createGrid", "division", "Division", town.id("Division", ""), grid),
        ("updateGrid", "id", "Grid", north, {"name": "n"}),
        ("createDivision", "parent", "Division", town.id("Division", "N"), division),
        ("updateDivision", "id", "Division", town.id("Division", "N"), {"name": "n"}),
        ("assignGridHead", "grid", "Grid", north, {"person": sue, **since}),
        ("assignGridHead", "person", "Person", ann, {"grid": town.id("Grid", "S-1"), **since}),
        ("createPerson", "grid", "Grid", north, new),
        ("updatePerson", "id", "Person", ann, {"name": "n"}),
        ("addSkill", "person", "Person", ann, {**skill, "level": 1}),
        ("removeSkill", "person", "Person", ann, skill),
        ("createSocialOrganization", "grid", "Grid", north, new),
        ("addMember", "organization", "SocialOrganization", organization, {"person": sue, **since}),
        ("createMerchant", "grid", "Grid", north, {**new, "trade": "T"}),
        (
            "joinAlliance",
            "alliance",
            "Alliance",
            alliance,
            {"merchant": town.id("Merchant", "SHOP"), **since},
        ),
    ]
    for name, field, label, hidden, rest in asked:
        said = town.refused(name, {**rest, field: hidden}, "NOT_FOUND", field, caller=south)
        absent = {**rest, field: town.id(label, "NOWHERE")}
        assert said == town.refused(name, absent, "NOT_FOUND", field, caller=south)


def test_who_sees_a_part_puts_things_in_that_part(town: Town) -> None:
    south = town.caller("S")
    for name, more in (
        ("createPerson", {}),
        ("createSocialOrganization", {}),
        ("createMerchant", {"trade": "T"}),
    ):
        new = {"code": town.code("NEW"), "name": "New", **more}
        town.refused(name, new, "INVALID", "grid", caller=south)
        found = town.done(name, {**new, "grid": town.id("Grid", "S-1")}, caller=south)
        assert town.code("NEW") == found["code"]
    grid = {"code": town.code("NEW"), "name": "New", "level": "L3"}
    town.done("createGrid", {**grid, "parent": town.id("Grid", "S-1")}, caller=south)
    head = {"grid": town.id("Grid", "NEW"), "person": town.id("Person", "NEW")}
    town.done("assignGridHead", {**head, "since": "2026-01-01"}, caller=south)
    skill = {"person": town.id("Person", "NEW"), "skill": town.id("Skill", "SKILL"), "level": 1}
    town.done("addSkill", skill, caller=south)
    member = {"organization": town.id("SocialOrganization", "NEW"), "person": head["person"]}
    town.done("addMember", {**member, "since": "2026-01-01"}, caller=south)


def test_who_may_not_write_is_refused(town: Town) -> None:
    reader = Caller("reader", (Granted("", PERMISSIONS - {"territory:write"}, None),))
    before = town.everything()
    input = {"id": town.id("Grid", "N-1"), "name": "New"}
    answer = town.ask(document("updateGrid"), {"input": input}, caller=reader)
    assert ["FORBIDDEN"] == [error["extensions"]["code"] for error in answer["errors"]]
    assert before == town.everything()


# Repeating


def test_the_same_request_is_done_once(town: Town) -> None:
    new = {"code": town.code("NEW"), "name": "New", "level": "L3", "idempotencyKey": town.prefix}
    first = town.done("createGrid", new)
    after = town.everything()
    again = town.do("createGrid", {**new, "clientMutationId": "second"})
    assert (first, [], "second") == (again["grid"], again["userErrors"], again["clientMutationId"])
    assert after == town.everything()
    assert [1, 1] == town.recorded("createGrid", town.code("NEW"))
    town.refused("createGrid", {**new, "name": "Other"}, "IDEMPOTENCY_KEY_REUSED", "idempotencyKey")
    town.refused(
        "createGrid", {**new, "households": None}, "IDEMPOTENCY_KEY_REUSED", "idempotencyKey"
    )
    update = {"id": town.id("Grid", "N-1"), "name": "New", "idempotencyKey": town.prefix}
    town.refused("updateGrid", update, "IDEMPOTENCY_KEY_REUSED", "idempotencyKey")


def test_the_same_input_of_another_mutation_is_another_request(town: Town) -> None:
    new = {"code": town.code("NEW"), "name": "New", "idempotencyKey": town.prefix}
    town.done("createPerson", new)
    town.refused("createSocialOrganization", new, "IDEMPOTENCY_KEY_REUSED", "idempotencyKey")


def test_a_key_belongs_to_who_sent_it(town: Town) -> None:
    rename = {"id": town.id("Grid", "S-1"), "name": "One", "idempotencyKey": town.prefix}
    town.done("updateGrid", rename)
    found = town.done("updateGrid", {**rename, "name": "Two"}, caller=town.caller("S"))
    assert ("Two", 3) == (found["name"], found["version"])


def test_a_refused_request_may_be_sent_again(town: Town) -> None:
    head = {"grid": town.id("Grid", "N-1"), "person": town.id("Person", "NEW")}
    head |= {"since": "2026-01-01", "idempotencyKey": town.prefix}
    town.refused("assignGridHead", head, "NOT_FOUND", "person")
    town.done("createPerson", {"code": town.code("NEW"), "name": "New"})
    assert 1 == len(town.done("assignGridHead", head)["heads"]["edges"])


@pytest.mark.parametrize("name", ["createPerson", "updatePerson", "assignGridHead"])
def test_of_twenty_at_once_with_one_key_one_is_done(town: Town, name: str) -> None:
    ann = town.id("Person", "ANN")
    inputs: dict[str, dict[str, Any]] = {
        "createPerson": {"code": town.code("P"), "name": "One"},
        "updatePerson": {"id": ann, "name": "One", "expectedVersion": 1},
        "assignGridHead": {"grid": town.id("Grid", "N-1"), "person": ann, "since": "2026-01-01"},
    }
    answers = town.together(name, [{**inputs[name], "idempotencyKey": town.prefix}] * 20)
    assert [[]] * 20 == [answer["userErrors"] for answer in answers]
    assert [answers[0]] * 20 == answers
    shown = answers[0][payload(name)]
    assert (1 if name == "createPerson" else 2) == shown["version"]
    assert [1, 1] == town.recorded(name, shown["code"])


# Races


@pytest.mark.parametrize("name", ["createGrid", "createPerson", "createSocialOrganization"])
def test_of_many_who_create_one_code_one_wins(town: Town, name: str) -> None:
    place = "parent" if name == "createGrid" else "grid"
    new = {"code": town.code("NEW"), place: town.id("Grid", "N-1")}
    new |= {"level": "L3"} if name == "createGrid" else {}
    answers = town.together(name, [{**new, "name": f"Name {i}"} for i in range(8)])
    lost = [answer["userErrors"] for answer in answers if answer["userErrors"]]
    assert 7 == len(lost)
    assert {("ALREADY_EXISTS", "code")} == {(e["code"], e["field"][0]) for es in lost for e in es}
    assert [1, 1] == town.recorded(name, town.code("NEW"))
    text = "MATCH (n {code: $c}) WHERE n.version = 1 AND n.at IS NULL RETURN count(n)"
    assert 1 == town.read(text, c=town.code("NEW"))


def test_of_many_heads_at_once_one_takes_office(town: Town) -> None:
    for i in range(8):
        town.done("createPerson", {"code": town.code(f"H{i}"), "name": "H"})
    office = {"grid": town.id("Grid", "N-1"), "since": "2026-01-01"}
    inputs = [{**office, "person": town.id("Person", f"H{i}")} for i in range(8)]
    answers = town.together("assignGridHead", inputs)
    lost = [answer["userErrors"][0] for answer in answers if answer["userErrors"]]
    assert [("OVERLAP", ["grid"])] * 7 == [(e["code"], e["field"]) for e in lost]
    text = "MATCH (:Grid {code: $c})<-[r:HEADS]-() RETURN count(r)"
    assert 1 == town.read(text, c=town.code("N-1"))


@pytest.mark.parametrize("name", ["addSkill", "addMember", "joinAlliance"])
def test_of_many_equal_intervals_at_once_one_is_kept(town: Town, name: str) -> None:
    inputs: dict[str, dict[str, Any]] = {
        "addSkill": {
            "person": town.id("Person", "ANN"),
            "skill": town.id("Skill", "SKILL"),
            "level": 1,
        },
        "addMember": {
            "organization": town.id("SocialOrganization", "ORG"),
            "person": town.id("Person", "ANN"),
        },
        "joinAlliance": {
            "alliance": town.id("Alliance", "ALLY"),
            "merchant": town.id("Merchant", "SHOP"),
        },
    }
    answers = town.together(name, [{**inputs[name], "since": "2026-01-01"}] * 8)
    codes = sorted(error["code"] for answer in answers for error in answer["userErrors"])
    assert ["OVERLAP"] * 7 == codes


def test_no_version_is_lost_or_given_twice(town: Town) -> None:
    me = town.id("Grid", "N-1")
    answers = town.together("updateGrid", [{"id": me, "households": i} for i in range(12)])
    assert [[]] * 12 == [answer["userErrors"] for answer in answers]
    assert 13 == town.read("MATCH (g:Grid {code: $c}) RETURN g.version", c=town.code("N-1"))
    expecting = [{"id": me, "households": i, "expectedVersion": 13} for i in range(8)]
    codes = [answer["userErrors"] for answer in town.together("updateGrid", expecting)]
    assert ["CONFLICT"] * 7 == [errors[0]["code"] for errors in codes if errors]


INVOLVING: list[tuple[str, str, dict[str, Any]]] = [
    ("Invitation", "invitee", {"channel": "PHONE", "answer": "ACCEPTED"}),
    ("Visit", "visitor", {"channel": "HOME"}),
    ("PatrolNote", "author", {"category": "PARKING"}),
]


@pytest.mark.parametrize("first", ["create", "merge", "merged"])
@pytest.mark.parametrize(("label", "field", "how"), INVOLVING)
def test_nothing_new_leads_to_somebody_who_is_merged_meanwhile(
    label: str, field: str, how: dict[str, Any], first: str, town: Town, monkeypatch: Any
) -> None:
    """It leads to whom they are now, or is refused and not there; whichever of both is first to
    look, and waits for the other before it writes, or (`merged`) before it commits.
    """
    create, ben = f"create{label}", town.id("Person", "BEN")
    new = {"code": town.code("NEW"), "at": "2026-11-20T19:30:00+08:00", **how, field: ben}
    asked = [
        (create, {**new, "grid": town.id("Grid", "N-1")}),
        ("mergePeople", {"keep": town.id("Person", "ANN"), "merge": ben}),
    ]
    (earlier, later), held = (asked, create) if first == "create" else (asked[::-1], "merge.gone")
    run, others = Transaction.run, list[asyncio.Task[Any]]()

    async def beside(self: Transaction, name: str, *rest: Any) -> list[Any]:
        now = name == held and not others
        done = await run(self, name, *rest) if now and first == "merged" else None
        if now:
            others.append(asyncio.create_task(town.answer(*later)))
            await asyncio.wait(others, timeout=2)
        return await run(self, name, *rest) if done is None else done

    async def both() -> list[Any]:
        return [await town.answer(*earlier), *[await other for other in others]]

    monkeypatch.setattr(Transaction, "run", beside)
    created, merged = town.ask.run(both())[:: 1 if first == "create" else -1]
    assert [] == merged["userErrors"]
    text: Any = f"MATCH (n:{label} {{code: $c}}) OPTIONAL MATCH (n)-->(p:Person) "
    found = town.read(f"{text} RETURN collect(coalesce(p.code, ''))", c=new["code"])
    town.forget(label)
    if created["userErrors"]:
        [error] = created["userErrors"]
        assert ("NOT_FOUND", [field], []) == (error["code"], error["field"], found)
    else:
        assert [town.code("ANN")] == found


# Answering


def test_a_mutation_is_its_write_and_one_reading(town: Town) -> None:
    for caller in (DEVELOPER, town.caller("N")):
        new = {"code": town.code(caller.name[-3:]), "name": "New", "level": "L3"}
        town.done("createGrid", {**new, "parent": town.id("Grid", "N-1")}, caller=caller)
        names = [ran.name for ran in town.ask.ran]
        assert ["Grid.keyed"] == [name for name in names if "." in name and name[0].isupper()]
        assert "Grid.keyed" == names[-1]


def test_both_ways_of_completion_give_the_same_bytes(town: Town) -> None:
    input = {"id": town.id("Grid", "N-1"), "name": "New", "idempotencyKey": town.prefix}
    spoiled = {"id": town.id("Grid", "N-1"), "name": ""}
    for each in (input, spoiled):
        direct, plain = (
            town.ask.bytes(document("updateGrid"), {"input": each}, direct=way)
            for way in (True, False)
        )
        assert direct == plain


def test_messages_come_in_the_callers_language(town: Town) -> None:
    new = {"code": town.code("N-1"), "name": "New", "level": "L3"}
    english = town.refused("createGrid", new, "ALREADY_EXISTS", "code")
    chinese = town.refused("createGrid", new, "ALREADY_EXISTS", "code", language="zh")
    assert english.isascii()
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)


def test_the_event_says_who_changed_what_and_keeps_no_values(town: Town) -> None:
    ann = {"id": town.id("Person", "ANN"), "name": "Secret", "isVolunteer": True}
    town.done("updatePerson", {**ann, "clientMutationId": "x", "idempotencyKey": town.prefix})
    text = """MATCH (e:Event {code: $c}), (a:AuditEntry {code: e.id})
              RETURN [e.name, e.label, e.version, e.fields, a.actor, a.fields]"""
    found = town.read(text, c=town.code("ANN"))
    fields = ["id", "isVolunteer", "name"]
    assert ["updatePerson", "Person", 2, fields, "developer", fields] == found


def test_several_mutations_of_one_request_run_one_after_the_other(town: Town) -> None:
    """Under names of the client's own, with values written into the document."""
    query = """mutation ($id: ID!, $left: Int) {
      one: updateGrid(input: {id: $id, households: 1, population: 1}) { ...Shown }
      two: updateGrid(input: {id: $id, households: $left, population: null}) { ...Shown }
      three: updateGrid(input: {id: $id, name: ""}) { ...Shown }
    }
    fragment Shown on UpdateGridPayload {
      kind: __typename done: grid { v: version households population } userErrors { code }
    }"""
    found = town.ask.data(query, {"id": town.id("Grid", "N-1")})
    assert ["one", "two", "three"] == list(found)
    assert {"UpdateGridPayload"} == {each["kind"] for each in found.values()}
    first = {"v": 2, "households": 1, "population": 1}
    second = {"v": 3, "households": 1, "population": None}
    assert [first, second, None] == [each["done"] for each in found.values()]
    assert [[], [], [{"code": "INVALID"}]] == [each["userErrors"] for each in found.values()]
