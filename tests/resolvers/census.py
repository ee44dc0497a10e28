"""The network as a client can read it, page by page, and what follows from it by plain arithmetic.

For brute force in tests: nothing of `graph/` is used here, neither its distances nor its trees.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt
from typing import Any

RADIUS = 6_371_008.8
METRES_A_MINUTE = 75 / 1.3
Place = tuple[float, float]
WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
CRS = ("WGS84", "CGCS2000", "GCJ02", "BD09")


def metres(one: Place, other: Place) -> float:
    """Great-circle metres, to a centimetre."""
    (x, y), (u, v) = ((radians(a), radians(b)) for a, b in (one, other))
    half = sin((v - y) / 2) ** 2 + cos(y) * cos(v) * sin((u - x) / 2) ** 2
    return round(2 * RADIUS * asin(min(1.0, sqrt(half))), 2)


@dataclass
class Holding:
    """That a person holds a skill today."""

    skill: str
    level: int
    verified: bool


@dataclass
class Volunteer:
    """`places`: their place in every reference system, by its name; empty if it is not known."""

    code: str
    name: str
    party: bool | None
    places: dict[str, Place]
    acceptance: float
    hours: list[tuple[int, int]]  # minutes of the week when they have said they are free
    holdings: list[Holding] = field(default_factory=list)

    @property
    def place(self) -> Place | None:
        return self.places.get("WGS84")


@dataclass(frozen=True)
class Requirement:
    """A skill, or a narrower one, at a level or above."""

    skill: str
    level: int = 1
    verified: bool = False

    def asked(self) -> dict[str, Any]:
        return {"skill": self.skill, "minLevel": self.level, "verifiedOnly": self.verified}


@dataclass(repr=False)
class Census:
    """Everyone who holds a skill and is a volunteer, and every volunteer of Shifo."""

    parents: dict[str, str | None]
    volunteers: dict[str, Volunteer]
    skilled: set[str]
    shifo: set[str]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """In the report of a failed test, where the people themselves are no help."""
        printer.text(f"Census of {len(self.volunteers)}")

    def below(self, skill: str) -> set[str]:
        """The skill and all narrower ones."""
        found = {skill}
        while True:
            more = {code for code, parent in self.parents.items() if parent in found} - found
            if not more:
                return found
            found |= more

    def meeting(self, wanted: Requirement) -> dict[str, tuple[int, bool]]:
        """Whoever meets the requirement, with their best level and whether it is confirmed."""
        skills = self.below(wanted.skill)
        found: dict[str, tuple[int, bool]] = {}
        for code in self.skilled:
            fitting = [
                holding
                for holding in self.volunteers[code].holdings
                if holding.skill in skills
                and holding.level >= wanted.level
                and (holding.verified or not wanted.verified)
            ]
            if fitting:
                best = max(holding.level for holding in fitting)
                found[code] = (best, any(holding.verified for holding in fitting))
        return found


def pages(ask: Any, query: str, path: str, variables: dict[str, Any]) -> Iterator[Any]:
    """Every edge of a list; the query takes `$after` and asks 100 rows, edges and pageInfo."""
    after = None
    while True:
        found = ask.data(query, {**variables, "after": after})
        for step in path.split("."):
            found = found[step]
        yield from found["edges"]
        if not found["pageInfo"]["hasNextPage"]:
            return
        after = found["pageInfo"]["endCursor"]


PERSON = """code name isVolunteer isPartyMember acceptance { mean }
  availability { weekday from until }
  WGS84: location { longitude latitude } CGCS2000: location(crs: CGCS2000) { longitude latitude }
  GCJ02: location(crs: GCJ02) { longitude latitude }
  BD09: location(crs: BD09) { longitude latitude }"""
HOLDERS = f"""query ($code: String!, $after: String) {{ skill(code: $code) {{
  holders(first: 100, after: $after, filter: {{isVolunteer: {{eq: true}}}}) {{
    edges {{ level verified node {{ {PERSON} }} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"""
PEOPLE = f"""query ($within: ID!, $after: String) {{
  people(within: $within, first: 100, after: $after, filter: {{isVolunteer: {{eq: true}}}}) {{
    edges {{ node {{ {PERSON} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""


def census(ask: Any) -> Census:
    """The volunteers as they are today."""
    skills = ask.data("{ skills(first: 100) { nodes { code parent { code } } } }")["skills"]
    parents = {s["code"]: s["parent"] and s["parent"]["code"] for s in skills["nodes"]}
    shifo = ask.data('{ division(code: "ZZ-GX-SF") { id } }')["division"]["id"]
    volunteers: dict[str, Volunteer] = {}
    for edge in pages(ask, PEOPLE, "people", {"within": shifo}):
        volunteers[edge["node"]["code"]] = _volunteer(edge["node"])
    located = set(volunteers)
    skilled: set[str] = set()
    for skill in parents:
        for edge in pages(ask, HOLDERS, "skill.holders", {"code": skill}):
            code = edge["node"]["code"]
            person = volunteers.setdefault(code, _volunteer(edge["node"]))
            person.holdings.append(Holding(skill, edge["level"], edge["verified"]))
            skilled.add(code)
    return Census(parents, volunteers, skilled, located)


def _volunteer(node: Any) -> Volunteer:
    assert node["isVolunteer"]
    places = {
        crs: (node[crs]["longitude"], node[crs]["latitude"]) for crs in CRS if node[crs] is not None
    }
    return Volunteer(
        node["code"],
        node["name"],
        node["isPartyMember"],
        places,
        node["acceptance"]["mean"],
        [_minutes(span) for span in node["availability"] or ()],
    )


def _minutes(span: Any) -> tuple[int, int]:
    first = 1440 * WEEK.index(span["weekday"])
    since, until = ((int(time[:2]) * 60 + int(time[3:])) for time in (span["from"], span["until"]))
    return first + since, first + until
