"""Distances on the earth as a sphere, in metres, the same on every engine and machine.

Arrays of degrees in, arrays of metres out. Knows no street, no unit and no person: a place that is
not known is not passed in, and a figure that is not finite is a ValueError.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["METHOD", "RADIUS", "TooMany", "count_within", "metres", "minutes", "pairs_within"]

RADIUS = 6_371_008.8  # metres; the mean radius of the earth (IUGG)
METHOD = "GREAT_CIRCLE_X_1_3"

DETOUR = 1.3  # a walk is this much longer than the great circle
PACE = 75.0  # metres a minute: 4.5 km/h

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Candidates compared at once (a few arrays of 8 MB), and the least size of a cell: 1e-4 of the
# radius, 637 m. Cells are counted from -10,000 to 10,000 on each axis, so 2^16 holds them.
BLOCK = 1 << 20
FINEST = 1e-4
AXIS = 1 << 16


class TooMany(ValueError):
    """There are more pairs to be looked at than one wants to."""


def metres(
    longitude: ArrayLike, latitude: ArrayLike, longitudes: ArrayLike, latitudes: ArrayLike
) -> Floats:
    """Great-circle metres (haversine) from a place to n places, rounded to 0.01 m; shape (n,).

    Degrees in WGS-84. All four follow numpy's broadcasting, so pairs of equal length work too.
    """
    x, y, u, v = (np.radians(_finite(a)) for a in (longitude, latitude, longitudes, latitudes))
    half = np.sin((v - y) / 2) ** 2 + np.cos(y) * np.cos(v) * np.sin((u - x) / 2) ** 2
    angle = 2 * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    rounded: Floats = np.round(RADIUS * angle, 2)
    return rounded


def minutes(metres: ArrayLike) -> Floats:
    """Walking minutes by METHOD: 1.3 times the metres, at 75 metres a minute."""
    return np.asarray(metres, dtype=np.float64) * DETOUR / PACE


def count_within(
    unit_longitudes: ArrayLike,
    unit_latitudes: ArrayLike,
    longitudes: ArrayLike,
    latitudes: ArrayLike,
    reach: float,
) -> Integers:
    """For each of m units, how many of n places lie within `reach` metres, inclusive; shape (m,).

    Exactly the count of `metres(…) <= reach`; memory grows with m + n, time with the places near.
    """
    units, places = (unit_longitudes, unit_latitudes), (longitudes, latitudes)
    counts = np.zeros(_finite(unit_longitudes).size, dtype=np.int64)
    for unit, _, _ in _near(units, places, reach):
        counts += np.bincount(unit, minlength=counts.size)
    return counts


def pairs_within(
    unit_longitudes: ArrayLike,
    unit_latitudes: ArrayLike,
    longitudes: ArrayLike,
    latitudes: ArrayLike,
    reach: float,
    most: int | None = None,
) -> tuple[Integers, Integers, Floats]:
    """All pairs within `reach` metres, inclusive: unit index, place index, metres.

    In order of unit, then place; a unit that reaches nothing does not occur. Raises TooMany, soon,
    if more than `most` pairs have to be looked at for that.
    """
    units, places = (unit_longitudes, unit_latitudes), (longitudes, latitudes)
    found = list(_near(units, places, reach, most))
    unit = np.concatenate([np.zeros(0, np.int64), *(block[0] for block in found)])
    place = np.concatenate([np.zeros(0, np.int64), *(block[1] for block in found)])
    far = np.concatenate([np.zeros(0, np.float64), *(block[2] for block in found)])
    order = np.lexsort((place, unit))
    return unit[order], place[order], far[order]


def _finite(angles: ArrayLike) -> Floats:
    array = np.asarray(angles, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError("coordinates must be finite; leave unknown places out")
    return array


def _near(
    units: tuple[ArrayLike, ArrayLike],
    places: tuple[ArrayLike, ArrayLike],
    reach: float,
    most: int | None = None,
) -> Iterator[tuple[Integers, Integers, Floats]]:
    """The pairs within reach, block by block: unit index, place index, metres."""
    x, y = (_finite(angles) for angles in units)
    u, v = (_finite(angles) for angles in places)
    if not (x.size and u.size and reach >= 0):
        return
    here, there, chord = _space(x, y), _space(u, v), _chord(reach)
    order, unit, first, length = _ranges(_cubes(here, chord), _cubes(there, chord))
    if most is not None and length.sum() > most:
        raise TooMany(f"{length.sum()} pairs")
    for low, high in _blocks(length):
        one, other = _spread(unit[low:high], first[low:high], length[low:high])
        other = order[other]
        close = sum((h[one] - t[other]) ** 2 for h, t in zip(here, there, strict=True)) <= chord**2
        one, other = one[close], other[close]
        far = metres(x[one], y[one], u[other], v[other])
        inside = far <= reach
        yield one[inside], other[inside], far[inside]


def _space(longitudes: Floats, latitudes: Floats) -> tuple[Floats, Floats, Floats]:
    """Places on the unit sphere in space, where there is neither date line nor pole."""
    x, y = np.radians(longitudes), np.radians(latitudes)
    return np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)


def _chord(reach: float) -> float:
    """No pair within `reach` is farther apart in space: a centimetre more, for the rounding."""
    return 2 * float(np.sin(min((reach + 0.01) / RADIUS, np.pi) / 2)) * (1 + 1e-9)


def _cubes(space: tuple[Floats, Floats, Floats], chord: float) -> Integers:
    """Each place's cube, (n, 3): what is within the chord is in the same cube or the next."""
    side = max(chord, FINEST)
    return np.floor(np.stack(space, axis=-1) / side).astype(np.int64) + AXIS // 2


