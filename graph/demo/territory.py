"""The land of the demo network: divisions, grids, and who is part of what.

Shifo is tiled: subdistrict, 15 L2, 100 L3 and 619 micro grids without gap or overlap, each
community being its L2 grid. Elsewhere a place is a centre. Knows nobody who lives there.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from graph.demo.draft import Draft, codes, day
from graph.demo.mesh import Point, Tile, tiles
from graph.demo.words import DISTRICTS, SHANGJIE, TOWER_SHARES, ZHENG_AN

__all__ = ["Cell", "Land", "land"]

SHIFO = "ZZ-GX-SF"
TOWER = "ZZ-EQ-TOWER"
FOUNDED = "2021-01-01"

# Micro grids whose centroid nobody has surveyed, and units whose people nobody has counted.
UNSURVEYED = frozenset({7, 58, 101, 160, 233, 287, 344, 399, 451, 502, 570, 611})
UNCOUNTED = 37


@dataclass(frozen=True)
class Cell:
    """A micro grid with the grids above it and its community."""

    code: str
    l3: str
    l2: str
    community: str
    tile: Tile


@dataclass(frozen=True)
class Land:
    """What the other parts of the demo settle on."""

    cells: tuple[Cell, ...]
    l2: tuple[str, ...]
    l3: tuple[str, ...]
    dedicated: tuple[str, ...]
    rural: tuple[str, ...]
    shangjie: dict[str, Point]


def land(draft: Draft) -> Land:
    """Draws divisions and grids, and returns where things may be."""
    random = Random("commongrid territory")
    root = tiles(Random("commongrid mesh"), (15, 100, 619))
    _divisions(draft, root)
    cells = tuple(_tiled_grids(draft, random, root))
    return Land(
        cells=cells,
        l2=tuple(dict.fromkeys(cell.l2 for cell in cells)),
        l3=tuple(dict.fromkeys(cell.l3 for cell in cells)),
        dedicated=tuple(_dedicated_grids(draft, random, cells)),
        rural=tuple(_rural_grids(draft, random)),
        shangjie={code: (x, y) for code, _, _, x, y in SHANGJIE},
    )


def _divisions(draft: Draft, root: Tile) -> None:
    _division(draft, "ZZ", "郑州市", "CITY", None, (113.6250, 34.7470))
    for code, name, level, parent, x, y in DISTRICTS:
        _division(draft, code, name, level, parent, (x, y))
    for code, name, parent, x, y in SHANGJIE:
        _division(draft, code, name, "COMMUNITY", parent, (x, y))
    for code, name, x, y in ZHENG_AN:
        _division(draft, code, name, "VILLAGE", "ZZ-ZM-ZA", (x, y))
    _division(draft, SHIFO, "石佛办事处", "SUBDISTRICT", "ZZ-GX", root.center, root)
    for number, tile in enumerate(root.parts, 1):
        name = "华威社区" if number == 8 else f"示例社区{number:02d}"
        _division(draft, f"{SHIFO}-C{number:02d}", name, "COMMUNITY", SHIFO, tile.center, tile)


def _division(
    draft: Draft,
    code: str,
    name: str,
    level: str,
    parent: str | None,
    center: Point,
    tile: Tile | None = None,
) -> None:
    shape = {"boundary": tile.boundary} | tile.box if tile else {}
    draft.node(
        "Division",
        code,
        name=name,
        level=level,
        longitude=center[0],
        latitude=center[1],
        sourceCrs="CGCS2000",
        **shape,
    )
    if parent:
        draft.link("PART_OF", "Division", "Division", code, parent, since=FOUNDED)


def _tiled_grids(draft: Draft, random: Random, root: Tile) -> Iterator[Cell]:
    """L2, L3 and micro grids of Shifo; a unit's figures are the sum of its micro grids'."""
    l3_codes = iter(codes(f"{SHIFO}-L3-", 100, 3))
    micro_codes = iter(codes(f"{SHIFO}-M-", 619, 3))
    people = _Count(random)
    for number, middle in enumerate(root.parts, 1):
        l2, community = f"{SHIFO}-L2-{number:02d}", f"{SHIFO}-C{number:02d}"
        draft.link("PART_OF", "Grid", "Division", l2, community, since=FOUNDED)
        cells = list(_l3_grids(draft, people, middle, (l2, community), (l3_codes, micro_codes)))
        yield from cells
        _grid(
            draft,
            l2,
            f"石佛第{number:02d}二级网格",
            "L2",
            middle,
            people.of([c.code for c in cells]),
        )


def _l3_grids(
    draft: Draft,
    people: "_Count",
    middle: Tile,
    above: tuple[str, str],
    numbers: tuple[Iterator[str], Iterator[str]],
) -> Iterator[Cell]:
    l2, community = above
    for small in middle.parts:
        l3 = next(numbers[0])
        cells = [Cell(next(numbers[1]), l3, l2, community, tile) for tile in small.parts]
        draft.link("PART_OF", "Grid", "Grid", l3, l2, since=FOUNDED)
        for cell in cells:
            draft.link("PART_OF", "Grid", "Grid", cell.code, l3, since=FOUNDED)
            _micro_grid(draft, cell, people)
        _grid(
            draft, l3, f"石佛第{l3[-3:]}三级网格", "L3", small, people.of([c.code for c in cells])
        )
        yield from cells


def _micro_grid(draft: Draft, cell: Cell, people: "_Count") -> None:
    number = int(cell.code[-3:])
    living = {} if number % UNCOUNTED == 0 else people.of([cell.code])
    _grid(
        draft,
        cell.code,
        f"石佛第{number:03d}微网格",
        "MICRO",
        cell.tile,
        living,
        surveyed=number not in UNSURVEYED,
    )


class _Count:
    """Households (50-70 a micro grid, the published norm) and people, drawn once a micro grid.

    Of the people some are 0 to 14 years old, and some 65 and more.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._known: dict[str, Counter[str]] = {}

    def of(self, micro: list[str]) -> dict[str, int]:
        total = Counter[str]()
        for code in micro:
            total.update(self._known.setdefault(code, self._draw(code)))
        return dict(total)

    def _draw(self, code: str) -> Counter[str]:
        households = self._random.randint(50, 70)
        people = round(households * self._random.uniform(2.2, 3.1))
        ages = Random(code)
        young, old = (round(people * ages.uniform(*share)) for share in ((0.1, 0.25), (0.06, 0.3)))
        return Counter(
            households=households, population=people, populationUnder15=young, populationOver65=old
        )


