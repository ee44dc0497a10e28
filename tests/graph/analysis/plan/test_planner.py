"""Plans are as good as the best of all subsets, and say what they are."""

import random
import time
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from graph.analysis.plan.planner import plan
from graph.analysis.plan.question import Limits, Objective, Proof, Question, Status
from tests.graph.analysis.plan.oracle import asked, drawn, right, value


@pytest.mark.parametrize("objective", Objective)
def test_a_plan_is_as_good_as_the_best_subset(objective: Objective) -> None:
    """Of 300 questions that have a plan, and of those on the way that have none."""
    planned, seeds = 0, count()
    while planned < 300:
        seed = next(seeds)
        question, reach = drawn(random.Random(f"{objective} {seed}"), objective, 7, 8)
        found = plan(question, Limits(60))
        assert right(question, reach, found), seed
        planned += found.objective is not None


@pytest.mark.parametrize("objective", Objective)
def test_whatever_is_begun_with_the_plan_is_as_good(objective: Objective) -> None:
    for seed in range(60):
        chance = random.Random(f"begin {objective} {seed}")
        question, reach = drawn(chance, objective, 7, 8)
        some = [j for j in range(question.reach.shape[0]) if chance.random() < 0.4]
        question = replace(question, begin=some)
        assert right(question, reach, plan(question, Limits(60))), seed


@pytest.mark.parametrize("objective", Objective)
def test_a_plan_that_is_begun_with_is_not_lost(objective: Objective) -> None:
    question = large(objective, 4)
    plain = plan(question, Limits(60, 0))
    better = plan(question, Limits(60, 50))
    again = plan(replace(question, begin=better.chosen), Limits(60, 0))
    assert plain.objective is not None
    assert better.objective is not None
    assert again.objective is not None
    if objective.maximised:
        assert plain.objective <= better.objective <= again.objective
    else:
        assert plain.objective >= better.objective >= again.objective


@pytest.mark.parametrize("objective", [one for one in Objective if not one.covers_all])
def test_a_plan_that_is_called_off_at_once_is_the_one_it_began_with(objective: Objective) -> None:
    question, off = large(objective, 4, n=150, m=120), Limits(60, stop=lambda: True)
    known = plan(question, Limits(60, 50))
    without, again = (
        plan(one, off) for one in (question, replace(question, begin=known.chosen[::-1]))
    )
    assert set(again.chosen) == set(known.chosen) != set(without.chosen)
    assert again.objective == pytest.approx(known.objective) != without.objective


@pytest.mark.parametrize("objective", [Objective.SET_COVER, Objective.K_COVER])
def test_where_all_cannot_be_covered_in_time_nobody_is_chosen(objective: Objective) -> None:
    """Half of a cover is none, and a first one of a large city takes longer than some wait."""
    question = large(objective, 6, n=1500, m=700)
    late = plan(question, Limits(seconds=0.0))
    assert (late.status, late.proof) == (Status.TIME_LIMIT, Proof.NONE)
    assert (late.chosen, late.objective, late.gap, late.stopped) == ((), None, None, False)
    called_off = plan(question, Limits(stop=lambda: True))
    assert (called_off.chosen, called_off.stopped) == ((), True)
    known = plan(replace(question, begin=range(1500)), Limits(seconds=0.0))
    assert (known.status, known.objective) == (Status.TIME_LIMIT, question.cost.sum())


@pytest.mark.parametrize("objective", [Objective.MAX_COVER, Objective.EXPECTED])
def test_a_first_choice_ends_when_time_is_over(objective: Objective) -> None:
    question = large(objective, 6, n=1500, m=700)
    found = plan(question, Limits(seconds=0.0))
    assert (found.status, found.proof, found.chosen) == (Status.TIME_LIMIT, Proof.BOUND, ())
    assert found.bound is not None
    assert found.bound >= (plan(question, Limits(seconds=2.0)).objective or 0) > 0


@pytest.mark.parametrize("objective", Objective)
def test_whoever_looks_on_hears_whom_the_best_plan_chooses(objective: Objective) -> None:
    """Each choice is allowed and worth more than the one before; the last is the plan's."""
    several = 0
    for seed in range(60):
        question, reach = drawn(random.Random(f"heard {objective} {seed}"), objective, 7, 8)
        heard: list[list[int]] = []
        found = plan(question, Limits(60, choose=heard.append))
        worths = [value(question, reach, reach, tuple(one)) for one in heard]
        known = [worth for worth in worths if worth is not None]
        assert len(known) == len(worths)
        assert sorted(known, reverse=not objective.maximised) == known
        assert not known or known[-1] == pytest.approx(found.objective)
        several += bool(known)
    assert several > 20


