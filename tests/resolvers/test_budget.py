"""How many statements an answer takes, and how many different texts clients can bring about."""

import random
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.crs import Crs
from resolvers.auth import PERMISSIONS, Caller, Granted
from resolvers.identity import global_id

SHIFO = global_id("Division", "ZZ-GX-SF")
quiet = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def statements(
    ask: Any, query: str, variables: dict[str, Any] | None = None, **how: Any
) -> list[str]:
    """The names of the statements that the question took."""
    ask.data(query, variables, **how)
    return [ran.name for ran in ask.ran]


# One statement for a planned reading, however deep and however many parents

DEEP = """
  code households
  parent { name parent { name } }
  heads(first: 2) { totalCount edges { deputy node { name skills(first: 2) { nodes { name
    parent { name parent { name } } } } } } }
  more: heads(last: 1, orderBy: [{ name: DESC }]) { nodes { organizations(first: 1) { nodes {
    memberCount members(first: 1) { nodes { skills(first: 1) { nodes { name } } } } } } } }
  children(first: 2) { totalCount nodes { children(first: 2) { nodes { children(first: 1) { nodes {
    heads(first: 1) { nodes { name } } } } } } } }
"""
LISTS = {
    "grids": DEEP,
    "people": "name skills(first: 2) { nodes { holders(first: 1) { nodes { name } } } }",
    "merchants": "partyMemberCount workers(first: 1) { nodes { headOf(first: 1) { totalCount } } }",
    "socialOrganizations": "name memberCount members(first: 2) { edges { since node { name } } }",
    "partyOrganizations": "name grids(first: 1) { nodes { heads(first: 1) { nodes { name } } } }",
    "divisions": "name grids(first: 2) { nodes { spans(first: 2) { nodes { parent { name } } } } }",
    "alliances": "merchantCount seats(first: 2) { edges { seat } } district { alliance { name } }",
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("parents", [1, 4])
@pytest.mark.parametrize("deep", [False, True])
def test_a_list_takes_one_statement_for_any_depth_and_number_of_parents(
    name: str, parents: int, deep: bool, ask: Any
) -> None:
    below = LISTS[name] if deep else "code"
    query = f"""query ($within: ID!, $first: Int!) {{
      {name}(within: $within, first: $first) {{
        totalCount edges {{ cursor node {{ {below} }} }} nodes {{ code }} pageInfo {{ endCursor }}
      }} }}"""
    variables = {"within": global_id("Division", "ZZ"), "first": parents}
    assert len(statements(ask, query, variables)) == 1


SINGLES = {
    "grid": "ZZ-GX-SF-L3-001",
    "division": "ZZ-GX-SF",
    "person": "P-RIDER-01",
    "skill": "law",
    "socialOrganization": "PIONEER-RIDERS",
    "partyOrganization": "PO-HUAQIANG",
    "merchant": "M-HQ-004",
    "alliance": "HUAQIANG",
    "businessDistrict": "BD-HUAQIANG",
}


@pytest.mark.parametrize("name", SINGLES)
@pytest.mark.parametrize("code", ["known", "unknown"])
def test_one_node_takes_one_statement(name: str, code: str, ask: Any) -> None:
    below = DEEP if name == "grid" else "id code name __typename"
    asked = SINGLES[name] if code == "known" else "NOWHERE"
    query = f"query ($code: String!) {{ {name}(code: $code) {{ {below} }} }}"
    assert len(statements(ask, query, {"code": asked})) == 1


@pytest.mark.parametrize("copies", [1, 4])
def test_nodes_by_id_take_one_statement_whatever_their_kinds_and_number(
    copies: int, ask: Any
) -> None:
    label = {name: f"{name[0].upper()}{name[1:]}" for name in SINGLES}
    ids = [global_id(label[name], code) for name, code in SINGLES.items()] * copies
    query = f"""query ($ids: [ID!]!) {{ nodes(ids: $ids) {{
      id __typename ... on Territory {{ name }} ... on Grid {{ {DEEP} }}
      ... on Person {{ skills(first: 2) {{ nodes {{ name parent {{ name }} }} }} }} }} }}"""
    assert len(statements(ask, query, {"ids": ids})) == 1
    one = "query ($id: ID!) { node(id: $id) { id ... on Territory { name } } }"
    assert len(statements(ask, one, {"id": ids[0]})) == 1


def test_each_root_field_has_a_budget_of_its_own(ask: Any) -> None:
    query = '{ a: grid(code: "X") { code } b: grid(code: "Y") { code } skills { totalCount } }'
    assert len(statements(ask, query)) == 3


# Computed answers: their own statement, and one for each place at which nodes hang


@pytest.mark.parametrize("first", [1, 4, 50])
@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("totalCount", 1),
        ("pageInfo { endCursor } edges { distance reasons { points } cursor }", 1),
        ("nodes { code }", 2),
        ("edges { node { code skills(first: 2) { nodes { parent { name } } } } }", 2),
        ("edges { distance node { code } } nodes { name organizations { totalCount } }", 2),
    ],
)
def test_volunteers_take_one_statement_and_one_for_their_nodes(
    asked: str, count: int, first: int, ask: Any
) -> None:
    query = f"""query ($within: ID!, $first: Int!) {{ volunteers(
      within: $within, first: $first, skills: [{{skill: "health"}}, {{skill: "safety"}}]
      near: {{point: {{longitude: 113.54, latitude: 34.81, crs: WGS84}}}}
    ) {{ {asked} }} }}"""
    names = statements(ask, query, {"within": SHIFO, "first": first})
    assert len(names) == count


