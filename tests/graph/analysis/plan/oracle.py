"""The best plan of all, found by trying every subset; shares nothing with what is tested."""

import math
import random
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from graph.analysis.plan.question import Objective, Plan, Proof, Question, Status

Reach = dict[tuple[int, int], float]  # (candidate, unit): distance
MANY = [one for one in Objective if one not in (Objective.SET_COVER, Objective.P_MEDIAN)]


def asked(
    objective: Objective, reach: Reach, n: int, m: int, budget: int | None = None, **more: Any
) -> Question:
    """A question of these pairs, out of n candidates and m units."""
    rows, columns = [j for j, _ in reach], [u for _, u in reach]
    matrix = csr_array((list(reach.values()), (rows, columns)), shape=(n, m))
    return Question(objective, matrix, budget, **more)


def drawn(chance: random.Random, objective: Objective, n: int, m: int) -> tuple[Question, Reach]:
    """A question of up to n candidates and m units, with any of the conditions."""
    n, m, dense = chance.randint(1, n), chance.randint(1, m), chance.uniform(0.2, 0.8)
    pairs = [(j, u) for j in range(n) for u in range(m) if chance.random() < dense]
    whole = chance.random() < 0.5
    reach = {pair: float(chance.randint(0, 8)) if whole else chance.random() for pair in pairs}
    budget = None if objective.covers_all and chance.random() < 0.7 else chance.randint(0, n)
    k = chance.randint(1, 3) if objective in MANY else 1
    some = [j for j in range(n) if chance.random() < 0.3] if chance.random() < 0.5 else []
    cut = chance.randint(0, len(some))
    figures = [lambda: float(chance.randint(0, 5)), chance.random]
    sure = chance.choice([0.3, 0.5, 1.0])
    chances = [round(chance.random(), 2) if whole else sure for _ in range(n)]
    chances[0] = chance.choice([0.0, 1.0, chances[0]])
    return asked(
        objective,
        reach,
        n,
        m,
        budget,
        k=k,
        weights=[chance.choice(figures)() for _ in range(m)] if chance.random() < 0.5 else None,
        costs=[chance.choice(figures)() for _ in range(n)] if chance.random() < 0.5 else None,
        chances=chances if objective is Objective.EXPECTED else None,
        must_include=some[:cut],
        exclude=some[cut:],
    ), reach


def value(question: Question, reach: Reach, served: Reach, chosen: tuple[int, ...]) -> float | None:
    """What the chosen are worth who serve these pairs, by the definitions; None if not allowed."""
    n, m = question.reach.shape
    weights = [1.0] * m if question.weights is None else list(np.asarray(question.weights))
    costs = [1.0] * n if question.costs is None else list(np.asarray(question.costs))
    chances = [1.0] * n if question.chances is None else list(np.asarray(question.chances))
    total = sum(costs[j] for j in chosen) if question.objective.covers_all else 0.0
    for unit in range(m):
        holders = [j for j in chosen if (j, unit) in served]
        able = [j for j in range(n) if (j, unit) in reach and j not in question.exclude]
        if question.objective.covers_all:
            if len(able) >= question.k > len(holders):
                return None
        elif question.objective is Objective.P_MEDIAN:
            if able and weights[unit] and not holders:
                return None
            total += weights[unit] * min((served[j, unit] for j in holders), default=0.0)
        else:
            total += weights[unit] * tail([chances[j] for j in holders], question.k)
    return total


def tail(chances: list[float], k: int) -> float:
    """The probability that at least k accept, over all answers that there can be."""
    return sum(
        math.prod(p if yes else 1 - p for p, yes in zip(chances, answers, strict=True))
        for answers in product((0, 1), repeat=len(chances))
        if sum(answers) >= k
    )


def best(question: Question, reach: Reach) -> float | None:
    """The best value of any subset and, with a capacity, of anybody's choice of whom to serve."""
    n, found = question.reach.shape[0], []
    most = n if question.budget is None else min(n, question.budget)
    for size in range(most + 1):
        for chosen in combinations(range(n), size):
            if set(question.exclude) & set(chosen) or set(question.must_include) - set(chosen):
                continue
            for served in servings(question, reach, chosen):
                worth = value(question, reach, served, chosen)
                if worth is not None:
                    found.append(worth)
    return (max if question.objective.maximised else min)(found, default=None)


def servings(question: Question, reach: Reach, chosen: tuple[int, ...]) -> list[Reach]:
    if question.capacity is None:
        return [reach]
    rooms = np.broadcast_to(np.asarray(question.capacity), question.reach.shape[0])
    each = []
    for j in chosen:
        mine = [pair for pair in reach if pair[0] == j]
        sizes = range(min(int(rooms[j]), len(mine)) + 1)
        each.append([part for size in sizes for part in combinations(mine, size)])
    return [{pair: reach[pair] for part in parts for pair in part} for parts in product(*each)]


def right(question: Question, reach: Reach, found: Plan) -> bool:
    """Whether the plan is proved, allowed, worth what it says, and as good as the best."""
    wanted = best(question, reach)
    if wanted is None:
        return found.status is Status.INFEASIBLE and found.objective is None
    served = (
        {pair: reach[pair] for pair in found.served} if question.capacity is not None else reach
    )
    worth = value(question, reach, served, tuple(found.chosen))
    return (
        (found.status, found.proof) == (Status.OPTIMAL, Proof.EXACT)
        and found.bound == found.objective == pytest.approx(wanted, abs=1e-6)
        and worth == pytest.approx(wanted, abs=1e-6)
        and (question.budget is None or len(found.chosen) <= question.budget)
        and set(question.must_include) <= set(found.chosen)
        and not set(question.exclude) & set(found.chosen)
    )
