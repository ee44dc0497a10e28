"""Arguments are what graphql-core's own coercion gives, whatever the variables, again and again."""

from itertools import product
from typing import Any

import pytest
from graphql import FieldNode, OperationDefinitionNode, build_schema, parse
from graphql.error import GraphQLError
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values

from resolvers.arguments import Arguments

SCHEMA = build_schema("""
  enum Color { RED GREEN }
  input Inner { a: Int! = 7, b: [String!], c: Color = GREEN, more: [Inner!], d: String = "d" }
  input One @oneOf { x: Int, y: String }
  type Query { f(inner: Inner, list: [Int], plain: String = "p", must: Int! = 3, one: One): Int }
""")
DECLARED = "($i: Int, $n: Int!, $s: String, $t: String!, $c: Color, $l: [String!], $o: Inner)"
GIVEN: dict[str, list[Any]] = {
    "i": [None, 4],
    "n": [1, 2],
    "s": [None, "s"],
    "t": ["t"],
    "c": [None, "RED"],
    "l": [None, [], ["x", "y"]],
    "o": [None, {"b": "one", "more": [{"a": 9}]}],
}
ASKED = [
    "must: $n",
    "must: $i, plain: $s",
    'plain: "x", must: 5',
    "list: [1, $i, $n]",
    "list: $n",
    "inner: $o",
    "inner: {a: $n, b: $l, c: $c}",
    "inner: {a: $i}",
    "inner: {b: $t}",
    "inner: {b: [$t, \"z\"], more: [{a: $n, d: $s}, {c: RED}], d: null}",
    "inner: {more: [$o]}",
    "one: {x: $n}",
    "one: {y: $s}",
]  # fmt: skip


def answered(of: Any) -> Any:
    try:
        return of()
    except GraphQLError as error:
        return error.message


@pytest.mark.parametrize("asked", ASKED)
def test_arguments_are_those_of_graphql_core(asked: str) -> None:
    [operation] = parse(f"query {DECLARED} {{ f({asked}) }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    [node] = operation.selection_set.selections
    assert isinstance(node, FieldNode)
    assert SCHEMA.query_type
    definition = SCHEMA.query_type.fields["f"]
    arguments, seen = Arguments(definition, node), 0
    for values in product(*([..., *each] for each in GIVEN.values())):
        given = {name: v for name, v in zip(GIVEN, values, strict=True) if v is not ...}
        variables = get_variable_values(SCHEMA, operation.variable_definitions or (), given)
        if isinstance(variables, VariableValues):
            seen += 1
            expected = answered(lambda v=variables: get_argument_values(definition, node, v))
            assert answered(lambda v=variables: arguments.of(v)) == expected, given
    assert seen > 100
