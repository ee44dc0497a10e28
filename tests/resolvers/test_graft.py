"""Coverage asked of grids, wherever they are met, is that of the report on their level."""

from typing import Any

import pytest

from resolvers.auth import PERMISSIONS, Caller, Granted
from resolvers.identity import global_id
from tests.resolvers.covering import SHIFO, judged

COVERAGE = "coverage(input: $input) { status count severity reason lastActivity method }"
LIST = f"""query ($within: ID!, $level: GridLevel!, $day: Date, $input: GridCoverageInput!,
    $after: String) {{
  grids(within: $within, asOf: $day, filter: {{level: {{eq: $level}}}}, first: 100
        after: $after) {{
    edges {{ node {{ code {COVERAGE} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
HOURS = [{"weekday": "MONDAY", "from": "09:00", "until": "11:30"}]
ASKED: list[tuple[dict[str, Any], str, str | None]] = [
    ({"kind": "HEAD_ASSIGNED"}, "L3", None),
    ({"kind": "HEAD_ASSIGNED"}, "MICRO", "2024-02-01"),
    ({"kind": "ORGANIZATION", "days": 20}, "L2", "2026-10-01"),
    ({"kind": "WORK", "k": 2}, "L3", None),
    ({"kind": "VISIT", "days": 7}, "MICRO", None),
    ({"kind": "PATROL"}, "L3", None),
    ({"kind": "MERCHANT"}, "L2", None),
    ({"kind": "SERVICE", "minutes": 9}, "L3", None),
    ({"kind": "SKILL", "skill": {"skill": "law", "minLevel": 2}, "meters": 600}, "L3", None),
    ({"kind": "SKILL", "skill": {"skill": "health", "verifiedOnly": True}, "k": 2}, "L2", None),
    ({"kind": "TIME", "hours": HOURS, "meters": 700}, "L3", None),
    ({"kind": "RESPONSE", "meters": 400, "probability": 0.6, "k": 2}, "L3", None),
]


@pytest.mark.parametrize(("input", "level", "day"), ASKED)
@pytest.mark.parametrize("direct", [True, False])
def test_each_grid_tells_what_the_report_tells_of_it(
    input: dict[str, Any], level: str, day: str | None, direct: bool, ask: Any
) -> None:
    variables = {"within": SHIFO, "level": level, "day": day, "input": input}
    expected = judged(ask, **input, level=level, asOf=day)
    found: dict[str, tuple[str, int]] = {}
    after = None
    while True:
        page = ask.data(LIST, {**variables, "after": after}, direct=direct)["grids"]
        for edge in page["edges"]:
            told = edge["node"]["coverage"]
            found[edge["node"]["code"]] = told["status"], told["count"]
            assert (told["reason"] is None) is (told["status"] in ("EFFECTIVE", "K_COVERED"))
            assert (told["severity"] == 0) is (told["status"] not in ("NONE", "FORMAL_ONLY"))
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert found == expected


DEEP = """query ($within: ID!, $id: ID!) {
  coverage(input: {kind: VISIT, level: L3, within: $within}) {
    units(first: 7) { edges { status count node { code
      own: coverage(input: {kind: VISIT}) { status count }
      parent { code coverage(input: {kind: VISIT}) { status count } }
      children(first: 3) { nodes { code coverage(input: {kind: VISIT}) { status count } } } } } } }
  node(id: $id) { ... on Grid { head: coverage(input: {kind: HEAD_ASSIGNED}) { status } } }
  people(within: $within, first: 3) { nodes { grid { code
    coverage(input: {kind: VISIT}) { status count } } } }
}"""


@pytest.mark.parametrize("direct", [True, False])
def test_wherever_it_is_met(direct: bool, ask: Any) -> None:
    id = global_id("Grid", "ZZ-GX-SF-L2-03")
    found = ask.data(DEEP, {"within": SHIFO, "id": id}, direct=direct)
    of = {level: judged(ask, kind="VISIT", level=level) for level in ("L2", "L3", "MICRO")}
    for edge in found["coverage"]["units"]["edges"]:
        node = edge["node"]
        assert node["own"] == {"status": edge["status"], "count": edge["count"]}
        above = node["parent"]["coverage"]
        assert (above["status"], above["count"]) == of["L2"][node["parent"]["code"]]
        for child in node["children"]["nodes"]:
            told = child["coverage"]
            assert (told["status"], told["count"]) == of["MICRO"][child["code"]]
    heads = judged(ask, kind="HEAD_ASSIGNED", level="L2")
    assert found["node"]["head"]["status"] == heads["ZZ-GX-SF-L2-03"][0]
    every = of["L2"] | of["L3"] | of["MICRO"]
    for person in found["people"]["nodes"]:
        if person["grid"]:
            told = person["grid"]["coverage"]
            assert (told["status"], told["count"]) == every[person["grid"]["code"]]


def test_all_of_one_place_take_a_look_and_one_statement_for_a_level(ask: Any) -> None:
    variables = {"within": SHIFO, "level": "L3", "input": {"kind": "HEAD_ASSIGNED"}}
    ask.data(LIST, variables)
    ask.data(LIST, variables)
    assert len(ask.ran) == 3
    ask.data(LIST, {**variables, "input": {"kind": "SERVICE", "meters": 5}})
    assert len(ask.ran) == 3


def test_who_sees_a_part_is_told_of_that_part(ask: Any) -> None:
    paths = ("/ZZ/ZZ-GX/ZZ-GX-SF/ZZ-GX-SF-L2-03/", "/ZZ/ZZ-GX/ZZ-GX-SF/ZZ-GX-SF-L2-07/")
    narrow = Caller("narrow", (Granted("", PERMISSIONS, paths),))
    query = """query ($after: String) { grids(first: 100, after: $after) {
      edges { node { code level coverage(input: {kind: PATROL}) { status count } } }
      pageInfo { hasNextPage endCursor } } }"""
    page = ask.data(query, {}, caller=narrow)["grids"]
    known = judged(ask, kind="PATROL", level="MICRO") | judged(ask, kind="PATROL", level="L3")
    told = [edge["node"] for edge in page["edges"] if edge["node"]["level"] in ("L3", "MICRO")]
    for node in told:
        assert (node["coverage"]["status"], node["coverage"]["count"]) == known[node["code"]]


@pytest.mark.parametrize(
    ("input", "field"),
    [
        ({"kind": "SKILL"}, "input.skill"),
        ({"kind": "SKILL", "skill": {"skill": "x"}}, "input.skill"),
        ({"kind": "SERVICE"}, "input.meters"),
        ({"kind": "VISIT", "k": 0}, "input.k"),
        ({"kind": "VISIT", "meters": 3}, "input.meters"),
        ({"kind": "SKILL", "skill": {"skill": "law"}, "asked": {"hour": 9}}, "input.asked"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(
    input: dict[str, Any], field: str, ask: Any
) -> None:
    [error] = ask(LIST, {"within": SHIFO, "level": "L3", "input": input})["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", field)


def test_of_days_to_come_nothing_is_known(ask: Any) -> None:
    variables = {"within": SHIFO, "level": "L3", "day": "2027-01-01", "input": {"kind": "VISIT"}}
    [error] = ask(LIST, variables)["errors"]
    assert error["extensions"]["field"] == "asOf"
