"""Volunteers by skill and place are those that plain arithmetic finds among all of them."""

from collections.abc import Mapping
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers.identity import global_id
from tests.resolvers.census import CRS, METRES_A_MINUTE, Census, Requirement, census, metres, pages

SHIFO = global_id("Division", "ZZ-GX-SF")
quiet = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
READ: dict[int, Census] = {}


@pytest.fixture
def everyone(ask: Any) -> Census:
    """Read once; the graph of a session is one."""
    key = id(ask.graph)
    if key not in READ:
        READ[key] = census(ask)
    return READ[key]


EDGE = """distance minutes method level verified acceptance score reasons { code points }
  node { code name }"""
QUERY = f"""query ($skills: [SkillRequirementInput!], $near: NearInput, $within: ID, $first: Int,
    $last: Int, $order: [VolunteerOrder!], $filter: PersonFilter, $after: String) {{
  volunteers(skills: $skills, near: $near, within: $within, first: $first, last: $last,
      after: $after, orderBy: $order, filter: $filter) {{
    totalCount edges {{ {EDGE} }} pageInfo {{ hasNextPage endCursor }} }} }}"""


def asked(ask: Any, **variables: Any) -> Any:
    return ask.data(QUERY, {"first": 100, **variables})["volunteers"]


def near(crs: str, place: tuple[float, float], **reach: int | None) -> dict[str, Any]:
    longitude, latitude = place
    return {"point": {"longitude": longitude, "latitude": latitude, "crs": crs}, **reach}


SKILLS = st.sampled_from(
    [
        *("first-aid", "hairdressing", "opera", "mediation", "law", "psychology", "fire-safety"),
        *("night-patrol", "policy-advice", "elder-care", "child-care", "sign-language"),
        *("volunteer-service", "health", "legal", "advice", "care", "daily-life", "safety"),
        *("employment", "skills-training"),
    ]
)
REQUIREMENTS = st.builds(
    Requirement, SKILLS, st.sampled_from([1, 1, 2, 3, 4, 5]), st.sampled_from([False, False, True])
)


@settings(quiet, max_examples=150)
@given(
    wanted=st.lists(REQUIREMENTS, min_size=1, max_size=3),
    crs=st.sampled_from(CRS),
    person=st.integers(0, 10**6),
    meters=st.one_of(st.none(), st.integers(0, 6000)),
    minutes=st.one_of(st.none(), st.none(), st.integers(0, 60)),
    placed=st.booleans(),
    within=st.booleans(),
)
def test_volunteers_by_skill_and_place_are_those_found_by_brute_force(
    wanted: list[Requirement],
    crs: str,
    person: int,
    meters: int | None,
    minutes: int | None,
    placed: bool,
    within: bool,
    ask: Any,
    everyone: Census,
) -> None:
    located = [v for _, v in sorted(everyone.volunteers.items()) if v.place]
    there = located[person % len(located)]
    assert there.place
    limits = [float(meters)] if meters is not None else []
    limits += [minutes * METRES_A_MINUTE] if minutes is not None else []
    met = [everyone.meeting(requirement) for requirement in wanted]
    expected: dict[str, tuple[int, bool, float | None]] = {}
    for code in set.intersection(*map(set, met)):
        place = everyone.volunteers[code].place
        far = metres(there.place, place) if placed and place else None
        reached = not (placed and limits) or (far is not None and far <= min(limits))
        if reached and (not within or code in everyone.shifo):
            level, verified = min(m[code][0] for m in met), all(m[code][1] for m in met)
            expected[code] = (level, verified, far)
    order = sorted(expected, key=lambda code: (_far(expected[code][2]), code))
    point = near(crs, there.places[crs], meters=meters, minutes=minutes) if placed else None
    found = asked(
        ask,
        skills=[requirement.asked() for requirement in wanted],
        near=point,
        within=SHIFO if within else None,
    )
    assert found["totalCount"] == len(expected)
    codes = [edge["node"]["code"] for edge in found["edges"]]
    if crs in ("WGS84", "CGCS2000") or not placed:
        assert codes == order[:100]
    assert len(codes) == len(set(codes)) == min(100, len(expected))
    for edge in found["edges"]:
        level, verified, far = expected[edge["node"]["code"]]
        assert (edge["level"], edge["verified"]) == (level, verified)
        assert edge["acceptance"] == everyone.volunteers[edge["node"]["code"]].acceptance
        assert edge["method"] == (None if far is None else "GREAT_CIRCLE_X_1_3")
        if far is None:
            assert edge["distance"] is edge["minutes"] is None
        else:
            # A place that went through GCJ-02 or BD-09 and back is exact to a micrometre.
            assert abs(edge["distance"] - far) <= (0 if crs in ("WGS84", "CGCS2000") else 0.0101)
            assert edge["minutes"] == pytest.approx(edge["distance"] * 1.3 / 75, abs=0.0051)


