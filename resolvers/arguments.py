"""What one request gives: its variables, and the arguments of fields.

graphql-core's own coercion says what is right. What it would answer alike for every request is
asked once, and what only passes a variable on is taken from there.
"""

from collections.abc import Collection, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLID,
    GraphQLSchema,
    GraphQLString,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import (
    VariableValues,
    VariableValueSource,
    get_argument_values,
    get_variable_values,
)
from graphql.utilities import coerce_input_value

TEXTS = (GraphQLString, GraphQLID)


class Signatures:
    """The variables that an operation declares."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self.schema, self.nodes = schema, operation.variable_definitions or ()
        found = [get_variable_signature(schema, node) for node in self.nodes]
        self.known = [each for each in found if isinstance(each, GraphQLVariableSignature)]
        leaves = [is_leaf_type(get_named_type(each.type)) for each in self.known]
        self.simple = len(self.known) == len(found) and all(leaves)

    def values(self, given: Mapping[str, Any]) -> VariableValues | None:
        """The variables of a request, coerced; None where graphql-core would find errors."""
        found = self.quick(given) if self.simple else None
        if found is None:
            asked = get_variable_values(self.schema, self.nodes, dict(given))
            found = None if isinstance(asked, list) else asked
        return found

    def quick(self, given: Mapping[str, Any]) -> VariableValues | None:
        """The same of leaves, where all is right and no default is needed; else None."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature in self.known:
            name, value = signature.name, given.get(signature.name, Undefined)
            sources[name] = VariableValueSource(signature, value)
            if value is Undefined:
                if signature.default or is_non_null_type(signature.type):
                    return None
                continue
            if type(value) is not str or get_nullable_type(signature.type) not in TEXTS:
                value = coerce_input_value(value, signature.type)
                if value is Undefined:
                    return None
            coerced[name] = value
        return VariableValues(sources, coerced)


class Arguments:
    """The arguments of a field where it is asked."""

    __slots__ = ("definition", "fixed", "node", "rest", "varying")

    def __init__(self, definition: GraphQLField, node: FieldNode) -> None:
        written = {each.name.value: each.value for each in node.arguments or ()}
        self.definition, self.node = definition, node
        self.varying = {name: value for name, value in written.items() if _varies(value)}
        self.rest = self.only(self.varying)
        self.fixed: dict[str, Any] | None = None

    def only(self, names: Collection[str]) -> GraphQLField:
        """The field with these of its arguments."""
        known = self.definition.args
        return GraphQLField(self.definition.type, {n: known[n] for n in known if n in names})

    def of(self, variables: VariableValues) -> dict[str, Any]:
        """Their values, which nobody may change."""
        if not self.varying:
            return self.same()
        found = self.passed(variables)
        if found is None:
            found = get_argument_values(self.rest, self.node, variables)
        return self.same() | found

    def passed(self, variables: VariableValues) -> dict[str, Any] | None:
        """Of those with variables, where each is but a variable that was given; else None."""
        found: dict[str, Any] = {}
        for name, value in self.varying.items():
            if not isinstance(value, VariableNode):
                return None
            taken = self.definition.args[name]
            given = variables.coerced.get(value.name.value, Undefined)
            if given is Undefined or (given is None and is_non_null_type(taken.type)):
                return None
            found[taken.out_name or name] = given
        return found

    def same(self) -> dict[str, Any]:
        """Of those that hold no variable: what every request gives."""
        if self.fixed is None:
            others = self.only(self.definition.args.keys() - self.varying.keys())
            self.fixed = get_argument_values(others, self.node)
        return self.fixed


def _varies(value: ValueNode) -> bool:
    """Whether there is a variable in what is written."""
    if isinstance(value, ListValueNode):
        return any(map(_varies, value.values))
    if isinstance(value, ObjectValueNode):
        return any(_varies(entry.value) for entry in value.fields)
    return isinstance(value, VariableNode)
