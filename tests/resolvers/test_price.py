"""What a request costs, what a caller may spend, and where both are told."""

import asyncio
import time
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

import msgspec
import pytest
from graphql import parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strawberry.utils.str_converters import to_camel_case

import schema
from benchmarks.parity import Document, documents, filled
from graph.bolt import BoltSettings
from graph.model import Finding
from resolvers.auth import DEVELOPER, Caller
from resolvers.bucket import REMEMBERED, Buckets
from resolvers.context import Context
from resolvers.errors import Refusal
from resolvers.identity import global_id
from resolvers.limits import Limits
from resolvers.operation import Operations, Request, Response
from resolvers.price import MUTATION, PRICES_OF_A_DOCUMENT, WEIGHTS, Prices

SCHEMA = schema.build()._schema
SKILL, NOTHING = global_id("Skill", "first-aid"), global_id("Grid", "NOWHERE")
SMALL = "{ grids(first: 1) { nodes { code } } }"  # a look, and up to ten rows
LIMITS = Limits()


def cost(query: str, variables: dict[str, Any] | None = None, limits: Limits = LIMITS) -> int:
    found, errors = Prices(SCHEMA, parse(query), limits).of(Request(query, variables))
    assert errors == [], errors
    return found


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ __typename }", 1),
        ("{ __schema { types { name fields { name } } } }", 1),
        ('{ grid(code: "X") { code name level } }', 1),
        ('{ grid(code: "X") { parent { parent { code } } } }', 3),
        ("{ grids { totalCount } }", 1),
        ("{ grids(first: 10) { nodes { code } pageInfo { endCursor } } }", 2),
        ("{ grids(first: 11) { edges { cursor node { code } } } }", 3),
        ("{ grids(first: 100) { nodes { heads(first: 100) { nodes { code } } } } }", 1_111),
        ("{ grids(first: 10) { nodes { ...A } } } fragment A on Grid { parent { code } }", 12),
        ('{ search(text: "x", first: 10) { nodes { __typename } } }', 6),
        ("query ($n: Int = 50) { grids(last: $n) { nodes { code } } }", 6),
        ('mutation { a: createSkill(input: {code: "a", name: "a"}) { skill { code } } }', 11),
        ('mutation { resumePlan(input: {id: "a"}) { planRun { code } } }', 401),
    ],
)
def test_the_price_of_a_question(query: str, points: int) -> None:
    assert cost(query) == points


def test_null_is_not_what_is_left_out() -> None:
    query = "query ($n: Int = 1) { grids(first: $n) { nodes { code } } }"
    prices = Prices(SCHEMA, parse(query), LIMITS)
    found = [prices.of(Request(query, said))[0] for said in ({}, {"n": None}, {}, {"n": 20})]
    assert found == [2, 3, 2, 3]


def test_a_variable_changes_the_price() -> None:
    query = "query ($n: Int) { grids(first: $n) { nodes { heads(first: $n) { totalCount } } } }"
    assert [cost(query, {"n": n}) for n in (1, 10, 100)] == [3, 12, 111]


def test_a_price_from_memory_is_that_of_these_values() -> None:
    query = """query ($n: Int, $ids: [ID!]!, $code: String!) { grid(code: $code) { code }
      nodes(ids: $ids) { ... on Grid { heads(first: $n) { nodes { code } } } } }"""
    prices = Prices(SCHEMA, parse(query), LIMITS)

    def twice(n: Any, ids: Any, code: Any = "x") -> tuple[int, int]:
        found = [prices.of(Request(query, {"n": n, "ids": ids, "code": code})) for _ in range(2)]
        fresh = Prices(SCHEMA, parse(query), LIMITS)
        assert found == [fresh.of(Request(query, {"n": n, "ids": ids, "code": code}))] * 2
        return found[0][0], len(found[0][1])

    ids = ["a"] * 10
    assert twice(1, ids) == twice(1.0, ids) == twice(10, ids, "y") == (2 + 10 * 2, 0)
    assert twice(True, ids) == twice(None, ids) == twice("1", ids) == twice({}, ids) == (32, 0)
    assert twice(1, ids[:3]) == (8, 0)
    assert twice(1, {"a": 1})[0] == twice(1, "a")[0] == 4
    before = len(prices.known)
    assert twice(1, ids, "z") == (22, 0)
    assert len(prices.known) == before
    for n in range(-200, 200):
        prices.of(Request(query, {"n": n, "ids": ids}, str(n)))
        prices.of(Request(query, {"n": n, "ids": ids}))
    assert len(prices.known) <= PRICES_OF_A_DOCUMENT
    assert len(prices.sizing) <= PRICES_OF_A_DOCUMENT


