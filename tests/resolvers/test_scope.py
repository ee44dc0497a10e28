"""Who sees a part of the network sees nothing else of it, whichever way they ask.

What belongs to a scope is decided here, apart from the code under test, out of the relationships
as they were loaded. Out of scope looks like absent.
"""

import base64
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, LiteralString

import pytest
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schema
from graph import registry
from graph.bolt import Graph
from graph.model import Link
from resolvers.auth import ANYONE, DEVELOPER, PERMISSIONS, Caller, Granted
from resolvers.identity import global_id
from resolvers.operation import Operations

TODAY = "2026-11-24"
SHIFO = "/ZZ/ZZ-GX/ZZ-GX-SF/"
HUAQIANG = f"{SHIFO}ZZ-GX-SF-C08/"  # the alliance's community; its merchants are below
L2 = f"{HUAQIANG}ZZ-GX-SF-L2-08/"
L3 = f"{L2}ZZ-GX-SF-L3-050/"
TOWER = "/ZZ/ZZ-EQ/ZZ-EQ-TOWER/"
SCOPES = [
    (HUAQIANG,),
    (L2,),
    (L3,),
    (TOWER,),
    ("/ZZ/ZZ-SJ/ZZ-SJ-S1/",),
    ("/ZZ/ZZ-EQ/", f"{SHIFO}ZZ-GX-SF-C01/"),
]
LISTS = {
    "divisions": "Division",
    "grids": "Grid",
    "people": "Person",
    "socialOrganizations": "SocialOrganization",
    "partyOrganizations": "PartyOrganization",
    "merchants": "Merchant",
    "businessDistricts": "BusinessDistrict",
    "alliances": "Alliance",
    "places": "Place",
    "serviceCenters": "ServiceCenter",
    "volunteerTeams": "VolunteerTeam",
    "needs": "Need",
    "visits": "Visit",
    "patrolNotes": "PatrolNote",
    "invitations": "Invitation",
}
# What belongs to no territory.
DICTIONARIES = {"skills": "Skill", "departments": "Department", "certificates": "Certificate"}
Scope = tuple[str, ...]


def caller(scope: Scope | None) -> Caller:
    return Caller("narrow", (Granted("ORGANIZER", PERMISSIONS, scope),))


def named(id: str) -> tuple[str, str]:
    """Label and code in an id."""
    label, _, code = base64.urlsafe_b64decode(id + "==").decode().partition(":")
    return label, code


STEPS: LiteralString = (
    "MATCH (a:Territory)-[r:PART_OF|SPANS]->(b:Territory) "
    "WHERE (r.since IS NULL OR r.since <= date($today)) "
    "AND (r.until IS NULL OR r.until > date($today)) RETURN collect([a.path, b.path])"
)
TERRITORIES: LiteralString = (
    "MATCH (t:Territory) WITH t, [l IN labels(t) WHERE l <> 'Territory'][0] AS label "
    "RETURN collect([label, t.code, t.path])"
)
PLACES: LiteralString = (
    "MATCH (n)-[r:LOCATED_IN|MADE_IN|ASKS_TO|HEADS|SERVES_AS|REPORTED_IN_TO]->(t:Territory) "
    "WHERE (r.since IS NULL OR r.since <= date($today)) "
    "AND (r.until IS NULL OR r.until > date($today)) RETURN collect([labels(n)[0], n.code, t.path])"
)
VOLUNTEERS: LiteralString = "MATCH (n:Person {isVolunteer: true}) RETURN collect(n.code)"


@dataclass
class Truth:
    """Where everything is today: paths of the territories that each node belongs to."""

    graph: Graph
    run: Any
    territories: dict[str, tuple[str, str]] = field(default_factory=dict)
    up: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    paths: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for label, code, path in self.read(TERRITORIES):
            self.territories[path] = (label, code)
        steps: dict[str, set[str]] = defaultdict(set)
        for below, above in self.read(STEPS):
            steps[below].add(above)
        for path in self.territories:
            waiting = [path]
            while waiting:
                each = waiting.pop()
                if each not in self.up[path]:
                    self.up[path].add(each)
                    waiting.extend(steps[each])
        for path, name in self.territories.items():
            self.paths[name] |= self.up[path]
        for label, code, path in self.read(PLACES):
            self.paths[label, code] |= self.up[path]

    def read(self, text: LiteralString) -> Any:
        return self.run(self.graph.read("truth", text, {"today": TODAY}))

    @cached_property
    def volunteers(self) -> set[str]:
        return set(self.read(VOLUNTEERS))

    def sees(self, scope: Scope, name: tuple[str, str]) -> bool:
        return name[0] in DICTIONARIES.values() or not self.paths[name].isdisjoint(scope)

    def within(self, scope: Scope, label: str) -> set[str]:
        """Codes of what there is of a label in a scope."""
        return {
            code for (of, code) in list(self.paths) if of == label and self.sees(scope, (of, code))
        }


