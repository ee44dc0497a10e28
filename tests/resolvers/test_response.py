"""How many come to a point is what plain arithmetic expects of each volunteer around it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers.identity import global_id
from tests.conftest import scoped
from tests.resolvers.census import (
    METRES_A_MINUTE,
    WEEK,
    Census,
    Requirement,
    Volunteer,
    census,
    metres,
)
from tests.resolvers.test_bad_input import invalid, refused
from tests.resolvers.test_volunteer import REQUIREMENTS, near

SHIFO = "/ZZ/ZZ-GX/ZZ-GX-SF/"
quiet = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
QUERY = """query ($input: ResponseInput!) { expectedResponse(input: $input) {
  people expected probability method } }"""
READ: dict[int, Census] = {}


@pytest.fixture
def everyone(ask: Any) -> Census:
    """Read once; the graph of a session is one."""
    key = id(ask.graph)
    if key not in READ:
        READ[key] = census(ask)
    return READ[key]


def expected(ask: Any, **input: Any) -> Any:
    return ask.data(QUERY, {"input": input})["expectedResponse"]


def free(volunteer: Volunteer, at: datetime) -> bool:
    """Nobody of the demo network has said that they have no hour at all."""
    now = (at.weekday() * 24 + at.hour) * 60 + at.minute
    return not volunteer.hours or any(since <= now < until for since, until in volunteer.hours)


def tail(chances: list[float], k: int) -> float:
    """P(k or more), one after the other; at the end of the list are all cases that are enough."""
    counts = [1.0] + [0.0] * k
    for p in chances:
        for j in range(k, 0, -1):
            counts[j] = counts[j] * (1.0 if j == k else 1 - p) + counts[j - 1] * p
        counts[0] *= 1 - p
    return counts[k]


@settings(quiet, max_examples=150)
@given(
    wanted=st.lists(REQUIREMENTS, min_size=1, max_size=3),
    crs=st.sampled_from(["WGS84", "CGCS2000"]),
    person=st.integers(0, 10**6),
    minutes=st.integers(0, 60),
    k=st.integers(1, 40),
    quarters=st.none() | st.integers(0, 24 * 4 * 7 - 1),
)
def test_it_is_what_brute_force_expects(
    wanted: list[Requirement],
    crs: str,
    person: int,
    minutes: int,
    k: int,
    quarters: int | None,
    ask: Any,
    everyone: Census,
) -> None:
    located = [v for _, v in sorted(everyone.volunteers.items()) if v.place]
    there = located[person % len(located)].place
    assert there
    midnight = datetime.fromisoformat("2026-11-24T00:00+08:00")
    at = None if quarters is None else midnight + timedelta(minutes=15 * quarters)
    met = [set(everyone.meeting(requirement)) for requirement in wanted]
    chances = [
        volunteer.acceptance
        for code in set.intersection(*met)
        for volunteer in [everyone.volunteers[code]]
        if volunteer.place and metres(there, volunteer.place) <= minutes * METRES_A_MINUTE
        if not at or free(volunteer, at)
    ]
    found = expected(
        ask,
        **near(crs, there),
        skills=[requirement.asked() for requirement in wanted],
        minutes=minutes,
        k=k,
        at=at and at.isoformat(),
    )
    assert [ran.name for ran in ask.ran] == ["volunteer.candidates"]
    assert found["people"] == len(chances)
    assert found["expected"] == pytest.approx(sum(chances), rel=1e-12)
    assert found["probability"] == pytest.approx(tail(chances, k), rel=1e-10, abs=1e-280)
    assert found["method"] == "GREAT_CIRCLE_X_1_3"


HERE = {"point": {"longitude": 113.545, "latitude": 34.815, "crs": "WGS84"}}
CARE = [{"skill": "care"}]


def test_more_are_less_likely_and_a_longer_way_finds_more(ask: Any) -> None:
    by_k = [expected(ask, **HERE, skills=CARE, minutes=20, k=k) for k in range(1, 60, 6)]
    likely = [each["probability"] for each in by_k]
    assert likely == sorted(likely, reverse=True)
    assert likely[0] > 0.9 > 0.1 > likely[-1]
    assert len({(each["people"], each["expected"]) for each in by_k}) == 1
    by_way = [expected(ask, **HERE, skills=CARE, minutes=m, k=3) for m in (0, 2, 5, 9, 15, 40)]
    for name in ("people", "expected", "probability"):
        figures = [each[name] for each in by_way]
        assert figures == sorted(figures)
        assert figures[0] == 0 < figures[-1]


def test_one_is_enough_if_nothing_else_is_said(ask: Any) -> None:
    said = {**HERE, "skills": CARE, "minutes": 5}
    assert expected(ask, **said) == expected(ask, **said, k=1, at=None)


@pytest.mark.parametrize("day", ["2020-06-01", "2025-03-01", "2026-11-24"])
@pytest.mark.parametrize("scope", [None, (SHIFO,), (f"{SHIFO}ZZ-GX-SF-C08/",), ("/ZZ/ZZ-SJ/",)])
def test_those_are_asked_whom_the_caller_sees_and_who_were_able_on_that_day(
    ask: Any, day: str, scope: tuple[str, ...] | None
) -> None:
    how = {"caller": scoped(*scope)} if scope else {}
    around = """query ($skills: [SkillRequirementInput!], $near: NearInput!,
        $day: Date, $after: String) {
      volunteers(skills: $skills, near: $near, asOf: $day, first: 100, after: $after) {
        edges { acceptance node { availability { weekday from until } } }
        pageInfo { hasNextPage endCursor } } }"""
    asked = {"skills": [{"skill": "volunteer-service"}]}
    rows: list[Any] = []
    after = None
    while True:
        said = {**asked, "near": {**HERE, "minutes": 30}, "day": day, "after": after}
        page = ask.data(around, said, **how)["volunteers"]
        rows += page["edges"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    at = datetime.fromisoformat(f"{day}T19:00+08:00")
    chances = [
        row["acceptance"]
        for row in rows
        for said in [row["node"]["availability"]]
        if said is None
        or any(
            h["weekday"] == WEEK[at.weekday()] and h["from"] <= "19:00" < h["until"] for h in said
        )
    ]
    input = {**HERE, **asked, "minutes": 30, "k": 2, "at": at.isoformat()}
    found = ask.data(QUERY, {"input": input}, **how)["expectedResponse"]
    assert found["people"] == len(chances)
    assert found["probability"] == pytest.approx(tail(chances, 2))
    assert bool(chances) is (scope != ("/ZZ/ZZ-SJ/",))


@pytest.fixture
def west(ask: Any, prefix: str) -> Iterator[Any]:
    """A place in the far west where four mediators live: their hours are all that differs."""
    place = {"longitude": 85.0 + int(prefix[1:]) * 0.01, "latitude": 41.0, "crs": "WGS84"}
    tuesday = [{"weekday": "TUESDAY", "from": "09:00", "until": "17:30"}]
    night = [{"weekday": "WEDNESDAY", "from": "00:00", "until": "24:00"}]
    for name, hours in (("U", None), ("T", tuesday), ("W", night), ("N", [])):
        person = {"code": f"{prefix}-{name}", "name": "证人", "isVolunteer": True}
        made = """mutation ($input: CreatePersonInput!) { createPerson(input: $input) {
          person { id } userErrors { code field } } }"""
        given = {**person, "location": place, "availability": hours}
        answer = ask.data(made, {"input": given})["createPerson"]
        assert answer["userErrors"] == []
        skill = {"person": answer["person"]["id"], "skill": global_id("Skill", "mediation")}
        added = """mutation ($input: AddSkillInput!) { addSkill(input: $input) {
          userErrors { code field } } }"""
        answer = ask.data(added, {"input": {**skill, "level": 3, "since": "2026-01-01"}})
        assert answer["addSkill"]["userErrors"] == []
    yield place
    text: Any = "MATCH (n:Person) WHERE n.code STARTS WITH $code DETACH DELETE n"
    ask.run(ask.graph.write(lambda tx: tx.run("test", text, {"code": f"{prefix}-"})))


@pytest.mark.parametrize(
    ("at", "people"),
    [
        (None, 4),
        ("2026-11-24T08:59:59+08:00", 1),
        ("2026-11-24T09:00:00+08:00", 2),
        ("2026-11-24T09:29:59.999999Z", 2),
        ("2026-11-24T17:30:00+08:00", 1),
        ("2026-11-24T23:59:59+08:00", 1),
        ("2026-11-24T16:00:00Z", 2),
        ("2026-11-25T23:59:59+08:00", 2),
        ("2026-11-26T00:00:00+08:00", 1),
        ("2025-12-31T15:59:59Z", 0),
        ("2025-12-31T16:00:00Z", 1),
    ],
)
def test_hours_are_those_of_the_clocks_here_and_unknown_ones_refuse_nothing(
    ask: Any, west: Any, at: str | None, people: int
) -> None:
    """Tuesday's end at 17:30; nobody held the skill before 2026; who said no hour has none."""
    found = expected(ask, point=west, skills=[{"skill": "mediation"}], minutes=1, at=at)
    assert found["people"] == people
    assert found["expected"] == pytest.approx(0.3 * people)
    assert found["probability"] == pytest.approx(1 - 0.7**people)


