"""What would change is what is found when counting again without them, or with them."""

import random
from collections import Counter
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.enum import CoverageKind
from resolvers.identity import global_id
from resolvers.simulation import CHANGES
from tests.resolvers.census import Place, Requirement, metres, pages
from tests.resolvers.covering import EVENING, SHIFO, Known, done, judged, quiet, report

FIGURES = "numerator effective denominator unknown ratio"
QUERY = f"""query ($input: CoverageSimulationInput!, $first: Int) {{
  coverageSimulation(input: $input) {{
    gone effectiveChange ratioChange expectedEffective
    before {{ {FIGURES} revision }} after {{ {FIGURES} revision }}
    uncovered(first: $first) {{ totalCount nodes {{ code }} }}
    covered(first: $first) {{ totalCount nodes {{ code }} }}
    singleCovered(first: $first) {{ totalCount nodes {{ code }} }}
    replacements(first: $first) {{ edges {{ gain node {{ code isVolunteer }} }} }} }} }}"""


def simulated(ask: Any, question: dict[str, Any], **scenario: Any) -> Any:
    input = {"question": {"within": SHIFO, **question}, **scenario}
    return ask.data(QUERY, {"input": input, "first": 100})["coverageSimulation"]


def codes(found: Any) -> list[str]:
    assert found["totalCount"] <= 100
    return [node["code"] for node in found["nodes"]]


def counts(known: Known, level: str, places: list[Place], meters: int) -> dict[str, int | None]:
    return {
        unit.code: unit.place and sum(metres(unit.place, place) <= meters for place in places)
        for unit in known.levels[level]
    }


@settings(quiet, max_examples=12)
@given(
    skill=st.sampled_from(["fire-safety", "first-aid", "opera", "health"]),
    meters=st.integers(0, 1500),
    k=st.integers(1, 4),
    seed=st.integers(0, 99),
    share=st.sampled_from([0.05, 0.5, 1.0]),
)
def test_without_people(
    skill: str, meters: int, k: int, seed: int, share: float, ask: Any, known: Known
) -> None:
    holders = sorted(known.people.meeting(Requirement(skill)))
    gone = random.Random(seed).sample(holders, min(int(len(holders) * share), 200))
    place = {code: known.people.volunteers[code].place for code in holders}
    before = counts(known, "L3", [at for at in place.values() if at], meters)
    left = [at for code, at in place.items() if at and code not in gone]
    after = counts(known, "L3", left, meters)
    question = {"kind": "SKILL", "level": "L3", "skill": {"skill": skill}, "meters": meters, "k": k}
    found = simulated(ask, question, people=[global_id("Person", code) for code in gone])
    was = {code for code, count in before.items() if count is not None and count >= k}
    still = {code for code, count in after.items() if count is not None and count >= k}
    assert still <= was  # removing people never raises coverage
    assert found["gone"] == len(gone)
    assert (found["before"]["effective"], found["after"]["effective"]) == (len(was), len(still))
    assert found["effectiveChange"] == len(still) - len(was)
    assert codes(found["uncovered"]) == sorted(was - still)
    assert codes(found["covered"]) == []
    single = {code for code in still if after[code] == 1 and (before[code] or 0) > 1}
    assert codes(found["singleCovered"]) == sorted(single)
    assert found["expectedEffective"] == len(still)
    assert found["before"]["revision"] == found["after"]["revision"]


# Each kind that depends on people, with a question that covers some units.
DEPENDING: dict[str, dict[str, Any]] = {
    "SKILL": {"skill": {"skill": "safety"}, "meters": 300, "k": 2},
    "TIME": {"hours": EVENING, "meters": 200, "k": 2},
    "RESPONSE": {"skill": {"skill": "safety"}, "meters": 400, "probability": 0.6},
    "HEAD_ASSIGNED": {},
    "ORGANIZATION": {"days": 20},
    "WORK": {"days": 10, "k": 3},
}
UNITS = "units(first: 100) { totalCount edges { status count node { code } } }"
BOTH = f"""query ($input: CoverageSimulationInput!) {{ coverageSimulation(input: $input) {{
  before {{ {FIGURES} {UNITS} }} after {{ {FIGURES} {UNITS} }} }} }}"""
RANKS = {"UNKNOWN": 0, "NONE": 0, "FORMAL_ONLY": 1, "EFFECTIVE": 2, "K_COVERED": 2}
MOST = 200  # people whom a question may name


def test_every_kind_that_people_can_be_gone_from_depends_on_them() -> None:
    assert set(CHANGES["people"]) == {CoverageKind(kind) for kind in DEPENDING}


