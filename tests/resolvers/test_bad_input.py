"""What cannot be meant is refused with a code, a place and the name of what is wrong, no more."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    is_required_argument,
)

from resolvers.identity import global_id
from resolvers.operation import Operations

SHIFO = global_id("Division", "ZZ-GX-SF")
INTERNALS = re.compile(
    r"Traceback|Error\(|Exception|File \"|\.py|neo4j|arcadedb|Cypher|MATCH|<.* object at|\bdict\b",
)


def refusal(ask: Any, query: str, variables: dict[str, Any] | None = None) -> Any:
    """The first error of a request that got no data, of which nothing leaks."""
    answer = ask(query, variables)
    assert not any((answer.get("data") or {}).values()), answer
    for error in answer["errors"]:
        assert error["extensions"]["code"] != "INTERNAL", error
        assert not INTERNALS.search(error["message"]), error
        assert len(error["message"]) < 300
    return answer["errors"][0]


def refused(
    ask: Any, field: str, query: str, variables: dict[str, Any] | None = None, said: str = ""
) -> None:
    """BAD_USER_INPUT that names the field and the place in the document."""
    error = refusal(ask, query, variables)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": field}
    assert error["locations"]
    assert said in error["message"]


def invalid(ask: Any, word: str, query: str, variables: dict[str, Any] | None = None) -> None:
    """Refused by the types alone: located, and the message names what is wrong."""
    error = refusal(ask, query, variables)
    assert error["extensions"]["code"] in ("GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT")
    assert error["locations"]
    assert word in error["message"]
    assert ask.ran == []


POINTS = {
    "{longitude: 181, latitude: 34, crs: WGS84}": ("longitude", "-180..180"),
    "{longitude: -180.0001, latitude: 34, crs: CGCS2000}": ("longitude", "-180..180"),
    "{longitude: 113, latitude: 91, crs: WGS84}": ("latitude", "-90..90"),
    "{longitude: 34.8, latitude: 113.5, crs: WGS84}": ("latitude", "swapped"),
    "{longitude: 34.8, latitude: 113.5, crs: GCJ02}": ("latitude", "swapped"),
    "{longitude: 34.8, latitude: 80, crs: GCJ02}": ("crs", "China"),
    "{longitude: 2.3, latitude: 48.9, crs: GCJ02}": ("crs", "China"),
    "{longitude: 2.3, latitude: 48.9, crs: BD09}": ("crs", "China"),
    "{longitude: 0, latitude: 0, crs: WGS84}": ("longitude", "no place"),
    "{longitude: 1e999, latitude: 34, crs: WGS84}": ("longitude", "finite"),
    "{longitude: 113, latitude: -1e999, crs: BD09}": ("latitude", "finite"),
}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(
    "question", ["gridsAt(point: %s) { code }", "volunteers(near: {point: %s}) { totalCount }"]
)
def test_a_place_that_cannot_be_meant(ask: Any, question: str, point: str) -> None:
    field, said = POINTS[point]
    refused(ask, field, "{ " + question % point + " }", said=said)
    assert ask.ran == []


@pytest.mark.parametrize(
    ("point", "word"),
    [
        ("{longitude: 113, latitude: 34}", "crs"),
        ("{longitude: 113, latitude: 34, crs: null}", "Crs"),
        ("{longitude: 113, latitude: 34, crs: EPSG4326}", "EPSG4326"),
        ('{longitude: "113", latitude: 34, crs: WGS84}', "113"),
        ("{longitude: 113, crs: WGS84}", "latitude"),
        ("[113, 34]", "PointInput"),
        ("{longitude: NaN, latitude: 34, crs: WGS84}", "NaN"),
    ],
)
def test_a_place_that_is_none(ask: Any, point: str, word: str) -> None:
    invalid(ask, word, f"{{ gridsAt(point: {point}) {{ code }} }}")


SKILL = "query ($skill: String!) { volunteers(skills: [{skill: $skill}]) { totalCount } }"


@pytest.mark.parametrize(
    "code", ["no-such-skill", "", "first-aid'", "FIRST-AID", "*", "` {code: 1}"]
)
def test_an_unknown_skill_is_named(ask: Any, code: str) -> None:
    refused(ask, "skills", SKILL, {"skill": code})
    coverage = """query ($skill: String!, $within: ID!) { coverage(input: {kind: SKILL,
      level: MICRO, within: $within, skill: {skill: $skill}}) { numerator } }"""
    error = refusal(ask, coverage, {"skill": code, "within": SHIFO})
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["field"].endswith("skill")


LISTS = (
    "divisions grids people socialOrganizations partyOrganizations merchants businessDistricts "
    "alliances volunteers"
).split()


def encoded(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


JUNK = {
    "absent": global_id("Division", "NO-SUCH"),
    "absent grid": global_id("Grid", "ZZ-GX-SF-L2-99"),
    "of another type": global_id("Person", "P000001"),
    "of no type": encoded("Nothing:ZZ"),
    "of a class": encoded("__class__:ZZ"),
    "without code": encoded("Division:"),
    "without colon": encoded("Division"),
    "not base64": "%%%",
    "empty": "",
    "long": "A" * 10_000,
    "no text": encoded(b"Division:\xff\xfe"),
    "NUL": encoded("Division:ZZ\0"),
    "standard base64": "////",
    "Chinese": "石佛办事处",
    "raw": "Division:ZZ-GX-SF",
    "quotes": encoded("Division:ZZ' OR true //"),
    "number": "12",
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("junk", JUNK)
def test_within_that_names_no_territory(ask: Any, name: str, junk: str) -> None:
    query = f"query ($id: ID!) {{ {name}(within: $id) {{ totalCount }} }}"
    refused(ask, "within", query, {"id": JUNK[junk]})


@pytest.mark.parametrize("junk", JUNK)
def test_ids_that_name_nothing(ask: Any, junk: str) -> None:
    node = "query ($id: ID!) { node(id: $id) { id } }"
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    if junk in ("absent", "absent grid", "quotes"):
        assert ask.data(node, {"id": JUNK[junk]}) == {"node": None}
        assert ask.data(nodes, {"ids": [SHIFO, JUNK[junk]]}) == {"nodes": [{"id": SHIFO}, None]}
    elif junk != "of another type":
        refused(ask, "id", node, {"id": JUNK[junk]})
        refused(ask, "ids", nodes, {"ids": [SHIFO, JUNK[junk]]})
    search = 'query ($id: ID!) { search(text: "石", within: $id) { totalCount } }'
    refused(ask, "within", search, {"id": JUNK[junk]})
    coverage = """query ($id: ID!) {
      coverage(input: {kind: HEAD_ASSIGNED, level: MICRO, within: $id}) { numerator } }"""
    error = refusal(ask, coverage, {"id": JUNK[junk]})
    assert error["extensions"]["field"].endswith("within")


def test_an_id_of_another_type_is_told_apart(ask: Any) -> None:
    query = "query ($id: ID!) { merchants(alliance: $id) { totalCount } }"
    refused(ask, "alliance", query, {"id": SHIFO}, said="Division")
    refused(ask, "alliance", query, {"id": global_id("Alliance", "NO-SUCH")})


def test_100_ids_at_most(ask: Any) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert ask.data(query, {"ids": [SHIFO] * 100}) == {"nodes": [{"id": SHIFO}] * 100}
    error = refusal(ask, query, {"ids": [SHIFO] * 101})
    assert error["extensions"] == {
        "code": "LIMIT_EXCEEDED",
        "field": "ids",
        "limit": "IDS",
        "most": 100,
    }
    assert ask.ran == []


CURSORS = {
    "empty": "",
    "not base64": "%%%",
    "junk": encoded("junk"),
    "object": encoded("{}"),
    "other order": encoded('["00000000","ZZ"]'),
    "NUL": encoded('["%s","\\u0000"]'),
    "half of a pair": encoded('["%s","\\ud800"]'),
    "number": encoded('["%s",1]'),
    "null": encoded('["%s",null]'),
    "list": encoded('["%s",["ZZ"]]'),
    "too many": encoded('["%s","ZZ","ZZ"]'),
    "too few": encoded('["%s"]'),
    "long": encoded('["%s","' + "Z" * 1_000 + '"]'),
}


def tag(ask: Any, query: str) -> str:
    cursor = ask.data(query)["list"]["pageInfo"]["endCursor"]
    found = re.search(r'\["([^"]+)"', base64.urlsafe_b64decode(cursor + "==").decode())
    assert found
    return found[1]


@pytest.mark.parametrize("name", CURSORS)
@pytest.mark.parametrize("side", ["after", "before"])
def test_a_cursor_that_is_none_of_this_list(ask: Any, side: str, name: str) -> None:
    real = tag(ask, "{ list: grids(first: 1) { pageInfo { endCursor } } }")
    text = base64.urlsafe_b64decode(CURSORS[name] + "==") if name not in ("not base64",) else b""
    cursor = encoded(text.decode().replace("%s", real)) if text else CURSORS[name]
    query = f"query ($c: String) {{ grids({side}: $c) {{ nodes {{ code }} }} }}"
    error = refusal(ask, query, {"c": cursor})
    assert error["extensions"] == {"code": "BAD_CURSOR", "field": side}
    assert error["locations"]
    assert ask.ran == []


@pytest.mark.parametrize("number", [2**63, -(2**63), 10**30, 1e308])
def test_a_cursor_with_a_number_that_no_engine_holds(ask: Any, number: float) -> None:
    order = "orderBy: [{households: ASC}]"
    real = tag(ask, f"{{ list: grids(first: 1, {order}) {{ pageInfo {{ endCursor }} }} }}")
    query = f"query ($c: String) {{ grids({order}, after: $c) {{ nodes {{ code }} }} }}"
    forged = encoded(f'["{real}",{number!r},"ZZ"]')
    assert refusal(ask, query, {"c": forged})["extensions"]["code"] == "BAD_CURSOR"
    fitting = encoded(f'["{real}",{2**63 - 1},"ZZ"]')
    assert ask.data(query, {"c": fitting}) == {"grids": {"nodes": []}}


def test_a_cursor_under_another_order_or_list(ask: Any) -> None:
    cursor = ask.data("{ grids(first: 1) { pageInfo { endCursor } } }")["grids"]["pageInfo"][
        "endCursor"
    ]
    for other in (
        "grids(orderBy: [{name: ASC}]",
        "grids(orderBy: [{code: DESC}]",
        "people(first: 1",
    ):
        query = f"query ($c: String) {{ list: {other}, after: $c) {{ nodes {{ code }} }} }}"
        assert refusal(ask, query, {"c": cursor})["extensions"]["code"] == "BAD_CURSOR"
    for computed in ("volunteers(", 'search(text: "石", '):
        page = "totalCount nodes { __typename }"
        query = f"query ($c: String) {{ list: {computed}after: $c) {{ {page} }} }}"
        assert refusal(ask, query, {"c": cursor})["extensions"]["code"] == "BAD_CURSOR"


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 2**63, -(2**63), 10**100, 1.5, "1", True])
def test_numbers_that_are_no_int(ask: Any, number: Any) -> None:
    query = "query ($n: Int) { grids(filter: {households: {gte: $n}}) { totalCount } }"
    invalid(ask, "$n", query, {"n": number})
    if not isinstance(number, str | bool):
        invalid(
            ask, "Int", f"{{ grids(filter: {{households: {{gte: {number}}}}}) {{ totalCount }} }}"
        )


@pytest.mark.parametrize("number", [2**31 - 1, -(2**31), 0])
def test_the_ends_of_int_are_in_it(ask: Any, number: int) -> None:
    query = "query ($n: Int) { grids(filter: {households: {gte: $n, lte: $n}}) { totalCount } }"
    assert ask.data(query, {"n": number}) == {"grids": {"totalCount": 0}}


DATES = [
    "2026-02-30",
    "2026-13-01",
    "2026-00-10",
    "0000-01-01",
    "20261124",
    "2026-W48-2",
    "2026-11-24T00:00",
    "24.11.2026",
    "",
    " 2026-11-24",
    "2026-11-24 ",
    "٢٠٢٦-١١-٢٤",
    "+2026-11-24",
    "10000-01-01",
]


@pytest.mark.parametrize("day", [*DATES, 20261124, 1.5, True, ["2026-11-24"], {}])
def test_dates_that_are_none(ask: Any, day: Any) -> None:
    query = "query ($d: Date) { grids(asOf: $d) { totalCount } }"
    invalid(ask, "YYYY-MM-DD", query, {"d": day})
    assert "$d" in refusal(ask, query, {"d": day})["message"]
    if isinstance(day, str):
        invalid(ask, "YYYY-MM-DD", f'{{ grids(asOf: "{day}") {{ totalCount }} }}')


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2024-02-29"])
def test_dates_at_the_ends_of_time(ask: Any, day: str) -> None:
    found = ask.data("query ($d: Date) { grids(asOf: $d, first: 1) { totalCount } }", {"d": day})
    assert found["grids"]["totalCount"] >= 0


@pytest.mark.parametrize("text", ["", " ", "\t\n", "石" * 65, "x" * 10_000])
def test_search_texts_that_are_too_short_or_long(ask: Any, text: str) -> None:
    refused(ask, "text", "query ($t: String!) { search(text: $t) { totalCount } }", {"t": text})
    assert ask.ran == []


@pytest.mark.parametrize(
    "text", ["石" * 64, ".*(a+)+$", "*", "%", "~", '"', "'", "\\", "`", "}) //", "\u202e", "😀"]
)
def test_search_takes_every_other_text_as_it_is(ask: Any, text: str) -> None:
    query = "query ($t: String!) { search(text: $t) { totalCount } }"
    assert ask.data(query, {"t": text}) == {"search": {"totalCount": 0}}


COVERAGE = (
    f'{{ coverage(input: {{kind: SKILL, level: MICRO, within: "{SHIFO}", '
    'skill: {skill: "opera"}, %s}) { numerator } }'
)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ('asOf: "2126-01-01"', "input.asOf"),
        ("k: 0", "input.k"),
        ("k: -1", "input.k"),
        ("k: 1001", "input.k"),
        ("meters: -1", "input.meters"),
        ("meters: 2147483647", "input.meters"),
        ("minutes: -5", "input.minutes"),
    ],
)
def test_numbers_of_coverage_out_of_range(ask: Any, said: str, field: str) -> None:
    refused(ask, field, COVERAGE % said)
    assert ask.ran == []


@pytest.mark.parametrize("level", [0, 6, -1, 2**31 - 1])
def test_skill_levels_out_of_range(ask: Any, level: int) -> None:
    query = f'{{ volunteers(skills: [{{skill: "opera", minLevel: {level}}}]) {{ totalCount }} }}'
    refused(ask, "skills.minLevel", query, said="1 to 5")
    query = COVERAGE.replace('"opera"', f'"opera", minLevel: {level}') % "k: 1"
    refused(ask, "input.skill.minLevel", query, said="1 to 5")


def test_coverage_of_a_kind_takes_what_belongs_to_it(ask: Any) -> None:
    query = f'{{ coverage(input: {{kind: %s, level: L2, within: "{SHIFO}"%s}}) {{ numerator }} }}'
    refused(ask, "input.skill", query % ("SKILL", ""))
    refused(ask, "input.skill", query % ("HEAD_ASSIGNED", ', skill: {skill: "opera"}'))
    refused(ask, "input.meters", query % ("HEAD_ASSIGNED", ", meters: 100"))
    invalid(ask, "L9", query.replace("L2", "L9") % ("HEAD_ASSIGNED", ""))


@pytest.mark.parametrize("near", ["meters: -1", "minutes: -1", "meters: 2147483647"])
def test_distances_out_of_range(ask: Any, near: str) -> None:
    point = "{longitude: 113.5, latitude: 34.8, crs: WGS84}"
    query = f"{{ volunteers(near: {{point: {point}, {near}}}) {{ totalCount }} }}"
    refused(ask, f"near.{near.partition(':')[0]}", query)


def test_a_distance_of_nothing_is_meant(ask: Any) -> None:
    point = "{longitude: 113.5, latitude: 34.8, crs: WGS84}"
    query = f"{{ volunteers(near: {{point: {point}, meters: 0}}) {{ totalCount }} }}"
    assert ask.data(query) == {"volunteers": {"totalCount": 0}}


def test_sort_keys_that_are_said_twice(ask: Any) -> None:
    for name in ("grids", "volunteers"):
        for again in ("ASC", "DESC"):
            query = (
                f"{{ {name}(orderBy: [{{code: ASC}}, {{code: {again}}}]) {{ nodes {{ code }} }} }}"
            )
            refused(ask, "orderBy", query)
            assert ask.ran == []


ENTRIES = [
    {},
    {"code": "ASC", "%": "ASC"},
    {"code": None},
    {"%": None, "code": "ASC"},
    {"x": "ASC"},
]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize(("name", "key"), [("grids", "name"), ("volunteers", "level")])
def test_a_sort_entry_has_exactly_one_key(
    ask: Any, name: str, key: str, entry: dict[str, Any]
) -> None:
    kind = {"grids": "GridOrder", "volunteers": "VolunteerOrder"}[name]
    said = {key if each == "%" else each: value for each, value in entry.items()}
    query = f"query ($o: [{kind}!]) {{ {name}(orderBy: $o) {{ totalCount }} }}"
    invalid(ask, "$o", query, {"o": [said]})
    literal = ", ".join(f"{each}: {value or 'null'}" for each, value in said.items())
    invalid(ask, kind, f"{{ {name}(orderBy: [{{{literal}}}]) {{ totalCount }} }}")


# Texts that no engine can keep, in every place where a text can be said.

NUL, HALF = "a\0b", "a\ud800b"


def places(schema: GraphQLSchema) -> Iterator[tuple[str, str, str, str, Any]]:
    """Kind of operation, field with its other arguments, argument, type, and texts within it."""
    for kind in (schema.query_type, schema.mutation_type):
        assert kind
        for name, field in kind.fields.items():
            for argument, definition in field.args.items():
                others = "".join(
                    f"{n}: {literal(fill(a.type))}, "
                    for n, a in field.args.items()
                    if is_required_argument(a) and n != argument
                )
                for within in texts(definition.type, 2):
                    start = f"{name}({others}{argument}"
                    yield kind.name.lower(), start, argument, str(definition.type), within


def texts(kind: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """Every way to say one text within a value of this type, in inputs nested no deeper."""
    whole = get_nullable_type(kind)
    if is_list_type(whole):
        yield from ((path, lambda t, w=wrap: [w(t)]) for path, wrap in texts(whole.of_type, depth))
    elif is_input_object_type(whole):
        for name, field in whole.fields.items() if depth else ():
            for path, wrap in texts(field.type, depth - 1):
                others = filled(whole, name)
                yield f".{name}{path}", lambda t, n=name, w=wrap, o=others: {**o, n: w(t)}
    elif get_named_type(kind).name in ("String", "ID"):
        yield "", lambda t: t


FILL: dict[str, Any] = {
    "String": "x",
    "ID": "x",
    "Int": 1,
    "Float": 1.0,
    "Date": "2026-01-01",
    "DateTime": "2026-01-01T09:00:00+08:00",
    "GeoJSON": {},
    "Boolean": True,
}


def filled(kind: GraphQLInputObjectType, but: str) -> dict[str, Any]:
    """The input fields that must be there beside one; of a choice, one."""
    if kind.is_one_of:
        name, field = next(iter(kind.fields.items()))
        return {} if but else {name: fill(field.type)}
    return {
        name: fill(field.type)
        for name, field in kind.fields.items()
        if str(field.type).endswith("!") and name != but
    }


def fill(kind: Any) -> Any:
    whole = get_nullable_type(kind)
    if is_list_type(whole):
        return []
    if is_input_object_type(whole):
        return filled(whole, "")
    return FILL.get(whole.name) or next(iter(whole.values))


def literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(literal(each) for each in value)}]"
    if isinstance(value, str):
        escaped = value.replace("\0", "\\u0000").replace("\ud800", "\\ud800")
        return value if re.fullmatch("[A-Z_0-9]+", value) else f'"{escaped}"'
    return str(value).lower()


def test_no_text_that_cannot_be_kept_reaches_the_graph(ask: Any, operations: Operations) -> None:
    count = 0
    for kind, name, argument, declared, (path, wrap) in places(operations.schema):
        query = f"{kind} ($v: {declared}) {{ {name}: $v) {{ __typename }} }}"
        for text in (NUL, HALF):
            answer = ask(query, {"v": wrap(text)})
            assert ask.ran == []
            error = answer["errors"][0]
            at = "v" + re.sub(r"\.(\w+)", r".\1", path)
            assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": at}, (name, path)
            assert error["locations"] == [{"line": 1, "column": len(kind) + 3}]
            assert "data" not in answer
        said = f"{kind} {{ {name}: {literal(wrap(NUL))}) {{ __typename }} }}"
        error = ask(said)["errors"][0]
        assert ask.ran == []
        assert error["extensions"]["code"] == "BAD_USER_INPUT", (said, error)
        assert error["extensions"]["field"] == (path.rpartition(".")[2] or argument)
        assert error["locations"] == [{"line": 1, "column": said.index('"a\\u0000b"') + 1}]
        count += 1
    assert count > 200


def test_half_of_a_pair_is_no_graphql_text(ask: Any) -> None:
    for query in ('{ grid(code: "\\ud800") { code } }', '{ grid(code: "\ud800") { code } }'):
        assert refusal(ask, query)["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"
        assert ask.ran == []


def test_text_in_a_block_a_default_or_a_key_is_looked_at_as_well(ask: Any) -> None:
    for query in (
        '{ grid(code: """a\0b""") { code } }',
        'query ($c: String! = "\\u0000") { grid(code: $c) { code } }',
        '{ grid(code: "x") { code @include(if: true) } skill(code: "\\u0000") { code } }',
    ):
        assert refusal(ask, query)["extensions"]["code"] == "BAD_USER_INPUT"
        assert ask.ran == []
    query = "query ($f: GridFilter) { grids(filter: $f) { totalCount } }"
    assert refusal(ask, query, {"f": {"\ud800": 1}})["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "text",
    [
        "😀",
        "\u202e",
        "\ufeff",
        "\x1b[31m",
        "\r\n",
        "'",
        '"',
        "`",
        "\\",
        "石佛",
        "\\u0000",
        "}) RETURN 1 //",
    ],
)
def test_every_other_text_is_only_a_text(ask: Any, text: str) -> None:
    for operator in ("eq", "startsWith", "contains"):
        named = f"filter: {{name: {{{operator}: $t}}}}"
        query = f"query ($t: String) {{ skills({named}) {{ totalCount }} }}"
        assert ask.data(query, {"t": text}) == {"skills": {"totalCount": 0}}
    assert ask.data("query ($t: String!) { grid(code: $t) { code } }", {"t": text}) == {
        "grid": None
    }


def test_names_that_do_not_exist_are_not_guessed(ask: Any) -> None:
    for query in (
        "{ gridz { code } }",
        "{ grids(frist: 1) { totalCount } }",
        "{ grids { nodes { codee } } }",
        "{ grids(filter: {nam: {eq: 1}}) { totalCount } }",
    ):
        error = refusal(ask, query)
        assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        assert error["locations"]


def test_a_variable_that_is_missing_or_of_another_type(ask: Any) -> None:
    query = "query ($code: String!) { grid(code: $code) { code } }"
    wrong: list[Any] = [None, 5, ["x"], {}]
    for variables in ({}, *({"code": each} for each in wrong)):
        invalid(ask, "$code", query, variables)
