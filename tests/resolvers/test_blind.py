"""Where nobody is near, and reports as maps: cells and units are what counting one by one finds."""

from typing import Any

import h3
import pytest

import graph.blind
from resolvers.identity import global_id
from tests.resolvers.census import Requirement, metres, pages
from tests.resolvers.covering import L2, SHIFO, Known, judged, rated, report, units

QUERY = """query ($input: BlindSpotsInput!, $first: Int) { blindSpots(input: $input) {
  territory { code } resolution surveyed cells blind people blindPeople method
  spots(first: $first) { cell people status count severity reason
    center { longitude latitude crs } } geoJson } }"""
CELLS = """query ($id: ID!, $resolution: Int) { node(id: $id) {
  ... on Grid { cells(resolution: $resolution) } } }"""
HOMES = """query ($within: ID!, $after: String) { grids(within: $within, first: 100, after: $after
  filter: {level: {eq: MICRO}}) { pageInfo { hasNextPage endCursor } edges { node {
    code population households centroid { longitude latitude } } } } }"""


@pytest.mark.parametrize(
    ("skill", "meters", "k", "resolution"),
    [("fire-safety", 400, 1, 9), ("health", 900, 3, 9), ("opera", 2500, 1, 10), ("law", 0, 1, 8)],
)
def test_a_cell_is_blind_if_too_few_are_near_its_centre(
    skill: str, meters: int, k: int, resolution: int, ask: Any, known: Known
) -> None:
    asked = {"kind": "SKILL", "within": L2, "skill": {"skill": skill}, "meters": meters, "k": k}
    variables = {"input": {**asked, "resolution": resolution}, "first": 100}
    found = ask.data(QUERY, variables)["blindSpots"]
    cells = ask.data(CELLS, {"id": L2, "resolution": resolution})["node"]["cells"]
    people: dict[str, float] = dict.fromkeys(cells, 0.0)
    for edge in pages(ask, HOMES, "grids", {"within": L2}):
        place = edge["node"]["centroid"]
        cell = place and h3.latlng_to_cell(place["latitude"], place["longitude"], resolution)
        if cell in people:
            number, homes = edge["node"]["population"], edge["node"]["households"]
            people[cell] += number if number is not None else (homes or 0) * 2.62
    holders = known.people.meeting(Requirement(skill))
    places = [place for code in holders if (place := known.people.volunteers[code].place)]
    count: dict[str, int] = {}
    for cell in cells:
        y, x = h3.cell_to_latlng(cell)
        count[cell] = sum(metres((x, y), place) <= meters for place in places)
    blind = sorted((c for c in cells if count[c] < k), key=lambda c: (-people[c], c))
    assert found["surveyed"]
    assert (found["cells"], found["blind"]) == (len(cells), len(blind))
    first = blind[:100]
    assert [spot["cell"] for spot in found["spots"]] == first
    assert [spot["count"] for spot in found["spots"]] == [count[cell] for cell in first]
    assert [spot["people"] for spot in found["spots"]] == pytest.approx([people[c] for c in first])
    assert found["people"] == pytest.approx(sum(people.values()), abs=0.01)
    assert found["blindPeople"] == pytest.approx(sum(people[c] for c in blind), abs=0.01)
    features = found["geoJson"]["features"]
    assert [feature["id"] for feature in features] == sorted(cells)
    for feature in features:
        [ring] = feature["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        assert feature["properties"]["status"] == rated(count[feature["id"]], k)


def test_without_a_boundary_the_cells_are_those_with_a_centroid(ask: Any) -> None:
    tower = global_id("Division", "ZZ-SJ")
    input = {"kind": "SERVICE", "within": tower, "meters": 300, "resolution": 9}
    found = ask.data(QUERY, {"input": input})["blindSpots"]
    homes = units(ask, tower, "MICRO")
    cells = {h3.latlng_to_cell(u.place[1], u.place[0], 9) for u in homes if u.place}
    assert found["surveyed"] or found["cells"] == len(cells)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "VISIT", "meters": 5}, "input.kind"),
        ({"kind": "SERVICE"}, "input.meters"),
        ({"kind": "SERVICE", "meters": 5, "resolution": 12}, "input.resolution"),
        ({"kind": "SKILL", "meters": 5}, "input.skill"),
        ({"kind": "SKILL", "meters": 5, "skill": {"skill": "x"}}, "input.skill"),
        ({"kind": "SERVICE", "meters": 5, "within": global_id("Division", "X")}, "input.within"),
    ],
)
def test_what_no_cell_can_be_asked_is_refused_by_name(
    asked: dict[str, Any], field: str, ask: Any
) -> None:
    [error] = ask(QUERY, {"input": {"within": SHIFO, **asked}})["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", field)


def test_a_mesh_has_no_more_cells_than_can_be_looked_at(
    ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph.blind, "MOST", 50)
    input = {"kind": "SERVICE", "within": SHIFO, "meters": 5}
    [error] = ask(QUERY, {"input": input})["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "input.resolution"}


MAP = """query ($input: CoverageInput!) { coverageMap(input: $input) {
  territory { code } features withoutGeometry geoJson } }"""
DRAWN = """query ($within: ID!, $level: GridLevel!, $after: String) { grids(within: $within
  first: 100, after: $after, filter: {level: {eq: $level}}) { pageInfo { hasNextPage endCursor }
    edges { node { code name boundary centroid { longitude latitude } } } } }"""


@pytest.mark.parametrize(("kind", "level"), [("VISIT", "L3"), ("HEAD_ASSIGNED", "MICRO")])
def test_a_map_has_a_feature_for_each_unit(kind: str, level: str, ask: Any) -> None:
    found = ask.data(MAP, {"input": {"kind": kind, "within": SHIFO, "level": level}})
    features = found["coverageMap"]["geoJson"]["features"]
    statuses = judged(ask, kind=kind, level=level)
    assert {
        each["id"]: (each["properties"]["status"], each["properties"]["count"]) for each in features
    } == statuses
    drawn = {e["node"]["code"]: e["node"] for e in
             pages(ask, DRAWN, "grids", {"within": SHIFO, "level": level})}  # fmt: skip
    for each in features:
        node, geometry = drawn[each["id"]], each["geometry"]
        assert each["properties"]["name"] == node["name"]
        place = node["centroid"]
        point = place and {
            "type": "Point", "coordinates": [place["longitude"], place["latitude"]]
        }  # fmt: skip
        assert geometry == (node["boundary"] or point)
    without = sum(each["geometry"] is None for each in features)
    assert found["coverageMap"]["withoutGeometry"] == without
    assert found["coverageMap"]["features"] == len(drawn)
    numbers = report(ask, kind=kind, level=level)
    assert numbers["denominator"] + numbers["unknown"] == len(features)
