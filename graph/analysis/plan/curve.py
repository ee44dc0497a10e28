"""Concave bounds on what holders are worth to a unit, as vertices of broken lines.

A unit is worth at most curve(s), s the sum of a(p) over the chosen who reach it, p the chance that
each accepts. Where all are sure, s counts them. Where all have the same chance, s counts steps of
-log(1 - p) and the curve is exact for k = 1. Else the number who accept is stochastically below a
Poisson variable with mean s (a Bernoulli(p) is below Poisson(-log(1 - p))), whose tail is bounded
by tangents to its concave envelope.
"""

import math
from dataclasses import dataclass

import numpy as np

from graph.analysis.plan.array import Floats

SURE = 40.0  # -log(1 - p) for p = 1: exp(-40) is nothing beside 1
TANGENTS = 24


@dataclass(frozen=True)
class Curve:
    """`step` (n,): a of each candidate. `at`, `value` (v,): vertices, from (0, 0) to the end."""

    step: Floats
    at: Floats
    value: Floats


def curve(chance: Floats, k: int, most: int) -> Curve:
    """For candidates with these chances, at most `most` of whom reach the same unit."""
    some = np.unique(chance[chance > 0])
    if not some.size or some[0] == 1.0:
        return Curve((chance > 0).astype(np.float64), np.array([0.0, k]), np.array([0.0, 1.0]))
    step = np.minimum(-np.log1p(-np.minimum(chance, 1 - 1e-16)), SURE)
    if some.size == 1:
        at = np.arange(most + 1) * step.max()
        return Curve(step, *_hull(at, _binomial(most, float(some[0]), k)))
    return Curve(step, *_tangents(k))


def _binomial(most: int, p: float, k: int) -> Floats:
    """P(at least k of l accept) for l = 0 … most."""
    few = np.zeros(k)
    few[0] = 1.0
    tails = [0.0]
    for _ in range(most):
        after = few * (1 - p)
        after[1:] += few[:-1] * p
        few = after
        tails.append(max(0.0, 1.0 - float(few.sum())))
    return np.array(tails)


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


def _tail(k: int, s: float) -> float:
    """P(Poisson(s) >= k)."""
    term, total = math.exp(-s), 0.0
    for i in range(k):
        total += term
        term *= s / (i + 1)
    return max(0.0, 1.0 - total)


def _slope(k: int, s: float) -> float:
    return math.exp(-s) * s ** (k - 1) / math.factorial(k - 1)


def _tangents(k: int) -> tuple[Floats, Floats]:
    """Tangents to the envelope of the Poisson tail, met by the next, and by the line at 1."""
    low, high = (0.0, 0.0) if k == 1 else (float(k - 1), 4.0 * k + 8)
    for _ in range(80 if k > 1 else 0):  # where the line from the origin touches
        middle = (low + high) / 2
        if _slope(k, middle) * middle > _tail(k, middle):
            low = middle
        else:
            high = middle
    touch = low + np.linspace(0, 1, TANGENTS) ** 1.5 * (6.0 + 2 * math.sqrt(k))
    slope = np.array([_slope(k, s) for s in touch])
    tail = np.array([_tail(k, s) for s in touch])
    level = tail - slope * touch
    level[0] = max(level[0], 0.0)
    at, value = [0.0], [float(level[0])]
    for i in range(TANGENTS - 1):
        at.append(float((level[i + 1] - level[i]) / (slope[i] - slope[i + 1])))
        value.append(float(level[i] + slope[i] * at[-1]))
    at.append(float((1.0 - level[-1]) / slope[-1]))
    value.append(1.0)
    return np.array(at), np.array(value)
