"""A curve lies above what any choice is worth, rises ever less, and is exact where it can be."""

import random

import numpy as np
import pytest

from graph.analysis.plan.curve import curve
from tests.graph.analysis.plan.oracle import tail


def test_no_choice_is_worth_more() -> None:
    for seed in range(60):
        chance = random.Random(f"curve {seed}")
        low, high = sorted((chance.random(), chance.choice([1.0, chance.random()])))
        chances = np.array([chance.uniform(low, high) for _ in range(chance.randint(3, 25))])
        k = chance.randint(1, 3)
        most = chance.randint(k, max(k, min(9, len(chances))))
        line = curve(chances, k, most)
        slopes = np.diff(line.value) / np.diff(line.at)
        assert (np.diff(slopes) < 1e-9).all(), seed
        assert (slopes > -1e-12).all(), seed
        for _ in range(20):
            chosen = chance.sample(range(len(chances)), min(most, chance.randint(0, 9)))
            worth = tail([float(chances[j]) for j in chosen], k)
            shown = np.interp(line.step[chosen].sum(), line.at, line.value)
            assert shown >= worth - 1e-9, seed


@pytest.mark.parametrize("p", [0.3, 1.0])
def test_equal_chances_are_met_exactly(p: float) -> None:
    line = curve(np.full(10, p), 1, 6)
    for count in range(6):
        shown = np.interp(count * line.step[0], line.at, line.value)
        assert shown == pytest.approx(1 - (1 - p) ** count, abs=1e-5)