def test_only_the_operation_that_is_asked_is_paid() -> None:
    query = "query A { grids { totalCount } } query B { tiling(level: L3) { count } }"
    asked = Request(query, None, "A")
    assert Prices(SCHEMA, parse(query), LIMITS).of(asked)[0] == 1


def test_every_weight_is_of_a_field() -> None:
    for name in WEIGHTS:
        kind, _, field = name.partition(".")
        assert field in getattr(SCHEMA.type_map[kind], "fields", {}), name
    assert MUTATION > 1


DEEP = "{ grids(first: 100) { nodes { children(first: 20) { nodes { %s } } } } }"


def links(count: int) -> str:
    return " ".join(f"a{n}: parent {{ code }}" for n in range(count))


def test_a_request_costs_at_most_what_the_limit_says(ask: Any) -> None:
    for links_of_a_row, limit in ((2, 4_311), (3, 6_311)):
        paid = 1 + 10 + 100 * (1 + 2 + 20 * links_of_a_row)
        assert paid == limit
        query = DEEP % links(links_of_a_row)
        for most in (limit, limit - 1):
            _, errors = Prices(SCHEMA, parse(query), Limits(cost=most)).of(Request(query))
            told = [(error.extensions or {})["limit"] for error in errors]
            assert told == ([] if most == limit else ["COST"])
    [error] = ask(DEEP % links(3))["errors"]
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "COST", "most": 5_000}
    assert ask.ran == []
    assert "errors" not in ask(SMALL)


# By brute force: a document costs what it costs with its fragments written in place


FIELDS = st.sampled_from(
    [
        "code",
        "parent { %s }",
        "division { id }",
        "heads(first: 3) { nodes { code } }",
        "children(first: 15) { edges { node { %s } } totalCount }",
        "... on Territory { name %s }",
        "children(first: 2) { totalCount }",
    ]
)


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(parts=st.lists(st.lists(FIELDS, min_size=1, max_size=3), min_size=4, max_size=4))
def test_fragments_cost_what_they_cost_in_their_places(parts: list[list[str]]) -> None:
    held, inline = "code", "code"
    texts: list[str] = []
    for number, chosen in enumerate(parts):
        body = " ".join(each.replace("%s", f"{held}") for each in chosen)
        texts.append(f"fragment F{number} on Grid {{ {body} }}")
        inline = " ".join(
            each.replace("%s", f"... on Grid {{ {inline} }}" if number else "code")
            for each in chosen
        )
        held = f"...F{number}"
    wide = Limits(cost=10**12, nodes=10**12, depth=100)
    spread = "{ grids(first: 7) { nodes { ...F3 ...F3 } } } " + " ".join(texts)
    written = f"{{ grids(first: 7) {{ nodes {{ {inline} {inline} }} }} }}"
    assert cost(spread, None, wide) == cost(written, None, wide)


# extensions.cost


def asked(ask: Any, query: str = SMALL, caller: Caller = DEVELOPER, **how: Any) -> Response:
    context = Context(ask.graph, caller, date(2026, 11, 24), "request-of-a-test", **how)
    found: Response = ask.run(
        ask.operations.answer(ask.operations.question(Request(query)), context)
    )
    return found


def test_what_was_paid_is_told_if_that_is_asked(ask: Any) -> None:
    assert "extensions" not in asked(ask).body
    answer = asked(ask, costed=True)
    assert list(answer.body) == ["data", "extensions"]
    assert answer.body["extensions"] == {"cost": {"requested": 2, "actual": 2, "limit": 5_000}}
    assert "extensions" not in asked(ask, "{ nothing }", costed=True).body


ALLIANCES = "{{ alliances(first: 100) {{ {} }} }}"
HUAQIANG = '{{ alliance(code: "HUAQIANG") {{ {} }} }}'
TWICE = (
    "{ grids(first: 2) { nodes { parent { code } ...G } } } fragment G on Grid { parent { name } }"
)
KINDS = "... on Skill { parent { code } } ... on Grid { parent { code } }"


