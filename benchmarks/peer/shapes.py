"""What is asked of every contestant: the same questions about the same things, in its own words.

A: one volunteer and skills. B: 50 volunteers by skill in the hot grid, with what hangs on them. S:
the same in ordinary grids. C: 1,000 merchants. D: a figure of each alliance, out of all merchants.
U: the same figure, whatever the day.
"""

import random
from dataclasses import dataclass
from typing import Any

from benchmarks.peer import data

PAGE = 1_000  # rows of shape C, for which the limits are raised for every contestant
ASKED = 100  # of each shape that has variables


@dataclass(frozen=True)
class Shape:
    """`variables`: those of each request, one after the other."""

    name: str
    variables: tuple[dict[str, Any], ...]


def shapes(scale: int) -> list[Shape]:
    draw = random.Random("commongrid wire bodies")

    def volunteers(grid: int) -> dict[str, Any]:
        return {"grid": data.grid(grid), "skill": data.skill(draw.randrange(data.SKILLS))}

    people, grids = data.VOLUNTEERS * scale, data.GRIDS * scale
    codes = [data.person(draw.randrange(people)) for _ in range(ASKED)]
    return [
        Shape("A", tuple({"code": code} for code in codes)),
        Shape("B", tuple(volunteers(0) for _ in range(ASKED))),
        Shape("S", tuple(volunteers(draw.randrange(1, grids)) for _ in range(ASKED))),
        Shape("C", ({},)),
        Shape("D", ({},)),
        Shape("U", ({},)),
    ]
