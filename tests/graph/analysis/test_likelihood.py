"""How many accept: against every subset of few people, and against the binomial law."""

from itertools import combinations, product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from graph.analysis import likelihood, response

CHANCE = st.floats(0, 1) | st.sampled_from([0.0, 1.0, 0.3, 1e-12, 1 - 1e-12])
FEW = st.lists(CHANCE, max_size=9)
SEVERAL = st.lists(CHANCE, max_size=200)


def by_subsets(chances: list[float]) -> list[float]:
    found = [0.0] * (len(chances) + 1)
    for says in product((False, True), repeat=len(chances)):
        found[sum(says)] += prod(p if yes else 1 - p for p, yes in zip(chances, says, strict=True))
    return found


@given(FEW)
def test_the_law_is_that_of_all_subsets(chances: list[float]) -> None:
    oracle = by_subsets(chances)
    assert likelihood.mass(chances) == pytest.approx(oracle, rel=1e-12, abs=1e-290)
    for k in range(-1, len(chances) + 2):
        assert likelihood.at_least(chances, k) == pytest.approx(
            sum(oracle[max(k, 0) :]), rel=1e-12, abs=1e-290
        )


@pytest.mark.parametrize("n", [1, 2, 3, 100, 1_000, 10_000])
@pytest.mark.parametrize("p", [0.0, 1e-6, 0.3, 0.5, 0.97, 1.0])
def test_equal_chances_are_binomial(n: int, p: float) -> None:
    found, k = likelihood.mass([p] * n), np.arange(n + 1)
    oracle = binom.pmf(k, n, p)
    # scipy itself is good to some digits of the logarithm.
    assert np.allclose(found, oracle, rtol=1e-9, atol=1e-250)
    assert found.sum() == pytest.approx(1, abs=1e-12)
    for least in {0, 1, n // 3, n // 2, n}:
        tail = binom.sf(least - 1, n, p)
        assert likelihood.at_least([p] * n, least) == pytest.approx(tail, rel=1e-9, abs=1e-250)


@given(SEVERAL)
def test_the_law_sums_to_one_and_its_mean_is_what_is_expected(chances: list[float]) -> None:
    found = likelihood.mass(chances)
    assert found.shape == (len(chances) + 1,)
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1, abs=1e-12)
    mean = float(found @ np.arange(found.size))
    assert likelihood.expected(chances) == pytest.approx(mean, rel=1e-11, abs=1e-290)


def test_ten_thousand_different_chances_keep_their_sum_mean_and_variance() -> None:
    chances = np.random.default_rng(7).uniform(0.17, 0.47, 10_000)
    found, k = likelihood.mass(chances), np.arange(10_001)
    mean = chances.sum()
    assert found.sum() == pytest.approx(1, abs=1e-12)
    assert found @ k == pytest.approx(mean, rel=1e-12)
    assert found @ (k - mean) ** 2 == pytest.approx((chances * (1 - chances)).sum(), rel=1e-9)


@given(SEVERAL, st.randoms(use_true_random=False))
def test_the_order_of_the_chances_changes_no_bit(chances: list[float], random: object) -> None:
    mixed = chances[::-1]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert likelihood.mass(mixed).tolist() == likelihood.mass(chances).tolist()
    assert likelihood.expected(mixed) == likelihood.expected(chances)
    assert likelihood.curve(mixed, 3).tolist() == likelihood.curve(chances, 3).tolist()


@given(SEVERAL)
def test_more_are_never_likelier(chances: list[float]) -> None:
    tails = [likelihood.at_least(chances, k) for k in range(len(chances) + 2)]
    assert tails == sorted(tails, reverse=True)
    assert tails[0] == 1
    assert tails[-1] == 0


@given(FEW, st.integers(-1, 10))
def test_the_curve_is_the_tail_of_the_best(chances: list[float], k: int) -> None:
    found = likelihood.curve(chances, k)
    best = sorted(chances, reverse=True)
    tails = [likelihood.at_least(best[:asked], k) for asked in range(len(best) + 1)]
    assert found == pytest.approx(tails, rel=1e-12, abs=1e-290)
    assert found.tolist() == sorted(found.tolist())


@given(FEW, st.integers(0, 10), st.floats(0, 1))
def test_no_fewer_people_reach_the_target(chances: list[float], k: int, target: float) -> None:
    found = likelihood.fewest(chances, k, target)
    curve = likelihood.curve(chances, k)
    if found is None:
        assert curve[-1] < target
    else:
        assert curve[found] >= target
        for fewer in combinations(chances, found - 1) if found else ():
            assert likelihood.at_least(fewer, k) < target + 1e-12


@given(st.lists(SEVERAL, min_size=1, max_size=4), st.integers(0, 12))
def test_units_of_coverage_are_met_as_likely(units: list[list[float]], k: int) -> None:
    """The same law of many units at once, by another recursion."""
    unit = [i for i, chances in enumerate(units) for _ in chances]
    found = response.at_least(unit, [p for chances in units for p in chances], len(units), k)
    assert found == pytest.approx([likelihood.at_least(each, k) for each in units], abs=1e-12)


def test_the_published_example_takes_26_of_200() -> None:
    """Eight first-aiders with probability 0.95: chances spread evenly over 17-47 %."""
    chances = np.linspace(0.17, 0.47, 200)
    found = likelihood.fewest(chances, 8, 0.95)
    assert found == 26
    assert likelihood.at_least(sorted(chances)[-8:], 8) == pytest.approx(0.002, abs=0.0005)


@pytest.mark.parametrize("wrong", [[-1e-9], [1.0000001], [float("nan")], [0.5, float("inf")]])
def test_what_is_no_chance_is_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        likelihood.mass(wrong)