REPORT = "numerator denominator unknown ratio byStatus { count }"
KINDS = {"HEAD_ASSIGNED": 2, "SKILL": 1}  # a look at what changed, and what the kind reads


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        (REPORT, 0),
        (f"{REPORT} byChild {{ {REPORT} byChild {{ {REPORT} }} }}", 0),
        ("units(first: 9) { totalCount edges { status count reason } }", 0),
        ("territory { name }", 1),
        ("units(first: 50) { nodes { name parent { name } } edges { node { code } } }", 1),
        ("a: units(first: 2) { nodes { name } } b: units(last: 2) { nodes { name } }", 2),
        ("byChild { territory { name } }", 1),
        ("byChild { territory { name } units(first: 2) { nodes { name } } }", 2),
        ("territory { name } byChild { territory { name } byChild { territory { name } } }", 3),
    ],
)
@pytest.mark.parametrize("within", ["ZZ-GX-SF-C01", "ZZ-GX-SF"])
@pytest.mark.parametrize("kind", KINDS)
def test_coverage_takes_a_look_what_its_kind_reads_and_one_for_each_path_to_nodes(
    asked: str, paths: int, within: str, kind: str, ask: Any
) -> None:
    query = f"""query ($input: CoverageInput!) {{ coverage(input: $input) {{ {asked} }} }}"""
    input: dict[str, Any] = {
        "kind": kind,
        "level": "MICRO",
        "within": global_id("Division", within),
    }
    input |= {"skill": {"skill": "health"}} if kind == "SKILL" else {}
    ask.data(query, {"input": input})  # what was written by others is read
    assert len(statements(ask, query, {"input": input})) == KINDS[kind] + paths


def test_search_takes_one_statement_one_for_the_scope_and_one_for_its_nodes(ask: Any) -> None:
    text = '{ search(text: "%s", first: 50) { %s } }'
    nodes = "nodes { __typename ... on Territory { name } ... on Merchant { grid { name } } }"
    ask.data(text % ("华", "totalCount"))  # the names are read, and what was written by others
    narrow = Caller("narrow", (Granted("", PERMISSIONS, ("/ZZ/ZZ-GX/",)),))
    for said in ("华", "sf", "龘龘龘"):
        # A scope that proves too big to be listed costs one more, once.
        assert len(statements(ask, text % (said, "totalCount"), caller=narrow)) <= 3
        assert len(statements(ask, text % (said, "totalCount edges { score }"))) == 1
        assert len(statements(ask, text % (said, "totalCount"), caller=narrow)) == 2
    assert len(statements(ask, text % ("华", nodes))) == 2
    assert len(statements(ask, text % ("华", nodes), caller=narrow)) == 3