@pytest.fixture(scope="module")
def truth(graph: Graph, run: Any) -> Truth:
    return Truth(graph, run)


def met(value: Any) -> Iterator[tuple[str, str]]:
    """Label and code of every node in an answer."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield named(value["id"])
        for each in value.values():
            yield from met(each)
    elif isinstance(value, list):
        for each in value:
            yield from met(each)


# Every way from what is seen to something else


def connected(kind: GraphQLObjectType) -> dict[str, GraphQLObjectType]:
    """The fields of a type that lead to nodes: the type of these."""
    found: dict[str, GraphQLObjectType] = {}
    for name, definition in kind.fields.items():
        target = get_named_type(definition.type)
        if is_object_type(target) and "nodes" in target.fields:
            target = get_named_type(target.fields["nodes"].type)
        if is_object_type(target) and registry.knows(target.name):
            found[name] = target
    return found


def hop(kind: GraphQLObjectType, name: str, below: str, first: int) -> str:
    """A field of a type, with what is asked of the nodes that it leads to."""
    if "first" in kind.fields[name].args:
        count = "totalCount" if below else ""  # each number is a statement more to plan
        return f"{name}(first: {first}) {{ {count} nodes {{ id {below} }} }}"
    return f"{name} {{ id {below} }}"


def ways(schema: GraphQLSchema) -> Iterator[str]:
    """Documents that walk two links from a list, and every third link from there.

    As many as it takes to walk each link of each type first, second and third.
    """
    begun: set[tuple[str, str]] = set()
    gone: set[tuple[str, str]] = set()
    for root, label in {**LISTS, **DICTIONARIES}.items():
        start = schema.type_map[label]
        assert is_object_type(start)
        for one, second in connected(start).items():
            for two, third in connected(second).items():
                if (root, one) in begun and (second.name, two) in gone:
                    continue
                begun.add((root, one))
                gone.add((second.name, two))
                last = " ".join(hop(third, three, "", 30) for three in connected(third))
                inner = hop(start, one, hop(second, two, last, 2), 2)
                yield f"{{ {root}(first: 3) {{ totalCount nodes {{ id {inner} }} }} }}"


def counted_right(value: Any) -> None:
    """Where a list was short enough to be whole, its number is that of its nodes."""
    if isinstance(value, dict):
        if "totalCount" in value and len(value["nodes"]) not in (2, 3, 30):
            assert value["totalCount"] == len(value["nodes"])
        for each in value.values():
            counted_right(each)
    elif isinstance(value, list):
        for each in value:
            counted_right(each)


WALKS = list(zip(ways(schema.build()._schema), itertools.cycle(SCOPES), strict=False))


@pytest.mark.parametrize(("document", "scope"), WALKS, ids=map(str, range(len(WALKS))))
def test_no_way_leads_out_of_the_scope(
    ask: Any, truth: Truth, document: str, scope: tuple[str, ...]
) -> None:
    data = ask.data(document, caller=caller(scope))
    for name in met(data):
        assert truth.sees(scope, name), name
    counted_right(data)


def test_the_walks_go_everywhere_and_meet_many(ask: Any) -> None:
    assert len(WALKS) > 50
    found = (met(ask.data(document, caller=caller(scope))) for document, scope in WALKS[::10])
    assert sum(1 for names in found for _ in names) > 50


def test_the_walk_would_find_what_is_out_of_scope(ask: Any, truth: Truth) -> None:
    """The check can fail: the same way as the all-seeing caller leaves every narrow scope."""
    data = ask.data("{ merchants(first: 100) { nodes { id alliances { nodes { id } } } } }")
    assert not all(truth.sees((L2,), name) for name in met(data))


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("root", LISTS)
def test_lists_hold_exactly_what_belongs_to_the_scope(
    ask: Any, truth: Truth, root: str, scope: Scope
) -> None:
    codes, after = set(), None
    query = f"""query ($after: String) {{ {root}(first: 100, after: $after) {{
      totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ code }} }} }}"""
    for _ in range(4):
        page = ask.data(query, {"after": after}, caller=caller(scope))[root]
        codes |= {node["code"] for node in page["nodes"]}
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    wanted = truth.within(scope, LISTS[root])
    assert page["totalCount"] == len(wanted)
    assert codes == set(sorted(wanted)[:400])


# Filters, orders and counts of each link, as an outsider


def links() -> list[tuple[str, str, Link]]:
    return [
        (root, name, link)
        for root, label in {**LISTS, **DICTIONARIES}.items()
        for name, link in registry.node(label).links.items()
        if link.many
    ]


def codes(page: Any) -> set[str]:
    return {node["code"] for node in page["nodes"]}


@pytest.mark.parametrize(("root", "name", "link"), links(), ids=lambda value: str(value)[:20])
def test_filters_orders_and_counts_see_no_more_than_the_list(
    ask: Any, operations: Operations, truth: Truth, root: str, name: str, link: Link
) -> None:
    label = {**LISTS, **DICTIONARIES}[root]
    kind = operations.schema.type_map[label]
    if name not in kind.fields or link.listed:  # type: ignore[attr-defined]
        return
    hidden_somewhere = False
    for scope in SCOPES[1:3] if root == "skills" else SCOPES:
        who = caller(scope)

        def asked(arguments: str, of: str = "", who: Caller = who) -> Any:
            query = f"{{ {root}(first: 100{arguments}) {{ totalCount nodes {{ code {of} }} }} }}"
            return ask.data(query, caller=who)[root]

        shown = asked("", f"{name} {{ totalCount }}")
        totals = {node["code"]: node[name]["totalCount"] for node in shown["nodes"]}
        if shown["totalCount"] > 100 or not totals:
            continue
        none = {code for code, total in totals.items() if not total}
        some = set(totals) - none
        assert codes(asked(f", filter: {{{name}: {{some: {{}}}}}}")) == some
        assert codes(asked(f", filter: {{{name}: {{none: {{}}}}}}")) == none
        no_one = '{code: {eq: "NO SUCH"}}'
        assert codes(asked(f", filter: {{{name}: {{every: {no_one}}}}}")) == none
        assert codes(asked(f", filter: {{not: {{{name}: {{some: {{}}}}}}}}")) == none
        if link.count:
            assert codes(asked(f", filter: {{{link.count}: {{gte: 1}}}}")) == some
            ordered = asked(f", orderBy: [{{{link.count}: DESC}}]")["nodes"]
            counts = [totals[node["code"]] for node in ordered]
            assert counts == sorted(counts, reverse=True)
            assert len(counts) == len(totals)
            if link.count in kind.fields:  # type: ignore[attr-defined]
                told = asked("", link.count)["nodes"]
                assert {node["code"]: node[link.count] for node in told} == totals
        # One that is there and out of sight can be told by no question.
        ids = " ".join(f'"{global_id(label, code)}"' for code in list(totals)[:20])
        everything = ask.data(
            f"{{ nodes(ids: [{ids}]) {{ ... on {label} {{ {name}(first: 50) {{ "
            "nodes { id } } } } }"
        )
        hidden = {each for each in met(everything) if not truth.sees(scope, each)}
        for _, code in sorted(hidden)[:1]:
            hidden_somewhere = True
            one = f'{{code: {{eq: "{code}"}}}}'
            assert asked(f", filter: {{{name}: {{some: {one}}}}}")["totalCount"] == 0
            assert asked(f", filter: {{{name}: {{none: {one}}}}}")["totalCount"] == len(totals)
            assert codes(asked(f", filter: {{{name}: {{every: {{not: {one}}}}}}}")) == set(totals)
            inner = f"{name}(filter: {one}) {{ totalCount nodes {{ code }} }}"
            assert all(
                node[name] == {"totalCount": 0, "nodes": []} for node in asked("", inner)["nodes"]
            )
            at_once = f"{{or: [{{{name}: {{some: {one}}}}}, {{not: {{{name}: {{none: {one}}}}}}}]}}"
            assert asked(f", filter: {at_once}")["totalCount"] == 0
    assert hidden_somewhere or (root, name) not in LEADING_OUT


# Links that lead from what is seen to what is not; others lead down, or to dictionaries.
LEADING_OUT = {
    ("grids", "spans"),
    ("grids", "cadres"),
    ("grids", "partyOrganizations"),
    ("people", "organizations"),
    ("people", "partyOrganizations"),
    ("people", "workplaces"),
    ("people", "headOf"),
    ("socialOrganizations", "members"),
    ("partyOrganizations", "members"),
    ("merchants", "alliances"),
    ("merchants", "workers"),
    ("skills", "holders"),
}


def test_filters_two_links_deep_see_nothing_hidden(ask: Any, truth: Truth) -> None:
    """merchant → alliance → merchant, and person → grid headed → person, from within L2."""
    scope = (L2,)
    alliance = "alliances: {some: {merchants: {some: {}}}}"
    query = f"{{ merchants(filter: {{{alliance}}}) {{ totalCount }} }}"
    assert ask.data(query)["merchants"]["totalCount"] > 0
    assert ask.data(query, caller=caller((HUAQIANG,)))["merchants"]["totalCount"] > 0
    assert ask.data(query, caller=caller(scope))["merchants"]["totalCount"] == 0
    outside = sorted(truth.within((SHIFO,), "Person") - truth.within(scope, "Person"))[:250]
    for quantifier, all_of_them in (("some", False), ("none", True)):
        query = f"""query ($codes: [String!]) {{ skills(filter: {{holders: {{{quantifier}:
          {{code: {{in: $codes}}}}}}}}) {{ totalCount }} all: skills {{ totalCount }} }}"""
        data = ask.data(query, {"codes": outside}, caller=caller(scope))
        assert data["skills"]["totalCount"] == (data["all"]["totalCount"] if all_of_them else 0)


def test_reads_from_a_skill_to_its_holders_stay_within(ask: Any, truth: Truth) -> None:
    query = (
        "{ skills(first: 100) { nodes { code holders(first: 90) { totalCount nodes { id } } } } }"
    )
    everything = ask.data(query)["skills"]["nodes"]
    narrow = ask.data(query, caller=caller((L2,)))["skills"]["nodes"]
    assert [each["code"] for each in narrow] == [each["code"] for each in everything]
    assert all(
        truth.sees((L2,), name)
        for name in met([each["holders"] for each in narrow])
        if name[0] not in DICTIONARIES.values()
    )
    fewer = [
        a["holders"]["totalCount"] - b["holders"]["totalCount"]
        for a, b in zip(everything, narrow, strict=True)
    ]
    assert min(fewer) >= 0
    assert max(fewer) > 0


# Out of scope is absent


def hidden(truth: Truth, scope: Scope) -> list[tuple[str, str]]:
    """One node of each label that exists and is out of sight."""
    found: dict[str, tuple[str, str]] = {}
    for name in sorted(truth.paths):
        if not truth.sees(scope, name) and registry.knows(name[0]):
            found.setdefault(name[0], name)
    return list(found.values())


SINGLE = {
    "Division": "division",
    "Grid": "grid",
    "Person": "person",
    "SocialOrganization": "socialOrganization",
    "PartyOrganization": "partyOrganization",
    "Merchant": "merchant",
    "BusinessDistrict": "businessDistrict",
    "Alliance": "alliance",
    "Place": "place",
    "ServiceCenter": "serviceCenter",
    "VolunteerTeam": "volunteerTeam",
    "Need": "need",
    "Visit": "visit",
    "PatrolNote": "patrolNote",
    "Invitation": "invitation",
}
NAMELESS = ("Visit", "PatrolNote", "Invitation")


@pytest.mark.parametrize("scope", [(L3,), (TOWER,), ()])
def test_what_is_out_of_sight_is_absent_by_code_id_and_search(
    ask: Any, truth: Truth, scope: Scope
) -> None:
    found = hidden(truth, scope)
    assert {label for label, _ in found} == set(SINGLE)
    for label, code in found:
        for asked in (code, "NO-SUCH"):
            said = {"code": asked, "id": global_id(label, asked), "text": asked}
            types = "" if label in NAMELESS else f", types: [{NODE_TYPE[label]}]"
            query = f"""query ($code: String!, $id: ID!, $text: String!) {{
              {SINGLE[label]}(code: $code) {{ id }}
              node(id: $id) {{ id }} nodes(ids: [$id]) {{ id }}
              search(text: $text{types}) {{
                totalCount nodes {{ __typename }} }} }}"""
            data = ask.data(query, said, caller=caller(scope))
            assert data[SINGLE[label]] is None
            assert data["node"] is None
            assert data["nodes"] == [None]
            if asked == "NO-SUCH" or label != "Division":
                assert data["search"] == {"totalCount": 0, "nodes": []}


NODE_TYPE = {
    label: "".join(f"_{c}" if c.isupper() else c for c in label)[1:].upper() for label in SINGLE
}


@pytest.mark.parametrize("root", [*LISTS, "volunteers"])
def test_within_out_of_sight_is_told_like_within_that_does_not_exist(ask: Any, root: str) -> None:
    query = f"query ($id: ID!) {{ {root}(within: $id) {{ totalCount }} }}"
    told = [
        (ask(query, {"id": global_id(*name)}, caller=caller((L3,))))
        for name in (
            ("Division", "ZZ-SJ"),
            ("Division", "NO-SUCH"),
            ("Division", "ZZ"),
            ("Grid", "ZZ-EQ-TOWER"),
        )
    ]
    assert told[0]["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "within"}
    assert all(each == told[0] for each in told)


def test_coverage_and_search_out_of_sight_are_told_like_absent(ask: Any) -> None:
    coverage = """query ($id: ID!) {
      coverage(input: {kind: HEAD_ASSIGNED, level: MICRO, within: $id}) { numerator } }"""
    search = 'query ($id: ID!) { search(text: "石", within: $id) { totalCount } }'
    alliance = "query ($id: ID!) { merchants(alliance: $id) { totalCount } }"
    for query, label, there in (
        (coverage, "Division", "ZZ-SJ"),
        (search, "Division", "ZZ-SJ"),
        (alliance, "Alliance", "HUAQIANG"),
    ):
        assert "errors" not in ask(query, {"id": global_id(label, there)})
        told = [
            (ask(query, {"id": global_id(label, code)}, caller=caller((L3,))))
            for code in (there, "NO-SUCH")
        ]
        assert told[0] == told[1]
        assert told[0]["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_cursor_of_another_caller_opens_nothing(ask: Any, truth: Truth) -> None:
    page = "pageInfo { endCursor startCursor }"
    for root in ("people", "grids", "merchants"):
        for order in ("", ", orderBy: [{name: DESC}]"):
            query = f"""query ($after: String) {{
              {root}(first: 50, after: $after{order}) {{ nodes {{ id }} {page} }} }}"""
            after = ask.data(query, {"after": None})[root]["pageInfo"]["endCursor"]
            for side in ("after", "before"):
                said = query.replace("after: $after", f"{side}: $after")
                data = ask.data(said, {"after": after}, caller=caller((L2,)))
                assert all(truth.sees((L2,), name) for name in met(data))
    for root in ("volunteers(", 'search(text: "网", '):
        query = f"""query ($after: String) {{ list: {root}first: 50, after: $after) {{
          nodes {{ ... on Node {{ id }} }} {page} }} }}"""
        after = ask.data(query, {"after": None})["list"]["pageInfo"]["startCursor"]
        answer = ask(query, {"after": after}, caller=caller((L2,)))
        assert all(truth.sees((L2,), name) for name in met(answer["data"] or {}))


def test_grids_at_a_point_are_those_in_sight(ask: Any, truth: Truth) -> None:
    centre = ask.data('{ grid(code: "ZZ-GX-SF-L3-050") { centroid { longitude latitude } } }')
    point = {**centre["grid"]["centroid"], "crs": "WGS84"}
    query = "query ($p: PointInput!) { gridsAt(point: $p) { id code parent { id } } }"
    everything = ask.data(query, {"p": point})["gridsAt"]
    assert len(everything) > 1
    for scope in SCOPES:
        found = ask.data(query, {"p": point}, caller=caller(scope))["gridsAt"]
        wanted = [each["code"] for each in everything if truth.sees(scope, named(each["id"]))]
        assert [each["code"] for each in found] == wanted
        assert all(truth.sees(scope, name) for name in met(found))


# The more one may see, the more there is: nothing depends on what is out of sight

NEAR = "near: {point: {longitude: 113.55, latitude: 34.8, crs: WGS84}}"
ANSWERS = {
    "volunteers": "volunteers(first: 100) { totalCount nodes { id } }",
    "near": f"volunteers(first: 100, {NEAR}) {{ totalCount nodes {{ id }} }}",
    "skilled": 'volunteers(first: 100, skills: [{skill: "mediation"}]) { totalCount nodes { id } }',
    "search": 'search(first: 100, text: "张") { totalCount nodes { ... on Node { id } } }',
    "codes": 'search(first: 100, text: "ZZ-GX-SF-L") { totalCount nodes { ... on Node { id } } }',
    **{root: f"{root}(first: 100) {{ totalCount nodes {{ id }} }}" for root in LISTS},
}


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_a_wider_scope_sees_all_that_a_narrower_sees(ask: Any, truth: Truth, data: Any) -> None:
    names = sorted(truth.territories)
    levels = defaultdict(list)
    for path in names:
        levels[path.count("/")].append(path)
    level = data.draw(st.sampled_from([*sorted(levels), 0]))
    below = TOWER if not level else data.draw(st.sampled_from(levels[level]))
    above = data.draw(st.sampled_from(sorted(truth.up[below])))
    also = data.draw(st.sampled_from(names))
    narrow, wide = (below,), (above, also)
    name = data.draw(st.sampled_from(sorted(ANSWERS)))
    for field_of in {name, "volunteers", "skilled"}:
        query = f"{{ list: {ANSWERS[field_of]} }}"
        less, more, everything = (
            ask.data(query, caller=who)["list"] for who in (caller(narrow), caller(wide), DEVELOPER)
        )
        assert less["totalCount"] <= more["totalCount"] <= everything["totalCount"]
        seen = [each["id"] for each in less["nodes"]]
        assert all(truth.sees(narrow, named(each)) for each in seen)
        for who in (caller(wide), DEVELOPER):
            again = ask.data(
                "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": seen}, caller=who
            )
            assert [each and each["id"] for each in again["nodes"]] == seen
        if field_of == "volunteers":
            wanted = truth.within(narrow, "Person") & truth.volunteers
            assert less["totalCount"] == len(wanted)


def test_every_volunteer_who_is_found_may_be_seen(ask: Any, truth: Truth) -> None:
    query = f"""{{ volunteers(first: 100, {NEAR}, skills: [{{skill: "mediation"}}]) {{
      totalCount nodes {{ id }} }} }}"""
    everything = ask.data(query)["volunteers"]["totalCount"]
    for scope in SCOPES:
        found = ask.data(query, caller=caller(scope))["volunteers"]
        assert all(truth.sees(scope, name) for name in met(found))
        assert found["totalCount"] < everything
        hold = ask.data(
            """{ skill(code: "mediation") {
              holders(filter: {isVolunteer: {eq: true}}) { totalCount } } }""",
            caller=caller(scope),
        )
        assert found["totalCount"] == hold["skill"]["holders"]["totalCount"]


COVERAGE = """query ($id: ID!, $day: Date) { coverage(input: {kind: %s, level: MICRO, within: $id,
  asOf: $day%s}) { numerator denominator unknown territory { id }
  units(first: 100) { edges { count status node { id code centroid { longitude latitude }
    heads(first: 50) { edges { deputy } } } } } } }"""
WITHIN_L3 = global_id("Grid", "ZZ-GX-SF-L3-050")


def test_people_out_of_sight_reach_no_unit(ask: Any, truth: Truth) -> None:
    """Each unit is reached by exactly the volunteers whom the same caller finds around it."""
    query = COVERAGE % ("SKILL", ', skill: {skill: "mediation"}, meters: 1500')
    counts = []
    for scope in ((L3,), (L2,), (SHIFO,), None):
        report = ask.data(query, {"id": WITHIN_L3}, caller=caller(scope))["coverage"]
        units = {e["node"]["code"]: e for e in report["units"]["edges"]}
        counts.append({code: edge["count"] for code, edge in units.items()})
        for edge in list(units.values())[:4]:
            centre = edge["node"]["centroid"]
            if centre:
                found = ask.data(
                    """query ($p: PointInput!) { volunteers(skills: [{skill: "mediation"}],
                       near: {point: $p, meters: 1500}) { totalCount } }""",
                    {"p": {**centre, "crs": "WGS84"}},
                    caller=caller(scope),
                )
                assert edge["count"] == found["volunteers"]["totalCount"]
    assert all(a[code] <= b[code] for a, b in itertools.pairwise(counts) for code in a)
    assert counts[0] != counts[-1]


@pytest.mark.parametrize("day", [None, "2023-01-15", "2024-03-01"])
def test_coverage_counts_heads_and_members_whom_the_caller_may_see(
    ask: Any, truth: Truth, day: str | None
) -> None:
    """Also in the past: scope is judged today, so a former head who left is out of sight."""
    differs = False
    for number in range(40, 45):
        path = next(p for p in truth.territories if p.endswith(f"/ZZ-GX-SF-L3-{number:03d}/"))
        within = global_id("Grid", f"ZZ-GX-SF-L3-{number:03d}")
        answers = []
        for scope in ((path,), None):
            asked = COVERAGE % ("HEAD_ASSIGNED", "")
            report = ask.data(asked, {"id": within, "day": day}, caller=caller(scope))["coverage"]
            for edge in report["units"]["edges"]:
                heads = [e for e in edge["node"]["heads"]["edges"] if not e["deputy"]]
                assert edge["count"] == len(heads), (edge, scope)
            answers.append([edge["count"] for edge in report["units"]["edges"]])
            asked = COVERAGE % ("SKILL", ', skill: {skill: "mediation"}')
            report = ask.data(asked, {"id": within, "day": day}, caller=caller(scope))["coverage"]
            for edge in report["units"]["edges"][:2]:
                found = ask.data(
                    """query ($id: ID!, $day: Date) { volunteers(within: $id, asOf: $day,
                       skills: [{skill: "mediation"}]) { totalCount } }""",
                    {"id": edge["node"]["id"], "day": day},
                    caller=caller(scope),
                )
                assert edge["count"] == found["volunteers"]["totalCount"], (edge, scope)
        differs = differs or answers[0] != answers[1]
    assert day is None or differs


MOVED: LiteralString = """
MATCH (old:Territory {path: $old}), (new:Territory {path: $new})
CREATE (g:Grid:Territory {code: $code, name: $code, level: 'MICRO', codeScheme: 'TEST', version: 1,
                          path: new.path + $code + '/'})
