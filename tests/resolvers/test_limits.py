"""What asks too much is refused before anything of it runs, and costs nothing to refuse."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from graphql import Lexer, Source, TokenKind, get_introspection_query

from resolvers.condition import MOST_COMPARISONS, MOST_HOPS
from resolvers.limits import ERRORS, Limits
from resolvers.operation import Operations

LIMITS = Limits()
GOOD = "{ grids(first: 1) { nodes { code } } }"
# What refusing may cost, in seconds of CPU on a machine that does other things as well.
QUICK = 0.04


def refusal(ask: Any, query: str, variables: dict[str, Any] | None = None) -> Any:
    """The only error of a document of which nothing ran."""
    answer = ask(query, variables)
    assert "data" not in answer
    assert ask.ran == []
    assert len(answer["errors"]) == 1, answer["errors"]
    return answer["errors"][0]


def exceeds(ask: Any, limit: str, query: str, variables: dict[str, Any] | None = None) -> None:
    error = refusal(ask, query, variables)
    extensions = {key: error["extensions"][key] for key in ("code", "limit")}
    assert extensions == {"code": "LIMIT_EXCEEDED", "limit": limit}
    most = getattr(LIMITS, limit.lower())
    assert error["extensions"]["most"] == most
    assert f"{most} {limit.lower().replace('_', ' ')}" in error["message"]


def nested(levels: int, leaf: str = "code") -> str:
    """A document of so many levels, each within one grid and so of few nodes."""
    return f'{{ grid(code: "ZZ-GX-SF-L2-01") {"{ parent " * (levels - 2)}{{ {leaf} {"} " * levels}'


def test_a_document_has_1000_tokens_at_most(ask: Any) -> None:
    def query(count: int) -> str:
        sizes = [220, 220, 220, count - 742]
        grids = (
            f"a{n}: grids(filter: {{code: {{in: [{' X' * size}]}}}}) {{ totalCount }}"
            for n, size in enumerate(sizes)
        )
        return f"{{ {' '.join(grids)} }}".replace("X", '"X"')

    assert tokens(query(LIMITS.tokens)) == LIMITS.tokens
    assert "errors" not in ask(query(LIMITS.tokens))
    exceeds(ask, "TOKENS", query(LIMITS.tokens + 1))


def tokens(query: str) -> int:
    lexer = Lexer(Source(query))
    count = 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    return count


def test_a_document_has_15000_characters_at_most(ask: Any) -> None:
    exact = GOOD + "#" * (LIMITS.characters - len(GOOD))
    assert "errors" not in ask(exact)
    exceeds(ask, "CHARACTERS", exact + "#")


def test_a_text_that_is_too_long_is_not_remembered(operations: Operations) -> None:
    before = len(operations.known)
    assert operations.prepared("#" * (LIMITS.characters + 1)).errors
    assert len(operations.known) == before


def test_a_document_nests_15_levels_at_most(ask: Any) -> None:
    assert "errors" not in ask(nested(LIMITS.depth))
    exceeds(ask, "DEPTH", nested(LIMITS.depth + 1))


def test_depth_is_counted_through_fragments(ask: Any) -> None:
    def spread(levels: int) -> str:
        links = (f"fragment F{n} on Grid {{ parent {{ ...F{n + 1} }} }}" for n in range(levels - 2))
        return (
            '{ grid(code: "ZZ-GX-SF-L2-01") { ...F0 } } '
            + " ".join(links)
            + f" fragment F{levels - 2} on Grid {{ ... {{ code }} }}"
        )

    assert "errors" not in ask(spread(LIMITS.depth))
    exceeds(ask, "DEPTH", spread(LIMITS.depth + 1))


def test_a_document_has_20_root_fields_at_most(ask: Any) -> None:
    roots = [f'a{n}: skill(code: "opera") {{ code }}' for n in range(LIMITS.roots + 1)]
    assert "errors" not in ask(f"{{ __typename {' '.join(roots[1:])} }}")
    exceeds(ask, "ROOTS", f"{{ {' '.join(roots)} }}")
    some, others = " ".join(roots[:10]), " ".join(roots[10:])
    exceeds(ask, "ROOTS", f"{{ ...A ... {{ {others} }} }} fragment A on Query {{ {some} }}")
    names = [f"a{n}: __typename" for n in range(Limits().roots + 1)]
    assert "errors" not in ask(f"{{ {' '.join(names[1:])} }}")
    exceeds(ask, "ROOTS", f"{{ {' '.join(names)} }}")


def test_what_is_wrong_in_several_places_is_one_error(ask: Any) -> None:
    error = refusal(ask, "{ __typename @aa @aa @aa }")
    assert error["message"] == "Unknown directive '@aa'."
    assert [place["column"] for place in error["locations"]] == [14, 18, 22]
    assert len(ask("{ __typename @aa @bb }")["errors"]) == 2


HEADS_AND_A_NUMBER = "heads(first: 100) { nodes { code } } workers { totalCount }"


def test_an_answer_has_10000_nodes_at_most(ask: Any) -> None:
    # 99 grids with 100 heads and a number each: 99 × (100 + 1) = 9,999.
    grids = f"query ($n: Int) {{ grids(first: $n) {{ nodes {{ {HEADS_AND_A_NUMBER} }} }} }}"
    assert "errors" not in ask(grids, {"n": 99})
    exceeds(ask, "NODES", grids, {"n": 100})
    exceeds(ask, "NODES", grids.replace("$n: Int", "$n: Int = 100"))
    page = "heads(last: 100) { pageInfo { endCursor } } workers { totalCount }"
    exceeds(ask, "NODES", f"{{ grids(first: 100) {{ edges {{ node {{ {page} }} }} }} }}")


def test_exactly_10000_nodes_may_be_asked(ask: Any) -> None:
    # 100 × (99 + 1): a list of which only the number is asked is one node.
    grids = """query ($n: Int) { grids(first: 100) { nodes { code
      heads(first: $n) { nodes { code } } workers(first: 100) { totalCount } } } }"""
    assert "errors" not in ask(grids, {"n": 99})
    exceeds(ask, "NODES", grids, {"n": 100})


def test_a_list_without_pages_counts_for_what_it_can_hold(ask: Any) -> None:
    people = "volunteers(first: 100) { nodes { code } }"
    ids = ask.data("{ grids(first: 100) { nodes { id } } }")["grids"]["nodes"]
    given = [each["id"] for each in ids]
    nodes = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Grid {{ {people} }} }} }}"
    assert "errors" not in ask(nodes, {"ids": given[:2]})
    literal = (
        f"{{ nodes(ids: {str(given).replace(chr(39), chr(34))}) {{ ... on Grid {{ {people} }} }} }}"
    )
    for query, variables in ((nodes, {"ids": given}), (literal, None)):
        assert "errors" not in ask(query, variables)  # 100 × 100
        exceeds(ask, "NODES", query.replace(people, f"{people} heads {{ totalCount }}"), variables)
    coverage = """query ($within: ID!) {
      coverage(input: {kind: HEAD_ASSIGNED, level: MICRO, within: $within}) {
        byChild { byChild { units(first: 100) { nodes { code } } } } } }"""
    exceeds(ask, "NODES", coverage, {"within": given[0]})


def test_variables_of_the_wrong_type_do_not_pass_for_less(ask: Any) -> None:
    query = f"query ($n: Int) {{ grids(first: $n) {{ nodes {{ {HEADS_AND_A_NUMBER} }} }} }}"
    exceeds(ask, "NODES", query, {"n": 100.0})  # GraphQL takes it for 100
    assert refusal(ask, query, {"n": 101.0})["extensions"]["code"] == "BAD_USER_INPUT"
    for wrong in ("5", 5.5, True, [5], {"n": 5}, 2**31, 2**63, -(2**63) - 1, 10**40, 1e300):
        error = refusal(ask, query, {"n": wrong})
        assert error["extensions"]["code"] == "BAD_USER_INPUT", wrong
        assert error["locations"]


def fan_out(width: int, leaf: str) -> str:
    links = (f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(width))
    return f"{{ ...F0 }} {' '.join(links)} fragment F{width} on Query {{ {leaf} }}"


def many(count: int, text: Callable[[int], str]) -> str:
    return " ".join(text(n) for n in range(count))


CYCLE = "{ grids { nodes { ...A } } } fragment A on Grid { parent { ...B } } fragment B on Grid { "
MONSTERS = {
    "fan-out": fan_out(60, "grids { totalCount }"),
    "fan-out below": "{ grids { nodes { ...F0 } } } "
    + many(
        14,
        lambda n: (
            f"fragment F{n} on Grid {{ a: parent {{ ...F{n + 1} }} b: parent {{ ...F{n + 1} }} }}"
        ),
    )
    + " fragment F14 on Grid { code }",
    "aliases": f"{{ {many(10_000, lambda n: f'a{n}: __typename')} }}",
    "aliases of a list": f"{{ {many(150, lambda n: f'a{n}: grids {{ totalCount }}')} }}",
    "directives": f"{{ __typename {'@skip(if: true) ' * 5_000} }}",
    "directives that fit": f"{{ __typename {'@skip(if: true) ' * 140} }}",
    "one field": f"{{ {'grids { totalCount } ' * 240} }}",
    "one field below": "{ grids { nodes { " + "code " * 980 + "} } }",
    "inline fragments": "{ grids { nodes { " + "... { code } " * 190 + "} } }",
    "cycle": CYCLE + "parent { ...A } } ",
    "self": "{ ...A } fragment A on Query { ...A }",
    "unused": f"{{ __typename }} {many(100, lambda n: f'fragment F{n} on Query {{ __typename }}')}",
    "deep": nested(2_000),
    "deep below 200": nested(190),
    "deep fragments": f"{{ {'... { ' * 2_000} __typename {'} ' * 2_000} }}",
    "deep list": f"{{ grids(filter: {{and: {'[' * 2_000}{']' * 2_000}}}) {{ totalCount }} }}",
    "comment": f"#{'x' * 1_000_000}\n{GOOD}",
    "commas": "," * 1_000_000 + GOOD,
    "variables": f"query ({many(240, lambda n: f'$v{n}: Int')}) {{ __typename }}",
    "operations": many(190, lambda n: f"query Q{n} {{ a: __typename }}"),
}


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_is_refused_at_no_cost(ask: Any, name: str) -> None:
    answer = ask(MONSTERS[name])
    assert "data" not in answer
    assert ask.ran == []
    assert 1 <= len(answer["errors"]) <= ERRORS + 1
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert len(codes) == 1
    assert codes < {
        "LIMIT_EXCEEDED",
        "GRAPHQL_VALIDATION_FAILED",
        "GRAPHQL_PARSE_FAILED",
        "BAD_USER_INPUT",
    }
    fresh = min(
        cost(lambda: Operations(ask.operations.schema).prepared(MONSTERS[name])) for _ in range(7)
    )
    assert fresh < QUICK
    assert "errors" not in ask(GOOD)


def hops(page: str) -> str:
    """A page of grids, of their children, and so on: five hops deep."""
    inner = "code"
    for name in ("children", "children", "children", "children", "grids"):
        inner = f"{name}({page}) {{ nodes {{ {inner} }} }}"
    return f"{{ {inner} }}"


# What an attacker may try, and the limits (or, where there is none, the code) that answer it.
ATTACKS: dict[str, tuple[str, set[str]]] = {
    "101 aliases": (f"{{ {many(101, lambda n: f'a{n}: __typename')} }}", {"ALIASES"}),
    "10,000 aliases": (MONSTERS["aliases"], {"CHARACTERS"}),
    "aliases of a mutation": (
        "mutation {"
        + many(
            100, lambda n: f'a{n}: updateAccount(input: {{id: "x"}}) {{ userErrors {{ code }} }}'
        )
        + "}",
        {"TOKENS", "ALIASES", "ROOTS"},
    ),
    "500 names of a type": (f"{{ {'__typename ' * 500} }}", {"SAME_NAME_FIELDS"}),
    "3,000 arguments": (
        f"{{ {many(3_000, lambda n: f'grids(first: {n}) {{ totalCount }}')} }}",
        {"CHARACTERS"},
    ),
    "300 inline fragments": (MONSTERS["inline fragments"], {"SAME_NAME_FIELDS"}),
    "5,000 directives": (MONSTERS["directives"], {"CHARACTERS"}),
    "21 directives": (
        f"{{ {many(21, lambda n: f'a{n}: __typename @skip(if: true)')} }}",
        {"DIRECTIVES"},
    ),
    "unknown directives": (f"{{ __typename {'@aa ' * 10} }}", {"GRAPHQL_VALIDATION_FAILED"}),
    "a directive on a variable": (
        "query ($a: Int @skip(if: true)) { grids(first: $a) { totalCount } }",
        {"GRAPHQL_VALIDATION_FAILED"},
    ),
    "depth 16": (nested(16), {"DEPTH"}),
    "depth 2,000": (nested(2_000), {"TOKENS", "CHARACTERS", "GRAPHQL_PARSE_FAILED"}),
    "2^22": (fan_out(22, "grids { totalCount }"), {"SAME_NAME_FIELDS"}),
    "2^60": (fan_out(60, "grids { totalCount }"), {"FRAGMENTS"}),
    "a circle": (MONSTERS["cycle"], {"GRAPHQL_VALIDATION_FAILED"}),
    "a circle of one": (MONSTERS["self"], {"GRAPHQL_VALIDATION_FAILED"}),
    "100 unused fragments": (MONSTERS["unused"], {"FRAGMENTS"}),
    "10^10 nodes": (hops("first: 100"), {"NODES"}),
    **{
        f"a page of {said}": (f"{{ grids({said}) {{ nodes {{ code }} }} }}", {code})
        for said, code in (
            ("first: 0", "BAD_USER_INPUT"),
            ("first: -1", "BAD_USER_INPUT"),
            ("first: 101", "BAD_USER_INPUT"),
            ("first: 2147483648", "GRAPHQL_VALIDATION_FAILED"),
        )
    },
    "1 MB of comment": (MONSTERS["comment"], {"CHARACTERS"}),
    "15,001 characters": (GOOD.ljust(15_001, "#"), {"CHARACTERS"}),
    "10,000 operations": (
        many(10_000, lambda n: f"query Q{n} {{ a: __typename }}"),
        {"CHARACTERS"},
    ),
    "11 operations": (many(11, lambda n: f"query Q{n} {{ a: __typename }}"), {"OPERATIONS"}),
    "101 variables": (
        f"query ({many(101, lambda n: f'$v{n}: Int')}) {{ __typename }}",
        {"VARIABLES"},
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_and_the_next_good_request_answered(ask: Any, name: str) -> None:
    query, wanted = ATTACKS[name]
    answer = ask(query)
    assert "data" not in answer
    assert ask.ran == []
    for error in answer["errors"]:
        told = error["extensions"]
        assert told.get("limit", told["code"]) in wanted, told
        assert ("limit" in told) == (told["code"] == "LIMIT_EXCEEDED")
    fresh = min(cost(lambda: Operations(ask.operations.schema).prepared(query)) for _ in range(5))
    assert fresh < QUICK
    assert "errors" not in ask(GOOD)


def cost(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def test_the_budget_of_comparisons_leaves_room_for_fragments_of_components(ask: Any) -> None:
    fields = "__typename id code name level version"
    fragments = many(20, lambda n: f"fragment F{n} on Grid {{ {fields} }}")
    spreads = many(20, lambda n: f"...F{n}")
    assert "errors" not in ask(f"{{ grids(first: 1) {{ nodes {{ {spreads} }} }} }} {fragments}")


@pytest.mark.parametrize(
    "wanted", [{}, {"input_value_deprecation": True, "specified_by_url": True}], ids=["core", "all"]
)
def test_introspection_passes(ask: Any, wanted: dict[str, bool]) -> None:
    found = ask.data(get_introspection_query(**wanted))
    assert len(found["__schema"]["types"]) > 50


def test_introspection_in_circles_is_refused(ask: Any) -> None:
    circle = "fields { type { " * 5 + "name " + "} } " * 5
    assert "data" not in ask(f"{{ __schema {{ types {{ {circle} }} }} }}")


@pytest.mark.parametrize("name", ["first", "last"])
@pytest.mark.parametrize("size", ["0", "101", "-1", "2147483647"])
@pytest.mark.parametrize("where", ["root", "below", "computed"])
def test_a_page_out_of_range_is_refused_where_it_is_said(
    ask: Any, name: str, size: str, where: str
) -> None:
    page = f"{name}: {size}"
    query = {
        "root": f"{{ grids({page}) {{ nodes {{ code }} }} }}",
        "below": f"{{ grids {{ nodes {{ heads({page}) {{ totalCount }} }} }} }}",
        "computed": f"{{ volunteers({page}) {{ totalCount }} }}",
    }[where]
    error = refusal(ask, query)
    assert error["message"] == f"{name} is from 1 to 100"
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": name}
    assert error["locations"] == [{"line": 1, "column": query.index(page) + 1}]


@pytest.mark.parametrize("size", ["2147483648", '"5"', "5.0", "9" * 5_000, "true", "FIVE"])
def test_a_page_that_is_no_number_is_refused_where_it_is_said(ask: Any, size: str) -> None:
    query = f"{{ grids(first: {size}) {{ nodes {{ code }} }} }}"
    error = refusal(ask, query)
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert error["locations"][0]["column"] in (9, 16)  # the argument or its value


@pytest.mark.parametrize(
    ("declared", "given", "rows"),
    [
        ("Int", {}, 20),
        ("Int", {"n": None}, 20),
        ("Int = 3", {}, 3),
        ("Int = 3", {"n": 2}, 2),
        ("Int = 3", {"n": None}, 20),
        ("Int! = 3", {}, 3),
        ("Int", {"n": 5.0}, 5),
    ],
)
def test_a_page_by_variable(ask: Any, declared: str, given: dict[str, Any], rows: int) -> None:
    query = f"query ($n: {declared}) {{ grids(first: $n) {{ nodes {{ code }} }} }}"
    assert len(ask.data(query, given)["grids"]["nodes"]) == rows


@pytest.mark.parametrize(
    ("declared", "given"),
    [("Int", {"n": 0}), ("Int", {"n": 101}), ("Int = 101", {}), ("Int! = -1", {})],
)
def test_a_page_by_variable_out_of_range(ask: Any, declared: str, given: dict[str, Any]) -> None:
    query = f"query ($n: {declared}) {{ grids(first: $n) {{ nodes {{ code }} }} }}"
    error = refusal(ask, query, given)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "first"}
    assert error["locations"] == [{"line": 1, "column": query.index("first") + 1}]


@pytest.mark.parametrize("page", ["first: 1, last: 1", "first: null, last: null"])
def test_first_and_last_exclude_each_other_unless_null(ask: Any, page: str) -> None:
    answer = ask(f"{{ grids({page}) {{ nodes {{ code }} }} }}")
    if "null" in page:
        assert len(answer["data"]["grids"]["nodes"]) == 20
    else:
        assert ask.ran == []
        assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "last"}
        assert answer["errors"][0]["path"] == ["grids"]


FILTER = "query ($f: GridFilter) { grids(filter: $f) { totalCount } }"


def test_a_list_in_a_variable_has_250_items_at_most(ask: Any) -> None:
    codes = ["ZZ-GX-SF-L2-01"] * LIMITS.items
    found = ask.data(FILTER, {"f": {"code": {"in": codes}}})
    assert found == {"grids": {"totalCount": 1}}
    exceeds(ask, "ITEMS", FILTER, {"f": {"code": {"in": [*codes, "x"]}}})


def test_variables_have_200_inputs_at_most(ask: Any) -> None:
    """As many conditions as every engine can read, whichever way they are joined."""
    one = {"code": {"eq": "ZZ-GX-SF-L2-01"}}
    most = (LIMITS.inputs - 2) // 2
    for joint in ("or", "and"):
        found = ask.data(FILTER, {"f": {joint: [one] * most, "code": {"eq": "ZZ-GX-SF-L2-01"}}})
        assert found == {"grids": {"totalCount": 1}}
        exceeds(ask, "INPUTS", FILTER, {"f": {joint: [one] * most, **one, "not": {}}})
    exceeds(ask, "INPUTS", FILTER, {"f": {"or": [{"or": [one] * 100}] * 100}})


def test_a_filter_states_100_comparisons_at_most_as_many_as_every_engine_reads(ask: Any) -> None:
    for joint in ("or", "and"):
        for count in (MOST_COMPARISONS, MOST_COMPARISONS + 1):
            conditions = many(count, lambda n: f'{{name: {{eq: "{n}"}}}}')
            query = f"{{ grids(filter: {{{joint}: [{conditions}]}}) {{ totalCount }} }}"
            if count == MOST_COMPARISONS:
                assert ask.data(query) == {"grids": {"totalCount": 0}}
            else:
                assert states_too_much(ask, query) == ("COMPARISONS", MOST_COMPARISONS)


def test_a_filter_follows_four_links_in_a_row_at_most(ask: Any) -> None:
    def hops(count: int) -> str:
        links = ["headOf", "heads"]
        inner = 'code: {eq: "none"}'
        for n in reversed(range(count)):
            inner = f"{links[n % 2]}: {{some: {{{inner}}}}}"
        return f"{{ people(filter: {{{inner}}}) {{ totalCount }} }}"

    assert ask.data(hops(MOST_HOPS)) == {"people": {"totalCount": 0}}
    assert states_too_much(ask, hops(MOST_HOPS + 1)) == ("HOPS", MOST_HOPS)


def states_too_much(ask: Any, query: str) -> tuple[str, int]:
    """The limit that a filter exceeds; nothing was run."""
    answer = ask(query)
    assert answer["data"] is None
    assert ask.ran == []
    told = answer["errors"][0]["extensions"]
    assert (told["code"], told["field"]) == ("LIMIT_EXCEEDED", "filter")
    return told["limit"], told["most"]