@pytest.mark.parametrize("objective", Objective)
def test_nobody_serves_more_than_they_can(objective: Objective) -> None:
    for seed in range(300):
        chance = random.Random(f"room {objective} {seed}")
        question, reach = drawn(chance, objective, 3, 4)
        rooms = [chance.randint(0, 3) for _ in range(question.reach.shape[0])]
        question = replace(question, capacity=rooms)
        found = plan(question, Limits(60))
        assert right(question, reach, found), seed
        for j, room in enumerate(rooms):
            assert sum(one == j for one, _ in found.served) <= room


def large(objective: Objective, seed: int, n: int = 400, m: int = 300, **more: Any) -> Question:
    """Candidates and units in a square; who is near reaches."""
    chance = np.random.default_rng(seed)
    one, other = chance.random((n, 2)), chance.random((m, 2))
    far = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1))
    rows, columns = np.nonzero(far <= (2.0 if objective is Objective.P_MEDIAN else 0.14))
    reach = csr_array((far[rows, columns], (rows, columns)), shape=(n, m))
    chances = chance.uniform(0.1, 0.6, n) if objective is Objective.EXPECTED else None
    budget = None if objective.covers_all else 12
    return replace(Question(objective, reach, budget, chances=chances), **more)


QUICK = Limits(seconds=60, nodes=1)


@pytest.mark.parametrize("objective", Objective)
def test_the_bound_is_on_the_right_side(objective: Objective) -> None:
    found = plan(large(objective, 1), QUICK)
    assert found.objective is not None
    assert found.bound is not None
    assert found.gap is not None
    if objective.maximised:
        assert found.bound >= found.objective
    else:
        assert found.bound <= found.objective
    assert (found.proof is Proof.EXACT) == (found.bound == found.objective) == (found.gap == 0)
    assert found.gap < 0.2


@pytest.mark.parametrize("objective", Objective)
def test_equal_questions_get_equal_plans(objective: Objective) -> None:
    question = large(objective, 2, n=150, m=120)
    assert plan(question, QUICK) == plan(question, QUICK)


@pytest.mark.parametrize("objective", [o for o in Objective if not o.covers_all])
def test_more_budget_is_never_worse(objective: Objective) -> None:
    question = large(objective, 3, n=40, m=40)
    plans = [plan(replace(question, budget=budget), Limits(60)) for budget in (2, 4, 6, 8)]
    reached = [one.objective or 0.0 for one in plans]
    assert reached == sorted(reached, reverse=not objective.maximised)


@pytest.mark.parametrize("objective", Objective)
def test_gains_add_up_and_do_not_grow(objective: Objective) -> None:
    question = large(objective, 4, n=150, m=120)
    found = plan(question, QUICK)
    assert list(found.gains) == sorted(found.gains, reverse=True)
    if objective.maximised:
        assert sum(found.gains) == pytest.approx(found.objective)
    elif objective.covers_all:
        assert sum(found.gains) == 120 - len(found.uncoverable)
    else:
        dearest = question.reach.toarray().max(axis=0).sum()
        assert dearest - sum(found.gains) == pytest.approx(found.objective)


@pytest.mark.parametrize("objective", Objective)
def test_a_plan_is_called_off_within_a_moment(objective: Objective) -> None:
    question, start = large(objective, 5, n=1500, m=700), time.process_time()
    stop = lambda: time.process_time() > start + 0.3  # noqa: E731
    found = plan(question, Limits(seconds=600, stop=stop))
    assert time.process_time() - start < 1.5
    assert found.stopped or found.status is Status.OPTIMAL
    assert found.status is not Status.TIME_LIMIT


@pytest.mark.parametrize("objective", Objective)
def test_the_clock_ends_the_search(objective: Objective) -> None:
    question, start = large(objective, 6, n=1500, m=700), time.process_time()
    found = plan(question, Limits(seconds=1.5))
    # A machine that stands still lets the clock run on, but not what the process spends.
    assert min(found.seconds, time.process_time() - start) < 1.8
    assert found.status in (Status.TIME_LIMIT, Status.OPTIMAL)
    assert found.chosen


def test_whoever_looks_on_hears_of_plans_and_bounds() -> None:
    heard: list[tuple[float | None, float | None]] = []
    limits = Limits(seconds=60, tell=lambda *news: heard.append(news))
    found = plan(large(Objective.MAX_COVER, 7), limits)
    objectives = [one for one, _ in heard if one is not None]
    assert objectives == sorted(objectives)
    assert heard[-1] == (found.objective, found.bound)


