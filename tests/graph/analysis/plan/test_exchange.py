"""Why somebody was not chosen is what trying it shows."""

import random
from dataclasses import replace

import pytest

from graph.analysis.plan.exchange import why_not
from graph.analysis.plan.planner import plan
from graph.analysis.plan.question import Limits, Objective, Question
from tests.graph.analysis.plan.oracle import Reach, asked, best, drawn, value


def worth(question: Question, reach: Reach, chosen: set[int]) -> float | None:
    """What exactly these are worth; with a capacity, at their best."""
    if question.capacity is None:
        return value(question, reach, reach, tuple(sorted(chosen)))
    return best(replace(question, budget=len(chosen), must_include=sorted(chosen)), reach)


@pytest.mark.parametrize("rooms", [False, True])
@pytest.mark.parametrize("objective", Objective)
def test_an_exchange_is_the_best_that_trying_finds(objective: Objective, rooms: bool) -> None:
    explained = 0
    for seed in range(60):
        chance = random.Random(f"why {objective} {seed}")
        question, reach = drawn(chance, objective, 4 if rooms else 7, 4 if rooms else 8)
        question = replace(question, exclude=(), capacity=2 if rooms else None)
        found = plan(question, Limits(60))
        outside = set(range(question.reach.shape[0])) - set(found.chosen)
        if found.objective is None or not outside:
            continue
        explained += 1
        candidate = chance.choice(sorted(outside))
        why = why_not(question, found, candidate)
        joined = worth(question, reach, {*found.chosen, candidate})
        assert joined is not None
        better = 0.0 if objective.covers_all else abs(joined - found.objective)
        assert why.gain == pytest.approx(better, abs=1e-6)
        tried = [
            round(after - found.objective, 6)
            for partner in set(found.chosen) - set(question.must_include)
            for after in [worth(question, reach, {*found.chosen, candidate} - {partner})]
            if after is not None
        ]
        if not tried:
            assert (why.partner, why.change) == (None, None)
            continue
        assert why.change == pytest.approx(
            max(tried) if objective.maximised else min(tried), abs=1e-5
        )
        assert why.partner in set(found.chosen) - set(question.must_include)
    assert explained > 20


def test_only_who_is_not_chosen_is_explained() -> None:
    question = asked(Objective.MAX_COVER, {(0, 0): 1.0, (1, 0): 1.0}, 2, 1, budget=1)
    found = plan(question)
    with pytest.raises(ValueError, match="not chosen"):
        why_not(question, found, 0)
    assert why_not(question, found, 1).change == 0.0
