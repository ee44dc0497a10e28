"""Concave bounds on what holders are worth to a unit, as vertices of broken lines.

A unit is worth at most curve(s), s the sum of steps of the chosen who reach it. Where all are sure,
steps are 1. Where they accept by chance p, a step is -log(1 - p) for k = 1, since the worth is then
1 - exp(-s); else it is p, so that s is the mean of the number who accept. Among all chances between
the least and the greatest with the same mean, P(number >= k) is greatest where those strictly
between are equal (Hoeffding 1956), so its greatest value can be found by trial. Beyond TRIED
holders the number is stochastically below a Poisson variable, as each Bernoulli(p) is below
Poisson(-log(1 - p)). The curve is the least concave line above these values; it is exact where all
have the same chance and k = 1.
"""

from dataclasses import dataclass

import numpy as np

from graph.analysis.plan.array import Booleans, Floats, Integers

SURE = 40.0  # -log(1 - p) for p = 1: exp(-40) is nothing beside 1
TRIED = 20
POINTS = 120  # where the greatest value is found, beside the sums of equal steps
PIECES = 30


@dataclass(frozen=True)
class Curve:
    """`step` (n,): of each candidate. `at`, `value` (v,): vertices, from (0, 0) to the end."""

    step: Floats
    at: Floats
    value: Floats


def curve(chance: Floats, k: int, most: int) -> Curve:
    """For candidates with these chances, at most `most` (k or more) of whom reach the same unit."""
    some = chance[chance > 0]
    if not some.size or some.min() == 1.0:
        return Curve((chance > 0).astype(np.float64), np.array([0.0, k]), np.array([0.0, 1.0]))
    step = _logs(chance) if k == 1 else chance
    low, high = float(step[chance > 0].min()), float(step.max())
    points = _above_log(low, high, most) if k == 1 else _above_mean(low, high, k, most)
    return Curve(step, *_thinned(*_hull(*_levelled(*points))))


def _above_log(low: float, high: float, most: int) -> tuple[Floats, Floats]:
    """Points on or above 1 - exp(-s) where up to `most` steps from low to high can lead."""
    at, value = [0.0], [0.0]
    first, last = low, high
    for count in range(2, most + 2):
        if count <= most and count * low <= last:
            last = count * high
            continue
        # From first to last everything can be reached: tangents meet above it.
        touch = np.minimum(first + (last - first) * np.linspace(0, 1, PIECES) ** 2, SURE)
        touch = np.unique(touch)
        fall = np.exp(-touch)
        meet = -np.diff((1 + touch) * fall) / -np.diff(fall)
        at += [first, *meet, last]
        value += [1 - np.exp(-first), *(1 - fall[:-1] + fall[:-1] * (meet - touch[:-1]))]
        value.append(1 - np.exp(-last))
        first, last = count * low, count * high
        if first > SURE:
            break
    return np.array(at), np.minimum(np.array(value), 1.0)


def _above_mean(low: float, high: float, k: int, most: int) -> tuple[Floats, Floats]:
    """Points on or above the greatest P(number >= k) for every mean that can be."""
    counts, end = np.arange(1, most + 1), min(most * high, 12.0 + 3 * k)
    even = end * np.linspace(0, 1, POINTS) ** 1.5
    at: Floats = np.unique(np.concatenate([even, counts * low, counts * high])).astype(np.float64)
    at = at[at <= end]
    value = _greatest(at, low, high, k, most)
    value = np.maximum.accumulate(np.where(_possible(at, at, low, high, most), value, 0.0))
    # Between two points nothing is worth more than at the second.
    between = _possible(at[:-1], at[1:], low, high, most, strictly=True)
    value[:-1] = np.where(between, value[1:], value[:-1])
    value[0] = 0.0
    if end < most * high:
        value[-1] = 1.0
    return at, value


def _logs(chance: Floats) -> Floats:
    logs: Floats = np.minimum(-np.log1p(-np.minimum(chance, 1 - 1e-16)), SURE)
    return logs


