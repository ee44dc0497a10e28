"""How much one document may ask: counted before anything of it runs, in one memoised pass.

Fragments are measured once, for one unit of what they hang on, and scaled where they are spread;
so no fan-out costs more to measure than to write.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_interface_type,
    is_list_type,
    is_object_type,
)
from graphql.validation.rules import overlapping_fields_can_be_merged as overlapping
from graphql.validation.validate import ValidationAbortedError

from resolvers.errors import Code
from resolvers.page import DEFAULT_FIRST

CHARACTERS = 15_000
TOKENS = 1_000
DEPTH = 15
ROOTS = 20
NODES = 10_000
MOST_ROWS = 100
# Of one list, and input objects of one request, in variables: tokens do not count those.
ITEMS = 250
INPUTS = 200
ERRORS = 10
# Fields under one key are compared in pairs; the library's own budget allows 0.7 s of that.
COMPARISONS = 25_000
overlapping.MAX_COMPLEXITY_BUDGET = COMPARISONS


def too_much(limit: str, most: int, nodes: Any = None) -> GraphQLError:
    return GraphQLError(
        f"this document exceeds the limit of {most} {limit.lower()}",
        nodes,
        extensions={"code": Code.LIMIT_EXCEEDED.value, "limit": limit, "most": most},
    )


def parse_failure(error: GraphQLError) -> dict[str, Any]:
    """The extensions of a syntax error, which may be the parser's own token limit."""
    if "token" in error.message and str(TOKENS) in error.message:
        return {"code": Code.LIMIT_EXCEEDED.value, "limit": "TOKENS", "most": TOKENS}
    return {"code": Code.GRAPHQL_PARSE_FAILED.value}


def too_long(query: str) -> GraphQLError | None:
    """Refuses, before it is read, a text that is longer than the limit."""
    return too_much("CHARACTERS", CHARACTERS) if len(query) > CHARACTERS else None


def refused(document: DocumentNode) -> GraphQLError | None:
    """Refuses, before validation, a document that nests deeper or asks more at its root."""
    try:
        return Size(document).refused()
    except RecursionError:
        return too_much("DEPTH", DEPTH)


def validation_failure(error: GraphQLError) -> GraphQLError:
    """An error of validation under its code, which may be that the comparisons were too many."""
    if isinstance(error, ValidationAbortedError) and error.message == "Validation aborted.":
        return too_much("COMPARISONS", COMPARISONS)
    # What Python said of a literal, such as of 5,000 digits, is no matter of the client's.
    message = error.message.partition(", but encountered error ")[0]
    code = {"code": Code.GRAPHQL_VALIDATION_FAILED.value}
    return GraphQLError(message, error.nodes, extensions={**(error.extensions or {}), **code})


class Size:
    """Depth and root fields of each operation; fragments are measured once, cycles are nothing."""

    def __init__(self, document: DocumentNode) -> None:
        self.operations = [
            d for d in document.definitions if isinstance(d, OperationDefinitionNode)
        ]
        self.fragments = _fragments(document)
        self.known: dict[str, int] = {}
        self.rooted: dict[str, int] = {}

    def refused(self) -> GraphQLError | None:
        for operation in self.operations:
            if self.of(operation.selection_set, frozenset()) > DEPTH:
                return too_much("DEPTH", DEPTH, operation)
            if self.roots(operation.selection_set) > ROOTS:
                return too_much("ROOTS", ROOTS, operation)
        return None

    def roots(self, selections: SelectionSetNode) -> int:
        return sum(self.root(node) for node in selections.selections)

    def root(self, node: Any) -> int:
        """How many fields are answered for this one; a name of a type is no question."""
        if isinstance(node, FieldNode):
            return int(node.name.value != "__typename")
        if isinstance(node, InlineFragmentNode):
            return self.roots(node.selection_set)
        name = node.name.value
        if name in self.fragments and name not in self.rooted:
            self.rooted[name] = 0  # while it is measured: a cycle is nothing
            self.rooted[name] = self.roots(self.fragments[name].selection_set)
        return self.rooted.get(name, 0)

    def of(self, selections: SelectionSetNode | None, within: frozenset[str]) -> int:
        if selections is None:
            return 0
        return max((self.one(node, within) for node in selections.selections), default=0)

    def one(self, node: Any, within: frozenset[str]) -> int:
        if isinstance(node, FieldNode):
            return 1 + self.of(node.selection_set, within)
        if isinstance(node, InlineFragmentNode):
            return self.of(node.selection_set, within)
        name = node.name.value
        if name in within or name not in self.fragments:
            return 0
        if name not in self.known:
            # Left in memory only if no cycle was cut short on the way; validation names cycles.
            self.known[name] = self.of(self.fragments[name].selection_set, within | {name})
        return self.known[name]


