"""A patch of land cut into tiles, the tiles into smaller ones, exactly: no gap, no overlap.

Neighbours share their corners as identical numbers, on every level: a tile's ring holds each
corner that any tile has on its border. Knows no code and no name.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import pi, sin
from random import Random

__all__ = ["Tile", "tiles"]

Point = tuple[float, float]
Block = tuple[int, int, int, int]

# The land in steps of about 5 m, and its south-western corner and size in degrees (6 km x 5 km).
COLUMNS, ROWS = 1200, 1000
CORNER, SIZE = (113.5120, 34.7925), (0.0656, 0.0450)


@dataclass(frozen=True)
class Tile:
    """A closed ring of WGS-84 (longitude, latitude) corners, counter-clockwise, and its parts."""

    ring: tuple[Point, ...]
    parts: "tuple[Tile, ...]" = ()

    @property
    def boundary(self) -> str:
        """The ring as the text of a GeoJSON Polygon."""
        return json.dumps({"type": "Polygon", "coordinates": [self.ring]}, separators=(",", ":"))

    @property
    def box(self) -> dict[str, float]:
        """West, south, east and north of the ring, in degrees."""
        xs, ys = [x for x, _ in self.ring], [y for _, y in self.ring]
        return {"west": min(xs), "south": min(ys), "east": max(xs), "north": max(ys)}

    @property
    def center(self) -> Point:
        """The centre of its area, to 7 decimals (a centimetre)."""
        ox, oy = self.ring[0]
        area = x = y = 0.0
        for (a, b), (c, d) in zip(self.ring, self.ring[1:], strict=False):
            cross = (a - ox) * (d - oy) - (c - ox) * (b - oy)
            area += cross
            x += (a + c - 2 * ox) * cross
            y += (b + d - 2 * oy) * cross
        return round(ox + x / area / 3, 7), round(oy + y / area / 3, 7)

    def point(self, random: Random) -> Point:
        """A place well inside, to 6 decimals: in a triangle from the centre to one of its sides."""
        side = random.randrange(len(self.ring) - 1)
        (a, b), (c, d), (x, y) = self.ring[side], self.ring[side + 1], self.center
        out, along = 0.9 * random.random() ** 0.5, random.random()
        to_x, to_y = a + (c - a) * along, b + (d - b) * along
        return round(x + (to_x - x) * out, 6), round(y + (to_y - y) * out, 6)


def tiles(random: Random, counts: Sequence[int]) -> Tile:
    """The land as a tree: counts[0] tiles below the root, counts[1] below those together, …"""
    tree = _cut(random, (0, 0, COLUMNS, ROWS), list(counts))
    rings = _Rings(list(_blocks(tree)))
    return _tile(tree, rings)


@dataclass(frozen=True)
class _Cut:
    block: Block
    parts: "tuple[_Cut, ...]" = ()


def _cut(random: Random, root: Block, counts: list[int]) -> _Cut:
    """Blocks within blocks; each level's count is dealt out as evenly as it goes."""
    levels = [[root]]
    owners: list[list[int]] = []
    for count in counts:
        above = levels[-1]
        each, more = divmod(count, len(above))
        lucky = set(random.sample(range(len(above)), more))
        shares = [each + (index in lucky) for index in range(len(above))]
        cuts = [_slices(random, b, n) for b, n in zip(above, shares, strict=True)]
        owners.append(shares)
        levels.append([block for cut in cuts for block in cut])
    return _assembled(levels, owners)


def _assembled(levels: list[list[Block]], owners: list[list[int]]) -> _Cut:
    below = [_Cut(block) for block in levels[-1]]
    for blocks, shares in zip(reversed(levels[:-1]), reversed(owners), strict=True):
        parts = iter(below)
        below = [
            _Cut(block, tuple(next(parts) for _ in range(share)))
            for block, share in zip(blocks, shares, strict=True)
        ]
    return below[0]


def _slices(random: Random, block: Block, count: int) -> list[Block]:
    """`count` blocks from one, cut across the longer side again and again, never in the middle."""
    if count == 1:
        return [block]
    first = count // 2 + random.randint(0, count % 2)
    west, south, east, north = block
    share = first / count + random.uniform(-0.06, 0.06)
    if east - west >= north - south:
        x = west + round((east - west) * share)
        one, other = (west, south, x, north), (x, south, east, north)
    else:
        y = north - round((north - south) * share)
        one, other = (west, y, east, north), (west, south, east, y)
    return _slices(random, one, first) + _slices(random, other, count - first)


def _blocks(cut: _Cut) -> Iterator[Block]:
    yield cut.block
    for part in cut.parts:
        yield from _blocks(part)


class _Rings:
    """Every corner of every block, found by the line it lies on."""

    def __init__(self, blocks: list[Block]) -> None:
        corners = {(x, y) for w, s, e, n in blocks for x in (w, e) for y in (s, n)}
        self._on_row: dict[int, list[int]] = {}
        self._on_column: dict[int, list[int]] = {}
        for x, y in sorted(corners):
            self._on_row.setdefault(y, []).append(x)
            self._on_column.setdefault(x, []).append(y)

    def around(self, block: Block) -> tuple[Point, ...]:
        west, south, east, north = block
        bottom = [(x, south) for x in _between(self._on_row[south], west, east)]
        right = [(east, y) for y in _between(self._on_column[east], south, north)]
        top = [(x, north) for x in _between(self._on_row[north], west, east)][::-1]
        left = [(west, y) for y in _between(self._on_column[west], south, north)][::-1]
        path = bottom[:-1] + right[:-1] + top[:-1] + left
        return tuple(_placed(x, y) for x, y in path)


def _between(numbers: list[int], low: int, high: int) -> list[int]:
    return numbers[bisect_left(numbers, low) : bisect_right(numbers, high)]


def _placed(column: int, row: int) -> Point:
    """Where a corner lies: the straight mesh leaned over and bent by gentle waves.

    The waves are much longer than a tile and never fold, so tiles stay tiles.
    """
    s, t = column / COLUMNS, row / ROWS
    x = s + 0.06 * t + 0.020 * sin(2.6 * pi * t) + 0.006 * sin(7 * pi * s + 5 * pi * t)
    y = t - 0.04 * s + 0.018 * sin(2.2 * pi * s) + 0.006 * sin(5 * pi * s - 6 * pi * t)
    return round(CORNER[0] + SIZE[0] * x, 7), round(CORNER[1] + SIZE[1] * y, 7)


def _tile(cut: _Cut, rings: _Rings) -> Tile:
    return Tile(rings.around(cut.block), tuple(_tile(part, rings) for part in cut.parts))