def _far(distance: float | None) -> float:
    return float("inf") if distance is None else distance


@settings(quiet, max_examples=40)
@given(
    order=st.lists(
        st.sampled_from(["distance", "level", "acceptance", "score", "code"]),
        min_size=1,
        max_size=4,
        unique=True,
    ),
    down=st.lists(st.booleans(), min_size=5, max_size=5),
    skill=REQUIREMENTS,
    person=st.integers(0, 10**6),
)
def test_every_order_is_the_order_of_its_keys(
    order: list[str],
    down: list[bool],
    skill: Requirement,
    person: int,
    ask: Any,
    everyone: Census,
) -> None:
    located = [v for _, v in sorted(everyone.volunteers.items()) if v.place]
    there = located[person % len(located)]
    point = near("WGS84", there.places["WGS84"])
    keys = list(zip(order, down, strict=False))
    said = [{name: "DESC" if descending else "ASC"} for name, descending in keys]
    found = [
        edge
        for edge in pages(
            ask,
            QUERY,
            "volunteers",
            {"skills": [skill.asked()], "near": point, "order": said, "first": 100},
        )
    ]
    expected = sorted(found, key=_code)
    for name, descending in reversed(keys):
        expected.sort(key=lambda edge, name=name: _key(edge, name), reverse=descending)  # type: ignore[misc]
    assert [_code(edge) for edge in found] == [_code(edge) for edge in expected]
    assert {_code(edge) for edge in found} == set(everyone.meeting(skill))


def _code(edge: Mapping[str, Any]) -> str:
    return str(edge["node"]["code"])


def _key(edge: Mapping[str, Any], name: str) -> Any:
    if name == "code":
        return _code(edge)
    return _far(edge[name]) if name == "distance" else edge[name]


