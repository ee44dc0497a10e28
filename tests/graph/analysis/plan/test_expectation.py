"""Whom to ask when people say no: the plan that reckons with it covers more, as lots show."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.analysis.plan.planner import plan
from graph.analysis.plan.question import Limits, Objective, Question

PEOPLE, UNITS, ALERTS, DRAWS = 900, 150, 30, 20_000


def town(seed: int) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Who reaches which unit of a square, and how likely each says yes: 17 to 47 %."""
    chance = np.random.default_rng(seed)
    people, units = chance.random((PEOPLE, 2)), chance.random((UNITS, 2))
    far = np.hypot(*(people[:, None] - units[None]).transpose(2, 0, 1))
    return far <= 0.12, chance.uniform(0.17, 0.47, PEOPLE)


def expected(reach: NDArray[np.bool_], chances: NDArray[np.float64], k: int) -> float:
    """How many units at least k of these people come to, by the law of each unit."""
    found = 0.0
    for unit in range(reach.shape[1]):
        exactly = np.zeros(k)
        exactly[0] = 1.0
        for p in chances[reach[:, unit]]:
            exactly = exactly * (1 - p) + np.concatenate([[0.0], exactly[:-1]]) * p
        found += 1 - exactly.sum()
    return found


def drawn(
    reach: NDArray[np.bool_], chances: NDArray[np.float64], k: int, seed: int
) -> tuple[float, float]:
    """The same by drawing lots: the mean of all draws, and its standard error."""
    lots = np.random.default_rng(seed)
    says = lots.random((DRAWS, len(chances))) < chances
    covered = (says.astype(np.int32) @ reach.astype(np.int32) >= k).sum(axis=1)
    return float(covered.mean()), float(covered.std(ddof=1) / np.sqrt(DRAWS))


@pytest.mark.parametrize(("k", "seed"), [(1, 1), (1, 2), (2, 3)])
def test_thirty_alerts_cover_more_if_the_plan_reckons_with_refusals(k: int, seed: int) -> None:
    reach, chances = town(seed)
    pairs = csr_array(reach, dtype=np.float64)
    limits = Limits(20.0, 50)
    nominal = plan(Question(Objective.MAX_COVER, pairs, ALERTS, k), limits)
    reckoned = plan(Question(Objective.EXPECTED, pairs, ALERTS, k, chances=chances), limits)
    figures = []
    for found in (nominal, reckoned):
        chosen = np.asarray(found.chosen)
        exact = expected(reach[chosen], chances[chosen], k)
        mean, error = drawn(reach[chosen], chances[chosen], k, seed)
        assert abs(mean - exact) <= 4 * error
        figures.append(exact)
    assert reckoned.objective == pytest.approx(figures[1], abs=1e-6)
    assert figures[1] > figures[0]
