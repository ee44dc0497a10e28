"""Branch and bound for `cover`, where what a program overstates is cut off until nothing is.

Where candidates may decline, units are worth a concave line at most (`curve`). A choice S is worth
f(S) to a unit, and any other choice at most f(S) plus p(j) * (1 - f(S)) for each j it adds: for
k = 1 the submodular cuts of Nemhauser and Wolsey 1981.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import eye_array, hstack, kron, vstack

from graph.analysis.plan.array import Floats, Integers, Sparse, compressed
from graph.analysis.plan.covering import Cover
from graph.analysis.plan.curve import Curve
from graph.analysis.plan.program import Outcome, Program, solved
from graph.analysis.plan.subgradient import raised
from graph.analysis.plan.tally import tally, worth_of
from graph.analysis.plan.watch import Watch

CUTTINGS = 100  # times that a program is solved anew
NEAR = 1e-7  # relative: what is overstated by less is let be


@dataclass(frozen=True)
class Proved:
    """A better choice than the one begun with, or None, its worth, and an upper bound."""

    chosen: list[int] | None
    objective: float
    bound: float


def proved(
    cover: Cover,
    line: Curve,
    worth: float,
    bound: float,
    watch: Watch,
    linked: Callable[[Program], Program] = lambda program: program,
    names: Integers | None = None,
) -> Proved:
    """Search for a choice of more worth; the bound is that of all choices of this cover.

    `linked` may add columns and rows to the program, behind those that are there. `names`: under
    which better choices are told; None = they are no choices of candidates.
    """
    program = linked(_program(cover, line))
    chosen: list[int] | None = None

    def hear(values: Floats) -> None:
        nonlocal chosen, worth
        found = [int(j) for j in np.flatnonzero(values[: len(cover.forced)] > 0.5)]
        reached = worth_of(cover, found)
        if reached > worth:
            chosen, worth = found, reached
            if names is not None:
                watch.choose(names, found)
            watch.tell(worth, None)

    for _ in range(CUTTINGS):
        outcome = solved(
            program,
            watch,
            below=-worth,
            granule=cover.grain,
            tell=_teller(watch, worth, bound),
            hear=hear,
        )
        bound = max(worth, min(bound, _upper(outcome, cover.grain)))
        if outcome.values is None:
            break
        hear(outcome.values)
        bound = max(bound, worth)
        if not outcome.proved or cover.sure:
            break
        cuts = _cuts(cover, line, outcome.values)
        if cuts is None or bound - worth <= NEAR * max(1.0, worth):
            bound = worth
            break
        program = _with(program, *cuts)
    return Proved(chosen, worth, bound)


def _teller(watch: Watch, worth: float, bound: float) -> Callable[[float, float], None]:
    return lambda _, low: watch.tell(None, min(bound, max(worth, -low)))


def _upper(outcome: Outcome, grain: float) -> float:
    if outcome.infeasible:  # nothing is better than what was begun with
        return -np.inf
    low = outcome.objective if outcome.proved and not grain else outcome.bound
    return -raised(low, grain)


def _program(cover: Cover, line: Curve) -> Program:
    """Columns: candidates, then the pieces of each unit's line, 0 to 1, unit by unit."""
    n, m = cover.reach.shape
    length, rise = np.diff(line.at), np.diff(line.value)
    pieces = kron(eye_array(m), length[None, :])
    held = -compressed(cover.reach.T * line.step[None, :])
    chosen = hstack([np.ones((1, n)), compressed((1, m * len(length)))])
    rows = compressed(vstack([hstack([held, pieces]), chosen]))
    whole = np.full(m * len(length), bool(cover.sure and cover.k > 1))
    return Program(
        cost=np.append(np.zeros(n), np.outer(cover.weight, -rise)),
        rows=rows,
        low=np.full(m + 1, -np.inf),
        high=np.append(np.zeros(m), float(cover.budget)),
        lower=np.concatenate([cover.forced.astype(np.float64), np.zeros(len(whole))]),
        upper=np.ones(n + len(whole)),
        integer=np.concatenate([np.ones(n, dtype=np.bool_), whole]),
    )


def _cuts(cover: Cover, line: Curve, values: Floats) -> tuple[Sparse, Floats] | None:
    """Rows and upper sides that cut off what the values overstate; None where that is nothing."""
    n, m = cover.reach.shape
    chosen = np.flatnonzero(values[:n] > 0.5)
    truth = 1.0 - tally(cover, chosen).few.sum(axis=0)
    rise = np.diff(line.value)
    shown = values[n : n + m * len(rise)].reshape(m, len(rise)) @ rise
    over = np.flatnonzero((shown - truth) * cover.weight > NEAR)
    if not len(over):
        return None
    others = cover.chance.copy()
    others[chosen] = 0.0
    gain = compressed(cover.reach.T)[over] * others[None, :] * (1.0 - truth[over])[:, None]
    pieces = kron(eye_array(m).tocsr()[over], rise[None, :])
    return compressed(hstack([-compressed(gain), pieces])), truth[over]


def _with(program: Program, rows: Sparse, high: Floats) -> Program:
    """The program with these rows below; columns behind theirs are not in them."""
    behind = compressed((len(high), len(program.cost) - rows.shape[1]))
    return replace(
        program,
        rows=compressed(vstack([program.rows, hstack([rows, behind])])),
        low=np.append(program.low, np.full(len(high), -np.inf)),
        high=np.append(program.high, high),
    )
