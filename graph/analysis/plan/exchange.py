"""Why somebody was not chosen: what they would add, and the best exchange that brings them in."""

from dataclasses import dataclass

import numpy as np

from graph.analysis.plan.array import Floats
from graph.analysis.plan.planner import Asked
from graph.analysis.plan.question import Limits, Plan, Question
from graph.analysis.plan.search import changes
from graph.analysis.plan.substitution import changes as substitutions
from graph.analysis.plan.tally import truth
from graph.analysis.plan.watch import Watch


@dataclass(frozen=True)
class Exchange:
    """What a candidate who is not chosen would do.

    `gain`: what they would better the objective by if they came and nobody left, not below 0 (0 for
    SET_COVER and K_COVER, where all is covered). `partner`: in whose place they do best, and
    `change`: by how much the objective then rises or falls; both None where nobody may leave or
    no exchange keeps all units covered or served.
    """

    candidate: int
    gain: float
    partner: int | None
    change: float | None


def why_not(
    question: Question, plan: Plan, candidate: int, limits: Limits | None = None
) -> Exchange:
    """Why the plan goes without this candidate, excluded or not; of equal partners, the first.

    With a capacity each exchange is solved anew, within the limits. Raises ValueError for a
    candidate who is chosen, and for a plan without an objective.
    """
    if candidate in plan.chosen or plan.objective is None:
        raise ValueError("only who is not chosen by a plan can be explained")
    asked = Asked(question)
    chosen = sorted(plan.chosen)
    movable = [i for i, j in enumerate(chosen) if not asked.forced[j]]
    if question.capacity is not None:
        gain, change = _solved(asked, plan.objective, chosen, candidate, Watch(limits or Limits()))
    elif question.objective.maximised:
        gain, change = _covering(asked, chosen, candidate)
    elif question.objective.covers_all:
        gain, change = 0.0, _paying(asked, chosen, candidate)
    else:
        gain, change = _saving(asked, plan.objective, chosen, candidate)
    possible = [i for i in movable if np.isfinite(change[i])]
    if not possible:
        return Exchange(candidate, gain, None, None)
    worst = -1.0 if question.objective.maximised else 1.0
    best = min(possible, key=lambda i: (round(worst * float(change[i]), 9), i))
    return Exchange(candidate, gain, chosen[best], float(change[best]))


Changes = tuple[float, Floats]  # the gain, and the change for each of the chosen, or not finite


def _covering(asked: Asked, chosen: list[int], candidate: int) -> Changes:
    ground, looked = asked.ground, np.array([candidate])
    steps = truth(ground.k)
    places, table = changes(ground, chosen, 0, looked, steps)
    change = np.full(len(chosen), -np.inf)
    change[places] = table[0]
    return asked.worth([*chosen, candidate]) - asked.worth(chosen), change


def _paying(asked: Asked, chosen: list[int], candidate: int) -> Floats:
    reach, k, cost = asked.reach, asked.question.k, asked.question.cost
    count = reach.T @ _indicator([*chosen, candidate], reach.shape[0])
    tight = asked.possible & (count <= k)  # nobody who reaches these may leave
    held = reach[chosen] @ tight.astype(np.float64)
    return np.where(held == 0, cost[candidate] - cost[chosen], np.inf)


def _saving(asked: Asked, objective: float, chosen: list[int], candidate: int) -> Changes:
    if not chosen:  # then there is nobody to serve
        return 0.0, np.zeros(0)
    cost = asked.costs()[:, asked.units]
    never = 2.0 * float(np.where(np.isfinite(cost), cost, 0.0).sum()) + 1.0
    finite = np.where(np.isfinite(cost), cost, never)
    change = substitutions(finite, np.array([candidate]), chosen)[0]
    both = finite[[*chosen, candidate]].min(axis=0).sum()
    return max(0.0, objective - float(both)), np.where(change < never / 2, change, np.inf)


def _solved(
    asked: Asked, objective: float, chosen: list[int], candidate: int, watch: Watch
) -> Changes:
    sign = 1.0 if asked.question.objective.maximised else -1.0
    everybody = [*chosen, candidate]
    joined = asked.objective_of(everybody, watch)
    change = [
        asked.objective_of([j for j in everybody if j != partner], watch) - objective
        for partner in chosen
    ]
    covers_all = asked.question.objective.covers_all
    return 0.0 if covers_all else max(0.0, sign * (joined - objective)), np.array(change)


def _indicator(chosen: list[int], size: int) -> Floats:
    held = np.zeros(size)
    held[chosen] = 1.0
    return held
