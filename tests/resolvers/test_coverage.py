"""Coverage is what counting one by one finds: heads, skills, organizations, services, shops."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.identity import global_id
from tests.resolvers.census import METRES_A_MINUTE, Requirement, metres, pages
from tests.resolvers.covering import (
    BELONGING,
    L2,
    LEVELS,
    PARTS,
    QUERY,
    SHIFO,
    Known,
    agrees,
    done,
    judged,
    leaders,
    quiet,
    rated,
    report,
    shops,
    statuses_of,
    units,
)

# HEAD_ASSIGNED


def test_every_one_of_the_619_micro_grids_has_a_head(ask: Any, known: Known) -> None:
    found = report(ask, kind="HEAD_ASSIGNED", level="MICRO")
    assert (found["numerator"], found["denominator"], found["unknown"]) == (619, 619, 0)
    assert found["ratio"] == 1
    assert all(unit.headed for unit in known.levels["MICRO"])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("day", [None, "2021-01-01", "2023-07-01", "2026-01-01", "1990-01-01"])
def test_heads_are_those_in_office_on_the_day_who_are_no_deputies(
    level: str, day: str | None, ask: Any
) -> None:
    expected = {
        unit.code: ("EFFECTIVE", 1) if unit.headed else ("NONE", 0)
        for unit in units(ask, SHIFO, level, day)
    }
    found = judged(ask, kind="HEAD_ASSIGNED", level=level, asOf=day)
    assert {code: status for code, (status, _) in found.items()} == {
        code: status for code, (status, _) in expected.items()
    }
    numbers = report(ask, kind="HEAD_ASSIGNED", level=level, asOf=day)
    agrees(numbers, [status for status, _ in expected.values()])
    assert numbers["method"] == "VALID_HEAD"


# SKILL


SKILLS = st.sampled_from(
    [
        *("first-aid", "hairdressing", "opera", "mediation", "law", "psychology", "fire-safety"),
        *("sign-language", "volunteer-service", "health", "legal", "care", "safety", "employment"),
    ]
)
REQUIREMENTS = st.builds(
    Requirement, SKILLS, st.sampled_from([1, 1, 2, 3, 5]), st.sampled_from([False, False, True])
)


@settings(quiet, max_examples=50)
@given(
    wanted=REQUIREMENTS,
    level=st.sampled_from(["L2", "L3", "L3", "MICRO", "DEDICATED"]),
    k=st.integers(1, 6),
    reach=st.one_of(
        st.tuples(st.just("meters"), st.integers(0, 3000)),
        st.tuples(st.just("minutes"), st.integers(0, 40)),
    ),
)
def test_skill_within_reach_counts_the_volunteers_near_each_centroid(
    wanted: Requirement, level: str, k: int, reach: tuple[str, int], ask: Any, known: Known
) -> None:
    kind, length = reach
    limit = length if kind == "meters" else length * METRES_A_MINUTE
    places = [
        place
        for code in known.people.meeting(wanted)
        if (place := known.people.volunteers[code].place)
    ]
    expected: dict[str, tuple[str, int]] = {}
    for unit in known.levels[level]:
        if unit.place is None:
            expected[unit.code] = ("UNKNOWN", 0)
        else:
            count = sum(metres(unit.place, place) <= limit for place in places)
            expected[unit.code] = (rated(count, k), count)
    asked = {"kind": "SKILL", "level": level, "k": k, "skill": wanted.asked(), kind: length}
    assert judged(ask, **asked) == expected
    found = report(ask, **asked)
    agrees(found, [status for status, _ in expected.values()])
    assert found["method"] == ("GREAT_CIRCLE" if kind == "meters" else "GREAT_CIRCLE_X_1_3")


@settings(quiet, max_examples=40)
@given(wanted=REQUIREMENTS, level=st.sampled_from(["L2", "L3"]), k=st.integers(1, 40))
def test_skill_without_a_reach_counts_the_volunteers_who_belong_to_the_unit(
    wanted: Requirement, level: str, k: int, ask: Any, known: Known
) -> None:
    within = SHIFO if level == "L2" else L2
    meeting = set(known.people.meeting(wanted))
    found = judged(ask, kind="SKILL", level=level, k=k, skill=wanted.asked(), within=within)
    assert found
    for code, (status, count) in found.items():
        if code not in known.inside:
            grid = {"within": global_id("Grid", code)}
            edges = pages(ask, BELONGING, "people", grid)
            known.inside[code] = {edge["node"]["code"] for edge in edges}
        expected = len(meeting & known.inside[code])
        assert (status, count) == (rated(expected, k), expected)
    numbers = report(ask, kind="SKILL", level=level, k=k, skill=wanted.asked(), within=within)
    agrees(numbers, [status for status, _ in found.values()])
    assert numbers["method"] == "BELONGS_TO_UNIT"
    assert numbers["unknown"] == 0


# Units


def test_some_unit_without_a_centroid_is_unknown_and_not_uncovered(ask: Any, known: Known) -> None:
    found = judged(ask, kind="SKILL", level="MICRO", skill={"skill": "opera"}, meters=1)
    unplaced = {unit.code for unit in known.levels["MICRO"] if unit.place is None}
    assert unplaced
    assert {code for code, (status, _) in found.items() if status == "UNKNOWN"} == unplaced


CROSSING = """query ($input: CoverageInput!) { coverage(input: $input) { crossing(first: 10) {
  totalCount edges { status territories { code } node { code } } } } }"""


def test_a_grid_that_spans_districts_is_a_unit_of_each(ask: Any) -> None:
    asked = {"kind": "HEAD_ASSIGNED", "level": "DEDICATED", "within": global_id("Division", "ZZ")}
    found = ask.data(PARTS, {"input": asked})["coverage"]
    holding = {
        child["territory"]["code"]
        for child in found["byChild"]
        if "ZZ-EQ-TOWER" in statuses_of(child)
    }
    assert holding == {"ZZ-EQ", "ZZ-GC", "ZZ-JS"}
    assert found["denominator"] == 17
    crossing = ask.data(CROSSING, {"input": asked})["coverage"]["crossing"]
    assert crossing["totalCount"] == 1
    (edge,) = crossing["edges"]
    assert (edge["node"]["code"], edge["status"]) == ("ZZ-EQ-TOWER", "EFFECTIVE")
    assert [each["code"] for each in edge["territories"]] == sorted(holding)
    more = sum(len(edge["territories"]) - 1 for edge in crossing["edges"])
    assert sum(child["denominator"] for child in found["byChild"]) == found["denominator"] + more


@pytest.mark.parametrize(
    ("within", "level"), [("ZZ-GX-SF", "L3"), ("ZZ-SJ", "L3"), ("ZZ-JS", "DEDICATED")]
)
def test_where_no_unit_crosses_a_boundary_none_is_told(within: str, level: str, ask: Any) -> None:
    """A grid that spans a district and one part of it crosses none, and is no part of its own."""
    asked = {"kind": "HEAD_ASSIGNED", "level": level, "within": global_id("Division", within)}
    assert ask.data(CROSSING, {"input": asked})["coverage"]["crossing"]["totalCount"] == 0
    found = ask.data(PARTS, {"input": asked})["coverage"]
    parts = sum(child["denominator"] for child in found["byChild"])
    assert parts == found["denominator"]


@settings(quiet, max_examples=20)
@given(
    wanted=st.lists(
        st.sampled_from(["NONE", "FORMAL_ONLY", "EFFECTIVE", "K_COVERED", "UNKNOWN"]), max_size=6
    )
)
def test_units_are_listed_by_status(wanted: list[str], ask: Any) -> None:
    asked = {"kind": "SKILL", "level": "L3", "skill": {"skill": "law"}, "meters": 400}
    every = judged(ask, **asked)
    variables = {"input": {"within": SHIFO, **asked}, "status": wanted}
    found = ask.data(QUERY, variables)["coverage"]["units"]
    expected = [code for code, (status, _) in every.items() if status in wanted]
    assert [edge["node"]["code"] for edge in found["edges"]] == expected[:100]
    assert found["totalCount"] == len(expected)


# ORGANIZATION: led by a party organization, and not on paper only

MEMBERS = """query ($day: Date, $after: String) {
  partyOrganizations(asOf: $day, first: 100, after: $after) { pageInfo { hasNextPage endCursor }
    edges { node { code members(first: 100) { totalCount nodes { code } } } } } }"""


@pytest.mark.parametrize("level", ["L2", "L3", "MICRO"])
@pytest.mark.parametrize(
    ("day", "days"), [(None, None), (None, 7), ("2026-10-01", 90), ("2024-01-01", 30)]
)
def test_an_organization_is_there_on_paper_or_does_something(
    level: str, day: str | None, days: int | None, ask: Any
) -> None:
    leading = leaders(ask, level, day)
    members = {
        edge["node"]["code"]: {person["code"] for person in edge["node"]["members"]["nodes"]}
        for edge in pages(ask, MEMBERS, "partyOrganizations", {"day": day})
    }
    last = datetime.fromisoformat(f"{day or '2026-11-24'}T00:00:00+08:00") + timedelta(days=1)
    first = last - timedelta(days=days or 30)
    expected: dict[str, tuple[str, int]] = {}
    acts = [(datetime.fromisoformat(at), who, where) for at, who, where, _ in done(ask)]
    for code, organizations in leading.items():
        people = set[str]().union(*(members[each] for each in organizations))
        active = any(
            first <= at < last and who in people and code in where for at, who, where in acts
        )
        status = "NONE" if not organizations else "EFFECTIVE" if active else "FORMAL_ONLY"
        expected[code] = (status, len(organizations))
    asked = {"kind": "ORGANIZATION", "level": level, "asOf": day, "days": days}
    assert judged(ask, **asked) == expected
    numbers = report(ask, **asked)
    agrees(numbers, [status for status, _ in expected.values()])
    if day is None and level != "L2":
        assert {status for status, _ in expected.values()} == {"NONE", "FORMAL_ONLY", "EFFECTIVE"}


# SERVICE: a center within reach

CENTERS = """query ($after: String) { serviceCenters(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { location { longitude latitude } } } } }"""


@settings(quiet, max_examples=25)
@given(level=st.sampled_from(["L2", "L3", "MICRO"]), meters=st.integers(0, 4000))
def test_a_unit_is_served_by_a_center_within_reach(
    level: str, meters: int, ask: Any, known: Known
) -> None:
    places = known.centers = known.centers or [
        edge["node"]["location"] for edge in pages(ask, CENTERS, "serviceCenters", {})
    ]
    centers = [(place["longitude"], place["latitude"]) for place in places if place]
    assert 0 < len(centers) < len(places)
    expected: dict[str, tuple[str, int]] = {}
    for unit in known.levels[level]:
        here = unit.place
        count = sum(metres(here, center) <= meters for center in centers) if here else 0
        status = "UNKNOWN" if here is None else "EFFECTIVE" if count else "NONE"
        expected[unit.code] = (status, count)
    asked = {"kind": "SERVICE", "level": level, "meters": meters}
    assert judged(ask, **asked) == expected
    agrees(report(ask, **asked), [status for status, _ in expected.values()])


# MERCHANT: merchants are counted, not units


@pytest.mark.parametrize("day", [None, "2023-01-01", "2025-06-01"])
@pytest.mark.parametrize("within", ["ZZ-GX-SF", "ZZ-GX-SF-C08", "ZZ-EQ", "ZZ-SJ"])
def test_merchants_are_in_an_alliance_or_not(within: str, day: str | None, ask: Any) -> None:
    id = global_id("Division", within)
    expected = shops(ask, id, day)
    asked = {"kind": "MERCHANT", "level": "L2", "within": id, "asOf": day}
    found = ask.data(PARTS, {"input": asked})["coverage"]
    assert (found["numerator"], found["denominator"]) == (sum(expected.values()), len(expected))
    assert found["unknown"] == 0
    for child in found["byChild"]:
        below = shops(ask, child["territory"]["id"], day)
        assert (child["numerator"], child["denominator"]) == (sum(below.values()), len(below))
        assert below
    for edge in found["units"]["edges"]:
        here = shops(ask, global_id("Grid", edge["node"]["code"]), day)
        status = "UNKNOWN" if not here else "EFFECTIVE" if any(here.values()) else "NONE"
        assert edge["status"] == status


# Gaps

GAPS = """query ($input: CoverageInput!, $after: String) {
  coverageGaps(input: $input, first: 100, after: $after) { totalCount
    pageInfo { hasNextPage endCursor }
    edges { status severity reason node { code population households } } } }"""


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "SKILL", "level": "MICRO", "skill": {"skill": "first-aid"}, "meters": 500, "k": 3},
        {"kind": "ORGANIZATION", "level": "MICRO"},
        {"kind": "SERVICE", "level": "L3", "meters": 900},
        {"kind": "HEAD_ASSIGNED", "level": "MICRO"},
    ],
    ids=lambda asked: asked["kind"],
)
def test_gaps_are_the_open_units_by_severity_and_people(asked: dict[str, Any], ask: Any) -> None:
    every = judged(ask, **asked)
    edges = list(pages(ask, GAPS, "coverageGaps", {"input": {"within": SHIFO, **asked}}))
    open_ = {code for code, (status, _) in every.items() if status in ("NONE", "FORMAL_ONLY")}
    assert {edge["node"]["code"] for edge in edges} == open_
    weights = []
    for edge in edges:
        node, (status, count) = edge["node"], every[edge["node"]["code"]]
        k = asked.get("k", 1)
        assert edge["status"] == status
        assert edge["severity"] == (0.5 if status == "FORMAL_ONLY" else round((k - count) / k, 4))
        assert edge["reason"]
        people = node["population"] or (node["households"] or 0) * 2.62
        weights.append((-round(edge["severity"] * people, 2), -edge["severity"], node["code"]))
    assert weights == sorted(weights)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "SERVICE"}, "input.meters"),
        ({"kind": "MERCHANT", "meters": 5}, "input.meters"),
        ({"kind": "HEAD_ASSIGNED", "days": 5}, "input.days"),
        ({"kind": "ORGANIZATION", "days": 0}, "input.days"),
        ({"kind": "ORGANIZATION", "skill": {"skill": "law"}}, "input.skill"),
        ({"kind": "SKILL", "meters": 5}, "input.skill"),
    ],
)
def test_a_kind_takes_what_it_has_a_use_for(asked: dict[str, Any], field: str, ask: Any) -> None:
    for query in (QUERY, GAPS):
        answer = ask(query, {"input": {"within": SHIFO, "level": "L3", **asked}})
        assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": field}


@pytest.mark.parametrize("kind", ["HEAD_ASSIGNED", "ORGANIZATION", "MERCHANT", "SERVICE"])
def test_what_counts_once_takes_no_notice_of_k(kind: str, ask: Any) -> None:
    asked = {"kind": kind, "level": "L2", **({"meters": 300} if kind == "SERVICE" else {})}
    assert report(ask, **asked, k=3) == report(ask, **asked)
