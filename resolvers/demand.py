"""Which kinds of node a root field touches: by what is selected of them, filtered or ordered by.

A kind that is only counted is not touched. What `@skip` leaves out counts as if it were asked.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    ListValueNode,
    ObjectValueNode,
    VariableNode,
    get_named_type,
    is_input_object_type,
    is_object_type,
)


def demanded(info: Any, labels: Iterable[str]) -> set[str]:
    """Those of the labels that the root field of a strawberry `Info` touches."""
    walk = Walk(info._raw_info, frozenset(labels))
    for node in walk.info.field_nodes:
        walk.field(walk.info.parent_type, node)
    return walk.found


class Walk:
    """One pass over a root field; each fragment is met once."""

    def __init__(self, info: Any, labels: frozenset[str]) -> None:
        self.info, self.labels = info, labels
        self.inputs = {f"{label}{kind}": label for label in labels for kind in ("Filter", "Order")}
        self.found: set[str] = set()
        self.met: set[str] = set()

    def field(self, parent: GraphQLNamedType, node: FieldNode) -> None:
        if node.name.value.startswith("__"):
            return
        definition = parent.fields[node.name.value]  # type: ignore[attr-defined]
        for argument in node.arguments or ():
            kind = get_named_type(definition.args[argument.name.value].type)
            self.literal(kind, argument.value)
        self.selections(get_named_type(definition.type), node.selection_set)

    def selections(self, kind: GraphQLNamedType, selected: Any) -> None:
        for node in selected.selections if selected else ():
            if isinstance(node, FieldNode):
                if is_object_type(kind) and kind.name in self.labels:
                    self.found.add(kind.name)
                self.field(kind, node)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name not in self.met:
                    self.met.add(name)
                    self.narrowed(kind, self.info.fragments[name])
            else:
                self.narrowed(kind, node)

    def narrowed(self, kind: GraphQLNamedType, fragment: Any) -> None:
        """The selections of a fragment, whose definition may be wrapped with its variables."""
        fragment = getattr(fragment, "definition", fragment)
        on = fragment.type_condition
        inner = self.info.schema.type_map[on.name.value] if on else kind
        self.selections(inner, fragment.selection_set)

    def literal(self, kind: GraphQLNamedType, value: Any) -> None:
        """An argument as it is written, down to the variables in it."""
        if not is_input_object_type(kind):
            return
        if isinstance(value, VariableNode):
            self.value(kind, self.info.variable_values.get(value.name.value))
        elif isinstance(value, ListValueNode):
            for item in value.values:
                self.literal(kind, item)
        elif isinstance(value, ObjectValueNode):
            for entry in value.fields:
                self.named(kind)
                self.literal(get_named_type(kind.fields[entry.name.value].type), entry.value)

    def value(self, kind: GraphQLNamedType, value: Any) -> None:
        """A value of a variable."""
        if not is_input_object_type(kind):
            return
        if isinstance(value, list):
            for each in value:
                self.value(kind, each)
        elif isinstance(value, Mapping):
            for name, each in value.items():
                if each is not None and name in kind.fields:
                    self.named(kind)
                    self.value(get_named_type(kind.fields[name].type), each)

    def named(self, kind: GraphQLNamedType) -> None:
        label = self.inputs.get(kind.name)
        if label:
            self.found.add(label)
