"""P_MEDIAN: at most so many candidates, the least sum of weighted distances to the nearest.

Vertex substitution and a Lagrangian bound help each other; candidates are fixed by reduced costs,
and branch and bound runs on what is left (Cornuejols, Fisher and Nemhauser 1977; Beasley 1993; the
radius formulation of Cornuejols, Nemhauser and Wolsey 1980, chained as by García, Labbé and Marín
2011).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.analysis.plan.array import TINY, Booleans, Floats, Integers, compressed, places
from graph.analysis.plan.near import Near
from graph.analysis.plan.program import Outcome, Program, solved
from graph.analysis.plan.question import Found
from graph.analysis.plan.subgradient import ascend, granule, raised
from graph.analysis.plan.substitution import greedy, substituted
from graph.analysis.plan.watch import Watch

ROUNDS = 1000  # of the Lagrangian ascent
TRIALS = 40  # substitutions that begin from a Lagrangian choice
NEAREST = 100  # candidates of each unit that a price can reach, at least
AMONG = 512  # candidates who may come in then
LARGEST = 400_000  # figures in a program, above which it is not begun


@dataclass(frozen=True)
class Median:
    """Choose at most `budget` of n, all of `forced` among them.

    `cost` (n, m): weight times distance, infinite where a candidate cannot serve a unit; each unit
    can be served by some.
    """

    cost: Floats
    budget: int
    forced: Booleans


def best(median: Median, open_: Booleans, watch: Watch, begin: Sequence[int] = ()) -> Found:
    """The best choice among the open, as far as the limits let it be found and proved."""
    names = np.flatnonzero(open_ | median.forced)
    search = _Search(median, names, watch)
    search.begin(places(names, begin))
    priced, gains = search.priced()
    bound = raised(priced, search.grain)
    watch.tell(None, min(bound, search.objective))
    method = "greedy, substitution, Lagrangian"
    if bound < search.objective and not watch.over():
        bound = search.proved(priced, gains)
        method += ", branch and bound"
    chosen = None if search.chosen is None else [int(names[j]) for j in search.chosen]
    return Found(chosen, search.objective, min(bound, search.objective), method)


class _Search:
    """The best choice so far, and what makes it better or its bound higher."""

    def __init__(self, median: Median, names: Integers, watch: Watch) -> None:
        self.names, self.watch = names, watch
        cost = median.cost[names]
        finite = np.where(np.isfinite(cost), cost, 0.0)
        self.never = float(finite.max(axis=0, initial=0.0).sum()) + 1.0
        self.true = cost
        self.cost = np.where(np.isfinite(cost), cost, self.never)
        self.budget, self.forced = min(median.budget, len(cost)), median.forced[names]
        self.grain = granule(finite.ravel())
        self.chosen: list[int] | None = None
        self.objective = np.inf
        self.guess: list[int] = []
        self.tried: set[tuple[int, ...]] = set()

    def begin(self, known: list[int]) -> None:
        """With a greedy choice, and with the one that is known already, if there is one."""
        forced = [int(j) for j in np.flatnonzero(self.forced)]
        self.guess = greedy(self.cost, forced, self.budget, self.watch)
        self.try_(self.guess)
        chosen = [*forced, *(j for j in known if not self.forced[j])]
        if known and len(chosen) <= self.budget:
            self.try_(chosen)

    def try_(self, chosen: list[int], among: Integers | None = None) -> None:
        """Substitute from here by those among whom it is worth while, and keep what is better."""
        key = tuple(sorted(chosen))
        if key in self.tried:
            return
        self.tried.add(key)
        chosen = substituted(self.cost, chosen, self.forced, self.watch, among)
        if self._total(chosen) < self._total(self.guess):
            self.guess = chosen
        self.keep(chosen)

    def keep(self, chosen: list[int]) -> None:
        total = float(self.true[chosen].min(axis=0, initial=np.inf).sum())
        if total < self.objective:
            self.chosen, self.objective = chosen, total
            self.watch.choose(self.names, chosen)
            self.watch.tell(total, None)

    def _total(self, chosen: list[int]) -> float:
        return float(self.cost[chosen].min(axis=0, initial=np.inf).sum())

    def priced(self) -> tuple[float, Floats]:
        """A lower bound, and what each candidate saves by its prices, as a negative figure (n,)."""
        mine = np.sort(self.cost[self.guess], axis=0)
        start = mine[: min(2, len(mine))].mean(axis=0) if len(mine) else np.zeros(mine.shape[1])
        near = Near(self.cost, max(NEAREST, 6 * len(self.cost) // max(1, self.budget)))
        free = self.budget - int(self.forced.sum())
        best, better = -np.inf, 0

        def oracle(prices: Floats) -> tuple[float, Floats]:
            nonlocal best, better
            prices = np.minimum(prices, near.far)
            gains = near.gains(prices)
            taken = self.forced | _top(gains, self.forced, free)
            bound = float(prices.sum() + gains[taken].sum())
            if bound > best:
                best, better = bound, better + 1
                if better % 10 == 0 and len(self.tried) < TRIALS:
                    among = np.sort(np.argsort(gains, kind="stable")[:AMONG])
                    self.try_([int(j) for j in np.flatnonzero(taken)], among)
            return bound, 1.0 - near.served(prices, taken)

        ascent = ascend(
            oracle,
            start,
            self.watch,
            target=lambda: min(self.objective, self._total(self.guess)),
            enough=lambda bound: raised(bound, self.grain) >= self.objective * (1 - TINY),
            rounds=ROUNDS,
            free=True,
        )
        return ascent.bound, near.gains(np.minimum(ascent.prices, near.far))

    def proved(self, priced: float, gains: Floats) -> float:
        """Branch and bound on who can belong to a better choice; gives the lower bound."""
        bound = raised(priced, self.grain)
        kept, must = self._fixed(priced, gains)
        program = _program(self.true[kept], self.budget, must[kept])
        if program is None:
            return self.objective
        if program.rows.nnz > LARGEST:
            return bound
        outcome = solved(
            program,
            self.watch,
            below=self.objective,
            granule=self.grain,
            tell=lambda _, low: self.watch.tell(None, min(self.objective, max(bound, low))),
            hear=lambda values: self._heard(kept, values),
        )
        if outcome.values is not None:
            self._heard(kept, outcome.values)
        return max(bound, min(self.objective, _lower(outcome, self.grain)))

    def _heard(self, kept: Integers, values: Floats) -> None:
        self.keep([int(kept[j]) for j in np.flatnonzero(values[: len(kept)] > 0.5)])

    def _fixed(self, priced: float, gains: Floats) -> tuple[Integers, Booleans]:
        """Who may still belong to a better choice, and who must (n,)."""
        if not np.isfinite(self.objective):
            return np.arange(len(gains)), self.forced
        free = self.budget - int(self.forced.sum())
        top = _top(gains, self.forced, free)
        better = self.objective - max(self.grain, TINY * self.objective) * (1 - 1e-6)
        rest = ~top & ~self.forced
        last = float(gains[top].max()) if top.any() else 0.0
        following = float(gains[rest].min()) if rest.any() else 0.0
        out = rest & (priced + gains - last > better)
        must = top & (priced + following - gains > better)
        return np.flatnonzero(~out), self.forced | must


def _top(gains: Floats, forced: Booleans, count: int) -> Booleans:
    """The `count` that save most beside the forced."""
    top = np.zeros(len(gains), dtype=np.bool_)
    count = min(count, int((~forced).sum()))
    if count > 0:
        top[np.argpartition(np.where(forced, np.inf, gains), count - 1)[:count]] = True
    return top


def _lower(outcome: Outcome, grain: float) -> float:
    if outcome.infeasible:  # nothing is better than what is at hand
        return np.inf
    return raised(outcome.objective if outcome.proved and not grain else outcome.bound, grain)


def _program(cost: Floats, budget: int, forced: Booleans) -> Program | None:
    """Columns: candidates, then for each unit and each distance that it is not served within it.

    None where a unit cannot be served.
    """
    n, m = cost.shape
    row: list[Integers] = []
    column: list[Integers] = []
    value: list[Floats] = []
    price, low, constant = [np.zeros(n)], [], 0.0
    rows, columns = 0, n
    for unit in range(m):
        mine = cost[:, unit]
        who = np.flatnonzero(np.isfinite(mine) & (mine <= mine[forced].min(initial=np.inf)))
        if not len(who):
            return None
        steps, rank = np.unique(mine[who], return_inverse=True)
        last = len(steps) - 1
        # Served at this distance, or not yet: what was not served before.
        row += [rows + rank, rows + np.arange(last), rows + np.arange(1, last + 1)]
        column += [who, columns + np.arange(last), columns + np.arange(last)]
        value += [np.ones(len(who)), np.ones(last), -np.ones(last)]
        price.append(np.diff(steps))
        low.append(np.append(1.0, np.zeros(last)))
        constant += float(steps[0])
        rows, columns = rows + last + 1, columns + last
    return _assembled(row, column, value, np.concatenate(price), low, constant, n, budget, forced)


def _assembled(
    row: list[Integers],
    column: list[Integers],
    value: list[Floats],
    price: Floats,
    low: list[Floats],
    constant: float,
    n: int,
    budget: int,
    forced: Booleans,
) -> Program:
    """The program of these figures, one row for the budget and one column for the constant."""
    columns, rows = len(price), sum(len(part) for part in low)
    row.append(np.full(n, rows))
    column.append(np.arange(n))
    value.append(np.ones(n))
    matrix = compressed(
        (np.concatenate(value), (np.concatenate(row), np.concatenate(column))),
        shape=(rows + 1, columns + 1),
    )
    return Program(
        cost=np.append(price, constant),
        rows=matrix,
        low=np.concatenate([*low, [-np.inf]]),
        high=np.append(np.full(rows, np.inf), float(budget)),
        lower=np.concatenate([forced.astype(np.float64), np.zeros(columns - n), [1.0]]),
        upper=np.ones(columns + 1),
        integer=np.arange(columns + 1) < n,
    )