def exceeded(schema: GraphQLSchema, document: DocumentNode, request: Any) -> list[GraphQLError]:
    """What the values of this request exceed: their size, rows of a page, nodes of the answer."""
    errors = oversized(request.variables or {})
    for operation in document.definitions if not errors else ():
        if isinstance(operation, OperationDefinitionNode):
            named = operation.name.value if operation.name else None
            if request.operation_name in (None, named):
                count = Nodes(schema, document, operation, request.variables or {}, errors)
                root = schema.get_root_type(operation.operation)
                if root and count.of(root, operation.selection_set) > NODES and not errors:
                    errors.append(too_much("NODES", NODES, operation))
    return errors[:ERRORS]


def oversized(variables: Mapping[str, Any]) -> list[GraphQLError]:
    """What variables exceed by themselves: a long list, or a filter of many conditions."""
    waiting: list[Any] = list(variables.values())
    inputs = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            if len(value) > ITEMS:
                return [too_much("ITEMS", ITEMS)]
            waiting.extend(value)
        elif isinstance(value, Mapping):
            inputs += 1
            waiting.extend(value.values())
    return [too_much("INPUTS", INPUTS)] if inputs > INPUTS else []


class Nodes:
    """How many nodes an answer can hold: the product of the page sizes down the document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        errors: list[GraphQLError],
    ) -> None:
        self.schema, self.errors = schema, errors
        self.fragments = _fragments(document)
        self.known: dict[str, int] = {}
        defaults = {
            d.variable.name.value: int(d.default_value.value)
            for d in operation.variable_definitions or ()
            if isinstance(d.default_value, IntValueNode)
        }
        self.variables = {**defaults, **variables}

    def of(self, kind: GraphQLNamedType, selections: SelectionSetNode | None) -> int:
        if selections is None:
            return 0
        return sum(self.one(kind, node) for node in selections.selections)

    def one(self, kind: GraphQLNamedType, node: Any) -> int:
        if isinstance(node, FragmentSpreadNode):
            return self.spread(node.name.value)
        if isinstance(node, InlineFragmentNode):
            on = node.type_condition
            inner = self.schema.type_map.get(on.name.value, kind) if on else kind
            return self.of(inner, node.selection_set)
        return self.field(kind, node)

    def field(self, kind: GraphQLNamedType, node: FieldNode) -> int:
        fields = kind.fields if is_object_type(kind) or is_interface_type(kind) else {}
        definition = fields.get(node.name.value)
        if definition is None:
            return 0
        target = get_named_type(definition.type)
        below = self.of(target, node.selection_set)
        if "first" not in definition.args:
            return below * self.items(kind, node, definition)
        rows = self.rows(node)
        asked = any(
            name in ("edges", "nodes", "pageInfo") or not name
            for name in _names(node.selection_set)
        )
        return (rows if asked else 1) * max(1, below)

    def items(self, kind: GraphQLNamedType, node: FieldNode, definition: GraphQLField) -> int:
        """Of a list that has no pages: as many as there are ids, else what a page has."""
        listed = is_list_type(get_nullable_type(definition.type))
        if not listed or "pageInfo" in getattr(kind, "fields", {}):
            return 1
        for argument in node.arguments or ():
            if argument.name.value == "ids":
                return self.length(argument.value)
        return DEFAULT_FIRST

    def length(self, value: Any) -> int:
        if isinstance(value, VariableNode):
            value = self.variables.get(value.name.value)
            return len(value) if isinstance(value, list) else 1
        return len(value.values) if isinstance(value, ListValueNode) else 1

    def spread(self, name: str) -> int:
        if name not in self.known:
            fragment = self.fragments[name]
            kind = self.schema.type_map[fragment.type_condition.name.value]
            self.known[name] = self.of(kind, fragment.selection_set)
        return self.known[name]

    def rows(self, node: FieldNode) -> int:
        """The page size; out of range it is an error, located at the argument."""
        sizes = [DEFAULT_FIRST]
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                size = self.number(argument.value)
                if size is None:
                    continue
                if not 1 <= size <= MOST_ROWS:
                    self.errors.append(_out_of_range(argument))
                    continue
                sizes = [size]
        return sizes[0]

    def number(self, value: Any) -> int | None:
        if isinstance(value, VariableNode):
            given = self.variables.get(value.name.value)
            if isinstance(given, float) and given.is_integer():  # 5.0 is an Int, too
                return int(given)
            return given if isinstance(given, int) and not isinstance(given, bool) else None
        if isinstance(value, NullValueNode):
            return None
        return int(value.value) if isinstance(value, IntValueNode) else None


def _out_of_range(argument: Any) -> GraphQLError:
    name = argument.name.value
    return GraphQLError(
        f"{name} is from 1 to {MOST_ROWS}",
        argument,
        extensions={"code": Code.BAD_USER_INPUT.value, "field": name},
    )


def _names(selections: SelectionSetNode | None) -> Iterable[str]:
    """Names of fields directly asked; a fragment may ask anything and has an empty name."""
    for node in selections.selections if selections else ():
        yield node.name.value if isinstance(node, FieldNode) else ""


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
