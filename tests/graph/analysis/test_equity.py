"""How evenly: against exact fractions over all pairs, and people written out one by one."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.analysis import equity

WEIGHED = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), max_size=14)
Weighed = list[tuple[int, int]]


def columns(weighed: Weighed) -> tuple[list[int], list[int]]:
    return [x for x, _ in weighed], [w for _, w in weighed]


def by_pairs(weighed: Weighed) -> Fraction | None:
    total, people = sum(x * w for x, w in weighed), sum(w for _, w in weighed)
    if not total:
        return None
    apart = sum(w * v * abs(x - y) for x, w in weighed for y, v in weighed)
    return Fraction(apart, 2 * people * total)


def told(found: float | None, oracle: Fraction | None) -> None:
    if oracle is None:
        assert found is None
    else:
        assert found == pytest.approx(float(oracle), rel=1e-12, abs=1e-15)


@given(WEIGHED)
def test_gini_is_half_the_relative_mean_difference_of_all_pairs(weighed: Weighed) -> None:
    told(equity.gini(*columns(weighed)), by_pairs(weighed))


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_gini_of_any_values_is_that_of_all_pairs(values: list[float]) -> None:
    array = np.array(values)
    apart = np.abs(array[:, None] - array).mean()
    found = equity.gini(values)
    if found is None:
        assert not array.any()
    else:
        assert found * 2 * array.mean() == pytest.approx(apart, rel=1e-9, abs=1e-300)


@given(WEIGHED)
def test_gini_is_what_is_left_of_the_area_under_the_curve(weighed: Weighed) -> None:
    """As Delbosc and Currie write it."""
    curve = equity.lorenz(*columns(weighed))
    if curve is None:
        assert equity.gini(*columns(weighed)) is None
        return
    corners = list(zip(curve.people, curve.share, strict=True))
    area = sum((x - u) * (y + v) for (u, v), (x, y) in pairwise(corners))
    assert equity.gini(*columns(weighed)) == pytest.approx(1 - area, abs=1e-12)


@given(WEIGHED)
def test_the_curve_has_the_share_of_the_poorest_at_each_corner(weighed: Weighed) -> None:
    curve = equity.lorenz(*columns(weighed))
    people, total = sum(w for _, w in weighed), sum(x * w for x, w in weighed)
    assert (curve is None) is (total == 0)
    if curve is None:
        return
    values = sorted({x for x, w in weighed if w})
    corners = [(0.0, 0.0)] + [
        (
            sum(w for x, w in weighed if x <= most) / people,
            sum(x * w for x, w in weighed if x <= most) / total,
        )
        for most in values
    ]
    assert np.array(corners) == pytest.approx(np.array(curve).T, rel=1e-12)
    assert (curve.people[-1], curve.share[-1]) == (1, 1)
    assert (curve.share <= curve.people + 1e-12).all()


@given(WEIGHED)
def test_palma_is_that_of_people_written_out(weighed: Weighed) -> None:
    """Ten of each, so that 10 and 40 % are whole people."""
    people = sorted(x for x, w in weighed for _ in range(10 * w))
    tenth = len(people) // 10
    poor = sum(people[: 4 * tenth])
    rich = sum(people[9 * tenth :])
    told(equity.palma(*columns(weighed)), Fraction(rich, poor) if poor else None)


@given(WEIGHED, st.integers(2, 5), st.sampled_from([0.125, 3.0, 1e-9, 1e12]))
def test_units_and_the_size_of_the_population_do_not_matter(
    weighed: Weighed, times: int, scale: float
) -> None:
    values, weights = columns(weighed)
    scaled = [x * scale for x in values]
    for one in (equity.gini, equity.palma):
        found = one(values, weights)
        others = (
            one(scaled, weights),
            one(values, [w * times for w in weights]),
            one(values * times, weights * times),
            one([x for x, w in weighed for _ in range(w)]),
        )
        for other in others:
            assert other == (found if found is None else pytest.approx(found, rel=1e-12, abs=1e-15))
        assert one(values[::-1], weights[::-1]) == found


@given(st.integers(1, 30), st.lists(st.integers(1, 9), min_size=1, max_size=20))
def test_equal_shares_are_exactly_even(value: int, weights: list[int]) -> None:
    assert equity.gini([value / 7] * len(weights), weights) == 0
    assert equity.palma([value / 7] * len(weights), weights) == pytest.approx(0.25)


def test_who_has_all_leaves_the_others_nothing() -> None:
    assert equity.gini([0, 0, 0, 8]) == 0.75
    assert equity.gini([0, 8], [99, 1]) == pytest.approx(0.99)
    assert equity.palma([0, 0, 0, 8]) is None


def test_70_percent_who_share_19_percent_are_at_least_half_way_to_uneven() -> None:
    """Delbosc and Currie's Melbourne: the two groups alone make 0.51 of their 0.68."""
    assert equity.gini([0.19 / 0.7, 0.81 / 0.3], [70, 30]) == pytest.approx(0.51)


@pytest.mark.parametrize(
    ("values", "weights"), [([], []), ([0, 0], [1, 2]), ([3, 4], [0, 0]), ([0], [0])]
)
def test_nothing_to_share_is_no_answer(values: list[float], weights: list[float]) -> None:
    assert equity.gini(values, weights) is None
    assert equity.lorenz(values, weights) is None
    assert equity.palma(values, weights) is None


@given(WEIGHED, st.integers(0, 20))
def test_the_worst_are_the_smallest_the_heavier_first(weighed: Weighed, n: int) -> None:
    some = [i for i, (_, w) in enumerate(weighed) if w]
    oracle = sorted(some, key=lambda i: (weighed[i][0], -weighed[i][1], i))
    assert equity.worst(*columns(weighed), n) == oracle[:n]


@pytest.mark.parametrize(
    ("values", "weights"),
    [([-1], [1]), ([1], [-1]), ([float("nan")], [1]), ([1], [float("inf")]), ([1, 2], [1])],
)
def test_what_cannot_be_shared_is_refused(values: list[float], weights: list[float]) -> None:
    for one in (equity.gini, equity.lorenz, equity.palma, equity.worst):
        with pytest.raises(ValueError, match="weight"):
            one(values, weights)
