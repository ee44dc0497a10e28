"""Every kind of node by its label: the one list of entities below the schema."""

from dataclasses import replace
from typing import LiteralString

from graph.model import Link, Node

# Whence a node has its values: every kind has it, and none need say so.
DERIVED_FROM: LiteralString = "DERIVED_FROM"
SOURCES = Link(
    DERIVED_FROM,
    "out",
    "DataSource",
    {"sheet": str | None, "row": int, "fields": list[str]},
)

_nodes: dict[str, Node] = {}


def declare(node: Node) -> Node:
    """Register a kind of node; a second declaration of a label is a mistake of ours.

    It gets `sources`, the files it was loaded from.
    """
    if node.label in _nodes:
        raise ValueError(f"{node.label} is declared twice")
    _nodes[node.label] = replace(node, links={**node.links, "sources": SOURCES})
    return _nodes[node.label]


def node(label: str) -> Node:
    """The declaration of a label; KeyError for one that is not declared."""
    return _nodes[label]


def nodes() -> list[Node]:
    """All declarations, in the order of registration."""
    return list(_nodes.values())


def knows(label: str) -> bool:
    return label in _nodes
