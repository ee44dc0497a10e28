"""How big a document is, counted before it is validated, in one memoised pass.

A fragment is measured once, for one unit of what it is spread in, and scaled where it is spread; so
no fan-out costs more to measure than to write.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    NoFragmentCyclesRule,
    OperationDefinitionNode,
    SelectionSetNode,
)

from resolvers.limits import Limits


class Cycle(Exception):
    """A fragment that is spread within itself, which has no size."""


@dataclass
class Size:
    """What is selected, fragments expanded. `keys`: how often each is asked at the top.

    `most`: fields under one key of one selection, wherever that is.
    """

    depth: int = 0
    roots: int = 0
    aliases: int = 0
    directives: int = 0
    most: int = 0
    keys: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Size", times: int = 1) -> None:
        self.depth = max(self.depth, other.depth)
        self.roots += other.roots * times
        self.aliases += other.aliases * times
        self.directives += other.directives * times
        self.most = max(self.most, other.most)
        for key, count in other.keys.items():
            self.keys[key] += count * times

    def closed(self) -> "Size":
        """With what is asked at the top looked at, when nothing more is added to it."""
        self.most = max(self.most, max(self.keys.values(), default=0))
        return self


class Measure:
    """Measures every operation and fragment of a document."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self.limits = limits
        self.operations = [
            d for d in document.definitions if isinstance(d, OperationDefinitionNode)
        ]
        self.fragments = fragments(document)
        self.known: dict[str, Size | None] = {}
        # By which rules the document is to be validated; None = all.
        self.rules: list[Any] | None = None

    def refused(self) -> GraphQLError | None:
        """The first limit that is exceeded. What has cycles is left to validation to refuse."""
        try:
            return self.outlines() or self.sizes()
        except RecursionError:
            return self.limits.exceeded("depth")
        except Cycle:
            self.rules = [NoFragmentCyclesRule]
            return None

    def outlines(self) -> GraphQLError | None:
        """What is seen without looking into anything."""
        if len(self.operations) > self.limits.operations:
            return self.limits.exceeded("operations")
        if len(self.fragments) > self.limits.fragments:
            return self.limits.exceeded("fragments")
        for operation in self.operations:
            if len(operation.variable_definitions or ()) > self.limits.variables:
                return self.limits.exceeded("variables", operation)
        return None

    def sizes(self) -> GraphQLError | None:
        for operation in self.operations:
            size = self.operation(operation)
            error = self.over(size, operation)
            if error or size.roots > self.limits.roots:
                return error or self.limits.exceeded("roots", operation)
        found = (self.over(self.fragment(name), self.fragments[name]) for name in self.fragments)
        return next(filter(None, found), None)

    def over(self, size: Size, node: Any) -> GraphQLError | None:
        limits = self.limits
        for name in ("depth", "aliases", "directives"):
            if getattr(size, name) > getattr(limits, name):
                return limits.exceeded(name, node)
        return (
            limits.exceeded("same_name_fields", node)
            if size.most > limits.same_name_fields
            else None
        )

    def operation(self, operation: OperationDefinitionNode) -> Size:
        size = self.selected(operation.selection_set)
        size.directives += _directives(operation)
        size.directives += sum(map(_directives, operation.variable_definitions or ()))
        return size

    def selected(self, selections: SelectionSetNode | None) -> Size:
        total = Size()
        spreads: Counter[str] = Counter()
        for node in selections.selections if selections else ():
            total.directives += _directives(node)
            if isinstance(node, FragmentSpreadNode):
                spreads[node.name.value] += 1
            elif isinstance(node, FieldNode):
                self.field(node, total)
            elif isinstance(node, InlineFragmentNode):
                total.add(self.selected(node.selection_set))
        for name, times in spreads.items():
            total.add(self.fragment(name), times)
        return total.closed()

    def field(self, node: FieldNode, total: Size) -> None:
        """Adds a field, and what is below it; a name of a type is no question to be answered."""
        below = self.selected(node.selection_set)
        below.depth += 1
        below.aliases += node.alias is not None
        below.roots = int(node.alias is not None or node.name.value != "__typename")
        below.keys = Counter([(node.alias or node.name).value])
        total.add(below)

    def fragment(self, name: str) -> Size:
        if name not in self.fragments:
            return Size()
        if name not in self.known:
            self.known[name] = None  # while it is measured
            size = self.selected(self.fragments[name].selection_set)
            size.directives += _directives(self.fragments[name])
            self.known[name] = size
        found = self.known[name]
        if found is None:
            raise Cycle(name)
        return found


def fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}


def _directives(node: Any) -> int:
    return len(node.directives or ())