CREATE (g)-[a:PART_OF]->(old) SET a.until = date($moved)
CREATE (g)-[b:PART_OF]->(new) SET b.since = date($moved)
CREATE (g)-[:WITHIN {depth: 0}]->(g)
CREATE (g)-[c:WITHIN {depth: 1}]->(old) SET c.until = date($moved)
CREATE (g)-[d:WITHIN {depth: 1}]->(new) SET d.since = date($moved)
CREATE (p:Person {code: $code, name: $code, isVolunteer: true, isInvented: true, version: 1})
CREATE (p)-[:LOCATED_IN]->(g)
RETURN true
"""
GONE: LiteralString = "MATCH (n) WHERE n.code = $code DETACH DELETE n"


@pytest.fixture
def moved(graph: Graph, run: Any, prefix: str, tell: Any) -> Iterator[str]:
    """Code of a grid and of a volunteer in it: in L3 before 2026, then in Shangjie."""
    said = {"old": L3, "new": SHANGJIE, "code": prefix, "moved": "2026-01-01"}
    run(graph.write(lambda tx: tx.run("moved", MOVED, said)))
    for label in ("Grid", "Person"):
        tell(label, prefix)
    yield prefix
    run(graph.write(lambda tx: tx.run("gone", GONE, said)))
    for label in ("Grid", "Person"):
        tell(label, prefix)


SHANGJIE = "/ZZ/ZZ-SJ/ZZ-SJ-S1/ZZ-SJ-S1-C01/"


def test_a_grid_that_moved_belongs_to_where_it_is_today(ask: Any, moved: str) -> None:
    query = """query ($code: String!, $day: Date) {
      grid(code: $code) { code } person(code: $code) { code }
      grids(asOf: $day, filter: {code: {eq: $code}}) { nodes { code } }
      people(asOf: $day, filter: {code: {eq: $code}}) { nodes { code } }
      volunteers(asOf: $day, filter: {code: {eq: $code}}) { nodes { code } }
      search(text: $code) { totalCount } }"""
    within = """query ($code: String!, $day: Date, $id: ID!) {
      grids(within: $id, asOf: $day, filter: {code: {eq: $code}}) { totalCount }
      people(within: $id, asOf: $day, filter: {code: {eq: $code}}) { totalCount }
      volunteers(within: $id, asOf: $day, filter: {code: {eq: $code}}) { totalCount }
      node(id: $id) { ... on Grid { volunteers(filter: {code: {eq: $code}}) { totalCount } } } }"""
    old, new = global_id("Grid", "ZZ-GX-SF-L3-050"), global_id("Division", "ZZ-SJ-S1-C01")
    for day in (None, "2025-06-01"):
        said = {"code": moved, "day": day}
        outside = ask.data(query, said, caller=caller((L3,)))
        assert [outside.pop(name) for name in ("grid", "person")] == [None, None]
        assert outside.pop("search") == {"totalCount": 0}
        assert all(each == {"nodes": []} for each in outside.values())
        inside = ask.data(query, said, caller=caller((SHANGJIE,)))
        assert inside.pop("search") == {"totalCount": 2}
        assert [inside.pop(name) for name in ("grid", "person")] == [{"code": moved}] * 2
        assert all(each == {"nodes": [{"code": moved}]} for each in inside.values())
        for place, there in ((old, day is not None), (new, day is None)):
            found = ask.data(within, {**said, "id": place})
            node = found.pop("node")
            assert all(each == {"totalCount": int(there)} for each in found.values()), (place, day)
            if place == old:
                assert node["volunteers"]["totalCount"] == 0  # node takes no day: today


def test_scope_is_judged_today_whatever_day_is_asked_about(ask: Any, truth: Truth) -> None:
    query = """query ($day: Date) { people(asOf: $day, first: 100) { totalCount nodes { id
      grid { id } headOf { nodes { id } } } } }"""
    for scope in SCOPES:
        wanted = len(truth.within(scope, "Person"))
        for day in (None, "2023-01-15", "1990-01-01", "2090-01-01"):
            found = ask.data(query, {"day": day}, caller=caller(scope))
            assert found["people"]["totalCount"] == wanted
            assert all(truth.sees(scope, name) for name in met(found))


# Scopes that are nothing, and callers who may nothing


def test_an_empty_scope_sees_dictionaries_only(ask: Any, operations: Operations) -> None:
    nobody = caller(())
    for name in (*ANSWERS, "skills"):
        asked = ANSWERS.get(
            name, "skills { totalCount nodes { holderCount: holders { totalCount } } }"
        )
        found = ask.data(f"{{ list: {asked} }}", caller=nobody)["list"]
        if name == "skills":
            assert found["totalCount"] > 10
            assert all(not each["holderCount"]["totalCount"] for each in found["nodes"])
        else:
            assert found == {"totalCount": 0, "nodes": []}
    assert ask.data("{ viewer { name scopes { id } } }", caller=nobody)["viewer"]["scopes"] == []
    point = "{longitude: 113.55, latitude: 34.8, crs: WGS84}"
    assert ask.data(f"{{ gridsAt(point: {point}) {{ id }} }}", caller=nobody) == {"gridsAt": []}


def test_a_scope_that_does_not_exist_sees_nothing(ask: Any) -> None:
    for path in ("/NO/", "/Z", "/ZZ", "ZZ", "", "/", "/ZZ/ZZ-GX", "%", ".*", "' OR true //"):
        assert (
            ask.data("{ grids { totalCount } }", caller=caller((path,)))["grids"]["totalCount"] == 0
        )


def test_every_root_field_declares_who_may_ask(operations: Operations) -> None:
    for kind in (operations.schema.query_type, operations.schema.mutation_type):
        assert kind
        for name, definition in kind.fields.items():
            declared = definition.extensions["strawberry-definition"].base_resolver
            policy = getattr(declared.wrapped_func, "policy", None)
            assert policy in PERMISSIONS | {ANYONE}, f"{kind.name}.{name} has no policy"


def required(definition: Any) -> Iterator[tuple[str, str]]:
    """A value for each argument that must be given."""
    for name, argument in definition.args.items():
        kind = str(argument.type)
        if kind.endswith("!"):
            yield name, literal(argument.type)


def least(kind: str, name: str, definition: Any, said: str) -> str:
    """The least operation that asks a root field, with these arguments."""
    selection = "" if is_leaf_type(get_named_type(definition.type)) else " { __typename }"
    return f"{kind} {{ {name}{f'({said})' if said else ''}{selection} }}"


def literal(kind: Any) -> str:
    whole = get_named_type(kind)
    plain = {
        "String": '"x"',
        "ID": '"x"',
        "Int": "1",
        "Float": "1.0",
        "Boolean": "true",
        "Date": f'"{TODAY}"',
        "DateTime": f'"{TODAY}T09:00:00+08:00"',
        "GeoJSON": "{}",
    }
    if hasattr(whole, "fields"):
        needed = {n: f for n, f in whole.fields.items() if str(f.type).endswith("!")}
        if getattr(whole, "is_one_of", False):
            needed = dict([next(iter(whole.fields.items()))])
        text = f"{{{', '.join(f'{n}: {literal(f.type)}' for n, f in needed.items())}}}"
    else:
        text = plain.get(whole.name) or next(iter(whole.values))
    return f"[{text}]" if "[" in str(kind) else text


def test_a_caller_without_permissions_is_refused_everywhere(
    ask: Any, operations: Operations
) -> None:
    nobody = Caller("nobody", (Granted("", frozenset(), None),))
    for kind in (operations.schema.query_type, operations.schema.mutation_type):
        assert kind
        for name, definition in kind.fields.items():
            said = ", ".join(f"{n}: {v}" for n, v in required(definition))
            answer = ask(least(kind.name.lower(), name, definition, said), caller=nobody)
            if name == "viewer":
                assert "errors" not in answer
                continue
            assert [e["extensions"]["code"] for e in answer["errors"]] == ["FORBIDDEN"], name
            assert answer["errors"][0]["path"] == [name]
            audited = ["audit.refused"] * (kind is operations.schema.mutation_type)
            assert [ran.name for ran in ask.ran] == audited


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_one_permission_opens_what_declares_it_and_no_more(
    ask: Any, operations: Operations, permission: str
) -> None:
    one = Caller("one", (Granted("", frozenset({permission}), ()),))
    query = operations.schema.query_type
    assert query
    for name, definition in query.fields.items():
        declared = definition.extensions["strawberry-definition"].base_resolver.wrapped_func.policy
        said = ", ".join(f"{n}: {v}" for n, v in required(definition))
        answer = ask(least("query", name, definition, said), caller=one)
        codes_of = [e["extensions"]["code"] for e in answer.get("errors", [])]
        assert ("FORBIDDEN" in codes_of) == (declared not in (permission, ANYONE)), name
