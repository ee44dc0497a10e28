"""What an answer cost: the prices of what was asked, for what was found.

A field is charged where its key is in the answer, a page by the rows it has. What failed may have
cost all that was asked, so an answer with errors is charged that.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
)

from resolvers.price import ROWS_OF_A_POINT, Pricing, asks_rows, fields_of

Owned = tuple[GraphQLNamedType, list[FieldNode]]  # the type a field is asked of, its occurrences


class Meter(Pricing):
    """Prices one answer to an operation."""

    def __init__(self, *asked: Any) -> None:
        super().__init__(*asked)
        self.merged: dict[Any, Mapping[str, Owned]] = {}

    def answered(self, data: Mapping[str, Any]) -> int:
        """The cost of an answer; a root field may be written already."""
        root, found = self.schema.get_root_type(self.operation.operation), dict(data)
        for key, value in found.items():
            if isinstance(value, msgspec.Raw):
                found[key] = msgspec.json.decode(value)
        return max(1, self.object(self.owned(root, [self.operation.selection_set]), found))

    def object(self, asked: Mapping[str, Owned], found: Mapping[str, Any]) -> int:
        return sum(self.entry(*asked[key], found[key]) for key in asked if key in found)

    def entry(self, kind: GraphQLNamedType, nodes: list[FieldNode], found: Any) -> int:
        """What is under one key: the price of the field, and of what there is below."""
        node, definition = nodes[0], fields_of(kind)[nodes[0].name.value]
        target, sets = get_named_type(definition.type), _below(nodes)
        cost = self.weight(kind, node, target)
        if found is None:
            return cost
        if "first" in definition.args and any(map(asks_rows, sets)):
            cost += -(-self.length_of(node, target, sets, found) // ROWS_OF_A_POINT)
        asked = self.owned(target, sets)
        if not asked:
            return cost
        items = found if isinstance(found, list) else [found]
        return cost + sum(self.object(asked, item) for item in items if item is not None)

    def length_of(
        self,
        node: FieldNode,
        kind: GraphQLNamedType,
        sets: Sequence[SelectionSetNode],
        page: Mapping[str, Any],
    ) -> int:
        """The rows of a page; where it shows none of them, as many as were asked for."""
        lists = [
            page[key]
            for key, (_, nodes) in self.owned(kind, sets).items()
            if nodes[0].name.value in ("edges", "nodes") and key in page
        ]
        return max(map(len, lists)) if lists else self.rows(node)

    def owned(
        self, kind: GraphQLNamedType | None, sets: Sequence[SelectionSetNode]
    ) -> Mapping[str, Owned]:
        """The fields asked that have fields of their own, by their keys."""
        found: dict[str, Owned] = {}
        known = (kind and kind.name, *map(id, sets))
        if known not in self.merged:
            met: set[str] = set()
            for each in sets:
                self.gather(kind, each, found, met)
            self.merged[known] = found
        return self.merged[known]

    def gather(
        self, kind: Any, selections: SelectionSetNode, found: dict[str, Owned], met: set[str]
    ) -> None:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                definition = fields_of(kind).get(node.name.value)
                if definition and is_composite_type(get_named_type(definition.type)):
                    key = node.alias.value if node.alias else node.name.value
                    found.setdefault(key, (kind, []))[1].append(node)
                continue
            fragment: Any = node
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in met:
                    continue
                met.add(node.name.value)
                fragment = self.fragments[node.name.value]
            on = fragment.type_condition
            inner = self.schema.type_map[on.name.value] if on else kind
            self.gather(inner, fragment.selection_set, found, met)


def _below(nodes: list[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set]
