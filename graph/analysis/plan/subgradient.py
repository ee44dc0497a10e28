"""The best Lagrangian bound within a fixed number of rounds; knows nothing of what is priced.

Held, Wolfe and Crowder, Validation of subgradient optimization, 1974: Polyak's steps towards the
value of the best plan, halved where nothing gets better.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from graph.analysis.plan.array import Floats
from graph.analysis.plan.watch import Watch

Oracle = Callable[[Floats], tuple[float, Floats]]
PATIENCE = 12  # rounds without a better bound before steps are halved
SHORTEST = 5e-3


class Ascent(NamedTuple):
    """The best lower bound, its prices (m,), and the rounds spent."""

    bound: float
    prices: Floats
    rounds: int


def ascend(
    oracle: Oracle,
    prices: Floats,
    watch: Watch,
    *,
    target: Callable[[], float],
    enough: Callable[[float], bool],
    rounds: int,
    free: bool = False,
) -> Ascent:
    """Raise the lower bound `oracle(prices) = (bound, subgradient)`; prices stay >= 0 unless free.

    `target()` is the value of the best plan so far, finite; `enough(bound)` ends the ascent.
    """
    best, at, scale, stale = -np.inf, prices, 1.5, 0
    direction = np.zeros_like(prices)
    for spent in range(rounds):
        bound, slope = oracle(prices)
        if bound > best + 1e-12 * abs(bound):
            stale = 0 if bound > best + 1e-6 * abs(bound) else stale + 1
            best, at = bound, prices
        else:
            stale += 1
        if stale >= PATIENCE:
            scale, stale, prices = scale / 2, 0, at
            direction = np.zeros_like(prices)
            if scale < SHORTEST:
                return Ascent(best, at, spent + 1)
        if enough(best) or watch.late():
            return Ascent(best, at, spent + 1)
        direction = slope + 0.4 * direction
        length = float(direction @ direction)
        if length == 0.0:
            return Ascent(best, at, spent + 1)
        reach = max(target() - bound, 1e-6 * max(1.0, abs(bound)))
        prices = prices + scale * reach / length * direction
        if not free:
            prices = np.maximum(prices, 0.0)
    return Ascent(best, at, rounds)


def granule(values: Floats) -> float:
    """What all sums of the values are multiples of: their greatest common divisor, or 0."""
    if not len(values) or values.max() > 2**40 or np.any(values != np.round(values)):
        return 0.0
    return float(np.gcd.reduce(values.astype(np.int64)))


def raised(bound: float, grain: float) -> float:
    """The least multiple of the granule that is not below a lower bound."""
    if not grain or not np.isfinite(bound):
        return bound
    return float(np.ceil(bound / grain - 1e-6) * grain)
