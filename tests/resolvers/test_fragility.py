"""What hangs on one person is what taking people away shows, one by one."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pytest

from resolvers.identity import global_id
from tests.conftest import scoped
from tests.resolvers.census import Census, census, pages
from tests.resolvers.test_bad_input import JUNK, refused

SHIFO = global_id("Division", "ZZ-GX-SF")
REPORT = """territory { code } level asOf units people
  skills(first: 100) { totalCount edges { holders units soleUnits sole { code } node { code } } }"""
PEOPLE = """keyPeople(first: 100, after: $after) { totalCount
  edges { soleHoldings splits node { code } } pageInfo { hasNextPage endCursor } }"""
QUERY = f"""query (
    $within: ID!, $level: GridLevel! = MICRO, $skill: ID, $day: Date, $after: String) {{
  skillFragility(within: $within, level: $level, skill: $skill, asOf: $day) {{
    {REPORT} {PEOPLE} }} }}"""
UNITS = """query ($within: ID!, $level: GridLevel!, $after: String) {
  grids(within: $within, filter: {level: {eq: $level}}, first: 99, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { code volunteers(first: 100) { totalCount nodes { code } } } } } }"""


@dataclass
class Known:
    """The volunteers of Shifo, and those of each of its units, as they are read one by one."""

    people: Census
    units: dict[str, dict[str, set[str]]]
    inside: dict[str, dict[str, set[str]]]

    def skills(self, person: str) -> set[str]:
        """All that they hold, the broader ones too."""
        volunteer = self.people.volunteers[person]
        found = {holding.skill for holding in volunteer.holdings}
        for skill in list(found):
            above = self.people.parents[skill]
            while above:
                found.add(above)
                above = self.people.parents[above]
        return found


KNOWN: dict[int, Known] = {}
L2 = [f"ZZ-GX-SF-L2-{number:02d}" for number in (3, 8, 11, 12)]


@pytest.fixture
def known(ask: Any) -> Known:
    """Read once; the graph of a session is one."""
    key = id(ask.graph)
    if key not in KNOWN:
        inside = {code: members(ask, global_id("Grid", code), "MICRO") for code in L2}
        units = {level: members(ask, SHIFO, level) for level in ("L3", "MICRO")}
        KNOWN[key] = Known(census(ask), units, inside)
    return KNOWN[key]


def members(ask: Any, within: str, level: str) -> dict[str, set[str]]:
    found = {}
    for edge in pages(ask, UNITS, "grids", {"within": within, "level": level}):
        unit = edge["node"]
        assert unit["volunteers"]["totalCount"] == len(unit["volunteers"]["nodes"])
        found[unit["code"]] = {person["code"] for person in unit["volunteers"]["nodes"]}
    return found


def asked(ask: Any, **variables: Any) -> Any:
    return ask.data(QUERY, variables)["skillFragility"]


@dataclass
class Oracle:
    """Who of some people holds which skill, and who belongs to which unit."""

    holds: dict[str, set[str]]
    units: dict[str, set[str]]

    @property
    def skills(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for person, skills in self.holds.items():
            for skill in skills:
                found[skill].add(person)
        return found

    def rows(self) -> list[dict[str, Any]]:
        found = []
        for skill, people in self.skills.items():
            counts = [len(people & unit) for unit in self.units.values()]
            sole = {"code": min(people)} if len(people) == 1 else None
            found.append(
                {
                    "holders": len(people),
                    "units": sum(count > 0 for count in counts),
                    "soleUnits": sum(count == 1 for count in counts),
                    "sole": sole,
                    "node": {"code": skill},
                }
            )
        return sorted(found, key=lambda row: (row["holders"], row["node"]["code"]))

    def alone(self) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for people in self.skills.values():
            for unit in self.units.values():
                if len(people & unit) == 1:
                    found[min(people & unit)] += 1
        return found

    def parts(self, without: str | None = None) -> int:
        """In how many parts the units and skills are that someone links; `without` does not."""
        near: dict[str, set[str]] = defaultdict(set)
        for unit, people in self.units.items():
            for person in people & self.holds.keys():
                for skill in self.holds[person]:
                    near[unit], near[skill] = near[unit], near[skill]
                    if person != without:
                        near[unit].add(skill)
                        near[skill].add(unit)
        waiting, number = set(near), 0
        while waiting:
            number += 1
            path = [waiting.pop()]
            while path:
                path += (fresh := near[path.pop()] & waiting)
                waiting -= fresh
        return number


def oracle(known: Known, people: set[str], units: dict[str, set[str]]) -> Oracle:
    """Of the skills that one of them holds as such."""
    volunteers = known.people.volunteers
    rows = {holding.skill for code in people for holding in volunteers[code].holdings}
    holds = {code: known.skills(code) & rows for code in people}
    return Oracle({code: skills for code, skills in holds.items() if skills}, units)


@pytest.mark.parametrize("level", ["MICRO", "L3"])
def test_the_whole_of_shifo_is_as_counted_one_by_one(ask: Any, known: Known, level: str) -> None:
    wanted = oracle(known, known.people.shifo, known.units[level])
    found = asked(ask, within=SHIFO, level=level)
    assert found["territory"] == {"code": "ZZ-GX-SF"}
    assert (found["level"], found["asOf"]) == (level, "2026-11-24")
    assert found["units"] == len(known.units[level])
    assert found["people"] == len(wanted.holds)
    assert found["skills"]["edges"] == wanted.rows()
    assert {"opera", "sign-language"} <= {
        row["node"]["code"] for row in found["skills"]["edges"] if row["sole"]
    }
    people = list(pages(ask, QUERY, "skillFragility.keyPeople", {"within": SHIFO, "level": level}))
    assert {e["node"]["code"]: e["soleHoldings"] for e in people} == wanted.alone()
    order = [(-e["soleHoldings"], -e["splits"], e["node"]["code"]) for e in people]
    assert order == sorted(order)
    assert found["keyPeople"]["totalCount"] == len(people) > 100


@pytest.mark.parametrize("grid", L2)
def test_taking_a_person_away_splits_what_is_said(ask: Any, known: Known, grid: str) -> None:
    units = known.inside[grid]
    found = list(pages(ask, QUERY, "skillFragility.keyPeople", {"within": global_id("Grid", grid)}))
    # Everyone who belongs to a unit; who belongs to the grid alone links nothing.
    wanted = oracle(known, set().union(*units.values()), units)
    whole = wanted.parts()
    for edge in found:
        code = edge["node"]["code"]
        assert edge["splits"] == wanted.parts(without=code) - whole, code
    assert len({edge["splits"] for edge in found}) > 1
    told = {edge["node"]["code"] for edge in found}
    for code in sorted(wanted.holds.keys() - told)[:20]:
        assert wanted.parts(without=code) == whole


@pytest.mark.parametrize("day", [None, "2021-06-01", "2025-03-01"])
@pytest.mark.parametrize("skill", ["care", "law", "volunteer-service", "sign-language"])
def test_a_skill_alone_is_counted_as_by_volunteers_and_coverage(
    ask: Any, skill: str, day: str | None
) -> None:
    (row,) = asked(ask, within=SHIFO, skill=global_id("Skill", skill), day=day)["skills"]["edges"]
    others = """query ($within: ID!, $skill: SkillRequirementInput!, $day: Date, $after: String) {
      volunteers(within: $within, skills: [$skill], asOf: $day) { totalCount }
      coverage(input: {kind: SKILL, level: MICRO, within: $within, skill: $skill, asOf: $day}) {
        numerator units(first: 100, after: $after, status: [EFFECTIVE]) { edges { count }
          pageInfo { hasNextPage endCursor } } } }"""
    said = {"within": SHIFO, "skill": {"skill": skill}, "day": day}
    found = ask.data(others, said)
    counts = [edge["count"] for edge in pages(ask, others, "coverage.units", said)]
    assert row["node"]["code"] == skill
    assert row["holders"] == found["volunteers"]["totalCount"]
    assert row["units"] == found["coverage"]["numerator"]
    assert row["soleUnits"] == counts.count(1)


def test_a_skill_that_nobody_holds_is_told(ask: Any) -> None:
    within = global_id("Grid", "ZZ-GX-SF-M-001")
    found = asked(ask, within=within, skill=global_id("Skill", "opera"))
    assert found["people"] == found["keyPeople"]["totalCount"] == 0
    assert found["skills"]["edges"] == [
        {"holders": 0, "units": 0, "soleUnits": 0, "sole": None, "node": {"code": "opera"}}
    ]


@pytest.mark.parametrize("scope", ["/ZZ/ZZ-GX/ZZ-GX-SF/", "/ZZ/ZZ-GX/ZZ-GX-SF/ZZ-GX-SF-C08/"])
def test_who_sees_the_territory_sees_the_same(ask: Any, scope: str) -> None:
    variables = {"within": global_id("Grid", "ZZ-GX-SF-L2-08")}
    seen = ask.data(QUERY, variables, caller=scoped(scope))["skillFragility"]
    assert seen == asked(ask, **variables)
    assert seen["people"] > 10


def test_its_nodes_take_one_statement_a_place(ask: Any) -> None:
    for first in (1, 4):
        query = """query ($id: ID!, $n: Int) { skillFragility(within: $id) {
          people territory { name } skills(first: $n) { nodes { name } edges { sole { name } } }
          keyPeople(first: $n) { nodes { name } } } }"""
        ask.data(query, {"id": SHIFO, "n": first})
        assert len(ask.ran) == 5
    ask.data("query ($id: ID!) { skillFragility(within: $id) { people units } }", {"id": SHIFO})
    assert [ran.name for ran in ask.ran] == ["fragility"]


def test_pages_go_on_where_the_last_one_ended(ask: Any) -> None:
    query = """query ($id: ID!, $after: String) { skillFragility(within: $id) {
      skills(first: 3, after: $after) { nodes { code }
        edges { node { code } } pageInfo { hasNextPage endCursor } } } }"""
    found = [e["node"]["code"] for e in pages(ask, query, "skillFragility.skills", {"id": SHIFO})]
    rows = asked(ask, within=SHIFO)["skills"]["edges"]
    assert found == [row["node"]["code"] for row in rows]


@pytest.mark.parametrize("junk", JUNK)
def test_ids_that_name_nothing_are_refused(ask: Any, junk: str) -> None:
    refused(ask, "within", QUERY, {"within": JUNK[junk]})
    if junk != "of another type":
        refused(ask, "skill", QUERY, {"within": SHIFO, "skill": JUNK[junk]})
    refused(ask, "skill", QUERY, {"within": SHIFO, "skill": global_id("Skill", "no-such")})