def test_grids_at_a_point_and_the_viewer_take_one_and_one_for_their_nodes(ask: Any) -> None:
    point = "{longitude: 113.54, latitude: 34.81, crs: WGS84}"
    at = f"{{ gridsAt(point: {point}) {{ code parent {{ code }} }} }}"
    assert len(statements(ask, at)) == 2
    assert len(statements(ask, "{ viewer { name roles } }")) == 1
    assert len(statements(ask, "{ viewer { name scopes { name } } }")) == 2


def test_the_budget_is_the_same_by_both_ways_of_completion(ask: Any) -> None:
    query = f"query ($within: ID!) {{ grids(within: $within, first: 3) {{ nodes {{ {DEEP} }} }} }}"
    ask.data(query, {"within": SHIFO}, direct=False)
    assert len(ask.ran) == 1


# Texts: as many as there are structures, however many values and names there are


def texts(ask: Any) -> set[str]:
    return {ran.text for ran in ask.ran}


def alias(chance: random.Random) -> str:
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz_ABCDEFG", k=12))


def shuffled(chance: random.Random, fields: list[str]) -> str:
    """The fields in any order, each under a name of its own or two."""
    said = [f"{alias(chance)}: {field}" for field in fields]
    twice = [f"{alias(chance)}: {field}" for field in fields if "{" not in field]
    return " ".join(chance.sample(said + twice, len(said + twice)))


def test_names_limits_values_cursors_and_the_order_of_fields_make_no_new_text(ask: Any) -> None:
    chance = random.Random("names and values")
    page = """query ($w: ID!) { grids(within: $w, first: 9, orderBy: [{households: DESC}]) {
      edges { cursor } } }"""
    cursors = [e["cursor"] for e in ask.data(page, {"w": SHIFO})["grids"]["edges"]]
    found: set[str] = set()
    for _ in range(200):
        children = shuffled(chance, ["code", "name", "id", "heads(first: 3) { nodes { name } }"])
        fields = [
            *("code", "households", "name", "memberless: level", "version"),
            f"children(first: {chance.randint(1, 5)}) {{ nodes {{ {children} }} }}",
            f'workers(last: {chance.randint(1, 9)}, filter: {{name: {{eq: "{alias(chance)}"}}}}) '
            "{ totalCount }",
            f"centroid(crs: {chance.choice(list(Crs)).value}) {{ longitude }}",
        ]
        asked = shuffled(chance, [f.removeprefix("memberless: ") for f in fields])
        query = f"""query {alias(chance)}($w: ID!) {{ {alias(chance)}: grids(
          within: $w, after: "{chance.choice(cursors)}", first: {chance.randint(1, 20)},
          orderBy: [{{households: DESC}}],
          filter: {{households: {{gte: {chance.randint(0, 70)}}}, name: {{eq: "{alias(chance)}"}}}}
        ) {{ {alias(chance)}: nodes {{ {asked} }} {alias(chance)}: totalCount }} }}"""
        ask.data(query, {"w": SHIFO})
        found |= texts(ask)
    assert len(found) == 1


def test_values_in_variables_and_values_in_the_document_make_the_same_text(ask: Any) -> None:
    literal = """query ($w: ID!) { grids(within: $w, first: 3, orderBy: [{name: ASC}],
      filter: {code: {in: ["a", "b"]}, households: {gte: 5}}) { nodes { code } } }"""
    variable = """query ($w: ID!, $n: Int, $c: [String!], $h: Int = 3, $d: Direction!) {
      grids(within: $w, first: $n, orderBy: [{name: $d}],
      filter: {code: {in: $c}, households: {gte: $h}}) { nodes { code } } }"""
    ask.data(literal, {"w": SHIFO})
    found = texts(ask)
    for count in (1, 7):
        ask.data(variable, {"w": SHIFO, "n": count, "c": ["x"] * count, "d": "ASC"})
        found |= texts(ask)
    assert len(found) == 1


