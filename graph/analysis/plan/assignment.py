"""Plans in which each candidate serves at most so many units: who serves whom is chosen as well.

One variable for each pair of candidate and unit, 1 only if the candidate is chosen; exact, and
therefore for hundreds of candidates rather than thousands (capacitated covering: Current and
Storbeck 1988; capacitated p-median: Mulvey and Beck 1984). With EXPECTED, who serves whom is
settled before anyone accepts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import eye_array, hstack, vstack

from graph.analysis.plan import cutting
from graph.analysis.plan.array import TINY, Booleans, Floats, Integers, Sparse, compressed
from graph.analysis.plan.covering import Cover
from graph.analysis.plan.curve import curve
from graph.analysis.plan.program import Program, solved
from graph.analysis.plan.question import Found
from graph.analysis.plan.subgradient import granule, raised
from graph.analysis.plan.tally import worth_of
from graph.analysis.plan.watch import Watch


@dataclass(frozen=True)
class Serving:
    """The pairs that may be: candidate and unit of each, and how many each of n may serve.

    At most `budget` of n are chosen (None: any number), all of `forced` among them.
    """

    candidate: Integers
    unit: Integers
    room: Floats
    budget: int | None
    forced: Booleans
    units: int

    @property
    def of_candidates(self) -> Sparse:
        """(n, pairs): 1 where the pair is the candidate's."""
        pairs = np.arange(len(self.candidate))
        shape = (len(self.room), len(pairs))
        return compressed((np.ones(len(pairs)), (self.candidate, pairs)), shape=shape)

    @property
    def of_units(self) -> Sparse:
        """(m, pairs): 1 where the pair is the unit's."""
        pairs = np.arange(len(self.unit))
        return compressed((np.ones(len(pairs)), (self.unit, pairs)), shape=(self.units, len(pairs)))

    @property
    def able(self) -> Floats:
        """How many units each can serve at most, of those within reach (n,)."""
        return np.minimum(self.room, np.bincount(self.candidate, minlength=len(self.room)))

    def best(self, value: Floats) -> Integers:
        """The pairs that are worth most to each candidate, as many as it has room for."""
        order = np.lexsort((-value, self.candidate))
        starts = np.searchsorted(self.candidate[order], np.arange(len(self.room)))
        rank = np.arange(len(order)) - starts[self.candidate[order]]
        return order[(rank < self.room[self.candidate[order]]) & (value[order] > 0)]

    def linked(self, program: Program) -> Program:
        """A program whose first columns are the pairs, with a column for each candidate behind."""
        n, pairs, before = len(self.room), len(self.candidate), len(program.cost)
        mine, rest = self.of_candidates, before - pairs
        each = hstack([eye_array(pairs), compressed((pairs, rest)), -mine.T])
        total = hstack([mine, compressed((n, rest)), -eye_array(n) * self.able[None, :]])
        most = n if self.budget is None else self.budget
        chosen = hstack([compressed((1, before)), np.ones((1, n))])
        old = hstack([program.rows, compressed((program.rows.shape[0], n))])
        return Program(
            cost=np.append(program.cost, np.zeros(n)),
            rows=compressed(vstack([old, each, total, chosen])),
            low=np.append(program.low, np.full(pairs + n + 1, -np.inf)),
            high=np.concatenate([program.high, np.zeros(pairs + n), [float(most)]]),
            lower=np.append(program.lower, self.forced.astype(np.float64)),
            upper=np.append(program.upper, np.ones(n)),
            integer=np.append(program.integer, np.ones(n, dtype=np.bool_)),
        )

    def found(self, pairs: Integers, objective: float, bound: float, method: str) -> Found:
        """The answer in which these pairs serve."""
        chosen = np.union1d(np.flatnonzero(self.forced), self.candidate[pairs])
        served = np.stack([self.candidate[pairs], self.unit[pairs]], axis=1)
        return Found([int(j) for j in chosen], objective, bound, method, served)


def most(
    serving: Serving,
    chance: Floats,
    weight: Floats,
    k: int,
    watch: Watch,
    freely: Callable[[], float],
) -> Found:
    """MAX_COVER and EXPECTED: the most (expected) weight of units served by k; `chance` (n,).

    `freely`: gives a bound where nobody's number is limited.
    """
    pairs = len(serving.candidate)
    cover = Cover(
        reach=compressed(serving.of_units.T),
        chance=chance[serving.candidate],
        weight=weight,
        k=k,
        budget=pairs,
        forced=np.zeros(pairs, dtype=np.bool_),
    )
    first = _greedy(serving, cover)
    worth = worth_of(cover, first)
    watch.tell(worth, None)
    degree = np.bincount(serving.unit, minlength=serving.units)
    line = curve(cover.chance, k, int(degree.max(initial=k)))
    bound = min(float(weight[degree >= k].sum()), -raised(-_adding(serving, cover), cover.grain))
    if bound - worth > TINY * max(1.0, worth):
        bound = min(bound, freely())
    bound = max(worth, bound)
    watch.tell(None, bound)
    if bound - worth <= TINY * max(1.0, worth):
        return serving.found(first, worth, worth, "greedy")
    done = cutting.proved(cover, line, worth, bound, watch, serving.linked)
    served = first if done.chosen is None else np.array(done.chosen, dtype=np.int64)
    return serving.found(served, done.objective, done.bound, "greedy, branch and bound")