def _grid(
    draft: Draft,
    code: str,
    name: str,
    level: str,
    tile: Tile,
    living: Mapping[str, int],
    surveyed: bool = True,
) -> None:
    x, y = tile.center if surveyed else (None, None)
    draft.node(
        "Grid",
        code,
        codeScheme="DEMO",
        name=name,
        level=level,
        longitude=x,
        latitude=y,
        sourceCrs="CGCS2000" if surveyed else None,
        boundary=tile.boundary,
        **tile.box,
        **living,
    )


def _dedicated_grids(draft: Draft, random: Random, cells: tuple[Cell, ...]) -> Iterator[str]:
    """16 in Shifo (malls, parks, schools: no households), and the Erqi Tower's over 8 divisions."""
    for code, cell in zip(codes(f"{SHIFO}-D-", 16, 2), random.sample(cells, 16), strict=True):
        x, y = cell.tile.point(random)
        draft.node(
            "Grid",
            code,
            codeScheme="DEMO",
            name=f"石佛示例专属网格{code[-2:]}",
            level="DEDICATED",
            longitude=x,
            latitude=y,
            sourceCrs="CGCS2000",
        )
        draft.link(
            "SPANS",
            "Grid",
            "Division",
            code,
            SHIFO,
            share=1.0,
            since=day(random, "2022-01-01", "2024-12-31"),
        )
        yield code
    draft.node(
        "Grid",
        TOWER,
        codeScheme="DEMO",
        name="二七塔专属网格",
        level="DEDICATED",
        longitude=113.6675,
        latitude=34.7525,
        sourceCrs="CGCS2000",
    )
    for division, share in TOWER_SHARES.items():
        draft.link("SPANS", "Grid", "Division", TOWER, division, share=share, since="2023-06-01")


def _rural_grids(draft: Draft, random: Random) -> Iterator[str]:
    """Two in each village of Zheng'an."""
    for village, _, x, y in ZHENG_AN:
        for number in (1, 2):
            code = f"{village}-R{number:02d}"
            households = random.randint(180, 320)
            draft.node(
                "Grid",
                code,
                codeScheme="DEMO",
                name=f"示例农村网格{village[-2:]}-{number}",
                level="RURAL",
                longitude=round(x + number * 0.002, 6),
                latitude=y,
                sourceCrs="CGCS2000",
                households=households,
                population=households * 3,
            )
            draft.link("PART_OF", "Grid", "Division", code, village, since=FOUNDED)
            yield code
