"""What one request gives: its variables, and the arguments of fields.

graphql-core's own coercion says what is right. It is asked once where the values of variables will
be in its answer, which are put there for each request.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
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
Fill = Callable[[Mapping[str, Any]], Any]  # of the values of variables


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where the value of a variable will be."""

    name: str


class Arguments:
    """The arguments of a field where it is asked."""

    __slots__ = ("definition", "fill", "fixed", "names", "node", "rest", "varying")

    def __init__(self, definition: GraphQLField, node: FieldNode) -> None:
        written = {each.name.value: each.value for each in node.arguments or ()}
        self.definition, self.node = definition, node
        found = {name: [*_variables(value)] for name, value in written.items()}
        self.varying = {name for name, variables in found.items() if variables}
        self.names = [each for variables in found.values() for each in variables]
        self.rest = self.only(self.varying)
        self.fixed: dict[str, Any] | None = None
        self.fill: Fill | None = None

    def only(self, names: Collection[str]) -> GraphQLField:
        """The field with these of its arguments."""
        known = self.definition.args
        return GraphQLField(self.definition.type, {n: known[n] for n in known if n in names})

    def of(self, variables: VariableValues) -> dict[str, Any]:
        """Their values, which nobody may change."""
        if not self.varying:
            return self.same()
        given = variables.coerced
        if any(given.get(name) is None for name in self.names):  # what that means, it says itself
            return self.same() | get_argument_values(self.rest, self.node, variables)
        if self.fill is None:
            self.fill = _filling(self.formed(variables))
            assert self.fill
        filled: dict[str, Any] = self.fill(given)
        return self.same() | filled

    def formed(self, variables: VariableValues) -> dict[str, Any]:
        """What a request gives by variables that are there, with the places of their values."""
        places = {name: Place(name) for name in variables.coerced}
        placed = VariableValues(variables.sources, places)
        return get_argument_values(self.rest, self.node, placed)

    def same(self) -> dict[str, Any]:
        """Of those that hold no variable: what every request gives."""
        if self.fixed is None:
            others = self.only(self.definition.args.keys() - self.varying)
            self.fixed = get_argument_values(others, self.node)
        return self.fixed


def _variables(value: ValueNode) -> Iterator[str]:
    """The names of the variables in what is written."""
    if isinstance(value, ListValueNode):
        for each in value.values:
            yield from _variables(each)
    elif isinstance(value, ObjectValueNode):
        for entry in value.fields:
            yield from _variables(entry.value)
    elif isinstance(value, VariableNode):
        yield value.name.value


def _filling(form: Any) -> Fill | None:
    """What gives the same with values in their places; None where there is no place."""
    if type(form) is Place:
        return itemgetter(form.name)
    entries = form.items() if type(form) is dict else enumerate(form if type(form) is list else ())
    fills = [(at, fill) for at, each in entries if (fill := _filling(each))]

    def filled(given: Mapping[str, Any]) -> Any:
        found = form.copy()
        for at, fill in fills:
            found[at] = fill(given)
        return found

    return filled if fills else None
