"""How a connection is walked: edges, nodes, pageInfo and counts, planned or computed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType, get_named_type, is_object_type

from resolvers.page import INFO, Paging, cursor
from resolvers.shape import Part, Read, record, typed

if TYPE_CHECKING:
    from resolvers.selection import Details, Occurrence, Planner

NodeOf = Callable[[Any, "Details", tuple[str, ...]], tuple[Read, Any]]


class Connection:
    """One connection field. A row is `{node, edge, key}`, and `node_of` reads it as a node.

    `edge` gathers the names of the edge's further fields.
    """

    def __init__(self, planner: "Planner", paging: Paging, node_of: NodeOf) -> None:
        self.planner, self.paging, self.node_of = planner, paging, node_of
        self.edge: set[str] = set()

    def walk(self, kind: GraphQLObjectType, at: "Occurrence", details: "Details") -> Any:
        """How the connection is read from a Cut, and its Struct."""
        fields = self.planner.below(kind, details, at.path)
        return record(kind.name, [self.part(kind, *field) for field in fields])

    def part(self, kind: GraphQLObjectType, key: str, at: "Occurrence", details: "Details") -> Part:
        name, target = at.node.name.value, get_named_type(at.definition.type)
        if name == "__typename":
            return typename(key, kind)
        if name in ("edges", "nodes"):
            self.paging.rows = True
            of = self.edges if name == "edges" else self.node_of
            read, inner = of(target, details, at.path)
            return Part(
                key,
                lambda cut, answer: [
                    found for row in cut.rows if (found := read(row, answer)) is not None
                ],
                typed(at.definition.type, inner),
            )
        if name == "pageInfo":
            return Part(key, *self.page_info(target, details, at.path))
        self.paging.total = True
        capped = name == "totalCountCapped"
        return Part(
            key, lambda cut, _: cut.capped if capped else cut.total, bool if capped else int
        )

    def page_info(self, kind: Any, details: "Details", path: tuple[str, ...]) -> tuple[Read, Any]:
        parts: list[Part] = []
        for key, at, _ in self.planner.below(kind, details, path):
            name = at.node.name.value
            if name == "__typename":
                parts.append(typename(key, kind))
                continue
            self.paging.rows = True
            self.paging.keyed = self.paging.keyed or name.endswith("Cursor")
            parts.append(Part(key, INFO[name], typed(at.definition.type)))
        return record(kind.name, parts)

    def edges(self, kind: Any, details: "Details", path: tuple[str, ...]) -> tuple[Read, Any]:
        """An edge is dropped with its node: a node that vanished meanwhile is not listed."""
        node_key = ""
        parts: list[Part] = []
        for key, at, merged in self.planner.below(kind, details, path):
            name = at.node.name.value
            if name == "node":
                target = get_named_type(at.definition.type)
                node, inner = self.node_of(target, merged, at.path)
                node_key = key
                parts.append(Part(key, node, typed(at.definition.type, inner)))
            elif name == "cursor":
                self.paging.keyed = True
                parts.append(Part(key, lambda row, _: cursor(row), str))
            elif name == "__typename":
                parts.append(typename(key, kind))
            else:
                self.edge.add(name)
                read, inner = self.planner.value(at.definition.type, merged, at)
                parts.append(Part(key, _property(name, read), inner))
        read, struct = record(kind.name, parts)
        return (_with(node_key, read) if node_key else read), struct


def typename(key: str, kind: GraphQLObjectType) -> Part:
    assert is_object_type(kind)
    return Part(key, lambda *_: kind.name, str)


def _with(node_key: str, read: Read) -> Read:
    def edge(row: Any, answer: Any) -> Any:
        found = read(row, answer)
        return None if found[node_key] is None else found

    return edge


def _property(name: str, read: Read) -> Read:
    return lambda row, answer: read(row["edge"].get(name), answer)
