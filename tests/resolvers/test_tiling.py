"""Whether grids tile, which touch, and which cells they hold: against plain geometry."""

from typing import Any

import h3
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from resolvers.identity import global_id

SHIFO = global_id("Division", "ZZ-GX-SF")
TILING = """query ($within: ID!, $level: GridLevel!) { tiling(within: $within, level: $level) {
  units withoutBoundary tiles gapArea overlapArea
  faults { kind area sliver grids { code } geometry } territory { code } } }"""
WRITE = """mutation ($input: %s!) { %s(input: $input) {
  grid { id neighbors(first: 50) { edges { meters node { code } } } }
  userErrors { code field } } }"""
quiet = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


def square(x: float, y: float, size: float, crs: str = "WGS84") -> dict[str, Any]:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"geometry": {"type": "Polygon", "coordinates": [ring]}, "crs": crs}


@pytest.mark.parametrize(("level", "units"), [("L2", 15), ("L3", 100), ("MICRO", 619)])
def test_the_grids_of_shifo_tile_it(level: str, units: int, ask: Any) -> None:
    found = ask.data(TILING, {"within": SHIFO, "level": level})["tiling"]
    assert found["units"] == units
    assert (found["tiles"], found["withoutBoundary"], found["faults"]) == (True, 0, [])
    assert (found["gapArea"], found["overlapArea"]) == (0, 0)


def test_where_no_grid_is_drawn_nothing_tiles(ask: Any) -> None:
    found = ask.data(TILING, {"within": SHIFO, "level": "L1"})["tiling"]
    assert (found["units"], found["tiles"], found["overlapArea"]) == (0, False, 0)


@settings(quiet, max_examples=60, derandomize=True)
@given(
    longitude=st.floats(113.512, 113.5776),
    latitude=st.floats(34.7925, 34.8375),
)
def test_a_point_of_shifo_lies_in_one_grid_of_each_level(
    longitude: float, latitude: float, ask: Any
) -> None:
    query = """query ($p: PointInput!) { gridsAt(point: $p, levels: [L2, L3, MICRO]) { level }
      division(code: "ZZ-GX-SF") { boundary } }"""
    point = {"longitude": longitude, "latitude": latitude, "crs": "WGS84"}
    answer = ask.data(query, {"p": point})
    outline, found = shapely.geometry.shape(answer["division"]["boundary"]), answer["gridsAt"]
    assume(outline.contains(shapely.Point(longitude, latitude)))
    assert [grid["level"] for grid in found] == ["L2", "L3", "MICRO"]


@pytest.fixture
def field(ask: Any, prefix: str) -> Any:
    """A grid of 0.02 by 0.02 degrees in the far west, where the demo network has none."""
    code, west = f"{prefix}-F", 80.0 + int(prefix[1:]) * 0.03

    def write(name: str, input: dict[str, Any]) -> Any:
        kind = f"{name[0].upper()}{name[1:]}Input"
        answer = ask.data(WRITE % (kind, name), {"input": input})[name]
        assert answer["userErrors"] == []
        return answer["grid"]

    def part(number: int, x: float, y: float, size: float) -> Any:
        input = {"code": f"{code}-{number}", "name": "part", "level": "L3", "parent": whole["id"]}
        return write("createGrid", {**input, "boundary": square(west + x, 30 + y, size)})

    whole = write(
        "createGrid",
        {"code": code, "name": "field", "level": "L2", "boundary": square(west, 30, 0.02)},
    )
    yield whole, part, write, west
    text: Any = "MATCH (n:Grid) WHERE n.code STARTS WITH $code DETACH DELETE n"
    ask.run(ask.graph.write(lambda tx: tx.run("test", text, {"code": code})))


def test_gaps_overlaps_and_slivers_are_told(field: Any, ask: Any) -> None:
    whole, part, _, _ = field
    part(1, 0, 0, 0.01)
    part(2, 0.01, 0, 0.01)
    part(3, 0, 0.01, 0.01)
    part(4, 0.009999, 0.00999, 0.01)  # a metre and more over its neighbours, too short above
    found = ask.data(TILING, {"within": whole["id"], "level": "L3"})["tiling"]
    assert (found["tiles"], found["units"]) == (False, 4)
    by_kind: dict[str, list[Any]] = {"GAP": [], "OVERLAP": []}
    for fault in found["faults"]:
        by_kind[fault["kind"]].append(fault)
        area = shapely.geometry.shape(fault["geometry"]).area
        assert fault["area"] == pytest.approx(area * 111_195**2 * 0.866, rel=0.01)
    assert len(by_kind["GAP"]) == 1
    pairs = {tuple(sorted(g["code"][-1] for g in fault["grids"])) for fault in by_kind["OVERLAP"]}
    assert pairs == {("2", "4"), ("3", "4")}  # of the first it holds less than half a square metre
    assert all(fault["sliver"] for fault in found["faults"])
    assert found["gapArea"] == pytest.approx(sum(f["area"] for f in by_kind["GAP"]), abs=0.1)


def test_a_missing_tile_is_a_gap_and_no_sliver(field: Any, ask: Any) -> None:
    whole, part, _, _ = field
    for number, (x, y) in enumerate([(0, 0), (0.01, 0), (0, 0.01)]):
        part(number, x, y, 0.01)
    (fault,) = ask.data(TILING, {"within": whole["id"], "level": "L3"})["tiling"]["faults"]
    assert (fault["kind"], fault["sliver"], fault["grids"]) == ("GAP", False, [])


def ends(grid: Any) -> list[str]:
    return [edge["node"]["code"][-1] for edge in grid["neighbors"]["edges"]]


def test_neighbours_follow_the_boundary(field: Any) -> None:
    _, part, write, west = field
    first = part(1, 0, 0, 0.01)
    second = part(2, 0.01, 0, 0.01)
    corner = part(3, 0.01, 0.01, 0.01)
    assert first["neighbors"]["edges"] == []
    (edge,) = second["neighbors"]["edges"]
    assert edge["node"]["code"].endswith("-1")
    assert edge["meters"] == pytest.approx(0.01 * 111_195, rel=0.001)
    assert [e["node"]["code"][-1] for e in corner["neighbors"]["edges"]] == ["2"]  # not by a corner
    moved = {"id": first["id"], "boundary": square(west, 30.01, 0.01)}
    assert [e["node"]["code"][-1] for e in write("updateGrid", moved)["neighbors"]["edges"]] == [
        "3"
    ]
    gone = {"id": corner["id"], "boundary": None}
    assert write("updateGrid", gone)["neighbors"]["edges"] == []


def test_cells_are_those_whose_centre_the_boundary_holds(ask: Any) -> None:
    query = '{ grid(code: "ZZ-GX-SF-L3-050") { boundary cells a: cells(resolution: 10) } }'
    grid = ask.data(query)["grid"]
    outline = shapely.geometry.shape(grid["boundary"])
    for name, resolution in (("cells", 9), ("a", 10)):
        assert len(grid[name]) > 2
        assert {h3.get_resolution(cell) for cell in grid[name]} == {resolution}
        for cell in grid[name]:
            assert outline.contains(shapely.Point(*reversed(h3.cell_to_latlng(cell))))
    around = {n for cell in grid["a"] for n in h3.grid_disk(cell, 1)} - set(grid["a"])
    for cell in around:
        assert not outline.contains(shapely.Point(*reversed(h3.cell_to_latlng(cell))))
    for resolution in (4, 12):
        wrong = ask(f'{{ grid(code: "ZZ-GX-SF-L3-050") {{ cells(resolution: {resolution}) }} }}')
        assert wrong["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "resolution"}