def _ranges(units: Integers, places: Integers) -> tuple[Integers, Integers, Integers, Integers]:
    """Candidates as ranges of the places sorted by cube: (order, unit, first, length).

    Three cubes along the last axis lie side by side in that order, so each unit has 9 ranges.
    """
    keys = _key(places)
    steps = np.array([(i, j, 0) for i in (-1, 0, 1) for j in (-1, 0, 1)], dtype=np.int64)
    middle = _key(units[:, None, :] + steps).ravel()
    order = np.arange(len(keys)) if len(middle) > len(keys) else _beside(keys, middle)
    order = order[np.argsort(keys[order], kind="stable")]
    keys = keys[order]
    first = np.searchsorted(keys, middle - 1, side="left")
    length = np.searchsorted(keys, middle + 1, side="right") - first
    unit = np.repeat(np.arange(len(units), dtype=np.int64), len(steps))
    some = length > 0
    return order, unit[some], first[some], length[some]


def _beside(keys: Integers, middle: Integers) -> Integers:
    """Which of many are in one of a few cubes or next to it on the last axis, in order."""
    wanted = np.unique(np.concatenate([middle - 1, middle, middle + 1]))
    at = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    return np.flatnonzero(wanted[at] == keys)


def _key(cubes: Integers) -> Integers:
    return (cubes[..., 0] * AXIS + cubes[..., 1]) * AXIS + cubes[..., 2]


def _blocks(length: Integers) -> Iterator[tuple[int, int]]:
    """Runs of ranges holding about BLOCK candidates each (one range at least)."""
    ends = np.cumsum(length)
    low = 0
    while low < len(length):
        done = int(ends[low - 1]) if low else 0
        high = max(int(np.searchsorted(ends, done + BLOCK, side="right")), low + 1)
        yield low, high
        low = high


def _spread(unit: Integers, first: Integers, length: Integers) -> tuple[Integers, Integers]:
    """Each range written out: unit index and position, one entry a candidate."""
    starts = np.cumsum(length) - length
    offset = np.arange(int(length.sum()), dtype=np.int64) - np.repeat(starts, length)
    return np.repeat(unit, length), np.repeat(first, length) + offset
