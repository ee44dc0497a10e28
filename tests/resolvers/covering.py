"""A network of coverage read by clients' questions, for brute force in tests.

Nothing of `graph/` is used here.
"""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from resolvers.identity import global_id
from tests.resolvers.census import WEEK, Census, Place, census, pages

SHIFO = global_id("Division", "ZZ-GX-SF")
L2 = global_id("Grid", "ZZ-GX-SF-L2-03")
quiet = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
UNITS = """query ($within: ID!, $level: GridLevel!, $day: Date, $after: String) {
  grids(within: $within, asOf: $day, filter: {level: {eq: $level}}, first: 100, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node {
      code centroid { longitude latitude } heads(first: 5) { edges { deputy } } } } } }"""
NUMBERS = "numerator effective denominator unknown ratio method byStatus { status count }"
LISTED = """units(first: 100, after: $after, status: $status) {
  totalCount edges { status count reason node { code } } pageInfo { hasNextPage endCursor } }"""
QUERY = f"""query ($input: CoverageInput!, $after: String, $status: [CoverageStatus!]) {{
  coverage(input: $input) {{ {NUMBERS} {LISTED} }} }}"""


@dataclass(frozen=True)
class Unit:
    """A grid; `headed`: someone heads it who is no deputy."""

    code: str
    place: Place | None
    headed: bool


@dataclass(repr=False)
class Known:
    """What was read once of the demo network."""

    people: Census
    levels: dict[str, list[Unit]]
    inside: dict[str, set[str]]
    centers: list[Any] = field(default_factory=list)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("what is known")


READ: dict[int, Known] = {}
LEVELS = ("L2", "L3", "MICRO", "DEDICATED")


def known_of(ask: Any) -> Known:
    """Read once for each graph."""
    key = id(ask.graph)
    if key not in READ:
        levels = {level: units(ask, SHIFO, level) for level in LEVELS}
        READ[key] = Known(census(ask), levels, {})
    return READ[key]


def units(ask: Any, within: str, level: str, day: str | None = None) -> list[Unit]:
    found: list[Unit] = []
    for edge in pages(ask, UNITS, "grids", {"within": within, "level": level, "day": day}):
        node, place = edge["node"], edge["node"]["centroid"]
        found.append(
            Unit(
                node["code"],
                place and (place["longitude"], place["latitude"]),
                any(not head["deputy"] for head in node["heads"]["edges"]),
            )
        )
    return found


def report(ask: Any, **asked: Any) -> Any:
    return ask.data(QUERY, {"input": {"within": SHIFO, **asked}})["coverage"]


def judged(ask: Any, **asked: Any) -> dict[str, tuple[str, int]]:
    """Status and count of every unit, by code."""
    variables = {"input": {"within": SHIFO, **asked}}
    edges = list(pages(ask, QUERY, "coverage.units", variables))
    codes = [edge["node"]["code"] for edge in edges]
    assert codes == sorted(set(codes))
    for edge in edges:
        assert (edge["reason"] is None) is (edge["status"] in ("EFFECTIVE", "K_COVERED"))
    return {edge["node"]["code"]: (edge["status"], edge["count"]) for edge in edges}


def agrees(found: Any, statuses: list[str]) -> None:
    """The numbers of a report are those that follow from its units' statuses."""
    covered = sum(status in ("FORMAL_ONLY", "EFFECTIVE", "K_COVERED") for status in statuses)
    judgeable = sum(status != "UNKNOWN" for status in statuses)
    assert found["numerator"] == covered
    assert found["effective"] == sum(status in ("EFFECTIVE", "K_COVERED") for status in statuses)
    assert found["denominator"] == judgeable
    assert found["unknown"] == len(statuses) - judgeable
    assert found["ratio"] == (covered / judgeable if judgeable else None)
    counted = {each["status"]: each["count"] for each in found["byStatus"]}
    assert set(counted) == {"NONE", "FORMAL_ONLY", "EFFECTIVE", "K_COVERED", "UNKNOWN"}
    assert counted == {status: statuses.count(status) for status in counted}