@pytest.mark.parametrize("kind", DEPENDING)
@pytest.mark.parametrize("level", ["L3", "DEDICATED"])
@settings(quiet, max_examples=8)
@given(seed=st.integers(0, 999), few=st.integers(1, 12), share=st.floats(0, 1))
def test_whoever_leaves_leaves_no_more(
    kind: str, level: str, seed: int, few: int, share: float, ask: Any, known: Known
) -> None:
    """One person, a handful, very many: no figure, status or count of a unit rises on the way."""
    everybody = depended_on(ask, known, kind)
    random.Random(seed).shuffle(everybody)
    reports: list[Any] = []
    for number in (1, few, few + int(share * (MOST - few))):
        question = {"kind": kind, "within": SHIFO, "level": level, **DEPENDING[kind]}
        input = {"question": question, "people": everybody[:number], "recruits": 0}
        found = ask.data(BOTH, {"input": input})["coverageSimulation"]
        reports = [*(reports or [found["before"]]), found["after"]]
    for before, after in pairwise(reports):
        for name in ("numerator", "effective"):
            assert after[name] <= before[name]
        were, are = by_unit(before), by_unit(after)
        assert were.keys() == are.keys()
        for code, (rank, count) in are.items():
            assert rank <= were[code][0]
            assert count <= were[code][1]


def by_unit(found: Any) -> dict[str, tuple[int, int]]:
    edges = found["units"]["edges"]
    assert len(edges) == found["units"]["totalCount"]
    return {edge["node"]["code"]: (RANKS[edge["status"]], edge["count"]) for edge in edges}


@pytest.mark.parametrize("kind", DEPENDING)
def test_without_very_many_people_less_is_covered(kind: str, ask: Any, known: Known) -> None:
    question = {"kind": kind, "level": "L3", **DEPENDING[kind]}
    found = simulated(ask, question, people=depended_on(ask, known, kind)[:MOST], recruits=0)
    assert found["after"]["effective"] < found["before"]["effective"]


MEMBERS = """query ($after: String) { partyOrganizations(first: 100, after: $after) {
  edges { node { members(first: 100) { totalCount nodes { id } } } }
  pageInfo { hasNextPage endCursor } } }"""


def depended_on(ask: Any, known: Known, kind: str) -> list[str]:
    """Ids of people on whom a kind of coverage depends: volunteers, members or heads."""
    if kind in ("SKILL", "TIME", "RESPONSE"):
        holders = known.people.meeting(Requirement("safety"))
        return [global_id("Person", code) for code in sorted(holders)]
    if kind == "ORGANIZATION":
        edges = pages(ask, MEMBERS, "partyOrganizations", {})
        some = [node["id"] for edge in edges for node in edge["node"]["members"]["nodes"]]
    else:
        heads = (edge["node"]["heads"]["edges"] for edge in pages(ask, HEADS, "grids", {}))
        some = [head["node"]["id"] for several in heads for head in several]
    return sorted(set(some))


TEAM = """query ($code: String!, $after: String) { volunteerTeam(code: $code) {
  members(first: 100, after: $after) { edges { node { code isVolunteer } }
    pageInfo { hasNextPage endCursor } } } }"""


def test_a_team_is_its_members(ask: Any) -> None:
    edges = list(pages(ask, TEAM, "volunteerTeam.members", {"code": "PIONEER-RIDERS"}))
    people = [global_id("Person", edge["node"]["code"]) for edge in edges]
    team = [global_id("VolunteerTeam", "PIONEER-RIDERS")]
    question = {"kind": "SKILL", "level": "MICRO", "skill": {"skill": "safety"}, "meters": 400}
    found = simulated(ask, question, teams=team)
    assert found == simulated(ask, question, people=people)
    assert found["gone"] == len(people) > 5


HEADS = """query ($after: String) { grids(first: 100, after: $after
    filter: {level: {eq: L3}, code: {startsWith: "ZZ-GX-SF"}}) {
  edges { node { code heads(first: 5) { edges { deputy node { id } } } } }
  pageInfo { hasNextPage endCursor } } }"""


def test_a_head_who_leaves_leaves_the_unit_without_one(ask: Any) -> None:
    heads: dict[str, list[str]] = {}
    for edge in pages(ask, HEADS, "grids", {}):
        real = [e["node"]["id"] for e in edge["node"]["heads"]["edges"] if not e["deputy"]]
        heads[edge["node"]["code"]] = real
    chosen = [code for code, ids in sorted(heads.items()) if len(ids) == 1][:3]
    gone = {id for code in chosen for id in heads[code]}
    lost = [code for code, ids in sorted(heads.items()) if ids and gone >= set(ids)]
    found = simulated(ask, {"kind": "HEAD_ASSIGNED", "level": "L3"}, people=sorted(gone))
    assert codes(found["uncovered"]) == lost
    assert set(chosen) <= set(lost)
    assert found["expectedEffective"] is None