def test_an_error_in_what_was_handed_in_comes_out() -> None:
    def stop() -> bool:
        raise LookupError

    with pytest.raises(LookupError):
        plan(large(Objective.MAX_COVER, 7), Limits(stop=stop))


@pytest.mark.parametrize("seed", [0, 2, 3, 5])
def test_nodes_end_no_search_that_has_nothing_to_show(seed: int) -> None:
    """The least is the whole budget, which a first choice does not meet."""
    question = large(Objective.SET_COVER, seed)
    first, best = (plan(question, Limits(60, nodes)) for nodes in (0, 1000))
    assert best.status is Status.OPTIMAL
    assert len(first.chosen) > len(best.chosen)
    tight = plan(replace(question, budget=len(best.chosen)), Limits(60, 0))
    assert tight.objective == best.objective
    assert tight.status in (Status.OPTIMAL, Status.FEASIBLE)


@pytest.mark.parametrize("objective", [Objective.MAX_COVER, Objective.EXPECTED])
def test_where_everybody_serves_as_many_as_they_can_nothing_is_better(objective: Objective) -> None:
    question = replace(large(objective, 3), capacity=1)
    assert question.budget is not None
    found = plan(question, Limits(60, 0))
    assert found.status is Status.OPTIMAL
    most = sorted(question.chance, reverse=True)[: question.budget]
    assert found.objective == pytest.approx(sum(most))


@pytest.mark.parametrize("objective", Objective)
def test_a_capacity_leaves_no_looser_bound_than_none(objective: Objective) -> None:
    for rooms in (2, 5, 20):
        question = large(objective, 6, n=60, m=60)
        free = plan(question, Limits(60, 0))
        found = plan(replace(question, capacity=rooms), Limits(60, 0))
        if found.status is Status.INFEASIBLE:
            continue
        assert free.bound is not None
        assert found.bound is not None
        if objective.maximised:
            assert found.bound <= free.bound + 1e-9
        else:
            assert found.bound >= free.bound - 1e-9
        if objective.covers_all:
            assert found.bound >= (60 - len(found.uncoverable)) / rooms - 1e-9


def test_units_that_nobody_can_cover_are_told() -> None:
    reach = {(0, 0): 1.0, (1, 0): 1.0, (1, 1): 1.0}
    found = plan(asked(Objective.K_COVER, reach, 2, 3, k=2))
    assert (found.chosen, found.uncovered, found.uncoverable) == ((0, 1), (1, 2), (1, 2))


def test_nobody_is_chosen_for_nothing() -> None:
    found = plan(asked(Objective.MAX_COVER, {(0, 0): 1.0, (1, 0): 1.0}, 3, 1, budget=3))
    assert found.chosen == (0,)
    assert plan(asked(Objective.MAX_COVER, {}, 0, 0, budget=1)).objective == 0.0


def test_whom_to_include_and_to_exclude_must_agree() -> None:
    reach = {(0, 0): 1.0}
    for more in ({"must_include": [0], "exclude": [0]}, {"must_include": [0, 1], "budget": 1}):
        found = plan(asked(Objective.SET_COVER, reach, 2, 1, **more))
        assert (found.status, found.proof) == (Status.INFEASIBLE, Proof.NONE)
        assert (found.objective, found.gap) == (None, None)


@pytest.mark.parametrize(
    ("objective", "more"),
    [
        (Objective.MAX_COVER, {}),
        (Objective.MAX_COVER, {"budget": -1}),
        (Objective.SET_COVER, {"k": 2}),
        (Objective.K_COVER, {"k": 0}),
        (Objective.K_COVER, {"costs": [1.0, 2.0]}),
        (Objective.K_COVER, {"costs": [-1.0]}),
        (Objective.EXPECTED, {"budget": 1}),
        (Objective.EXPECTED, {"budget": 1, "chances": [1.5]}),
        (Objective.MAX_COVER, {"budget": 1, "weights": [float("nan")]}),
        (Objective.MAX_COVER, {"budget": 1, "exclude": [1]}),
        (Objective.MAX_COVER, {"budget": 1, "capacity": [1, 2]}),
    ],
)
def test_a_wrong_question_is_refused(objective: Objective, more: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        asked(objective, {(0, 0): 1.0}, 1, 1, **more)


def test_distances_are_not_negative() -> None:
    with pytest.raises(ValueError, match="distances"):
        asked(Objective.P_MEDIAN, {(0, 0): -1.0}, 1, 1, budget=1)
