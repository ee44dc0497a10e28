"""A board of coverage says of each unit and column what the question alone says."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from resolvers.identity import global_id
from tests.resolvers.census import pages
from tests.resolvers.covering import SHIFO, judged, rated, report, units

QUERY = """query ($input: CoverageMatrixInput!, $first: Int, $after: String) {
  coverageMatrix(input: $input) {
    territory { code } level asOf revision
    columns { key skill { code } hours { weekday from until } kind mode
      numerator effective denominator unknown ratio }
    rows(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      edges { node { code } cells { key status count lastActivity } } } } }"""


def board(ask: Any, **asked: Any) -> tuple[list[Any], dict[str, dict[str, tuple[str, int]]]]:
    """The columns, and status and count of each unit by column."""
    variables = {"input": {"within": SHIFO, **asked}, "first": 100}
    columns = ask.data(QUERY, variables)["coverageMatrix"]["columns"]
    keys = [column["key"] for column in columns]
    found: dict[str, dict[str, tuple[str, int]]] = {key: {} for key in keys}
    for edge in pages(ask, QUERY, "coverageMatrix.rows", variables):
        assert [cell["key"] for cell in edge["cells"]] == keys
        for cell in edge["cells"]:
            found[cell["key"]][edge["node"]["code"]] = (cell["status"], cell["count"])
    return columns, found


def sums(column: Any, alone: Any) -> None:
    for name in ("numerator", "effective", "denominator", "unknown", "ratio"):
        assert column[name] == alone[name]


SKILLS: list[dict[str, Any]] = [
    {"skill": "health"},
    {"skill": "first-aid", "minLevel": 3},
    {"skill": "opera", "verifiedOnly": True},
    {"skill": "law"},
]


@pytest.mark.parametrize("how", [{"meters": 400}, {"minutes": 9, "k": 3}, {}, {"k": 2}])
@pytest.mark.parametrize("level", ["L3", "MICRO"])
def test_skills(how: dict[str, int], level: str, ask: Any) -> None:
    columns, found = board(ask, level=level, columns={"skills": SKILLS}, **how)
    assert [column["skill"]["code"] for column in columns] == [each["skill"] for each in SKILLS]
    for column, skill in zip(columns, SKILLS, strict=True):
        asked = {"kind": "SKILL", "level": level, "skill": skill, **how}
        assert found[column["key"]] == judged(ask, **asked)
        sums(column, report(ask, **asked))


def test_every_skill_without_a_narrower_one_is_a_column_if_none_is_named(ask: Any) -> None:
    query = "{ skills(first: 100) { nodes { code children(first: 1) { totalCount } } } }"
    skills = ask.data(query)["skills"]["nodes"]
    leaves = sorted(each["code"] for each in skills if not each["children"]["totalCount"])
    columns, _ = board(ask, level="L2", columns={"skills": []})
    assert [column["key"] for column in columns] == leaves


SPANS = [
    {"weekday": "MONDAY", "from": "09:00", "until": "12:00"},
    {"weekday": "MONDAY", "from": "10:30", "until": "19:15"},
    {"weekday": "SUNDAY", "from": "00:00", "until": "24:00"},
]


@pytest.mark.parametrize("how", [{"meters": 600, "k": 2}, {"skill": {"skill": "health"}}])
def test_spans_of_the_week(how: dict[str, Any], ask: Any) -> None:
    columns, found = board(ask, level="L3", columns={"hours": SPANS}, **how)
    assert [column["hours"] for column in columns] == [[span] for span in SPANS]
    for column, span in zip(columns, SPANS, strict=True):
        asked = {"kind": "TIME", "level": "L3", "hours": [span], **how}
        assert found[column["key"]] == judged(ask, **asked)
        sums(column, report(ask, **asked))


def test_the_week_has_168_hours(ask: Any) -> None:
    columns, found = board(ask, level="L2", columns={"hours": []})
    assert len({column["key"] for column in columns}) == len(columns) == 168
    last = {"weekday": "SUNDAY", "from": "23:00", "until": "24:00"}
    assert columns[-1]["hours"] == [last]
    asked = judged(ask, kind="TIME", level="L2", hours=[last])
    assert found[columns[-1]["key"]] == asked


def test_kinds(ask: Any) -> None:
    """All kinds for which enough is said; merchants are judged by unit."""
    columns, found = board(
        ask, level="L3", columns={"kinds": []}, meters=700, skill={"skill": "law"}, days=60, k=2
    )
    assert [column["key"] for column in columns] == [column["kind"] for column in columns]
    assert len(columns) == 10
    takes: dict[str, dict[str, Any]] = {
        "SKILL": {"meters": 700, "skill": {"skill": "law"}, "k": 2},
        "TIME": {"meters": 700, "skill": {"skill": "law"}, "k": 2},
        "RESPONSE": {"meters": 700, "skill": {"skill": "law"}, "k": 2},
        "SERVICE": {"meters": 700},
        "ORGANIZATION": {"days": 60},
        **{kind: {"days": 60, "k": 2} for kind in ("WORK", "VISIT", "PATROL")},
    }
    for column in columns:
        kind = column["kind"]
        asked = {"kind": kind, "level": "L3", **takes.get(kind, {})}
        assert found[kind] == judged(ask, **asked)
        if kind != "MERCHANT":
            sums(column, report(ask, **asked))
    few, _ = board(ask, level="L2", columns={"kinds": []})
    assert {"SKILL", "RESPONSE", "SERVICE"}.isdisjoint(column["key"] for column in few)


NOTES = """query ($after: String) { patrolNotes(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { at category grid { code
    parent { code parent { code parent { code } } } } } } } }"""
CITY = {"SANITATION", "POSTED_BILLS", "CLUTTER", "PARKING", "FACILITY"}
ORGANIZATIONS = """query ($after: String) { socialOrganizations(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { grid { code
    parent { code parent { code parent { code } } } } } } } }"""


def above(grid: Any) -> set[str]:
    found = set()
    while grid:
        found.add(grid["code"])
        grid = grid.get("parent")
    return found


@pytest.mark.parametrize(("days", "k"), [(30, 1), (7, 2), (365, 5)])
def test_modes_are_what_is_recorded_of_them(days: int, k: int, ask: Any) -> None:
    last = datetime.fromisoformat("2026-11-25T00:00:00+08:00")
    notes = [
        (datetime.fromisoformat(node["at"]), node["category"], above(node["grid"]))
        for node in (edge["node"] for edge in pages(ask, NOTES, "patrolNotes", {}))
    ]
    notes = [note for note in notes if note[0] < last]

    def hour(at: datetime) -> int:
        return (at + timedelta(hours=8)).hour

    of = {
        "MEDIATION": [note for note in notes if note[1] == "DISPUTE"],
        "NIGHT_ECONOMY": [note for note in notes if hour(note[0]) >= 18 or hour(note[0]) < 6],
        "CIVILIZED_CITY": [note for note in notes if note[1] in CITY],
    }
    columns, found = board(ask, level="L3", columns={"modes": []}, days=days, k=k)
    assert [column["mode"] for column in columns] == [column["key"] for column in columns]
    codes = [unit.code for unit in units(ask, SHIFO, "L3")]
    for mode, acts in of.items():
        for code in codes:
            count = sum(
                at >= last - timedelta(days=days) and code in where for at, _, where in acts
            )
            assert found[mode][code] == (rated(count, k) if acts else "UNKNOWN", count)
    assert found["DOOR_KNOCK"] == judged(ask, kind="VISIT", level="L3", days=days, k=k)
    located = [above(edge["node"]["grid"]) for edge in
               pages(ask, ORGANIZATIONS, "socialOrganizations", {})]  # fmt: skip
    for code in codes:
        count = sum(code in where for where in located)
        assert found["SOCIAL_ORGANIZATION"][code] == (rated(count, k), count)
    assert len({found["NIGHT_ECONOMY"][code][0] for code in codes}) == 2 or days != 30


def test_a_page_is_a_part_of_the_whole(ask: Any) -> None:
    asked = {"within": SHIFO, "level": "MICRO", "meters": 500, "columns": {"skills": SKILLS}}
    whole = list(pages(ask, QUERY, "coverageMatrix.rows", {"input": asked, "first": 100}))
    few = list(pages(ask, QUERY, "coverageMatrix.rows", {"input": asked, "first": 37}))
    assert [edge["cells"] for edge in whole] == [edge["cells"] for edge in few]
    assert [edge["node"] for edge in whole] == [edge["node"] for edge in few]
    assert len(whole) == 619


def test_where_there_are_no_units_there_are_no_rows(ask: Any) -> None:
    input = {"within": global_id("Division", "ZZ-SJ"), "level": "DEDICATED", "meters": 100}
    several: list[dict[str, Any]] = [{"skills": SKILLS}, {"hours": SPANS}, {"kinds": []}]
    for columns in several:
        found = ask.data(QUERY, {"input": {**input, "columns": columns}})["coverageMatrix"]
        assert found["rows"]["totalCount"] == 0
        assert {column["ratio"] for column in found["columns"]} == {None}


BAD: list[tuple[dict[str, Any], str]] = [
    ({"columns": {"skills": SKILLS}, "days": 7}, "input.days"),
    ({"columns": {"skills": SKILLS}, "skill": {"skill": "law"}}, "input.skill"),
    ({"columns": {"modes": []}, "meters": 7}, "input.meters"),
    ({"columns": {"skills": SKILLS}, "meters": -1}, "input.meters"),
    ({"columns": {"skills": SKILLS}, "k": 0}, "input.k"),
    ({"columns": {"skills": [{"skill": "law", "minLevel": 6}]}}, "input.columns.skills.0.minLevel"),
    ({"columns": {"skills": [{"skill": "law"}, {"skill": "x"}]}}, "input.skills.1"),
    ({"columns": {"hours": [{"weekday": "MONDAY", "from": "9", "until": "10"}]}},
     "input.columns.hours.0"),
    ({"columns": {"kinds": ["SKILL"]}}, "input.skill"),
    ({"columns": {"kinds": ["SERVICE"]}}, "input.meters"),
    ({"columns": {"kinds": ["VISIT", "WORK", "VISIT"]}}, "input.columns.kinds"),
    ({"columns": {"skills": [{"skill": "law"}, {"skill": "law", "minLevel": 1}]}},
     "input.columns.skills"),
    ({"columns": {"modes": []}, "asOf": "2026-11-25"}, "input.asOf"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "field"), BAD)
def test_what_cannot_be_meant_is_refused_by_name(
    asked: dict[str, Any], field: str, ask: Any
) -> None:
    answer = ask(QUERY, {"input": {"within": SHIFO, "level": "L3", **asked}})
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["field"] == field