@pytest.mark.parametrize(
    ("query", "requested", "actual"),
    [
        ("{ __typename }", 1, 1),
        ("{ __schema { types { name fields { name } } } }", 1, 1),
        ('{ grid(code: "NOWHERE") { parent { parent { code } } } }', 3, 1),
        ('{ grid(code: "ZZ-GX-SF-M-001") { parent { parent { code } } } }', 3, 3),
        (ALLIANCES.format("nodes { code }"), 11, 2),
        (ALLIANCES.format("nodes { code } edges { cursor } pageInfo { endCursor }"), 11, 2),
        (ALLIANCES.format("pageInfo { hasNextPage }"), 11, 11),
        (ALLIANCES.format("...A") + "fragment A on AllianceConnection { nodes { code } }", 11, 2),
        ('{ grids(first: 100, filter: {code: {eq: "NOWHERE"}}) { nodes { code } } }', 11, 1),
        (HUAQIANG.format("seats(first: 100) { nodes { grid { code } } }"), 112, 112),
        (HUAQIANG.format("a: seats(last: 5) { edges { b: node { c: grid { code } } } }"), 8, 8),
        (TWICE, 6, 4),
        ("{ grids(first: 2) { nodes { parent @skip(if: true) { code } } } }", 4, 2),
        (f'{{ nodes(ids: ["{SKILL}", "{NOTHING}"]) {{ id {KINDS} }} }}', 5, 2),
        ('{ search(text: "华强", first: 100) { edges { node { __typename } } } }', 15, 15),
        ('{ search(text: "龘龘龘", first: 100) { edges { node { __typename } } } }', 15, 5),
    ],
)
@pytest.mark.parametrize("direct", [True, False])
def test_the_cost_of_an_answer_is_that_of_what_was_found(
    ask: Any, query: str, requested: int, actual: int, direct: bool
) -> None:
    told = asked(ask, query, costed=True, direct=direct).body["extensions"]["cost"]
    assert (told["requested"], told["actual"]) == (requested, actual)


def test_an_answer_with_errors_costs_what_was_asked(ask: Any) -> None:
    """A look that was cut off has cost us all of it."""
    below = "... on Grid { heads(first: 100) { nodes { code } } }"
    query = f'{{ node(id: "no id") {{ {below} }} skills {{ totalCount }} }}'
    for direct in (True, False):
        answer = asked(ask, query, costed=True, direct=direct).body
        assert answer["errors"]
        assert answer["data"]["skills"]
        assert answer["extensions"]["cost"] == {"requested": 13, "actual": 13, "limit": 5_000}


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
def test_no_answer_costs_more_than_was_asked_and_both_ways_as_much(
    ask: Any, document: Document
) -> None:
    query = document.text
    prepared = ask.operations.prepared(query)
    if prepared.errors or document.name.startswith("refused"):
        return
    before: Any = None
    for raw in document.requests:
        variables = filled(raw, before)
        told: list[Any] = []
        for direct in (True, False):
            context = Context(
                ask.graph, DEVELOPER, date(2026, 11, 24), "r", costed=True, direct=direct
            )
            question = ask.operations.question(Request(query, variables))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("resolvers.operation.min", lambda _, actual: actual, raising=False)
                body = ask.run(ask.operations.answer(question, context)).body
            told.append(body.get("extensions"))
        before = msgspec.json.decode(msgspec.json.encode(body))
        assert told[0] == told[1]
        if told[0]:
            assert 1 <= told[0]["cost"]["actual"] <= told[0]["cost"]["requested"]


# Points


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_points_come_back_evenly() -> None:
    clock = Clock()
    buckets = Buckets(60, clock)
    assert [buckets.spend("a", 20) for _ in range(3)] == [40, 20, 0]
    for seconds, cost, later in ((0, 1, 1), (0, 20, 20), (5, 20, 15), (14.5, 20, 6)):
        clock.now = 1_000.0 + seconds
        with pytest.raises(Refusal) as refused:
            buckets.spend("a", cost)
        assert refused.value.extensions["retryAfter"] == later
    clock.now = 1_020.0
    assert buckets.spend("a", 20) == 0
    clock.now += 3_600
    assert buckets.spend("a", 1) == 59