def _greedy(serving: Serving, cover: Cover) -> Integers:
    """Choose candidate after candidate by what the units that it can still serve are worth."""
    n, budget = len(serving.room), serving.budget
    need = np.full(serving.units, cover.k)
    open_ = np.ones(n, dtype=np.bool_)
    served: list[Integers] = []
    first = [int(j) for j in np.flatnonzero(serving.forced)]
    miss = np.ones(serving.units)
    for turn in range(n if budget is None else min(budget, n)):
        value = cover.weight[serving.unit] * cover.chance * miss[serving.unit]
        value = np.where(need[serving.unit] > 0, value, 0.0)
        taken = serving.best(value)
        gains = np.bincount(serving.candidate[taken], weights=value[taken], minlength=n)
        gains[~open_] = -1.0
        best = first[turn] if turn < len(first) else int(np.argmax(gains))
        if gains[best] <= 0 and turn >= len(first):
            break
        mine = taken[serving.candidate[taken] == best]
        served.append(mine)
        open_[best] = False
        if cover.sure:
            need[serving.unit[mine]] -= 1
        elif cover.k == 1:
            miss[serving.unit[mine]] *= 1 - cover.chance[mine]
    return np.concatenate([np.zeros(0, dtype=np.int64), *served])


def _adding(serving: Serving, cover: Cover) -> float:
    """What those who are chosen can add up to at most: each serves the units that are worth most.

    A unit that k serve is worth what they add to it by k at most (Markov's inequality where they
    may decline).
    """
    value = cover.weight[serving.unit] * cover.chance
    mine = serving.best(value)
    each = np.bincount(serving.candidate[mine], value[mine], minlength=len(serving.room))
    others = np.sort(each[~serving.forced])[::-1]
    free = len(others) if serving.budget is None else serving.budget - int(serving.forced.sum())
    return float(each[serving.forced].sum() + others[: max(0, free)].sum()) / cover.k


def _needed(serving: Serving, cost: Floats, k: int) -> float:
    """What as many as have room for all units cost at least, part of the last one counted.

    Infinite where all together have no room.
    """
    room = serving.able
    missing = serving.units * k - float(room[serving.forced].sum())
    others = np.flatnonzero(~serving.forced & (room > 0))
    others = others[np.argsort(cost[others] / room[others], kind="stable")]
    ahead = np.cumsum(room[others]) - room[others]
    taken = np.clip(missing - ahead, 0.0, room[others])
    if taken.sum() < missing:
        return np.inf
    return float(cost[serving.forced].sum() + (cost[others] / room[others] * taken).sum())


def least(
    serving: Serving,
    by_pair: Floats,
    by_candidate: Floats,
    k: int,
    watch: Watch,
    freely: Callable[[], float],
) -> Found:
    """Each unit served by k, for the least cost of pairs (pairs,) and candidates (n,).

    `freely`: gives a bound where nobody's number is limited.
    """
    pairs = len(serving.candidate)
    program = serving.linked(
        Program(
            cost=by_pair,
            rows=serving.of_units,
            low=np.full(serving.units, float(k)),
            high=np.full(serving.units, float(k)),
            lower=np.zeros(pairs),
            upper=np.ones(pairs),
            integer=np.ones(pairs, dtype=np.bool_),
        )
    )
    cost = np.append(by_pair, by_candidate)
    grain = granule(cost)
    program = Program(
        cost, program.rows, program.low, program.high, program.lower, program.upper, program.integer
    )
    low = max(_needed(serving, by_candidate, k), freely())
    if np.isinf(low):
        return Found(None, np.inf, np.inf, "room for all")
    tell = lambda value, bound: watch.tell(value, max(low, bound))  # noqa: E731
    outcome = solved(program, watch, granule=grain, tell=tell)
    if outcome.infeasible:
        return Found(None, np.inf, np.inf, "branch and bound")
    bound = raised(max(low, outcome.bound), grain)
    if outcome.values is None:
        return Found(None, np.inf, bound, "branch and bound")
    near = outcome.objective - bound <= TINY * max(1.0, outcome.objective)
    bound = outcome.objective if outcome.proved or near else bound
    served = np.flatnonzero(outcome.values[:pairs] > 0.5)
    found = serving.found(served, outcome.objective, bound, "branch and bound")
    return found
