"""Values of a wrong kind, fields that nobody may set, defects of ours told without secrets."""

from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from graph.bolt import Graph
from resolvers.identity import global_id
from resolvers.operation import Operations
from tests.resolvers.test_bad_input import filled

GOOD = "{ grids(first: 1) { totalCount } }"
FLAG = "query ($f: PersonFilter) { people(filter: $f) { totalCount } }"
VISIT = """mutation ($at: DateTime!) { createVisit(input: {code: "x", at: $at, channel: PHONE,
  visitor: "x", grid: "x"}) { userErrors { code field } } }"""


def refused(ask: Any, query: str, variables: dict[str, Any]) -> None:
    """BAD_USER_INPUT, nothing ran, and the next good request is answered."""
    answer = ask(query, variables)
    assert "data" not in answer
    assert ask.ran == []
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    assert "errors" not in ask(GOOD)


@pytest.mark.parametrize("flag", ["true", "false", "", 0, 1, [True], {}])
def test_what_is_no_boolean_is_refused(ask: Any, flag: Any) -> None:
    refused(ask, FLAG, {"f": {"isVolunteer": {"eq": flag}}})


def test_minus_zero_is_zero(ask: Any) -> None:
    query = "query ($n: Int) { grids(filter: {households: {gte: $n, lte: $n}}) { totalCount } }"
    for zero in (0, -0, -0.0):
        assert ask.data(query, {"n": zero}) == {"grids": {"totalCount": 0}}


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-24T09:00:00",
        "2026-02-30T09:00:00+08:00",
        "9999-12-31T23:59:60+08:00",
        "2026-11-24T25:00:00Z",
        "2026-11-24",
        "0000-01-01T00:00:00Z",
        "2026-11-24T09:00:00+25:00",
        "",
        1795842507,
        None,
        ["2026-11-24T09:00:00Z"],
    ],
    ids=str,
)
def test_a_moment_that_is_none_or_names_no_zone_is_refused(ask: Any, at: Any) -> None:
    refused(ask, VISIT, {"at": at})


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_a_moment_that_no_calendar_holds_in_utc_is_refused(ask: Any, at: str) -> None:
    refused(ask, VISIT, {"at": at})


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-31"])
def test_a_day_at_the_beginning_of_time_can_be_asked_about(ask: Any, day: str) -> None:
    query = """query ($d: Date!, $w: ID!) { coverage(input: {kind: ORGANIZATION, level: L2,
      within: $w, asOf: $d, days: 90}) { numerator } }"""
    within = global_id("Division", "ZZ-GX-SF")
    assert ask.data(query, {"d": day, "w": within})["coverage"]["numerator"] >= 0


# Fields that say who made something, what they are and where they stand are nobody's to set.
NOT_GIVEN = ("role", "createdBy", "gridPath", "version", "path", "updatedAt", "__proto__")


def test_no_mutation_takes_a_field_that_is_not_its_own(ask: Any, operations: Operations) -> None:
    kind = operations.schema.mutation_type
    assert kind
    for name, mutation in kind.fields.items():
        taken = get_named_type(mutation.args["input"].type)
        assert isinstance(taken, GraphQLInputObjectType)
        shown = "{ userErrors { code } }"
        query = f"mutation ($i: {taken.name}!) {{ {name}(input: $i) {shown} }}"
        for field in NOT_GIVEN:
            if field == "role" and field in taken.fields:
                continue
            answer = ask(query, {"i": {**filled(taken, ""), field: "SYSTEM_ADMIN"}})
            assert ("data" in answer, ask.ran) == (False, []), (name, field)
            assert field in answer["errors"][0]["message"]
            literal = f"mutation {{ {name}(input: {{{field}: 1}}) {shown} }}"
            codes = [error["extensions"]["code"] for error in ask(literal)["errors"]]
            assert set(codes) == {"GRAPHQL_VALIDATION_FAILED"}, (name, field)
    assert "errors" not in ask(GOOD)


PRIVATE = ("phone", "mobile", "idNumber", "identityCard", "health", "birthday", "address")


@pytest.mark.parametrize("name", PRIVATE)
def test_what_is_private_is_not_kept_and_so_not_filtered_sorted_or_searched(
    ask: Any, name: str
) -> None:
    for query in (
        f'{{ people(filter: {{{name}: {{startsWith: "138"}}}}) {{ totalCount }} }}',
        f"{{ people(orderBy: [{{{name}: ASC}}]) {{ totalCount }} }}",
        f'{{ volunteers(filter: {{{name}: {{eq: "1"}}}}) {{ totalCount }} }}',
        f"{{ people {{ nodes {{ {name} }} }} }}",
    ):
        answer = ask(query)
        assert ("data" in answer, ask.ran) == (False, [])
        assert {e["extensions"]["code"] for e in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}
    assert "errors" not in ask(GOOD)


SECRET = "the secret of the house"
DEFECTS = [
    ZeroDivisionError(SECRET),
    RecursionError(SECRET),
    KeyError(SECRET),
    MemoryError(SECRET),
    ValueError(f"bolt://neo4j:{SECRET}@10.0.0.1:7687"),
]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("direct", [True, False])
def test_a_defect_below_a_resolver_is_told_by_its_number_only(
    ask: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    defect: Exception,
    direct: bool,
) -> None:
    async def broken(*_: Any) -> Any:
        raise defect

    with monkeypatch.context() as patched:
        patched.setattr(Graph, "read", broken)
        answer = ask(GOOD, direct=direct)
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": "request-of-a-test"}
    assert error["message"] == "something went wrong on our side"
    assert SECRET not in str(answer)
    assert SECRET in caplog.text
    assert "errors" not in ask(GOOD)
