"""What a request can bring and what it costs, by the values it was sent with, before it runs.

Nodes are the product of the page sizes down the document. The cost, in points, is that of looking:
scalars are free; whatever has fields of its own costs 1 each time it is answered, and a page 1 more
for every 10 rows begun; what is computed, and every mutation, costs what WEIGHTS or MUTATION say.
What hangs on a row costs its price for every row of the page. Nothing is taken off for @skip.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
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
    is_composite_type,
    is_interface_type,
    is_list_type,
    is_object_type,
)

from resolvers.errors import Code
from resolvers.limits import ERRORS, Limits
from resolvers.measure import fragments
from resolvers.page import DEFAULT_FIRST

ROWS_OF_A_POINT = 10
MUTATION = 10
# What takes more than one look into the graph, or none of its own.
WEIGHTS: Mapping[str, int] = {
    "Query.coverage": 20,
    "CoverageReport.territory": 0,
    "Grid.coverage": 2,
    "Query.coverageGaps": 40,
    "Query.coverageEquity": 60,
    "CoverageEquity.territory": 0,
    "Query.coverageTrend": 400,
    "Query.coverageComparison": 40,
    "Query.coverageMap": 60,
    "CoverageMap.territory": 0,
    "Query.blindSpots": 100,
    "BlindSpots.territory": 0,
    "BlindSpots.spots": 0,
    "BlindSpot.center": 0,
    "Query.coverageMatrix": 100,
    "CoverageMatrix.territory": 0,
    "CoverageMatrix.columns": 0,
    "CoverageColumn.hours": 0,
    "CoverageRowEdge.cells": 0,
    "Query.coverageSimulation": 100,
    "Query.coveragePlan": 200,
    "Mutation.startPlan": 400,
    "Mutation.resumePlan": 400,
    "Query.tiling": 50,
    "Query.volunteers": 20,
    "Query.expectedResponse": 20,
    "Query.responseCalibration": 20,
    "ResponseCalibration.territory": 0,
    "Query.skillFragility": 20,
    "SkillFragility.territory": 0,
    "Query.search": 5,
    "Query.gridsAt": 2,
}


@dataclass(frozen=True)
class Price:
    nodes: int = 0
    cost: int = 0


Priced = tuple[int, list[GraphQLError]]
PRICES_OF_A_DOCUMENT = 50


class Prices:
    """The prices of the requests that send one document; remembered by what they depend on."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> None:
        self.schema, self.document, self.limits = schema, document, limits
        self.sizing: dict[str | None, frozenset[str]] = {}
        self.known: dict[Any, Priced] = {}

    def of(self, request: Any) -> Priced:
        """The cost, and what the values exceed: their size, rows of a page, nodes, cost."""
        variables, name = request.variables or {}, request.operation_name
        oversized = self.limits.oversized(variables)
        if oversized:
            return 1, oversized
        found = self.known.get(self.key(name, variables)) if name in self.sizing else None
        return found or self.priced(name, variables)

    def key(self, name: str | None, variables: Mapping[str, Any]) -> Any:
        given = (each for each in self.sizing[name] if each in variables)  # null takes no default
        return name, *((each, _sized(variables[each])) for each in given)

    def priced(self, name: str | None, variables: Mapping[str, Any]) -> Priced:
        pricings = [
            Pricing(self.schema, self.document, operation, variables, self.limits)
            for operation in self.document.definitions
            if isinstance(operation, OperationDefinitionNode)
            if name in (None, operation.name and operation.name.value)
        ]
        prices = [pricing.whole() for pricing in pricings]
        errors = [e for p, price in zip(pricings, prices, strict=True) for e in p.exceeded(price)]
        if len(self.known) >= PRICES_OF_A_DOCUMENT:
            self.sizing.clear()
            self.known.clear()
        self.sizing[name] = frozenset().union(*(pricing.consulted for pricing in pricings))
        found = max([1, *(price.cost for price in prices)]), errors[:ERRORS]
        self.known[self.key(name, variables)] = found
        return found


def _sized(value: Any) -> Any:
    """What of a value may tell how much is asked."""
    if isinstance(value, list):
        return list, len(value)
    return type(value), value if isinstance(value, int | float) else None