def _possible(
    first: Floats, last: Floats, low: float, high: float, most: int, strictly: bool = False
) -> Booleans:
    """Whether up to `most` steps from low to high can sum up to what lies from first to last."""
    counts = np.arange(1, most + 1)[:, None]
    if strictly:
        return np.asarray(((counts * low < last) & (counts * high > first)).any(axis=0))
    return np.asarray(((counts * low <= last) & (counts * high >= first)).any(axis=0))


def _greatest(at: Floats, low: float, high: float, k: int, most: int) -> Floats:
    """The greatest P(number >= k) of up to `most` chances from low to high with the sums `at`."""
    found = np.zeros(len(at))
    for t in range(1, min(most, TRIED) + 1):
        for highs in range(t):
            lows = np.arange(t - highs)[:, None]
            rest = t - highs - lows
            middle = (at - highs * high - lows * low) / rest
            fits = (middle >= low - 1e-12) & (middle <= high + 1e-12)
            middle = np.clip(middle, low, high)
            few = _few(highs, high, k)
            few = _both(few, _few(lows, low, k), k)
            few = _both(few, _few(rest, middle, k), k)
            tail = np.where(fits, 1.0 - few.sum(axis=0), 0.0)
            found = np.maximum(found, tail.max(axis=0))
    if most > TRIED:
        mean = at * float(_logs(np.array([high]))[0]) / high
        term, below = np.exp(-mean), np.zeros(len(at))
        for i in range(k):
            below += term
            term = term * mean / (i + 1)
        found = np.where(at >= (TRIED + 1) * low, np.maximum(found, 1.0 - below), found)
    return np.clip(found, 0.0, 1.0)


def _few(count: Integers | int, p: Floats | float, k: int) -> Floats:
    """P(i of `count` accept), i < k, where each accepts with p; (k, …)."""
    rows: list[Floats] = []
    ways = np.ones_like(np.asarray(count, dtype=np.float64) * np.asarray(p))
    for i in range(k):
        rows.append(ways * np.asarray(p) ** i * (1.0 - np.asarray(p)) ** np.maximum(count - i, 0))
        ways = ways * np.maximum(count - i, 0) / (i + 1)
    return np.stack(rows)


def _both(one: Floats, other: Floats, k: int) -> Floats:
    """The same of two groups together."""
    return np.stack([sum(one[i] * other[j - i] for i in range(j + 1)) for j in range(k)])


def _levelled(at: Floats, value: Floats) -> tuple[Floats, Floats]:
    """The points up to the first that is all but as high as the highest, which it then is."""
    top = float(value.max())
    last = int(np.argmax(value >= top * (1 - 1e-6)))
    return at[: last + 1], np.append(value[:last], top)


def _hull(at: Floats, value: Floats) -> tuple[Floats, Floats]:
    """The vertices of the least concave line above the points, from the first to the last."""
    kept: list[int] = []
    for i in range(len(at)):
        while len(kept) > 1:
            a, b = kept[-2], kept[-1]
            if (value[b] - value[a]) * (at[i] - at[a]) > (value[i] - value[a]) * (at[b] - at[a]):
                break
            kept.pop()
        kept.append(i)
    return at[kept], value[kept]


def _thinned(at: Floats, value: Floats) -> tuple[Floats, Floats]:
    """A concave line of few pieces above one of many: some are drawn out until they meet."""
    if len(at) <= PIECES:
        return at, value
    slope = np.diff(value) / np.diff(at)
    wanted = np.linspace(0, value[-1], PIECES)
    kept = np.unique(np.minimum(np.searchsorted(value[1:], wanted), len(slope) - 1))
    level, slope = (value[:-1] - slope * at[:-1])[kept], slope[kept]
    meet = (level[1:] - level[:-1]) / (slope[:-1] - slope[1:])
    inner = level[:-1] + slope[:-1] * meet
    return np.concatenate([at[:1], meet, at[-1:]]), np.concatenate([value[:1], inner, value[-1:]])