@settings(quiet, max_examples=40)
@given(skill=REQUIREMENTS, person=st.integers(0, 10**6), meters=st.integers(0, 5000))
def test_a_larger_reach_finds_the_same_and_more(
    skill: Requirement, person: int, meters: int, ask: Any, everyone: Census
) -> None:
    located = [v for _, v in sorted(everyone.volunteers.items()) if v.place]
    there = located[person % len(located)]
    found = [
        {
            _code(edge)
            for edge in asked(
                ask,
                skills=[skill.asked()],
                near=near("WGS84", there.places["WGS84"], meters=reach),
            )["edges"]
        }
        for reach in (meters // 2, meters)
    ]
    nearest_hundred = len(found[1]) == 100
    assert found[0] <= found[1] or nearest_hundred


def test_the_reach_includes_its_own_length_and_not_a_metre_less(ask: Any, everyone: Census) -> None:
    there = next(v for _, v in sorted(everyone.volunteers.items()) if v.place)
    point = near("WGS84", there.places["WGS84"])
    skill = [Requirement("mediation").asked()]
    for edge in asked(ask, skills=skill, near=point)["edges"][3:40:6]:
        for meters, inside in (
            (ceil(edge["distance"]), True),
            (floor(edge["distance"]), edge["distance"] == floor(edge["distance"])),
        ):
            reached = asked(ask, skills=skill, near={**point, "meters": meters})["edges"]
            assert (_code(edge) in map(_code, reached)) is inside


def test_without_a_required_skill_every_volunteer_of_the_territory_is_found(
    ask: Any, everyone: Census
) -> None:
    found = list(pages(ask, QUERY, "volunteers", {"within": SHIFO, "first": 100}))
    assert [_code(edge) for edge in found] == sorted(everyone.shifo)
    assert len(found) >= 2000
    assert {(edge["level"], edge["verified"]) for edge in found} == {(0, False)}
    unplaced = [code for code in everyone.shifo if not everyone.volunteers[code].place]
    assert unplaced


def test_a_volunteer_without_a_place_is_reached_by_nothing_and_comes_last(
    ask: Any, everyone: Census
) -> None:
    unplaced = {code for code in everyone.shifo if not everyone.volunteers[code].place}
    there = next(v for _, v in sorted(everyone.volunteers.items()) if v.place)
    point = near("WGS84", there.places["WGS84"])
    found = list(pages(ask, QUERY, "volunteers", {"within": SHIFO, "near": point, "first": 100}))
    last = found[-len(unplaced) :]
    assert [_code(edge) for edge in last] == sorted(unplaced)
    assert {edge["distance"] for edge in last} == {None}
    assert None not in {edge["distance"] for edge in found[: -len(unplaced)]}
    far = asked(ask, within=SHIFO, near={**point, "meters": 20_000_000})
    assert far["totalCount"] == len(everyone.shifo) - len(unplaced)


@settings(quiet, max_examples=40)
@given(
    skill=REQUIREMENTS,
    name=st.sampled_from(["王", "李", "张", "沈", "不"]),
    party=st.sampled_from([True, False, None]),
)
def test_a_filter_narrows_volunteers_to_those_who_meet_it(
    skill: Requirement, name: str, party: bool | None, ask: Any, everyone: Census
) -> None:
    narrowed: dict[str, Any] = {"name": {"startsWith": name}}
    if party is not None:
        narrowed = {"or": [narrowed, {"isPartyMember": {"eq": party}}]}
    expected = {
        code
        for code in everyone.meeting(skill)
        for person in [everyone.volunteers[code]]
        if person.name.startswith(name) or (party is not None and person.party is party)
    }
    found = list(
        pages(
            ask,
            QUERY,
            "volunteers",
            {"skills": [skill.asked()], "filter": narrowed, "first": 100},
        )
    )
    assert [_code(edge) for edge in found] == sorted(expected)


def test_the_points_of_all_reasons_sum_to_the_score(ask: Any, everyone: Census) -> None:
    there = next(v for _, v in sorted(everyone.volunteers.items()) if v.place)
    for point in (None, near("WGS84", there.places["WGS84"])):
        edges = asked(ask, skills=[Requirement("care").asked()], near=point)["edges"]
        for edge in edges:
            points = [reason["points"] for reason in edge["reasons"]]
            assert edge["score"] == pytest.approx(sum(points), abs=0.001)
            assert all(points)
            assert 0 < edge["score"] <= 100
            said = {reason["code"] for reason in edge["reasons"]}
            assert said <= {"LEVEL", "VERIFIED", "ACCEPTANCE", "DISTANCE"}
            assert ("DISTANCE" in said) is (edge["distance"] is not None)
            assert ("VERIFIED" in said) is edge["verified"]


def test_the_holder_of_a_narrower_skill_holds_the_broader_one(ask: Any, everyone: Census) -> None:
    assert everyone.below("volunteer-service") == set(everyone.parents)
    for broad in ("health", "volunteer-service", "legal"):
        narrow = set().union(
            *(everyone.meeting(Requirement(code)) for code in everyone.below(broad))
        )
        assert asked(ask, skills=[{"skill": broad}])["totalCount"] == len(narrow)
