"""Who is asked at another hour, or otherwise, says yes as often as exact arithmetic expects."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import prod
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from resolvers.identity import global_id
from tests import answering
from tests.conftest import scoped
from tests.resolvers.census import METRES_A_MINUTE, Requirement, metres, pages
from tests.resolvers.covering import SHIFO, Known, judged, rated
from tests.resolvers.test_coverage_kinds import tail

INVITATIONS = """query ($after: String) { invitations(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor }
  edges { node { at channel answer grid { code } invitee { code } } } } }"""
TOTALS = """query ($within: ID!, $after: String) {
  volunteers(within: $within, first: 100, after: $after) { pageInfo { hasNextPage endCursor }
    edges { node { code acceptance { invited accepted } } } } }"""
CALIBRATION = """query ($within: ID!, $by: [Circumstance!], $bins: Int! = 10) {
  responseCalibration(within: $within, by: $by, bins: $bins) {
    by people invitations accepted brier brierByPerson
    effects { hour channel invitations accepted oddsRatio }
    table { predicted observed invitations } } }"""
RESPONSE = """query ($input: ResponseInput!) { expectedResponse(input: $input) {
  people expected probability } }"""
EXPECTED = "query ($input: CoverageInput!) { coverage(input: $input) { expected } }"
PLAN = """query ($input: CoveragePlanInput!) { coveragePlan(input: $input) {
  objective bound selected { nodes { code } } uncovered { totalCount } } }"""
EARLY = {"hour": 7}
SIMULATION = """query ($input: CoverageSimulationInput!) {
  coverageSimulation(input: $input) { expectedEffective } }"""


@dataclass(frozen=True)
class Answered:
    """One invitation that was answered."""

    person: str
    hour: int
    channel: str
    yes: bool


@dataclass
class Past:
    """All that were answered, and how often each volunteer was invited and accepted in all."""

    answered: list[Answered]
    totals: dict[str, tuple[int, int]]

    def answers(self, names: Sequence[str]) -> list[answering.Answer]:
        """With what is said by these names as the circumstance."""
        return [(e.person, tuple(getattr(e, n) for n in names), e.yes) for e in self.answered]

    def chances(self, said: dict[str, Any]) -> dict[str, float]:
        """Of every volunteer who is asked so."""
        answers, own = self.answers([*said]), defaultdict(list)
        for each in answers:
            own[each[0]].append(each)
        value = tuple(said.values())
        odds = answering.learned(answers, value)
        return {
            code: float(answering.chance(totals, own[code], odds, value))
            for code, totals in self.totals.items()
        }


PASTS: dict[int, Past] = {}


@pytest.fixture
def past(ask: Any) -> Past:
    """Read once; the graph of a session is one."""
    if id(ask.graph) not in PASTS:
        PASTS[id(ask.graph)] = _past(ask)
    return PASTS[id(ask.graph)]


def _past(ask: Any) -> Past:
    zone = ZoneInfo("Asia/Shanghai")
    answered = [
        Answered(
            node["invitee"]["code"],
            datetime.fromisoformat(node["at"]).astimezone(zone).hour,
            node["channel"],
            node["answer"] == "ACCEPTED",
        )
        for edge in pages(ask, INVITATIONS, "invitations", {})
        for node in [edge["node"]]
        if node["answer"]
    ]
    totals = {
        node["code"]: (node["acceptance"]["invited"], node["acceptance"]["accepted"])
        for edge in pages(ask, TOTALS, "volunteers", {"within": global_id("Division", "ZZ")})
        for node in [edge["node"]]
    }
    assert len(answered) > 1_000
    return Past(answered, totals)


def come(ask: Any, **input: Any) -> Any:
    return ask.data(RESPONSE, {"input": input})["expectedResponse"]


WAYS = [{"hour": 19}, {"channel": "APP"}, {"hour": 7, "channel": "IN_PERSON"}, {"hour": 3}]


@pytest.mark.parametrize("said", WAYS, ids=str)
@pytest.mark.parametrize(("k", "minutes"), [(1, 12), (4, 20)])
def test_so_many_come_to_a_point(
    said: dict[str, Any], k: int, minutes: int, ask: Any, known: Known, past: Past
) -> None:
    x, y = 113.545, 34.815
    chances = past.chances(said)
    near = [
        chances[code]
        for code in known.people.meeting(Requirement("care"))
        for place in [known.people.volunteers[code].place]
        if place and metres((x, y), place) <= minutes * METRES_A_MINUTE
    ]
    point = {"longitude": x, "latitude": y, "crs": "WGS84"}
    skills = [{"skill": "care"}]
    found = come(ask, point=point, skills=skills, minutes=minutes, k=k, asked=said)
    assert len(near) == found["people"] > 10
    assert found["expected"] == pytest.approx(sum(near), rel=1e-9)
    assert found["probability"] == pytest.approx(tail(near, k), rel=1e-9)


def test_the_evening_brings_more_than_the_morning(ask: Any) -> None:
    """So it was drawn; nobody is asked at three, which is like asking at no hour in particular."""
    input = {
        "point": {"longitude": 113.545, "latitude": 34.815, "crs": "WGS84"},
        "skills": [{"skill": "care"}],
        "minutes": 20,
    }
    expected = {
        hour: come(ask, **input, asked=hour and {"hour": hour})["expected"]
        for hour in (None, 3, 7, 19)
    }
    assert expected[19] > 1.2 * expected[None] > 1.2 * expected[7]
    assert expected[3] == pytest.approx(expected[None], rel=1e-12)
    assert come(ask, **input, asked={})["expected"] == expected[None]


@pytest.mark.parametrize("said", WAYS[:3], ids=str)
def test_units_are_judged_by_who_comes_then(
    said: dict[str, Any], ask: Any, known: Known, past: Past
) -> None:
    chances, skill, meters, k, needed = past.chances(said), "health", 900, 2, 0.8
    places = {code: known.people.volunteers[code].place for code in known.people.volunteers}
    held = known.people.meeting(Requirement(skill))
    expected, total = {}, 0.0
    for unit in known.levels["L3"]:
        if unit.place is None:
            expected[unit.code] = ("UNKNOWN", 0)
            continue
        near = [chances[c] for c in held if (p := places[c]) and metres(unit.place, p) <= meters]
        chance = tail(near, k)
        total += chance
        expected[unit.code] = (rated(k if chance >= needed else 0, k), len(near))
    asked = {"level": "L3", "meters": meters, "k": k, "skill": {"skill": skill}, "asked": said}
    assert judged(ask, **asked, kind="RESPONSE", probability=needed) == expected
    for kind in ("RESPONSE", "SKILL"):
        question = {"within": SHIFO, **asked, "kind": kind}
        found = ask.data(EXPECTED, {"input": question})["coverage"]["expected"]
        assert found == pytest.approx(total, abs=1e-5)
    input = {"question": {"within": SHIFO, **asked, "kind": "RESPONSE"}, "absentShare": 0.0}
    scenario = ask.data(SIMULATION, {"input": input})["coverageSimulation"]
    assert scenario["expectedEffective"] == pytest.approx(total, abs=1e-5)


def test_a_plan_is_for_those_who_come_then(ask: Any, known: Known, past: Past) -> None:
    asked = {"objective": "EXPECTED", "within": SHIFO, "level": "L3", "budget": 12, "meters": 600}
    units = [unit.place for unit in known.levels["L3"] if unit.place]
    for said in ({"hour": 19, "channel": "PHONE"}, {"hour": 7}):
        chances = past.chances(said)
        plan = ask.data(PLAN, {"input": {**asked, "asked": said}})["coveragePlan"]
        chosen_ = [node["code"] for node in plan["selected"]["nodes"]]
        places = [known.people.volunteers[code].place for code in chosen_]
        expected = sum(
            1
            - prod(
                1 - chances[code]
                for code, place in zip(chosen_, places, strict=True)
                if place and metres(unit, place) <= 600
            )
            for unit in units
        )
        assert plan["objective"] == pytest.approx(expected)


@pytest.mark.parametrize("by", [["HOUR"], ["CHANNEL"], ["CHANNEL", "HOUR"]], ids=str)
def test_how_well_it_foretells_is_told(by: list[str], ask: Any, past: Past) -> None:
    found = ask.data(CALIBRATION, {"within": SHIFO, "by": by})["responseCalibration"]
    assert found["by"] == by
    assert found["invitations"] == len(past.answered)
    assert found["accepted"] == sum(e.yes for e in past.answered)
    assert found["people"] == len({e.person for e in past.answered})
    alone = []
    for each in past.answered:
        n, a = past.totals[each.person]
        alone.append(((3 + a - each.yes) / (9 + n) - each.yes) ** 2)
    assert found["brierByPerson"] == pytest.approx(sum(alone) / len(alone))
    assert found["brier"] < found["brierByPerson"]  # so it was drawn
    table = [(row["invitations"], row["observed"]) for row in found["table"]]
    assert sum(n for n, _ in table) == len(past.answered)
    assert sum(n * share for n, share in table) == pytest.approx(found["accepted"])
    told = {(e["hour"], e["channel"]): e for e in found["effects"]}
    names = [name for name in ("hour", "channel") if name.upper() in by]
    every = {
        (e.hour if name == "hour" else None, e.channel if name == "channel" else None)
        for name in names
        for e in past.answered
    }
    assert set(told) == every
    for (hour, channel), effect in told.items():
        said = {"hour": hour} if channel is None else {"channel": channel}
        (name, value), *_ = said.items()
        here = [e for e in past.answered if getattr(e, name) == value]
        assert effect["invitations"] == len(here)
        assert effect["accepted"] == sum(e.yes for e in here)
        odds = answering.effect(past.answers([name]), (value,))
        assert effect["oddsRatio"] == pytest.approx(float(odds))


def test_of_a_part_its_own_people_are_told(ask: Any, past: Past) -> None:
    """Their predictions know what everybody did; who sees no more than the part sees the same."""
    part = ask.data('{ grid(code: "ZZ-GX-SF-L2-08") { id } }')["grid"]["id"]
    own = {edge["node"]["code"] for edge in pages(ask, TOTALS, "volunteers", {"within": part})}
    scope = scoped("/ZZ/ZZ-GX/ZZ-GX-SF/ZZ-GX-SF-C08/")
    variables = {"within": part, "by": ["HOUR"]}
    found = ask.data(CALIBRATION, variables)["responseCalibration"]
    assert found["invitations"] == sum(e.person in own for e in past.answered) > 0
    assert sum(effect["invitations"] for effect in found["effects"]) == found["invitations"]
    assert found == ask.data(CALIBRATION, variables, caller=scope)["responseCalibration"]


@pytest.mark.parametrize(
    ("query", "input", "field"),
    [
        (EXPECTED, {"kind": "RESPONSE", "level": "L3", "meters": 9, "asked": {"hour": 24}}, "hour"),
        (EXPECTED, {"kind": "RESPONSE", "level": "L3", "meters": 9, "asked": {"hour": -1}}, "hour"),
        (EXPECTED, {"kind": "TIME", "level": "L3", "asked": {"channel": "APP"}}, None),
        (
            PLAN,
            {"objective": "MAX_COVER", "level": "L3", "budget": 1, "meters": 9, "asked": EARLY},
            None,
        ),
    ],
)
def test_what_cannot_be_meant_names_the_field(
    query: str, input: dict[str, Any], field: str | None, ask: Any
) -> None:
    (error,) = ask(query, {"input": {"within": SHIFO, **input}})["errors"]
    at = f"input.asked.{field}" if field else "input.asked"
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": at}