WRONG: dict[str, list[dict[str, Any]]] = {
    "input.k": [{"k": 0}, {"k": -1}, {"k": 1001}],
    "input.minutes": [{"minutes": -1}, {"minutes": 2**31 - 1}],
    "input.skills": [
        {"skills": []},
        {"skills": CARE * 11},
        {"skills": [{"skill": "no-such-skill"}]},
        {"skills": [{"skill": "care"}, {"skill": ""}]},
    ],
    "input.skills.minLevel": [
        {"skills": [{"skill": "care", "minLevel": level}]} for level in (0, 6)
    ],
    "input.at": [{"at": "9999-12-31T23:00:00Z"}],
    "longitude": [{"point": {"longitude": 181, "latitude": 34, "crs": "WGS84"}}],
    "latitude": [{"point": {"longitude": 34.8, "latitude": 113.5, "crs": "GCJ02"}}],
    "crs": [{"point": {"longitude": 2.3, "latitude": 48.9, "crs": "BD09"}}],
}


@pytest.mark.parametrize(
    ("field", "wrong"), [(field, wrong) for field, several in WRONG.items() for wrong in several]
)
def test_what_cannot_be_meant_is_named(ask: Any, field: str, wrong: dict[str, Any]) -> None:
    refused(ask, field, QUERY, {"input": {**HERE, "skills": CARE, "minutes": 5, **wrong}})


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"point": {"longitude": 113, "latitude": 34}}, "crs"),
        ({"point": None}, "point"),
        ({"skills": None}, "skills"),
        ({"minutes": None}, "minutes"),
        ({"minutes": 1.5}, "minutes"),
        ({"at": "2026-11-24T09:00:00"}, "zone"),
        ({"at": "2026-11-24"}, "zone"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "zone"),
    ],
)
def test_what_is_of_another_type_is_refused(ask: Any, wrong: dict[str, Any], word: str) -> None:
    invalid(ask, word, QUERY, {"input": {**HERE, "skills": CARE, "minutes": 5, **wrong}})
