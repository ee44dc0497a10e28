"""Every kind of node by its label: the one list of entities below the schema."""

from graph.model import Node

_nodes: dict[str, Node] = {}


def declare(node: Node) -> Node:
    """Register a kind of node; a second declaration of a label is a mistake of ours."""
    if node.label in _nodes:
        raise ValueError(f"{node.label} is declared twice")
    _nodes[node.label] = node
    return node


def node(label: str) -> Node:
    """The declaration of a label; KeyError for one that is not declared."""
    return _nodes[label]


def nodes() -> list[Node]:
    """All declarations, in the order of registration."""
    return list(_nodes.values())


def knows(label: str) -> bool:
    return label in _nodes