def test_what_was_done_by_who_is_gone_counts_no_more(ask: Any) -> None:
    since = datetime.fromisoformat("2026-11-15T00:00:00+08:00")
    acts = [act for act in done(ask) if datetime.fromisoformat(act[0]) >= since]
    doers = sorted({doer for _, doer, _, _ in acts})[::2]
    question = {"kind": "WORK", "within": SHIFO, "level": "L3", "days": 10, "k": 2}
    input = {"question": question, "people": [global_id("Person", code) for code in doers][:MOST]}
    found = ask.data(BOTH, {"input": input})["coverageSimulation"]
    for side, gone in (("before", ()), ("after", doers[:MOST])):
        numbers = Counter(code for _, doer, codes, _ in acts if doer not in gone for code in codes)
        for code, (_, count) in by_unit(found[side]).items():
            assert count == numbers[code]
    assert found["after"]["effective"] < found["before"]["effective"]


ALLIES = """query ($within: ID!, $after: String) { merchants(within: $within, first: 100
    after: $after) { edges { node { id alliances(first: 1) { totalCount } } }
  pageInfo { hasNextPage endCursor } } }"""


def test_merchants_that_close_are_counted_no_more(ask: Any) -> None:
    edges = pages(ask, ALLIES, "merchants", {"within": SHIFO})
    allied = [e["node"]["id"] for e in edges if e["node"]["alliances"]["totalCount"]][:4]
    assert allied
    found = simulated(ask, {"kind": "MERCHANT", "level": "L2"}, merchants=allied)
    before, after = found["before"], found["after"]
    assert after["numerator"] == before["numerator"] - len(allied)
    assert after["denominator"] == before["denominator"] - len(allied)


def test_grids_that_are_no_more_are_no_units(ask: Any) -> None:
    question = {"kind": "VISIT", "level": "L3"}
    statuses = judged(ask, **question)
    gone = sorted(statuses)[10:15]
    found = simulated(ask, question, grids=[global_id("Grid", code) for code in gone])
    left = [status for code, (status, _) in statuses.items() if code not in gone]
    assert found["after"]["denominator"] == sum(status != "UNKNOWN" for status in left)
    assert found["after"]["effective"] == sum(s in ("EFFECTIVE", "K_COVERED") for s in left)
    assert codes(found["uncovered"]) == []


@pytest.mark.parametrize(("share", "k"), [(0.0, 1), (0.2, 1), (0.5, 3), (1.0, 1)])
def test_everybody_may_be_absent_by_chance(share: float, k: int, ask: Any, known: Known) -> None:
    holders = known.people.meeting(Requirement("health"))
    places = [at for code in holders if (at := known.people.volunteers[code].place)]
    question = {"kind": "SKILL", "level": "L3", "skill": {"skill": "health"}, "meters": 600, "k": k}
    found = simulated(ask, question, absentShare=share)
    expected = 0.0
    for count in counts(known, "L3", places, 600).values():
        exactly = [1.0]
        for _ in range(count or 0):
            exactly = [
                (exactly[j] if j < len(exactly) else 0.0) * share
                + (exactly[j - 1] * (1 - share) if j else 0.0)
                for j in range(len(exactly) + 1)
            ]
        expected += sum(exactly[k:]) if count is not None else 0.0
    assert found["expectedEffective"] == pytest.approx(expected, abs=1e-5)
    assert found["before"] == found["after"]