LEADERS = """query ($within: ID!, $level: GridLevel!, $day: Date, $after: String) {
  grids(within: $within, asOf: $day, filter: {level: {eq: $level}}, first: 100, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { code partyOrganizations(first: 5) {
      nodes { code } } } } } }"""
DONE = """query ($after: String) { %s(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { at %s { code } grid { code
    parent { code parent { code parent { code } } } } } } } }"""


Act = tuple[str, str, set[str], str]
ACTS: dict[int, list[Act]] = {}


def done(ask: Any) -> list[Act]:
    """Moment, doer, the grids of every visit and note (its own and those above), and its list."""
    if id(ask.graph) not in ACTS:
        ACTS[id(ask.graph)] = _done(ask)
    return ACTS[id(ask.graph)]


def _done(ask: Any) -> list[Act]:
    found: list[Act] = []
    for name, doer in (("visits", "visitor"), ("patrolNotes", "author")):
        for edge in pages(ask, DONE % (name, doer), name, {}):
            node, above, grid = edge["node"], set(), edge["node"]["grid"]
            while grid:
                above.add(grid["code"])
                grid = grid.get("parent")
            found.append((node["at"], node[doer]["code"], above, name))
    return found


def leaders(ask: Any, level: str, day: str | None) -> dict[str, set[str]]:
    """The party organizations that lead each unit of Shifo."""
    return {
        edge["node"]["code"]: {o["code"] for o in edge["node"]["partyOrganizations"]["nodes"]}
        for edge in pages(ask, LEADERS, "grids", {"within": SHIFO, "level": level, "day": day})
    }


def rated(count: int, k: int) -> str:
    """What so many of k make of a unit that can be judged."""
    return "NONE" if count < k else "EFFECTIVE" if k == 1 else "K_COVERED"


BELONGING = """query ($within: ID!, $after: String) {
  people(within: $within, first: 100, after: $after, filter: {isVolunteer: {eq: true}}) {
    edges { node { code } } pageInfo { hasNextPage endCursor } } }"""
PARTS = f"""query ($input: CoverageInput!) {{ coverage(input: $input) {{ {NUMBERS} expected
  units(first: 100) {{ totalCount edges {{ status count node {{ code }} }} }}
  byChild {{ {NUMBERS} expected territory {{ id code }}
    units(first: 100) {{ totalCount edges {{ status count node {{ code }} }} }}
    byChild {{ territory {{ id }} denominator unknown }} }} }} }}"""


def statuses_of(found: Any) -> dict[str, str]:
    """Of the units of a report, which are a hundred at most."""
    assert found["units"]["totalCount"] <= 100
    return {edge["node"]["code"]: edge["status"] for edge in found["units"]["edges"]}


SHOPS = """query ($within: ID!, $day: Date, $after: String) {
  merchants(within: $within, asOf: $day, first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { code alliances(first: 1) { totalCount } } } } }"""


def shops(ask: Any, within: str, day: str | None = None) -> dict[str, bool]:
    """Whether each merchant of a territory is in an alliance."""
    edges = pages(ask, SHOPS, "merchants", {"within": within, "day": day})
    return {edge["node"]["code"]: edge["node"]["alliances"]["totalCount"] > 0 for edge in edges}


# Hours of the week: minutes of each day, from and until.
Spans = dict[str, tuple[int, int]]
MINUTES = st.integers(0, 96).map(lambda quarter: quarter * 15)
SPANS: st.SearchStrategy[Spans] = st.dictionaries(
    st.sampled_from(WEEK),
    st.tuples(MINUTES, MINUTES).filter(lambda span: span[0] < span[1]),
    min_size=1,
    max_size=4,
)
EVENING = [{"weekday": "TUESDAY", "from": "19:00", "until": "21:00"}]


def weekly(spans: Spans) -> list[dict[str, str]]:
    """As a client says it."""
    return [
        {"weekday": day, "from": clock(since), "until": clock(until)}
        for day, (since, until) in spans.items()
    ]


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
