"""How likely enough people come is what counting all outcomes finds."""

from itertools import product
from math import prod

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from graph.analysis.response import at_least

CHANCES = st.lists(st.floats(0, 1), max_size=7)


def brute(chances: list[float], k: int) -> float:
    """The sum over all outcomes in which k or more come."""
    return sum(
        prod(p if comes else 1 - p for p, comes in zip(chances, outcome, strict=True))
        for outcome in product((False, True), repeat=len(chances))
        if sum(outcome) >= k
    )


@given(units=st.lists(CHANCES, max_size=5), k=st.integers(0, 9), seed=st.integers(0, 99))
def test_each_unit_has_the_tail_of_its_own_people(
    units: list[list[float]], k: int, seed: int
) -> None:
    pairs = [(i, p) for i, chances in enumerate(units) for p in chances]
    np.random.default_rng(seed).shuffle(pairs)
    found = at_least([int(i) for i, _ in pairs], [p for _, p in pairs], len(units), k)
    np.testing.assert_allclose(found, [brute(chances, k) for chances in units], atol=1e-12)


def test_a_thousand_alike_are_the_binomial_law() -> None:
    n, p = 1_000, 0.3
    for k in (1, 250, 300, 350, 1_000, 1_001):
        found = at_least(np.zeros(n), np.full(n, p), 1, k)
        np.testing.assert_allclose(found, [binom.sf(k - 1, n, p)], atol=1e-12)