class Pricing:
    """Prices one operation; a fragment is priced once and counts wherever it is spread."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        limits: Limits,
    ) -> None:
        self.schema, self.operation, self.limits = schema, operation, limits
        self.errors: list[GraphQLError] = []
        self.consulted: set[str] = set()  # the variables that say how much is asked
        self.fragments = fragments(document)
        self.known: dict[str, Price] = {}
        defaults = {
            d.variable.name.value: int(d.default_value.value)
            for d in operation.variable_definitions or ()
            if isinstance(d.default_value, IntValueNode)
        }
        self.variables = {**defaults, **variables}

    def whole(self) -> Price:
        root = self.schema.get_root_type(self.operation.operation)
        return self.of(root, self.operation.selection_set) if root else Price()

    def exceeded(self, price: Price) -> list[GraphQLError]:
        over = [
            name for name in ("nodes", "cost") if getattr(price, name) > getattr(self.limits, name)
        ]
        return self.errors or [self.limits.exceeded(name, self.operation) for name in over[:1]]

    def of(self, kind: GraphQLNamedType, selections: SelectionSetNode | None) -> Price:
        prices = [self.one(kind, node) for node in (selections.selections if selections else ())]
        return Price(sum(each.nodes for each in prices), sum(each.cost for each in prices))

    def one(self, kind: GraphQLNamedType, node: Any) -> Price:
        if isinstance(node, FragmentSpreadNode):
            return self.spread(node.name.value)
        if isinstance(node, InlineFragmentNode):
            on = node.type_condition
            inner = self.schema.type_map.get(on.name.value, kind) if on else kind
            return self.of(inner, node.selection_set)
        return self.field(kind, node)

    def field(self, kind: GraphQLNamedType, node: FieldNode) -> Price:
        fields = fields_of(kind)
        definition = fields.get(node.name.value)
        if definition is None:
            return Price()
        target = get_named_type(definition.type)
        below, weight = self.of(target, node.selection_set), self.weight(kind, node, target)
        if "first" not in definition.args:
            times = self.items(kind, node, definition)
            return Price(below.nodes * times, weight + below.cost * times)
        rows = self.rows(node)
        if not asks_rows(node.selection_set):
            return Price(max(1, below.nodes), weight + below.cost)
        pages = -(-rows // ROWS_OF_A_POINT)
        return Price(rows * max(1, below.nodes), weight + pages + rows * below.cost)

    def weight(self, kind: GraphQLNamedType, node: FieldNode, target: GraphQLNamedType) -> int:
        """What the field itself costs; the parts of a connection are paid for with it."""
        if kind is self.schema.mutation_type:
            return WEIGHTS.get(f"{kind.name}.{node.name.value}", MUTATION)
        fields = fields_of(kind)
        if "pageInfo" in fields or {"cursor", "node"} <= fields.keys():
            return 0
        return WEIGHTS.get(f"{kind.name}.{node.name.value}", int(is_composite_type(target)))

    def items(self, kind: GraphQLNamedType, node: FieldNode, definition: GraphQLField) -> int:
        """Of a list that has no pages: as many as there are ids, else what a page has."""
        listed = is_list_type(get_nullable_type(definition.type))
        if not listed or "pageInfo" in fields_of(kind):
            return 1
        for argument in node.arguments or ():
            if argument.name.value == "ids":
                return self.length(argument.value)
        return DEFAULT_FIRST

    def length(self, value: Any) -> int:
        if isinstance(value, VariableNode):
            value = self.said(value)
            return len(value) if isinstance(value, list) else 1
        return len(value.values) if isinstance(value, ListValueNode) else 1

    def said(self, variable: VariableNode) -> Any:
        self.consulted.add(variable.name.value)
        return self.variables.get(variable.name.value)

    def spread(self, name: str) -> Price:
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
                if not 1 <= size <= self.limits.page:
                    self.errors.append(self.out_of_range(argument))
                    continue
                sizes = [size]
        return sizes[0]

    def number(self, value: Any) -> int | None:
        if isinstance(value, VariableNode):
            given = self.said(value)
            if isinstance(given, float) and given.is_integer():  # 5.0 is an Int, too
                return int(given)
            return given if isinstance(given, int) and not isinstance(given, bool) else None
        if isinstance(value, NullValueNode):
            return None
        return int(value.value) if isinstance(value, IntValueNode) else None

    def out_of_range(self, argument: Any) -> GraphQLError:
        name = argument.name.value
        return GraphQLError(
            f"{name} is from 1 to {self.limits.page}",
            argument,
            extensions={"code": Code.BAD_USER_INPUT.value, "field": name},
        )


def fields_of(kind: GraphQLNamedType) -> Mapping[str, GraphQLField]:
    return kind.fields if is_object_type(kind) or is_interface_type(kind) else {}


def asks_rows(selections: SelectionSetNode | None) -> bool:
    return any(name in ("edges", "nodes", "pageInfo") or not name for name in _names(selections))


def _names(selections: SelectionSetNode | None) -> Iterable[str]:
    """Names of fields directly asked; a fragment may ask anything and has an empty name."""
    for node in selections.selections if selections else ():
        yield node.name.value if isinstance(node, FieldNode) else ""
