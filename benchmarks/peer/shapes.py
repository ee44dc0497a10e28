"""What is asked of every contestant: the same documents with the same variables.

A: one volunteer and skills. B: 50 volunteers by skill in the hot grid, with what hangs on them. S:
the same in ordinary grids. C: 1,000 merchants. D: a figure of each alliance, out of all merchants.
"""

import json
import random
from dataclasses import dataclass
from typing import Any

from benchmarks.peer import data

PAGE = 1_000  # rows of shape C, for which the limits are raised for every contestant
BODIES = 100

ONE = """query A($code: String!) {
  person(code: $code) { code name isVolunteer
    skills(first: 4) { edges { level verified node { code name } } } }
}"""
VOLUNTEERS = """query B($grid: String!, $skill: String!) {
  grid(code: $grid) { code name
    volunteers(first: 50, filter: {skills: {some: {code: {eq: $skill}}}}) {
      nodes { code name
        skills(first: 4) { edges { level node { code name } } }
        organizations(first: 2) { nodes { code name } }
        grid { code name } } } }
}"""
MERCHANTS = """query C {
  merchants(first: 1000) { nodes { code name trade openAtNight frontage creditCode } }
}"""
ALLIANCES = "query D { alliances(first: 40) { nodes { code name merchantCount } } }"


@dataclass(frozen=True)
class Shape:
    name: str
    bodies: tuple[bytes, ...]


def _body(query: str, variables: dict[str, Any]) -> bytes:
    return json.dumps({"query": query, "variables": variables}).encode()


def shapes(scale: int) -> list[Shape]:
    draw = random.Random("commongrid wire bodies")

    def skills() -> str:
        return data.skill(draw.randrange(data.SKILLS))

    def volunteers(grid: int) -> bytes:
        return _body(VOLUNTEERS, {"grid": data.grid(grid), "skill": skills()})

    people, grids = data.VOLUNTEERS * scale, data.GRIDS * scale
    codes = [data.person(draw.randrange(people)) for _ in range(BODIES)]
    return [
        Shape("A", tuple(_body(ONE, {"code": code}) for code in codes)),
        Shape("B", tuple(volunteers(0) for _ in range(BODIES))),
        Shape("S", tuple(volunteers(draw.randrange(1, grids)) for _ in range(BODIES))),
        Shape("C", (_body(MERCHANTS, {}),)),
        Shape("D", (_body(ALLIANCES, {}),)),
    ]
