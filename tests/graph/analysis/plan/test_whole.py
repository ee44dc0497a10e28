"""What is left out and fixed on the way does not change the best: the whole program says the same.

The program is written down anew, without any reduction, and solved by SciPy.
"""

import random

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from graph.analysis.plan.planner import plan
from graph.analysis.plan.question import Limits, Objective, Question, Status

Matrix = NDArray[np.float64]


def solved(cost: Matrix, rows: list[tuple[Matrix, float, float]], whole: Matrix) -> float:
    """The least cost where every row lies between its two figures; all columns 0 to 1."""
    matrix = np.array([row for row, _, _ in rows])
    low, high = (np.array([row[i] for row in rows]) for i in (1, 2))
    limits = LinearConstraint(matrix, low, high)
    found = milp(cost, constraints=limits, bounds=Bounds(0, 1), integrality=whole)
    assert found.status == 0
    return float(found.fun)


def covers_all(reach: Matrix, k: int, costs: Matrix) -> float:
    rows = [(reach[:, u], float(k), np.inf) for u in range(reach.shape[1])]
    return solved(costs, rows, np.ones(len(reach)))


def most(reach: Matrix, k: int, weights: Matrix, budget: int) -> float:
    n, m = reach.shape
    rows = [(np.concatenate([reach[:, u], -k * np.eye(m)[u]]), 0.0, np.inf) for u in range(m)]
    rows.append((np.concatenate([np.ones(n), np.zeros(m)]), 0.0, float(budget)))
    return -solved(np.concatenate([np.zeros(n), -weights]), rows, np.ones(n + m))


def medians(cost: Matrix, budget: int) -> float:
    n, m = cost.shape
    rows = [(np.append(np.zeros(n), np.tile(np.eye(m)[u], n)), 1.0, 1.0) for u in range(m)]
    rows += [
        (np.append(np.eye(n)[j], -np.eye(n * m)[j * m + u]), 0.0, np.inf)
        for j in range(n)
        for u in range(m)
    ]
    rows.append((np.append(np.ones(n), np.zeros(n * m)), 0.0, float(budget)))
    whole = np.append(np.ones(n), np.zeros(n * m))
    return solved(np.append(np.zeros(n), cost.ravel()), rows, whole)


def drawn(seed: int, n: int, m: int, k: int) -> tuple[Matrix, Matrix, Matrix]:
    """Who reaches whom, each unit at least k; costs of candidates; weights of units."""
    chance = np.random.default_rng(seed)
    reach = chance.random((n, m)) < 0.08
    for u in range(m):
        reach[chance.choice(n, k, replace=False), u] = True
    whole = random.Random(seed).random() < 0.7
    costs, weights = chance.uniform(1, 30, n), chance.uniform(1, 30, m)
    return (
        reach.astype(np.float64),
        costs.round() if whole else costs,
        weights.round() if whole else weights,
    )


@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("seed", range(8))
def test_the_cheapest_cover_is_that_of_the_whole_program(seed: int, k: int) -> None:
    reach, costs, _ = drawn(seed, 120, 60, k)
    found = plan(Question(Objective.K_COVER, csr_array(reach), k=k, costs=costs), Limits(60))
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(covers_all(reach, k, costs), abs=1e-6)


@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("seed", range(8))
def test_the_most_that_is_covered_is_that_of_the_whole_program(seed: int, k: int) -> None:
    reach, _, weights = drawn(seed, 40, 30, k)
    question = Question(Objective.MAX_COVER, csr_array(reach), 5, k, weights=weights)
    found = plan(question, Limits(60))
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(most(reach, k, weights, 5), abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_the_best_medians_are_those_of_the_whole_program(seed: int) -> None:
    chance = np.random.default_rng(seed)
    one, other = chance.random((25, 2)), chance.random((30, 2))
    far = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1)) * 100
    far = far.round() if seed % 2 else far
    reach = csr_array((far.ravel(), np.nonzero(far >= 0)), shape=far.shape)
    found = plan(Question(Objective.P_MEDIAN, reach, 4), Limits(60))
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(medians(far, 4), abs=1e-5)
