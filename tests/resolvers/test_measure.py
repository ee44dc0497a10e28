"""A document is as big as it is with its fragments written out, and no work to measure."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from graphql import FieldNode, FragmentSpreadNode, get_introspection_query, parse
from hypothesis import given, settings
from hypothesis import strategies as st

import schema
from benchmarks.parity import documents
from resolvers.limits import Limits
from resolvers.measure import Cycle, Measure
from resolvers.operation import Operations

SCHEMA = schema.build()._schema
LIMITS = Limits()
# CPU seconds; the aim is 0.02 on a machine that does nothing else.
QUICK = 0.1
GRID = '{ grid(code: "X") { %s } } %s'


def many(count: int, text: str) -> str:
    return " ".join(text.replace("#", str(n)) for n in range(count))


def limited(query: str) -> str | None:
    """The limit that a document exceeds; it must have no other fault."""
    errors = Operations(SCHEMA).prepared(query).errors
    if not errors:
        return None
    [error] = errors
    told: dict[str, Any] = error.extensions or {}
    assert told["code"] == "LIMIT_EXCEEDED", error
    assert told["most"] == getattr(LIMITS, told["limit"].lower())
    return str(told["limit"])


# A document that is as big as the number says, and no bigger in any other way.
SIZED: dict[str, Callable[[int], str]] = {
    "ALIASES": lambda n: GRID % (many(n, "a#: code"), ""),
    "DIRECTIVES": lambda n: GRID % (many(n, "d#: code @skip(if: true)"), ""),
    "FRAGMENTS": lambda n: (
        GRID % (many(n, "k#: parent { ...F# }"), many(n, "fragment F# on Grid { code }"))
    ),
    "OPERATIONS": lambda n: many(n, "query Q# { __typename }"),
    "VARIABLES": lambda n: (
        f"query ({many(n, '$v#: ID!')}) {{ nodes(ids: [{many(n, '$v#')}]) {{ id }} }}"
    ),
    "SAME_NAME_FIELDS": lambda n: GRID % (many(n, "code"), ""),
    "ROOTS": lambda n: f"{{ {many(n, 'a#: viewer { name }')} }}",
    "DEPTH": lambda n: GRID % ("parent { " * (n - 2) + "code" + " }" * (n - 2), ""),
    "CHARACTERS": lambda n: "{ __typename }".ljust(n, "#"),
}


@pytest.mark.parametrize("limit", SIZED)
def test_as_much_as_the_limit_says_is_let_in_and_no_more(limit: str) -> None:
    most = getattr(LIMITS, limit.lower())
    wide = Limits(aliases=100) if limit == "FRAGMENTS" else LIMITS
    assert Operations(SCHEMA, wide).prepared(SIZED[limit](most)).errors == []
    [error] = Operations(SCHEMA, wide).prepared(SIZED[limit](most + 1)).errors
    assert error.extensions == {"code": "LIMIT_EXCEEDED", "limit": limit, "most": most}


@pytest.mark.parametrize("limit", sorted(SIZED.keys() - {"FRAGMENTS", "ROOTS"}))
def test_a_limit_is_what_is_set(limit: str) -> None:
    name = limit.lower()
    for most in (100, 101):
        assert limited_at(Limits(**{name: most, **ROOM}), SIZED[limit](100)) is None
    assert limited_at(Limits(**{**ROOM, name: 99}), SIZED[limit](100)) == limit


ROOM = {"tokens": 10_000, "depth": 1_000, "aliases": 1_000}


def limited_at(limits: Limits, query: str) -> str | None:
    errors = Operations(SCHEMA, limits).prepared(query).errors
    return errors[0].extensions["limit"] if errors and errors[0].extensions else None


@pytest.mark.parametrize("limit", ["ALIASES", "DIRECTIVES", "SAME_NAME_FIELDS"])
def test_what_fragments_hold_counts_wherever_they_are_spread(limit: str) -> None:
    most = getattr(LIMITS, limit.lower())
    half = SIZED[limit](most // 2).removeprefix('{ grid(code: "X") ').strip()[:-1].strip()
    held = f"fragment A on Grid {half}"
    one = {"ALIASES": "b: code", "DIRECTIVES": "id @skip(if: true)", "SAME_NAME_FIELDS": "code"}
    assert limited(GRID % ("...B", f"{held} fragment B on Grid {{ ...A ...A }}")) is None
    assert limited(GRID % (f"...A ...A {one[limit]}", held)) == limit


# No fan-out costs more than its writing


def fan_out(width: int, leaf: str, on: str = "Grid") -> str:
    links = (f"fragment F{n} on {on} {{ ...F{n + 1} ...F{n + 1} }}" for n in range(width))
    return f"{' '.join(links)} fragment F{width} on {on} {{ {leaf} }}"


MONSTERS = {
    "2^22": GRID % ("...F0", fan_out(22, "code")),
    "2^39": GRID % ("...F0", fan_out(39, "code")),
    "2^60": GRID % ("...F0", fan_out(60, "code")),
    "2^22 of nothing": GRID % ("...F0", fan_out(22, "... @skip(if: true) { code }")),
    "2^22 at the root": f"{{ ...F0 }} {fan_out(22, 'grids { totalCount }', 'Query')}",
    "many keys, spread often": GRID
    % (many(200, "...A"), f"fragment A on Grid {{ {many(400, 'a#')} }}"),
    "many keys, apart": GRID
    % (many(120, "... { ...A }"), f"fragment A on Grid {{ {many(400, 'a#')} }}"),
    "10,000 aliases": f"{{ {many(10_000, 'a#: __typename')} }}",
    "101 aliases": f"{{ {many(101, 'a#: __typename')} }}",
    "5,000 directives": f"{{ __typename {'@skip(if: true) ' * 5_000} }}",
    "150 directives": f"{{ __typename {'@skip(if: true) ' * 150} }}",
    "10,000 operations": many(10_000, "query Q# { __typename }"),
    "5,000 variables": f"query ({many(5_000, '$v#: Int')}) {{ __typename }}",
    "300 inline fragments": GRID % ("... { code } " * 200, ""),
    "500 names of the type": "{ " + "__typename " * 500 + "}",
    "3,000 arguments": GRID % (many(3_000, "children(first: #) { totalCount }"), ""),
    "2,000 levels": "{ a " * 2_000 + "}" * 2_000,
    "190 levels": "{ a " * 190 + "}" * 190,
    "1 MB of comment": "#" * 1_000_000,
}


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_is_refused_in_no_time(name: str, record_property: Any) -> None:
    spent = []
    for _ in range(5):
        start = time.process_time()
        errors = Operations(SCHEMA).prepared(MONSTERS[name]).errors
        spent.append(time.process_time() - start)
        assert errors
    record_property("milliseconds", round(min(spent) * 1000, 1))
    told = errors[0].extensions or {}
    deep = "2,000 levels"  # the parser itself goes no deeper than 200
    assert told["code"] == ("GRAPHQL_PARSE_FAILED" if name == deep else "LIMIT_EXCEEDED")
    assert min(spent) < QUICK


# Circles


CIRCLES = {
    "self": "fragment A on Grid { code ...A }",
    "two": "fragment A on Grid { ...B } fragment B on Grid { parent { ...A } }",
    "unused": "fragment B on Grid { ...C } fragment C on Grid { ...B } fragment A on Grid { code }",
    "fan": "fragment A on Grid { ...F0 ...F0 } " + fan_out(30, "...A"),
    "deep": f"fragment A on Grid {{ {'parent { ' * 150} ...A {'} ' * 150} }}",
}


@pytest.mark.parametrize("name", CIRCLES)
def test_a_circle_is_an_error_of_validation(name: str) -> None:
    spent = []
    for _ in range(5):  # the best of which is free of the collector's work for other tests
        start = time.process_time()
        errors = Operations(SCHEMA).prepared(GRID % ("...A", CIRCLES[name])).errors
        spent.append(time.process_time() - start)
        assert errors
    assert min(spent) < QUICK
    for error in errors:
        assert error.extensions == {"code": "GRAPHQL_VALIDATION_FAILED"}
        assert "within itself" in error.message


# What people ask fits


def test_the_corpus_and_introspection_fit() -> None:
    for document in documents():
        if document.name != "refused_syntax":
            assert Measure(parse(document.text), LIMITS).refused() is None, document.name
    whole = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True
    )
    assert limited(whole) is None


# By brute force


Selections = list[Any]


def selections(depth: int) -> st.SearchStrategy[Selections]:
    """Fields as (alias, name, directives, below), inline fragments, and spreads by number."""
    below = st.just([]) if depth == 0 else st.deferred(lambda: selections(depth - 1))
    directives = st.integers(0, 2)
    name = st.sampled_from(["a", "b", "__typename"])
    fields = st.tuples(st.just("field"), st.sampled_from(["", "k"]), name, directives, below)
    inline = st.tuples(st.just("inline"), directives, below if depth else st.just([]))
    spreads = st.tuples(st.just("spread"), st.integers(0, 5), directives)
    return st.lists(st.one_of(fields, inline, spreads), min_size=1, max_size=3)


def written(chosen: Selections, own: int) -> str:
    """The text of it; what stands in fragment `own` spreads later ones only."""
    parts = [_written(each, own) for each in chosen]
    return " ".join(["c", *filter(None, parts)])


def _written(each: Any, own: int) -> str:
    if each[0] == "spread":
        number = own + 1 + each[1]
        return f"...F{number} {'@x ' * each[2]}" if number < 6 else ""
    if each[0] == "inline":
        return f"... {'@x ' * each[1]} {{ {written(each[2], own)} }}"
    _, alias, name, directives, below = each
    inner = f"{{ {written(below, own)} }}" if below else ""
    return f"{f'{alias}: ' if alias else ''}{name} {'@x ' * directives} {inner}"


class Brute:
    """Counts by walking through all that is asked, as often as it is asked."""

    def __init__(self, measure: Measure) -> None:
        self.measure = measure
        self.aliases = self.directives = self.depth = self.most = 0

    def selection(self, nodes: Any, level: int) -> list[FieldNode]:
        """The fields of one selection, with what is below each looked at."""
        found: list[FieldNode] = []
        for node in self.flat(nodes):
            found.append(node)
            self.aliases += node.alias is not None
            self.depth = max(self.depth, level)
            if node.selection_set:
                self.selection(node.selection_set.selections, level + 1)
        keys = Counter((node.alias or node.name).value for node in found)
        self.most = max(self.most, *keys.values())
        return found

    def flat(self, nodes: Any) -> list[FieldNode]:
        found: list[FieldNode] = []
        for node in nodes:
            self.directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                found.append(node)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.measure.fragments[node.name.value]
                self.directives += len(fragment.directives or ())
                found += self.flat(fragment.selection_set.selections)
            else:
                found += self.flat(node.selection_set.selections)
        return found


@settings(deadline=None, max_examples=200)
@given(parts=st.lists(selections(2), min_size=7, max_size=7))
def test_it_is_as_big_as_it_is_written_out(parts: list[Selections]) -> None:
    text = f"query @x {{ {written(parts[6], -1)} }} " + " ".join(
        f"fragment F{n} on T @x {{ {written(parts[n], n)} }}" for n in range(6)
    )
    measure = Measure(parse(text), LIMITS)
    [operation] = measure.operations
    size, brute = measure.operation(operation), Brute(measure)
    roots = brute.selection(operation.selection_set.selections, 1)
    brute.directives += 1
    counted = (size.depth, size.aliases, size.directives, size.most, size.roots)
    asked = sum(bool(node.alias) or node.name.value != "__typename" for node in roots)
    assert counted == (brute.depth, brute.aliases, brute.directives, brute.most, asked)


def test_a_circle_has_no_size() -> None:
    measure = Measure(parse("{ ...A } fragment A on T { ...B } fragment B on T { ...A }"), LIMITS)
    with pytest.raises(Cycle):
        measure.operation(measure.operations[0])
