"""The words of @neo4j/graphql: as a user of it would ask, and turned by hand to what it does best.

A user filters volunteers by grid and by skill, and counts the merchants whose membership holds
today. Turned by hand, B and S start at the grid, C leaves out the order (the engines give that of
loading, which is that of codes) and D leaves out the dates. The library has no single relationship:
it answers a list.
"""

from datetime import date
from typing import Any

from benchmarks.peer.dialect import Dialect, Records, merchants, named

ONE = """query A($code: String!) {
  people(where: {code: {eq: $code}}) { code name isVolunteer
    skillsConnection(first: 4) { edges { properties { level verified } node { code name } } } }
}"""
HANGING = """code name
    skillsConnection(first: 4) { edges { properties { level } node { code name } } }
    organizations(limit: 2) { code name }
    grid { code name }"""
VOLUNTEERS = f"""query B($grid: String!, $skill: String!) {{
  people(
    where: {{
      isVolunteer: {{eq: true}}
      grid: {{some: {{code: {{eq: $grid}}}}}}
      skills: {{some: {{code: {{eq: $skill}}}}}}
    }}
    sort: [{{code: ASC}}]
    limit: 50
  ) {{ {HANGING} }}
}}"""
FROM_THE_GRID = f"""query B($grid: String!, $skill: String!) {{
  grids(where: {{code: {{eq: $grid}}}}) {{ code name
    people(
      where: {{isVolunteer: {{eq: true}}, skills: {{some: {{code: {{eq: $skill}}}}}}}}
      sort: [{{code: ASC}}]
      limit: 50
    ) {{ {HANGING} }} }}
}}"""
MERCHANTS = """query C {
  merchants(sort: [{code: ASC}], limit: 1000) {
    code name trade openAtNight frontage creditCode
  }
}"""
UNORDERED = """query C {
  merchants(limit: 1000) { code name trade openAtNight frontage creditCode }
}"""
ALLIANCES = """query D($day: Date!) {
  alliances { code name
    merchantsConnection(where: {edge: {AND: [
      {OR: [{since: {eq: null}}, {since: {lte: $day}}]}
      {OR: [{until: {eq: null}}, {until: {gt: $day}}]}
    ]}}) { aggregate { count { nodes } } } }
}"""
UNDATED = """query D {
  alliances { code name merchantsConnection { aggregate { count { nodes } } } }
}"""


def _one(data: Any) -> Records:
    person = data["people"][0]
    skills = [
        [*named(e["node"]), e["properties"]["level"], e["properties"]["verified"]]
        for e in person["skillsConnection"]["edges"]
    ]
    return [*named(person), person["isVolunteer"], sorted(skills)]


def _people(found: Any) -> Records:
    return [
        [
            *named(each),
            sorted(
                [*named(e["node"]), e["properties"]["level"]]
                for e in each["skillsConnection"]["edges"]
            ),
            sorted(named(node) for node in each["organizations"]),
            named(each["grid"][0]),
        ]
        for each in found
    ]


def _volunteers(data: Any) -> Records:
    return _people(data["people"])


def _within(data: Any) -> Records:
    return _people(data["grids"][0]["people"])


def _merchants(data: Any) -> Records:
    return merchants(data["merchants"])


def _alliances(data: Any) -> Records:
    return sorted(
        [*named(each), each["merchantsConnection"]["aggregate"]["count"]["nodes"]]
        for each in data["alliances"]
    )


LIBRARY = Dialect(
    "@neo4j/graphql",
    {
        **{"A": ONE, "B": VOLUNTEERS, "S": VOLUNTEERS, "C": MERCHANTS, "D": ALLIANCES},
        "U": UNDATED,
    },
    {
        **{"A": _one, "B": _volunteers, "S": _volunteers, "C": _merchants, "D": _alliances},
        "U": _alliances,
    },
    {"D": {"day": date.today().isoformat()}},
)
TURNED = Dialect(
    "@neo4j/graphql, turned by hand",
    {"B": FROM_THE_GRID, "S": FROM_THE_GRID, "C": UNORDERED, "D": UNDATED},
    {"B": _within, "S": _within, "C": _merchants, "D": _alliances},
)
