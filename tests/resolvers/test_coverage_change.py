"""A trend is what each of its days finds, a comparison what both of its reports find."""

from typing import Any

import pytest

from resolvers.identity import global_id
from tests.resolvers.covering import SHIFO, judged, report

TREND = """query ($input: CoverageInput!, $since: Date!, $step: TrendStep! = MONTH) {
  coverageTrend(input: $input, since: $since, step: $step) {
    asOf numerator effective denominator unknown ratio expected byStatus { status count } } }"""
COMPARED = """query ($a: CoverageInput!, $b: CoverageInput!) { coverageComparison(a: $a, b: $b) {
  a { numerator effective ratio asOf } b { numerator effective ratio asOf }
  effectiveChange ratioChange
  gained(first: 100) { totalCount nodes { code } }
  lost(first: 100) { totalCount nodes { code } } } }"""


def trend(ask: Any, since: str, step: str, **asked: Any) -> Any:
    variables = {"input": {"within": SHIFO, **asked}, "since": since, "step": step}
    return ask.data(TREND, variables)["coverageTrend"]


DAYS = {
    ("2026-08-31", "MONTH"): ["2026-08-31", "2026-09-30", "2026-10-31", "2026-11-24"],
    ("2024-02-29", "YEAR"): ["2024-02-29", "2025-02-28", "2026-02-28", "2026-11-24"],
    ("2026-05-24", "QUARTER"): ["2026-05-24", "2026-08-24", "2026-11-24"],
    ("2026-11-09", "WEEK"): ["2026-11-09", "2026-11-16", "2026-11-23", "2026-11-24"],
    ("2026-11-22", "DAY"): ["2026-11-22", "2026-11-23", "2026-11-24"],
    ("2026-11-24", "MONTH"): ["2026-11-24"],
}


@pytest.mark.parametrize(("since", "step"), DAYS)
def test_a_trend_asks_of_each_day(since: str, step: str, ask: Any) -> None:
    asked = {"kind": "ORGANIZATION", "level": "L3", "days": 20}
    report(ask, **asked)  # what was written by others is read
    found = trend(ask, since, step, **asked)
    assert [point["asOf"] for point in found] == DAYS[since, step]
    assert len([ran for ran in ask.ran if ran.name == "coverage.organization"]) == len(found)
    assert len([ran for ran in ask.ran if ran.name == "snapshot.events"]) == 1
    for point in found:
        alone = report(ask, **asked, asOf=point["asOf"])
        for name in ("numerator", "effective", "denominator", "unknown", "ratio", "byStatus"):
            assert point[name] == alone[name]


def test_heads_come_and_go(ask: Any) -> None:
    found = trend(ask, "2019-01-01", "YEAR", kind="HEAD_ASSIGNED", level="L3", asOf="2026-11-01")
    figures = [point["effective"] for point in found]
    assert found[-1]["asOf"] == "2026-11-01"
    assert len(set(figures)) > 2


@pytest.mark.parametrize(
    ("since", "step", "field"),
    [
        ("2026-11-25", "DAY", "since"),
        ("0001-01-01", "YEAR", "since"),
        ("2026-01-01", "DAY", "since"),
    ],
)
def test_a_trend_has_an_end(since: str, step: str, field: str, ask: Any) -> None:
    asked = {"kind": "HEAD_ASSIGNED", "level": "L3", "within": SHIFO}
    answer = ask(TREND, {"input": asked, "since": since, "step": step})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": field}
    assert ask.ran == []


def test_two_days_are_compared(ask: Any) -> None:
    asked = {"kind": "ORGANIZATION", "level": "MICRO", "days": 30}
    days = ("2026-05-01", "2026-11-01")
    a, b = ({"within": SHIFO, **asked, "asOf": day} for day in days)
    found = ask.data(COMPARED, {"a": a, "b": b})["coverageComparison"]
    before, after = (judged(ask, **asked, asOf=day) for day in days)
    gained = sorted(c for c in after if _effective(after, c) and not _effective(before, c))
    lost = sorted(c for c in after if _effective(before, c) and not _effective(after, c))
    assert gained
    assert lost
    for name, expected in (("gained", gained), ("lost", lost)):
        assert found[name]["totalCount"] == len(expected)
        assert [node["code"] for node in found[name]["nodes"]] == expected[:100]
    assert found["effectiveChange"] == len(gained) - len(lost)
    assert [found["a"]["asOf"], found["b"]["asOf"]] == [*days]
    assert found["ratioChange"] == pytest.approx(found["b"]["ratio"] - found["a"]["ratio"])


def _effective(found: dict[str, tuple[str, int]], code: str) -> bool:
    return found[code][0] in ("EFFECTIVE", "K_COVERED")


def test_two_demands_and_two_territories_are_compared(ask: Any) -> None:
    asked = {"kind": "SKILL", "level": "L3", "skill": {"skill": "first-aid"}, "meters": 300}
    near = {"within": SHIFO, **asked}
    farther = {**near, "meters": 500}
    found = ask.data(COMPARED, {"a": near, "b": farther})["coverageComparison"]
    assert found["effectiveChange"] == found["gained"]["totalCount"] > 0
    assert found["lost"]["totalCount"] == 0
    nowhere = {**near, "within": global_id("Division", "ZZ-SJ")}
    found = ask.data(COMPARED, {"a": near, "b": nowhere})["coverageComparison"]
    assert found["ratioChange"] is None
    assert found["b"]["ratio"] is None


@pytest.mark.parametrize("side", ["a", "b"])
def test_an_error_says_which_question_is_wrong(side: str, ask: Any) -> None:
    right = {"kind": "HEAD_ASSIGNED", "level": "L3", "within": SHIFO}
    variables = {"a": right, "b": right} | {side: {**right, "meters": 5}}
    answer = ask(COMPARED, variables)
    assert answer["errors"][0]["extensions"]["field"] == f"{side}.meters"
