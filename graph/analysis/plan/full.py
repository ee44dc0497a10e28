"""SET_COVER and K_COVER: the cheapest candidates so that every unit is covered k times.

Greedy by what is missing, a Lagrangian bound whose reduced costs guide further greedy choices and
fix candidates, then branch and bound on what is left (Beasley 1990; Caprara, Fischetti and Toth
1999).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import vstack

from graph.analysis.plan import order, reduction
from graph.analysis.plan.array import (
    TINY,
    Booleans,
    Floats,
    Integers,
    Sparse,
    compressed,
    places,
    row,
)
from graph.analysis.plan.program import LARGEST, Outcome, Program, solved
from graph.analysis.plan.question import Found
from graph.analysis.plan.subgradient import ascend, granule, raised
from graph.analysis.plan.tally import spread
from graph.analysis.plan.watch import Watch

ROUNDS = 300  # of the Lagrangian ascent
TRIALS = 20  # greedy choices by reduced costs


@dataclass(frozen=True)
class Full:
    """Cover each of m units by k of n, all of `forced` among them, at most `budget` in all.

    Every unit is reached by at least k.
    """

    reach: Sparse
    cost: Floats
    k: int
    budget: int | None
    forced: Booleans

    @property
    def grain(self) -> float:
        return granule(self.cost)

    def fits(self, chosen: list[int]) -> bool:
        return self.budget is None or len(chosen) <= self.budget

    def only(self, kept: Integers) -> "Full":
        return replace(self, reach=self.reach[kept], cost=self.cost[kept], forced=self.forced[kept])


def best(full: Full, open_: Booleans, watch: Watch, begin: Sequence[int] = ()) -> Found:
    """The cheapest choice among the open, as far as the limits let it be found and proved."""
    names, small = _reduced(full, open_, watch)
    search = _Search(small, names, watch)
    guess = search.try_(small.cost)
    search.begin(places(names, begin))
    watch.reserve(0 if search.chosen is None else len(search.chosen) * order.FILLING)
    bound, method = -np.inf, "greedy"
    if search.chosen is not None or not watch.late():
        priced, reduced = search.priced(guess)
        bound = raised(priced, small.grain)
        watch.tell(None, min(bound, search.objective))
        method += ", Lagrangian"
        if bound < search.objective and small.reach.nnz <= LARGEST and not watch.over():
            bound = search.proved(priced, reduced)
            method += ", branch and bound"
    chosen = None if search.chosen is None else [int(names[j]) for j in search.chosen]
    return Found(chosen, search.objective, min(bound, search.objective), method)


def _reduced(full: Full, open_: Booleans, watch: Watch) -> tuple[Integers, Full]:
    """Without candidates and units that follow from others, and the candidates' names.

    Of many pairs all are kept where there is little time; the search then ends with a first choice.
    """
    names = np.flatnonzero(open_ | full.forced)
    small = full.only(names)
    held = small.reach.T @ small.forced.astype(np.float64)
    small = replace(small, reach=compressed(small.reach[:, np.flatnonzero(held < small.k)]))
    if watch.short_of(small.reach.nnz * reduction.SECONDS):
        return names, small
    for _ in range(3):  # units that are gone let candidates go, and so on
        before = small.reach.shape
        units = np.flatnonzero(reduction.needed(small.reach))
        small = replace(small, reach=compressed(small.reach[:, units]))
        helps = np.ones(len(names), dtype=np.bool_)
        alive = reduction.undominated(small.reach, -small.cost, small.k, small.forced, helps)
        kept = np.flatnonzero(alive)
        names, small = names[kept], small.only(kept)
        if small.reach.shape == before:
            break
    return names, small


class _Search:
    """The cheapest choice so far, and what makes it cheaper or its bound higher."""

    def __init__(self, full: Full, names: Integers, watch: Watch) -> None:
        self.full, self.names, self.watch = full, names, watch
        self.units = compressed(full.reach.T)
        self.chosen: list[int] | None = None
        self.objective = np.inf

    def try_(self, price: Floats) -> float:
        """A greedy choice by these prices, kept if it is cheaper; gives its cost.

        Infinite where time is over before all is covered.
        """
        chosen = greedy(self.full, self.units, price, self.watch)
        if chosen is None:
            return np.inf
        cost = float(self.full.cost[chosen].sum())
        if cost < self.objective and self.full.fits(chosen):
            self.keep(chosen, cost)
        return cost

    def begin(self, known: list[int]) -> None:
        """Keep a choice that is known already, if it covers all and is cheaper."""
        chosen = np.union1d(known, np.flatnonzero(self.full.forced)).astype(np.int64)
        held = np.asarray(self.full.reach[chosen].sum(axis=0))
        cost = float(self.full.cost[chosen].sum())
        if (held >= self.full.k).all() and cost < self.objective and self.full.fits([*chosen]):
            self.keep([int(j) for j in chosen], cost)

    def keep(self, chosen: list[int], cost: float) -> None:
        self.chosen, self.objective = chosen, cost
        self.watch.choose(self.names, chosen)
        self.watch.tell(cost, None)

    def priced(self, guess: float) -> tuple[float, Floats]:
        """A lower bound, and each candidate's cost reduced by the prices that give it (n,).

        `guess`: what a choice costs, within the budget or not.
        """
        full, grain, rounds = self.full, self.full.grain, 0

        def oracle(prices: Floats) -> tuple[float, Floats]:
            nonlocal rounds
            rounds += 1
            reduced = full.cost - full.reach @ prices
            taken = full.forced | (reduced < 0)
            if rounds % (ROUNDS // TRIALS) == 0:
                self.try_(np.maximum(reduced, 0.0))
            bound = float(full.k * prices.sum() + reduced[taken].sum())
            return bound, full.k - self.units @ taken.astype(np.float64)

        degree = np.maximum(np.diff(full.reach.indptr), 1)
        share = full.cost / degree
        start = np.minimum.reduceat(share[self.units.indices], self.units.indptr[:-1])
        ascent = ascend(
            oracle,
            start,
            self.watch,
            target=lambda: min(self.objective, guess),
            enough=lambda bound: raised(bound, grain) >= self.objective * (1 - TINY),
            rounds=ROUNDS,
        )
        return ascent.bound, full.cost - full.reach @ ascent.prices

    def proved(self, priced: float, reduced: Floats) -> float:
        """Branch and bound on who can belong to a cheaper choice; gives the lower bound."""
        full = self.full
        bound = raised(priced, full.grain)
        free = np.flatnonzero(self._may(priced, reduced))
        part = full.only(free)
        outcome = solved(
            _program(part),
            self.watch,
            below=self.objective,
            granule=full.grain,
            tell=lambda _, low: self.watch.tell(None, min(self.objective, max(bound, low))),
            hear=lambda values: self._heard(free[values > 0.5]),
        )
        if outcome.values is not None:
            self._heard(free[outcome.values > 0.5])
        return max(bound, min(self.objective, _lower(outcome, full.grain)))

    def _heard(self, chosen: Integers) -> None:
        cost = float(self.full.cost[chosen].sum())
        if cost < self.objective:
            self.keep([int(j) for j in chosen], cost)

    def _may(self, priced: float, reduced: Floats) -> Booleans:
        """Who can belong to a choice that is cheaper than the one at hand.

        `priced` is the bound as the reduced costs give it, not raised to a multiple of anything.
        """
        if not np.isfinite(self.objective):
            return np.ones(len(reduced), dtype=np.bool_)
        better = self.objective - max(self.full.grain, TINY * self.objective) * (1 - 1e-6)
        return np.asarray((priced + np.maximum(reduced, 0.0) <= better) | self.full.forced)


def _lower(outcome: Outcome, grain: float) -> float:
    if outcome.infeasible:  # nothing is cheaper than what is at hand
        return np.inf
    return raised(outcome.objective if outcome.proved and not grain else outcome.bound, grain)


def _program(full: Full) -> Program:
    n, m = full.reach.shape
    rows = [compressed(full.reach.T), compressed(np.ones((1, n)))]
    most = np.inf if full.budget is None else float(full.budget)
    return Program(
        cost=full.cost,
        rows=compressed(vstack(rows)),
        low=np.append(np.full(m, float(full.k)), -np.inf),
        high=np.append(np.full(m, np.inf), most),
        lower=full.forced.astype(np.float64),
        upper=np.ones(n),
        integer=np.ones(n, dtype=np.bool_),
    )


def greedy(full: Full, units: Sparse, price: Floats, watch: Watch) -> list[int] | None:
    """Add who covers most of what is missing for the price, then drop who is not needed.

    None where time is over before all is covered.
    """
    chosen = [int(j) for j in np.flatnonzero(full.forced)]
    missing = full.k - full.reach.T @ full.forced.astype(np.float64)
    cheap = price + TINY * max(1.0, float(price.max(initial=0.0)))
    gains = full.reach @ (missing > 0).astype(np.float64)
    gains[chosen] = -np.inf
    worth = gains / cheap
    left = int((missing > 0).sum())
    while left:
        if watch.late():
            return None
        best = int(worth.argmax())
        assert worth[best] > 0, "every unit is reached by k"
        chosen.append(best)
        mine = row(full.reach, best)
        done = mine[missing[mine] == 1]
        missing[mine] -= 1
        left -= len(done)
        who = units.indices[spread(units.indptr, done)]
        np.subtract.at(gains, who, 1.0)
        gains[best] = -np.inf
        worth[who] = gains[who] / cheap[who]
        worth[best] = -np.inf
    return _lean(full, chosen, -missing)


def _lean(full: Full, chosen: list[int], spare: Floats) -> list[int]:
    """Drop the dearest first of whom no unit needs; `spare` (m,): coverings beyond k."""
    kept = set(chosen)
    for j in sorted(chosen, key=lambda j: -full.cost[j]):
        mine = row(full.reach, j)
        if not full.forced[j] and (spare[mine] >= 1).all():
            spare[mine] -= 1
            kept.discard(j)
    return [j for j in chosen if j in kept]
