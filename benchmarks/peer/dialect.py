"""The words in which a contestant is asked each shape, and what its answer says in plain records.

Records are lists of values, equal for equal facts whatever the form of the answer: volunteers and
merchants in the order they were asked in, what hangs on them and the alliances sorted. Of B and S
the volunteers count, not the grid around them, which not every dialect asks for.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.peer.shapes import Shape

Records = list[Any]


@dataclass(frozen=True)
class Dialect:
    """Documents by shape, how their data are read, and what each variable beside the shape's is.

    A shape without a document is not asked.
    """

    name: str
    documents: Mapping[str, str]
    reading: Mapping[str, Callable[[Any], Records]]
    more: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def bodies(self, shape: Shape) -> tuple[bytes, ...]:
        query, more = self.documents[shape.name], self.more.get(shape.name, {})
        return tuple(
            json.dumps({"query": query, "variables": {**each, **more}}).encode()
            for each in shape.variables
        )

    def records(self, shape: Shape, data: Any) -> Records:
        return self.reading[shape.name](data)


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
WHATEVER_THE_DAY = "query U { alliances(first: 40) { nodes { code name membershipCount } } }"


def named(found: Any) -> Records:
    return [found["code"], found["name"]]


def merchants(found: Any) -> Records:
    words = ("code", "name", "trade", "openAtNight", "frontage", "creditCode")
    return [[each[word] for word in words] for each in found]


def _one(data: Any) -> Records:
    edges = data["person"]["skills"]["edges"]
    skills = [[*named(e["node"]), e["level"], e["verified"]] for e in edges]
    return [*named(data["person"]), data["person"]["isVolunteer"], sorted(skills)]


def _volunteers(data: Any) -> Records:
    return [
        [
            *named(each),
            sorted([*named(e["node"]), e["level"]] for e in each["skills"]["edges"]),
            sorted(named(node) for node in each["organizations"]["nodes"]),
            named(each["grid"]),
        ]
        for each in data["grid"]["volunteers"]["nodes"]
    ]


def _merchants(data: Any) -> Records:
    return merchants(data["merchants"]["nodes"])


def _alliances(data: Any) -> Records:
    return sorted([*named(each), each["merchantCount"]] for each in data["alliances"]["nodes"])


def _memberships(data: Any) -> Records:
    return sorted([*named(each), each["membershipCount"]] for each in data["alliances"]["nodes"])


OURS = Dialect(
    "ours",
    {
        **{"A": ONE, "B": VOLUNTEERS, "S": VOLUNTEERS, "C": MERCHANTS, "D": ALLIANCES},
        "U": WHATEVER_THE_DAY,
    },
    {
        **{"A": _one, "B": _volunteers, "S": _volunteers, "C": _merchants, "D": _alliances},
        "U": _memberships,
    },
)
