"""How good predictions were is what counting every invitation of every volunteer shows."""

from fractions import Fraction
from typing import Any

import pytest

from resolvers.identity import global_id
from tests.conftest import scoped
from tests.resolvers.census import pages
from tests.resolvers.covering import SHIFO
from tests.resolvers.test_bad_input import refused

QUERY = """query ($within: ID!, $bins: Int! = 10, $day: Date) {
  responseCalibration(within: $within, bins: $bins, asOf: $day) {
    territory { code } asOf method people invitations accepted
    brier reliability resolution uncertainty withinBins skillScore
    table { lower upper predicted observed invitations } } }"""
VOLUNTEERS = """query ($within: ID!, $after: String) {
  volunteers(within: $within, first: 100, after: $after) { pageInfo { hasNextPage endCursor }
    edges { node { code acceptance { invited accepted } } } } }"""
Invitation = tuple[Fraction, bool]


def invitations(ask: Any, within: str) -> list[Invitation]:
    """What is predicted of each, and whether it was accepted."""
    found: list[Invitation] = []
    for edge in pages(ask, VOLUNTEERS, "volunteers", {"within": within}):
        told = edge["node"]["acceptance"]
        answers = [i < told["accepted"] for i in range(told["invited"])]
        for i, answer in enumerate(answers):
            others = answers[:i] + answers[i + 1 :]
            found.append((Fraction(3 + sum(others), 10 + len(others)), answer))
    return found


def reported(ask: Any, within: str, **more: Any) -> Any:
    return ask.data(QUERY, {"within": within, **more})["responseCalibration"]


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction()) / len(values)


def predicted(seen: list[Invitation]) -> Fraction:
    return mean([p for p, _ in seen])


def observed(seen: list[Invitation]) -> Fraction:
    return mean([Fraction(answer) for _, answer in seen])


def close(value: Fraction) -> Any:
    return pytest.approx(float(value), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("bins", [1, 7, 10])
@pytest.mark.parametrize("within", [SHIFO, global_id("Grid", "ZZ-GX-SF-L2-08")])
def test_the_score_is_that_of_every_invitation(ask: Any, within: str, bins: int) -> None:
    report, seen = reported(ask, within, bins=bins), invitations(ask, within)
    assert len(seen) > 100
    assert report["invitations"] == len(seen)
    assert report["accepted"] == sum(answer for _, answer in seen)
    assert report["method"] == "LEAVE_ONE_OUT"
    score, share = (
        mean([(p - answer) ** 2 for p, answer in seen]),
        mean([Fraction(a) for _, a in seen]),
    )
    assert report["brier"] == close(score)
    assert report["uncertainty"] == close(share * (1 - share))
    assert report["skillScore"] == close(1 - score / (share * (1 - share)))
    parts = (report[name] for name in ("reliability", "resolution", "uncertainty", "withinBins"))
    reliability, resolution, uncertainty, within_bins = parts
    assert reliability - resolution + uncertainty + within_bins == close(score)
    groups: dict[int, list[Invitation]] = {}
    for p, answer in seen:
        groups.setdefault(min(int(p * bins), bins - 1), []).append((p, answer))
    assert report["table"] == [
        {
            "lower": pytest.approx(at / bins),
            "upper": pytest.approx((at + 1) / bins),
            "predicted": close(predicted(groups[at])),
            "observed": close(observed(groups[at])),
            "invitations": len(groups[at]),
        }
        for at in sorted(groups)
    ]
    far = [len(g) * (predicted(g) - observed(g)) ** 2 for g in groups.values()]
    assert reliability == close(sum(far, Fraction()) / len(seen))


def test_where_nobody_was_invited_there_is_no_score(ask: Any) -> None:
    """Nobody belongs to the grid on that day."""
    report = reported(ask, global_id("Grid", "ZZ-GX-SF-L2-08"), day="1990-01-01")
    assert (report["people"], report["invitations"], report["accepted"]) == (0, 0, 0)
    names = ("brier", "reliability", "resolution", "uncertainty", "withinBins", "skillScore")
    assert [report[name] for name in names] == [None] * 6
    assert report["table"] == []


def test_who_sees_the_territory_sees_the_same(ask: Any) -> None:
    scope = scoped("/ZZ/ZZ-GX/ZZ-GX-SF/ZZ-GX-SF-C08/")
    variables = {"within": global_id("Grid", "ZZ-GX-SF-L2-08")}
    seen = ask.data(QUERY, variables, caller=scope)["responseCalibration"]
    assert seen == reported(ask, **variables)
    for within in (SHIFO, global_id("Division", "NOWHERE")):
        (error,) = ask(QUERY, {"within": within}, caller=scope)["errors"]
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "within"}


@pytest.mark.parametrize("bins", [0, -1, 101])
def test_a_wrong_number_of_bins_is_refused(ask: Any, bins: int) -> None:
    query = f'{{ responseCalibration(within: "{SHIFO}", bins: {bins}) {{ brier }} }}'
    refused(ask, "bins", query, said="1 to 100")
