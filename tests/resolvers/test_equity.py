"""How evenly something is shared is what comparing every two people finds."""

from fractions import Fraction
from typing import Any

import pytest
from strawberry.utils.str_converters import to_camel_case

from resolvers.identity import global_id
from tests.resolvers.census import pages
from tests.resolvers.covering import SHIFO, judged

QUERY = """query ($input: CoverageInput!, $by: EquityWeight! = POPULATION) {
  coverageEquity(input: $input, by: $by) {
    level asOf method units unknown unweighted gini palma lorenz { people share }
    levels { level units gini palma } territory { code }
    worst(first: 5) { totalCount edges { count weight node { code } } } } }"""
GRIDS = """query ($within: ID!, $level: GridLevel!, $after: String) {
  grids(within: $within, filter: {level: {eq: $level}}, first: 100, after: $after) {
    edges { node { code population households populationUnder15 populationOver65 } }
    pageInfo { hasNextPage endCursor } } }"""


def living(ask: Any, level: str, by: str) -> dict[str, int]:
    edges = pages(ask, GRIDS, "grids", {"within": SHIFO, "level": level})
    name = to_camel_case(by.lower())
    return {edge["node"]["code"]: 1 if by == "UNITS" else edge["node"][name] or 0 for edge in edges}


def gini(shares: list[tuple[int, int]]) -> float | None:
    """Of (value, weight): the mean difference of every two, by twice the mean."""
    people = sum(weight for _, weight in shares)
    total = sum(value * weight for value, weight in shares)
    if not total:
        return None
    apart = sum(abs(x - y) * v * w for x, v in shares for y, w in shares)
    return float(Fraction(apart, 2 * people * total))


def had(shares: list[tuple[int, int]], part: float) -> float:
    """What the worst-off part of the people have, of all."""
    people = part * sum(weight for _, weight in shares)
    total = sum(value * weight for value, weight in shares)
    found = 0.0
    for value, weight in sorted(shares):
        taken = min(weight, people)
        found, people = found + value * taken, people - taken
    return found / total


BY = ["POPULATION", "POPULATION_UNDER_15", "POPULATION_OVER_65", "HOUSEHOLDS", "UNITS"]
SKILL = {"kind": "SKILL", "skill": {"skill": "medical-advice"}, "meters": 400}


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("level", ["L2", "L3", "MICRO"])
@pytest.mark.parametrize("asked", [SKILL, {"kind": "VISIT", "days": 60}], ids=["skill", "visit"])
def test_what_people_have_is_compared(asked: dict[str, Any], level: str, by: str, ask: Any) -> None:
    weights = living(ask, level, by)
    every = judged(ask, level=level, **asked)
    known = {code: count for code, (status, count) in every.items() if status != "UNKNOWN"}
    shares = [(count, weights[code]) for code, count in known.items() if weights[code]]
    variables = {"input": {"within": SHIFO, "level": level, **asked}, "by": by}
    found = ask.data(QUERY, variables)["coverageEquity"]
    assert found["units"] == len(shares)
    assert found["unknown"] == len(every) - len(known)
    assert found["unweighted"] == len(known) - len(shares)
    assert found["gini"] == pytest.approx(gini(shares), abs=1e-8)
    poor = had(shares, 0.4)
    assert found["palma"] == (pytest.approx((1 - had(shares, 0.9)) / poor) if poor else None)
    assert [point["people"] for point in found["lorenz"]] == [i / 10 for i in range(11)]
    for point in found["lorenz"]:
        assert point["share"] == pytest.approx(had(shares, point["people"]), abs=1e-8)
    worst = sorted((known[c], -weights[c], c) for c in known if weights[c])
    assert found["worst"]["totalCount"] == len(worst)
    assert [
        (edge["count"], -edge["weight"], edge["node"]["code"]) for edge in found["worst"]["edges"]
    ] == worst[:5]


def test_the_level_above_and_below_are_told_beside(ask: Any) -> None:
    variables = {"input": {"within": SHIFO, "level": "L3", **SKILL}}
    found = ask.data(QUERY, variables)["coverageEquity"]
    assert len([ran for ran in ask.ran if ran.name == "snapshot.events"]) == 1
    assert [each["level"] for each in found["levels"]] == ["L3", "L2", "MICRO"]
    for each in found["levels"]:
        alone = ask.data(QUERY, {"input": {**variables["input"], "level": each["level"]}})
        assert alone["coverageEquity"]["gini"] == each["gini"]


@pytest.mark.parametrize("within", ["ZZ-SJ", "ZZ-GX-SF"])
def test_where_there_is_nothing_to_share_there_is_no_figure(within: str, ask: Any) -> None:
    asked = {**SKILL, "meters": 0} if within == "ZZ-GX-SF" else SKILL
    input = {"within": global_id("Division", within), "level": "L2", **asked}
    found = ask.data(QUERY, {"input": input})["coverageEquity"]
    assert (found["gini"], found["palma"], found["lorenz"]) == (None, None, [])
