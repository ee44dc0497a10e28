"""How good predictions were: against exact fractions, summed one by one."""

from collections import defaultdict
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.analysis import calibration

# Predictions in twentieths meet again and again, and lie on the borders of bins.
SEEN = st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=60)
ANY = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)
Seen = list[tuple[int, bool]]


def columns(seen: Seen) -> tuple[list[float], list[bool]]:
    return [p / 20 for p, _ in seen], [o for _, o in seen]


def by_bins(seen: Seen, bins: int) -> dict[int, list[tuple[Fraction, int]]]:
    found: dict[int, list[tuple[Fraction, int]]] = defaultdict(list)
    for p, o in seen:
        found[min(p * bins // 20, bins - 1)].append((Fraction(p, 20), int(o)))
    return found


def mean(values: list[Fraction] | list[int]) -> Fraction:
    return sum(map(Fraction, values), Fraction()) / len(values)


@given(SEEN)
def test_the_score_is_the_mean_squared_error(seen: Seen) -> None:
    found = calibration.brier(*columns(seen))
    if not seen:
        assert found is None
        return
    oracle = mean([(Fraction(p, 20) - o) ** 2 for p, o in seen])
    assert found == pytest.approx(float(oracle), rel=1e-12, abs=1e-15)


@given(SEEN)
def test_the_parts_are_those_of_each_prediction(seen: Seen) -> None:
    found = calibration.parts(*columns(seen))
    assert (found is None) is (not seen)
    if found is None:
        return
    groups: dict[int, list[int]] = defaultdict(list)
    for p, o in seen:
        groups[p].append(int(o))
    overall, n = mean([int(o) for _, o in seen]), len(seen)
    oracle = (
        sum(len(os) * (Fraction(p, 20) - mean(os)) ** 2 for p, os in groups.items()) / n,
        sum(len(os) * (mean(os) - overall) ** 2 for os in groups.values()) / n,
        overall * (1 - overall),
        0,
    )
    assert found == pytest.approx([float(each) for each in oracle], rel=1e-12, abs=1e-15)
    assert found.within == 0


@given(ANY, st.none() | st.integers(1, 12))
def test_the_parts_sum_to_the_score(seen: list[tuple[float, bool]], bins: int | None) -> None:
    predicted, happened = [p for p, _ in seen], [o for _, o in seen]
    found = calibration.parts(predicted, happened, bins)
    assert found
    assert found.score == pytest.approx(calibration.brier(predicted, happened), abs=1e-13)
    assert min(found.reliability, found.resolution, found.uncertainty) >= 0
    assert calibration.parts(predicted[::-1], happened[::-1], bins) == found


@given(SEEN, st.sampled_from([1, 2, 4, 5, 10, 20]))
def test_the_table_has_a_row_for_each_bin_in_use(seen: Seen, bins: int) -> None:
    found = calibration.table(*columns(seen), bins)
    oracle = [
        (float(mean([p for p, _ in rows])), float(mean([o for _, o in rows])), len(rows))
        for _, rows in sorted(by_bins(seen, bins).items())
    ]
    assert [row.n for row in found] == [n for _, _, n in oracle]
    for row, wanted in zip(found, oracle, strict=True):
        assert row == pytest.approx(wanted, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("bins", [3, 7, 10, 100])
def test_a_border_is_the_beginning_of_its_bin(bins: int) -> None:
    borders = [i / bins for i in range(bins)]
    found = calibration.table([*borders, 1.0], [0] * bins + [1], bins)
    assert [row.n for row in found] == [1] * (bins - 1) + [2]


def test_predictions_that_hold_are_reliable_and_as_sharp_as_they_can_be() -> None:
    sure = calibration.parts([0, 0, 1, 1], [0, 0, 1, 1])
    assert sure == (0, 0.25, 0.25, 0)
    dull = calibration.parts([0.5] * 4, [0, 0, 1, 1])
    assert dull == (0, 0, 0.25, 0)
    wrong = calibration.parts([1, 1, 0, 0], [0, 0, 1, 1])
    assert wrong is not None
    assert wrong.score == calibration.brier([1, 1, 0, 0], [0, 0, 1, 1]) == 1


def test_what_is_drawn_as_predicted_is_reliable() -> None:
    random = np.random.default_rng(5)
    predicted = random.uniform(0.17, 0.47, 100_000)
    found = calibration.table(predicted, random.random(100_000) < predicted, 20)
    for row in found:
        assert row.observed == pytest.approx(row.predicted, abs=5 * (0.25 / row.n) ** 0.5)


@pytest.mark.parametrize(
    ("predicted", "happened"),
    [([-0.1], [0]), ([1.1], [1]), ([float("nan")], [0]), ([0.5], [0.5]), ([0.5], []), ([], [1])],
)
def test_what_is_no_prediction_is_refused(predicted: list[float], happened: list[float]) -> None:
    for one in (calibration.brier, calibration.parts, calibration.table):
        with pytest.raises(ValueError, match="outcome"):
            one(predicted, happened)
    with pytest.raises(ValueError, match="bin"):
        calibration.table([0.5], [1], 0)
