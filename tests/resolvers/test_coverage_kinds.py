"""Visits, patrols, work, hours and responses: each kind is what counting one by one finds."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.identity import global_id
from tests.resolvers.census import WEEK, Place, Requirement, Volunteer, metres, pages
from tests.resolvers.covering import (
    BELONGING,
    EVENING,
    SHIFO,
    SPANS,
    Known,
    agrees,
    done,
    judged,
    leaders,
    quiet,
    rated,
    report,
    units,
    weekly,
)

# VISIT, PATROL, WORK: what is recorded

LISTS = {"VISIT": {"visits"}, "PATROL": {"patrolNotes"}, "WORK": {"visits", "patrolNotes"}}
WHEN = [(None, None, 1), (None, 7, 2), ("2026-10-01", 90, 1), ("2026-11-23", 365, 4)]


@pytest.mark.parametrize("level", ["L2", "L3", "MICRO"])
@pytest.mark.parametrize(("day", "days", "k"), [*WHEN, ("1990-01-01", 30, 1)])
@pytest.mark.parametrize("kind", ["VISIT", "PATROL", "WORK"])
def test_what_was_done_is_what_is_recorded_in_the_unit_or_below(
    kind: str, level: str, day: str | None, days: int | None, k: int, ask: Any
) -> None:
    last = datetime.fromisoformat(f"{day or '2026-11-24'}T00:00:00+08:00") + timedelta(days=1)
    first = last - timedelta(days=days or 30)
    acts = [
        (at, where)
        for text, _, where, name in done(ask)
        if name in LISTS[kind] and (at := datetime.fromisoformat(text)) < last
    ]
    formal = {code for code, organizations in leaders(ask, level, day).items() if organizations}
    formal |= {unit.code for unit in units(ask, SHIFO, level, day) if unit.headed}
    expected: dict[str, tuple[str, int]] = {}
    for unit in units(ask, SHIFO, level, day):
        count = sum(at >= first and unit.code in where for at, where in acts)
        found = rated(count, k)
        if kind == "WORK" and found == "NONE" and unit.code in formal:
            found = "FORMAL_ONLY"
        if kind != "WORK" and not acts:
            found = "UNKNOWN"
        expected[unit.code] = (found, count)
    asked = {"kind": kind, "level": level, "asOf": day, "days": days, "k": k}
    assert judged(ask, **asked) == expected
    agrees(report(ask, **asked), [found for found, _ in expected.values()])


def test_the_demo_network_has_grids_of_every_kind_of_diligence(ask: Any) -> None:
    found = {kind: judged(ask, kind=kind, level="MICRO", days=30) for kind in LISTS}
    assert {each for each, _ in found["WORK"].values()} == {"FORMAL_ONLY", "EFFECTIVE"}
    for kind in ("VISIT", "PATROL"):
        assert {each for each, _ in found[kind].values()} == {"NONE", "EFFECTIVE"}


LAST = """query ($input: CoverageInput!) { coverage(input: $input) {
  units(first: 100) { edges { lastActivity node { code } } } } }"""


def test_a_unit_tells_when_something_was_last_done_there(ask: Any) -> None:
    latest: dict[str, str] = {}
    for at, _, where, name in done(ask):
        for code in where if name == "visits" else ():
            latest[code] = max(at, latest.get(code, ""))
    asked = {"kind": "VISIT", "within": SHIFO, "level": "L3", "days": 1}
    for edge in ask.data(LAST, {"input": asked})["coverage"]["units"]["edges"]:
        told, known = edge["lastActivity"], latest.get(edge["node"]["code"])
        assert (told and datetime.fromisoformat(told)) == (known and datetime.fromisoformat(known))


# TIME: hours of the week


@settings(quiet, max_examples=25)
@given(
    spans=st.one_of(st.none(), SPANS),
    skill=st.one_of(st.none(), st.sampled_from(["fire-safety", "first-aid", "safety"])),
    meters=st.integers(0, 2500),
    k=st.integers(1, 12),
    level=st.sampled_from(["L2", "L3"]),
)
def test_at_every_asked_moment_k_within_reach_have_said_they_are_free(
    spans: dict[str, tuple[int, int]] | None,
    skill: str | None,
    meters: int,
    k: int,
    level: str,
    ask: Any,
    known: Known,
) -> None:
    people = chosen(known, skill)
    asked = np.zeros(7 * 1440, dtype=bool)
    for day, (since, until) in (spans or dict.fromkeys(WEEK, (0, 1440))).items():
        first = 1440 * WEEK.index(day)
        asked[first + since : first + until] = True
    expected: dict[str, tuple[str, int]] = {}
    for unit in known.levels[level]:
        free = np.zeros(7 * 1440, dtype=int)
        for place, person in people:
            if unit.place and person.hours and metres(unit.place, place) <= meters:
                for since, until in person.hours:
                    free[since:until] += 1
        least = int(free[asked].min()) if unit.place else 0
        expected[unit.code] = (rated(least, k) if unit.place else "UNKNOWN", least)
    question: dict[str, Any] = {"kind": "TIME", "level": level, "meters": meters, "k": k}
    if spans is not None:
        question["hours"] = weekly(spans)
    if skill is not None:
        question["skill"] = {"skill": skill}
    assert judged(ask, **question) == expected
    agrees(report(ask, **question), [found for found, _ in expected.values()])


def chosen(known: Known, skill: str | None) -> list[tuple[Place, Volunteer]]:
    """Volunteers with a place: all, or those who hold a skill.

    All are those who hold some skill or belong to Shifo; the others are too far away.
    """
    people = known.people.volunteers
    codes = people if skill is None else known.people.meeting(Requirement(skill))
    return [(place, people[code]) for code in codes if (place := people[code].place)]


@pytest.mark.parametrize("k", [1, 3, 40])
def test_without_a_reach_those_who_belong_to_the_unit_are_asked(
    k: int, ask: Any, known: Known
) -> None:
    found = judged(ask, kind="TIME", level="L2", k=k, hours=EVENING)
    since, until = 1440 + 19 * 60, 1440 + 21 * 60
    for code, (told, count) in found.items():
        edges = pages(ask, BELONGING, "people", {"within": global_id("Grid", code)})
        people = [known.people.volunteers[edge["node"]["code"]] for edge in edges]
        free = sum(any(a <= since and until <= b for a, b in person.hours) for person in people)
        assert (told, count) == (rated(free, k), free)
    assert max(count for _, count in found.values()) > 0


# RESPONSE: how likely enough people come


def tail(chances: list[float], k: int) -> float:
    """P(at least k), from the whole distribution."""
    exactly = [1.0]
    for p in chances:
        exactly = [
            (exactly[j] if j < len(exactly) else 0.0) * (1 - p) + (exactly[j - 1] * p if j else 0.0)
            for j in range(len(exactly) + 1)
        ]
    return sum(exactly[k:])


@settings(quiet, max_examples=25)
@given(
    skill=st.sampled_from(["fire-safety", "first-aid", "opera", "health"]),
    meters=st.integers(0, 2500),
    k=st.integers(1, 8),
    probability=st.sampled_from([None, 0.5, 0.8, 0.99, 1.0]),
    level=st.sampled_from(["L2", "L3", "MICRO"]),
)
def test_enough_come_with_the_probability_that_is_asked(
    skill: str,
    meters: int,
    k: int,
    probability: float | None,
    level: str,
    ask: Any,
    known: Known,
) -> None:
    people = chosen(known, skill)
    expected: dict[str, tuple[str, int]] = {}
    total = 0.0
    for unit in known.levels[level]:
        if unit.place is None:
            expected[unit.code] = ("UNKNOWN", 0)
            continue
        near = [p.acceptance for place, p in people if metres(unit.place, place) <= meters]
        chance = tail(near, k)
        total += chance
        met = chance >= (0.9 if probability is None else probability)
        expected[unit.code] = (rated(k if met else 0, k), len(near))
    asked = {"level": level, "meters": meters, "k": k, "skill": {"skill": skill}}
    answering = {**asked, "kind": "RESPONSE", "probability": probability}
    assert judged(ask, **answering) == expected
    for question in (answering, {**asked, "kind": "SKILL"}):
        assert ask.data(EXPECTED, {"input": {"within": SHIFO, **question}})["coverage"][
            "expected"
        ] == pytest.approx(total, abs=1e-5)


EXPECTED = "query ($input: CoverageInput!) { coverage(input: $input) { expected } }"


@pytest.mark.parametrize("kind", ["HEAD_ASSIGNED", "WORK", "MERCHANT", "TIME"])
def test_where_nobody_is_asked_nothing_is_expected(kind: str, ask: Any) -> None:
    asked = {"kind": kind, "within": SHIFO, "level": "L2"}
    assert ask.data(EXPECTED, {"input": asked}) == {"coverage": {"expected": None}}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "TIME", "hours": []}, "input.hours"),
        ({"kind": "TIME", "hours": [{**EVENING[0], "from": "22:00"}]}, "input.hours"),
        ({"kind": "TIME", "hours": [{**EVENING[0], "from": "7:00"}]}, "input.hours"),
        ({"kind": "TIME", "hours": EVENING * 2}, "input.hours"),
        ({"kind": "SKILL", "skill": {"skill": "law"}, "hours": EVENING}, "input.hours"),
        ({"kind": "TIME", "days": 3}, "input.days"),
        ({"kind": "RESPONSE"}, "input.meters"),
        ({"kind": "RESPONSE", "meters": 5, "probability": 0}, "input.probability"),
        ({"kind": "RESPONSE", "meters": 5, "probability": 1.1}, "input.probability"),
        ({"kind": "WORK", "probability": 0.5}, "input.probability"),
        ({"kind": "RESPONSE", "meters": 5, "skill": {"skill": "no-such"}}, "input.skill"),
        ({"kind": "PATROL", "days": 0}, "input.days"),
        ({"kind": "VISIT", "asOf": "2026-11-25"}, "input.asOf"),
    ],
    ids=str,
)
def test_a_question_that_cannot_be_meant_names_the_field(
    said: dict[str, Any], field: str, ask: Any
) -> None:
    answer = ask(EXPECTED, {"input": {"within": SHIFO, "level": "L3", **said}})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": field}