def test_each_has_points_of_their_own() -> None:
    buckets = Buckets(60, Clock())
    assert buckets.spend("a", 60) == 0
    assert buckets.spend("b", 1) == 59


def test_what_costs_more_than_a_minute_has_waits_for_a_whole_one() -> None:
    clock = Clock()
    buckets = Buckets(60, clock)
    assert buckets.spend("a", 90) == 0
    with pytest.raises(Refusal) as refused:
        buckets.spend("a", 90)
    clock.now += refused.value.extensions["retryAfter"]
    assert buckets.spend("a", 60) == 0


def test_points_that_were_not_needed_are_given_back() -> None:
    clock = Clock()
    buckets = Buckets(60, clock)
    assert buckets.spend("a", 50) == 10
    assert buckets.refund("a", 30) == 40
    assert buckets.spend("a", 40) == 0
    clock.now += 10
    assert buckets.refund("a", 5) == 15
    assert buckets.refund("a", 1_000) == 60
    assert buckets.spend("a", 60) == 0
    assert buckets.refund("nobody", 5) is None


def test_only_so_many_callers_are_remembered() -> None:
    buckets = Buckets(60, Clock())
    for number in range(REMEMBERED + 10):
        buckets.spend(str(number), 1)
    assert len(buckets.levels) == REMEMBERED


def test_without_a_capacity_nothing_is_counted() -> None:
    buckets = Buckets(0, Clock())
    assert buckets.spend("a", 10**9) is None
    assert not buckets.levels


def test_a_caller_pays_for_what_was_found(ask: Any) -> None:
    ask.operations = Operations(SCHEMA, Limits(points_per_minute=20), clock=Clock())
    query = "{ alliances(first: 100) { nodes { code } } }"
    left = [asked(ask, query).body["extensions"]["cost"]["remaining"] for _ in range(5)]
    assert left == [18, 16, 14, 12, 10]
    refused = asked(ask, query)  # it may cost 11
    assert refused.body["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


def test_who_has_spent_too_much_is_told_when_to_come_again(ask: Any) -> None:
    clock = Clock()
    ask.operations = Operations(SCHEMA, Limits(points_per_minute=6), clock=clock)
    left = [asked(ask).body["extensions"]["cost"]["remaining"] for _ in range(3)]
    assert left == [4, 2, 0]
    ask.ran.clear()
    answer = asked(ask)
    assert (answer.executed, answer.retry_after) == (False, 20)
    [error] = answer.body["errors"]
    assert error["extensions"] == {
        "code": "RATE_LIMITED",
        "limit": "POINTS_PER_MINUTE",
        "most": 6,
        "retryAfter": 20,
    }
    assert "20 s" in error["message"]
    other = replace(DEVELOPER, account="somebody")
    assert asked(ask, caller=other).executed
    assert asked(ask, "{ nothing }").body["errors"][0]["extensions"]["code"] != "RATE_LIMITED"
    clock.now += 20
    assert asked(ask).executed


# viewer { limits }


def test_everybody_may_know_every_limit(ask: Any) -> None:
    names = [to_camel_case(each.name) for each in fields(Limits)]
    query = f"{{ viewer {{ limits {{ {' '.join(names)} }} }} }}"
    limits = Limits(depth=12, points_per_minute=50_000, query_seconds=2.5)
    ask.operations = Operations(SCHEMA, limits)
    for caller in (DEVELOPER, Caller("nobody")):
        found = ask.data(query, caller=caller)["viewer"]["limits"]
        assert found == {to_camel_case(name): value for name, value in asdict(limits).items()}
    shown: Any = SCHEMA.type_map["Limits"]
    assert sorted(shown.fields) == sorted(names)
    assert {"depth", "nodes", "cost", "page", "pointsPerMinute"} <= set(names)


# Deadlines


def test_all_statements_of_a_root_field_share_one_deadline(
    ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find(*_: Any) -> Any:
        for pause in [0.05] * 200:
            await asyncio.sleep(pause)

    monkeypatch.setattr("graph.viewer.viewer", lambda *_: Finding(find))
    ask.graph = replace(ask.graph, settings=BoltSettings(read_seconds=0.2))
    start = time.monotonic()
    answer = ask("{ viewer { name } }")
    assert time.monotonic() - start < 3
    [error] = answer["errors"]
    assert (error["path"], error["extensions"]) == (["viewer"], {"code": "TIMEOUT"})