def test_volunteers_who_come_or_move(ask: Any, known: Known) -> None:
    meters, skill = 350, "opera"
    holders = sorted(known.people.meeting(Requirement(skill)))
    place = {code: known.people.volunteers[code].place for code in holders}
    bare = [unit for unit in known.levels["L3"] if unit.place and not any(
        at and metres(unit.place, at) <= meters for at in place.values())]  # fmt: skip
    one, other = bare[0], bare[len(bare) // 2]
    assert one.place
    assert other.place

    def point(at: Place) -> dict[str, Any]:
        return {"longitude": at[0], "latitude": at[1], "crs": "WGS84"}

    found = simulated(
        ask,
        {"kind": "SKILL", "level": "L3", "skill": {"skill": skill}, "meters": meters},
        added=[{"point": point(one.place), "skills": [{"skill": skill}]}],
        moved=[{"person": global_id("Person", holders[0]), "point": point(other.place)}],
    )
    place[holders[0]] = other.place
    then = counts(known, "L3", [*(at for at in place.values() if at), one.place], meters)
    were = [at for code in holders if (at := known.people.volunteers[code].place)]
    now = counts(known, "L3", were, meters)
    assert found["after"]["effective"] == sum(bool(count) for count in then.values())
    assert codes(found["covered"]) == sorted(c for c in then if then[c] and not now[c])
    assert {one.code, other.code} <= set(codes(found["covered"]))


def test_replacements_are_those_who_would_cover_most_again(ask: Any, known: Known) -> None:
    """Everybody of the part is somebody who could learn it."""
    skill, meters = "opera", 500
    question = {"kind": "SKILL", "level": "L3", "skill": {"skill": skill}, "meters": meters}
    found = simulated(ask, question, recruits=5)["replacements"]["edges"]
    holders = known.people.meeting(Requirement(skill))
    places = [at for code in holders if (at := known.people.volunteers[code].place)]
    bare = {c for c, count in counts(known, "L3", places, meters).items() if count == 0}
    near = {
        code: {unit.code for unit in known.levels["L3"] if unit.place and unit.code in bare
               and metres(unit.place, person.place) <= meters}
        for code, person in known.people.volunteers.items()
        if person.place and code not in holders
    }  # fmt: skip
    assert len(found) == 5
    left = set(bare)
    for edge in found:
        best = max((len(units & left) for units in near.values()), default=0)
        assert edge["gain"] >= best  # who does not volunteer yet may be better still
        code = edge["node"]["code"]
        if code in near:
            assert edge["gain"] == len(near[code] & left)
            left -= near[code]
        else:
            assert not edge["node"]["isVolunteer"]
            break
    assert [edge["gain"] for edge in found] == sorted((e["gain"] for e in found), reverse=True)


STANDING_IN = """query ($input: CoverageSimulationInput!) { coverageSimulation(input: $input) {
  replacements(first: 50) { nodes { code
    organizations(first: 5) { nodes { id } } teams(first: 5) { nodes { id } } } } } }"""


def test_nobody_who_is_gone_stands_in(ask: Any) -> None:
    """Neither are members of an absent team or organization proposed, who would have been."""
    question = {"kind": "SKILL", "level": "MICRO", "skill": {"skill": "sign-language"}, "k": 2}
    question |= {"within": SHIFO, "meters": 300}

    def standing_in(teams: list[str]) -> list[Any]:
        input = {"question": question, "teams": teams, "recruits": 50}
        found = ask.data(STANDING_IN, {"input": input})["coverageSimulation"]
        nodes: list[Any] = found["replacements"]["nodes"]
        return nodes

    def of(node: Any) -> set[str]:
        return {each["id"] for kind in ("organizations", "teams") for each in node[kind]["nodes"]}

    absent = set[str]().union(*map(of, standing_in([])))
    assert absent
    for node in standing_in(sorted(absent)):
        assert of(node).isdisjoint(absent)


SKILLED = {"kind": "SKILL", "level": "L3", "skill": {"skill": "law"}}
HERE = {"longitude": 113.5, "latitude": 34.8, "crs": "WGS84"}
PERSON, NOBODY = global_id("Person", "P-RIDER-01"), global_id("Person", "NOBODY")


@pytest.mark.parametrize(
    ("question", "scenario", "field"),
    [
        ({"kind": "VISIT", "level": "L3"}, {"people": [PERSON]}, "input.people"),
        (SKILLED, {"merchants": [global_id("Merchant", "X")]}, "input.merchants"),
        (SKILLED, {"people": [PERSON, NOBODY]}, "input.people.1"),
        (SKILLED, {"people": [global_id("Grid", "X")]}, "input.people.0"),
        (SKILLED, {"teams": [global_id("VolunteerTeam", "X")]}, "input.teams.0"),
        (SKILLED, {"grids": [global_id("Grid", "X")]}, "input.grids.0"),
        (SKILLED, {"absentShare": 1.01}, "input.absentShare"),
        (SKILLED, {"absentShare": -0.5}, "input.absentShare"),
        ({"kind": "HEAD_ASSIGNED", "level": "L3"}, {"absentShare": 0.5}, "input.absentShare"),
        (SKILLED, {"recruits": 51}, "input.recruits"),
        (SKILLED, {"moved": [{"person": PERSON, "point": HERE}]}, "input.question.meters"),
        ({**SKILLED, "meters": 9}, {"moved": [{"person": NOBODY, "point": HERE}]},
         "input.moved.0.person"),
        ({**SKILLED, "meters": 9}, {"added": [{"point": HERE, "skills": [{"skill": "x"}]}]},
         "input.added.0.skills.0"),
        ({**SKILLED, "k": 0}, {}, "input.question.k"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_by_name(
    question: dict[str, Any], scenario: dict[str, Any], field: str, ask: Any
) -> None:
    input = {"question": {"within": SHIFO, **question}, **scenario}
    [error] = ask(QUERY, {"input": input})["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", field)


def test_nothing_is_written(ask: Any) -> None:
    question = {**SKILLED, "meters": 500}
    before = report(ask, **question)
    simulated(ask, question, people=[PERSON], added=[{"point": HERE, "skills": [{"skill": "law"}]}])
    assert report(ask, **question) == before
