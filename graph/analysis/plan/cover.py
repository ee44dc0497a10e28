"""MAX_COVER and EXPECTED: the most weight covered by at most so many candidates.

A greedy choice with exchanges, a Lagrangian bound, candidates fixed by their reduced gains, then
branch and bound on what is left (Church and ReVelle 1974; Galvão and ReVelle 1996 for the bound).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from graph.analysis.plan import cutting, reduction
from graph.analysis.plan.array import (
    TINY,
    Booleans,
    Floats,
    Integers,
    Sparse,
    compressed,
    places,
)
from graph.analysis.plan.covering import Cover
from graph.analysis.plan.curve import Curve, curve
from graph.analysis.plan.program import LARGEST
from graph.analysis.plan.question import Found
from graph.analysis.plan.search import exchanged, greedy
from graph.analysis.plan.subgradient import ascend, raised
from graph.analysis.plan.tally import tally, worth_of
from graph.analysis.plan.watch import Watch

ROUNDS = 250  # of the Lagrangian ascent


def best(cover: Cover, open_: Booleans, watch: Watch, begin: Sequence[int] = ()) -> Found:
    """The best choice among the open, as far as the limits let it be found and proved."""
    names, small = _reduced(cover, open_, watch)
    if not small.reach.nnz or small.budget < small.k:
        return Found([int(j) for j in names[small.forced]], 0.0, 0.0, "nothing can be covered")
    chosen = _first(small, watch)
    known = [j for j in places(names, begin) if not small.forced[j]]
    if len(begin) and len(known) <= small.free:
        other = _begun(small, known, watch)
        chosen = max(chosen, other, key=lambda one: worth_of(small, one))
    worth = worth_of(small, chosen)
    watch.choose(names, chosen)
    watch.tell(worth, None)
    if watch.late():
        most = float(small.weight.sum())
        return Found([int(names[j]) for j in chosen], worth, most, "greedy")
    line = curve(small.chance, small.k, min(_most(small.reach), small.budget))
    priced, gains = _priced(small, line, chosen, worth, watch)
    if not watch.over():  # who is taken at the best prices is a good beginning, too
        taken = small.forced | _top(gains, small.forced, small.free)
        other = _begun(small, [int(j) for j in np.flatnonzero(taken & ~small.forced)], watch)
        chosen = max(chosen, other, key=lambda one: worth_of(small, one))
        worth = worth_of(small, chosen)
        watch.choose(names, chosen)
        watch.tell(worth, None)
    bound = max(worth, min(float(small.weight.sum()), -raised(-priced, small.grain)))
    watch.tell(None, bound)
    method = "greedy, exchange, Lagrangian"
    if bound > worth and small.reach.nnz <= LARGEST and not watch.over():
        kept, forced = _fixed(small, gains, priced, worth)
        part = replace(small, forced=forced).only(kept)
        line = Curve(line.step[kept], line.at, line.value)
        done = cutting.proved(part, line, worth, bound, watch, names=names[kept])
        if done.chosen is not None:
            chosen, worth = [int(kept[j]) for j in done.chosen], done.objective
        bound = max(worth, min(bound, done.bound))
        method += ", branch and bound"
    return Found([int(names[j]) for j in chosen], worth, bound, method)


def _reduced(cover: Cover, open_: Booleans, watch: Watch) -> tuple[Integers, Cover]:
    """Without units that nobody can cover and candidates that others stand for, and their names.

    Of many pairs all are kept where there is little time; the search then ends with a first choice.
    """
    possible = np.flatnonzero((cover.chance > 0) & open_ | cover.forced)
    small = cover.only(possible)
    degree = np.bincount(small.reach.indices, minlength=small.reach.shape[1])
    units = np.flatnonzero((degree >= cover.k) & (cover.weight > 0))
    small = replace(small, reach=small.reach[:, units], weight=cover.weight[units])
    if watch.short_of(small.reach.nnz * reduction.SECONDS):
        return possible, replace(small, reach=compressed(small.reach))
    # Of so many that dominate another, one is not chosen and can come in its place, or, where all
    # are sure, they are enough without it.
    copies = cover.k if cover.sure else max(1, cover.free)
    helps = ~small.forced if not cover.sure else np.ones(len(possible), dtype=np.bool_)
    alive = reduction.undominated(small.reach, small.chance, copies, small.forced, helps)
    kept = np.flatnonzero(alive)
    small = small.only(kept)
    first, weight = reduction.merged(small.reach, small.weight)
    return possible[kept], replace(small, reach=compressed(small.reach[:, first]), weight=weight)


def _most(reach: Sparse) -> int:
    """How many reach the same unit at most."""
    return int(np.bincount(reach.indices, minlength=1).max())


def _first(cover: Cover, watch: Watch) -> list[int]:
    """Greedy, by what is covered or, for k > 1, a guide towards it; then exchanges."""
    forced, units = [int(j) for j in np.flatnonzero(cover.forced)], compressed(cover.reach.T)
    steps = np.full(cover.k, 1 / cover.k)
    added = greedy(tally(cover, forced), units, steps, ~cover.forced, cover.free, watch)
    return _begun(cover, added, watch)


def _begun(cover: Cover, added: list[int], watch: Watch) -> list[int]:
    """What exchanges make of these beside the forced."""
    forced = [int(j) for j in np.flatnonzero(cover.forced)]
    return exchanged(cover, forced + added, len(forced), ~cover.forced, watch)


def _priced(
    cover: Cover, line: Curve, chosen: list[int], worth: float, watch: Watch
) -> tuple[float, Floats]:
    """An upper bound, and what each candidate is worth by the prices that give it (n,)."""
    reach, units, grain = cover.reach, compressed(cover.reach.T), cover.grain
    worths = cover.weight[:, None] * line.value

    def oracle(prices: Floats) -> tuple[float, Floats]:
        gains = line.step * (reach @ prices)
        taken = cover.forced | _top(gains, cover.forced, cover.free)
        offers = worths - prices[:, None] * line.at
        at = np.argmax(offers, axis=1)
        bound = float(gains[taken].sum() + np.take_along_axis(offers, at[:, None], 1).sum())
        return -bound, line.at[at] - units @ (line.step * taken)

    held = units @ np.bincount(chosen, weights=line.step[chosen], minlength=len(line.step))
    steepest = float(line.value[1] / line.at[1])
    start = cover.weight * steepest * np.minimum(1.0, line.at[1] / np.maximum(held, 1e-9))
    ascent = ascend(
        oracle,
        start,
        watch,
        target=lambda: -worth,
        enough=lambda bound: -raised(bound, grain) <= worth * (1 + TINY),
        rounds=ROUNDS,
    )
    return -ascent.bound, line.step * (reach @ ascent.prices)


def _top(gains: Floats, forced: Booleans, count: int) -> Booleans:
    """The `count` with most gain beside the forced."""
    top = np.zeros(len(gains), dtype=np.bool_)
    free = np.where(forced, -np.inf, gains)
    count = min(count, int((~forced).sum()))
    if count > 0:
        top[np.argpartition(-free, count - 1)[:count]] = True
    return top


def _fixed(cover: Cover, gains: Floats, priced: float, worth: float) -> tuple[Integers, Booleans]:
    """Who may still belong to a better choice, and who must (n,).

    `priced` is the bound as the gains give it, not lowered to a multiple of anything.
    """
    top = _top(gains, cover.forced, cover.free)
    better = worth + max(cover.grain, TINY * max(1.0, worth)) * (1 - 1e-6)
    rest = ~top & ~cover.forced
    last = float(gains[top].min()) if top.sum() >= cover.free and top.any() else 0.0
    following = float(gains[rest].max()) if rest.any() else 0.0
    out = rest & (priced - (last - gains) < better)
    must = top & (priced - (gains - following) < better)
    return np.flatnonzero(~out), cover.forced | must
