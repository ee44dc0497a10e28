"""What the operations of a document ask, before anything of it runs; it need not be valid."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
)


@dataclass(frozen=True)
class Asks:
    """An operation: its kind, and the names of its root fields as the schema has them.

    `steady`: the same root fields are asked whatever the variables say.
    """

    operation: OperationDefinitionNode
    kind: str
    fields: tuple[str, ...]
    steady: bool

    @property
    def introspects(self) -> bool:
        """Whether it asks for the schema itself; `__typename` is no such question."""
        return "__schema" in self.fields or "__type" in self.fields


def asks(document: DocumentNode) -> dict[str | None, Asks]:
    """What each operation asks, by its name; each fragment is looked at once."""
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    found: dict[str | None, Asks] = {}
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            name = each.name.value if each.name else None
            roots = list(_roots(each.selection_set, fragments, set()))
            fields = {node.name.value for node in roots if isinstance(node, FieldNode)}
            steady = not any(node.directives for node in roots)
            found[name] = Asks(each, each.operation.value, tuple(sorted(fields)), steady)
    return found


def _roots(
    selections: Any, fragments: dict[str, FragmentDefinitionNode], met: set[str]
) -> Iterator[SelectionNode]:
    """The root fields, and the spreads and inline fragments that they stand in."""
    for node in selections.selections:
        yield node
        if isinstance(node, FragmentSpreadNode):
            if node.name.value not in met:
                met.add(node.name.value)
                spread = fragments.get(node.name.value)
                yield from _roots(spread.selection_set, fragments, met) if spread else ()
        elif not isinstance(node, FieldNode):
            yield from _roots(node.selection_set, fragments, met)