def test_whatever_kinds_are_found_they_are_read_by_one_text_or_by_that_of_their_kind(
    ask: Any,
) -> None:
    query = """query ($t: String!) { search(text: $t, first: 100) {
      nodes { __typename ... on Node { id } } } }"""
    kinds: set[frozenset[str]] = set()
    found: set[str] = set()
    for said in (
        "石佛",
        "华",
        "华强",
        "急救",
        "P-",
        "ZZ",
        "first-aid",
        "上街",
        "王",
        "a",
        "s",
        "中",
    ):
        nodes = ask.data(query, {"t": said})["search"]["nodes"]
        kinds.add(frozenset(node["__typename"] for node in nodes))
        found |= {ran.text for ran in ask.ran if ran.name.endswith(".keyed")}
    several = {each for each in kinds if len(each) > 1}
    assert len(several) > 2
    assert len(found) == 1 + sum(len(each) == 1 for each in kinds)


def test_two_structures_are_two_texts(ask: Any) -> None:
    asked = [
        "grids(within: $w) { nodes { code } }",
        "grids(within: $w) { nodes { code name } }",
        "grids(within: $w) { totalCount }",
        "grids(within: $w, last: 20) { nodes { code } }",
        "grids(within: $w, orderBy: [{name: ASC}]) { nodes { code } }",
        "grids(within: $w, orderBy: [{name: DESC}]) { nodes { code } }",
        'grids(within: $w, filter: {name: {eq: "x"}}) { nodes { code } }',
        'grids(within: $w, filter: {name: {contains: "x"}}) { nodes { code } }',
        'grids(within: $w, filter: {not: {name: {eq: "x"}}}) { nodes { code } }',
        "grids(within: $w) { nodes { code parent { code } } }",
        "grids(within: $w) { nodes { code children { nodes { code } } } }",
    ]
    found: set[str] = set()
    for one in asked:
        ask.data(f"query ($w: ID!) {{ {one} }}", {"w": SHIFO})
        found |= texts(ask)
    assert len(found) == len(asked)


PLACES = {f"$p{i}" for i in range(20)}
SAID = st.text(min_size=1, max_size=12).map(lambda text: f"Xq7{text}")
NAMED = st.from_regex(r"Xq7[A-Za-z0-9_]{1,12}", fullmatch=True)


@settings(quiet, max_examples=60)
@given(value=SAID, name=NAMED, number=st.integers(31_000_000, 2**31 - 1))
def test_nothing_that_a_client_says_is_ever_in_a_statement(
    value: str, name: str, number: int, ask: Any
) -> None:
    query = f"""query {name}($w: ID!, $x: String!, ${name}: Int!) {{
      {name}: grids(within: $w, first: 7, filter: {{or: [
        {{name: {{startsWith: $x}}, households: {{lte: ${name}}}}}
        {{volunteers: {{some: {{skills: {{some: {{code: {{in: [$x]}}}}}}}}}}}}
      ]}}) {{ {name}: totalCount nodes {{ {name}: name }} }}
      one: grid(code: $x) {{ {name}: code }}
      search(text: $x) {{ {name}: totalCount }}
      volunteers(within: $w, filter: {{name: {{eq: $x}}}}, skills: [{{skill: "law"}}]) {{
        {name}: edges {{ node {{ {name}: code }} }} }}
      coverage(input: {{kind: SKILL, level: L3, within: $w, k: 9, skill: {{skill: "law"}}}}) {{
        {name}: numerator }} }}"""
    answer = ask(query, {"w": global_id("Grid", "ZZ-GX-SF-L3-001"), "x": value, name: number})
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes <= {"BAD_USER_INPUT"}
    if not codes:
        assert len(ask.ran) >= 5
    for ran in ask.ran:
        assert "Xq7" not in ran.text
        assert str(number) not in ran.text
        assert set(re.findall(r"LIMIT (\S+)", ran.text)) <= {"25001", "1", "$most", *PLACES}
