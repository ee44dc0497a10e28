"""Where a list starts: in a territory, in the caller's territories, or everywhere.

A node belongs to a territory if it is located there or below, or holds a valid role there; which
relationships say so is the `place` of its declaration. The relationship WITHIN leads from each
territory to itself and to every territory above it, so that «there or below» is one hop.
"""

from typing import LiteralString

from graph import registry
from graph.model import Key, Node, Reading
from graph.predicate import Predicates, valid, where


def listed(label: str, within: Key | None, bounded: bool, day: str | None = None) -> Reading:
    """Nodes of a label that belong to `within`, or to whatever the caller may see.

    `bounded`: the caller's scope is narrower than everything. A territory that does not exist or
    is out of sight is told as missing under the name `within`.
    """
    node = registry.node(label)
    if within:
        return Reading(
            label,
            f"MATCH (n:{node.label})" if node.paths else f"MATCH {below('t', node)}",
            f"t.path IN n.{node.paths}" if node.paths else held(node, "day"),
            {"within": within.code},
            ground=ground(within.label, bounded),
            bound="t",
            missing="within",
            once=not (node.territory or node.paths),
            day=day,
        )
    if bounded and (node.territory or node.place):
        start: LiteralString = "s:Territory"
        test: LiteralString = f"s.path IN $scope AND {held(node, 'today')}"
        return Reading(label, f"MATCH {below(start, node)}", test, once=True, scoped=True, day=day)
    return Reading(label, f"MATCH (n:{node.label})", day=day)


def coded(label: str, code: str) -> Reading:
    """The node of a label with this code, if it is in sight."""
    node = registry.node(label)
    return Reading(label, f"MATCH (n:{node.label} {{code: $code}})", parameters={"code": code})


def ground(label: str, bounded: bool) -> LiteralString:
    """Binds the territory of `$within` as `t`, if the caller may see it."""
    territory = registry.node(label)
    inside = Predicates(bounded).inside("t", territory)
    return where(f"MATCH (t:{territory.label} {{code: $within}})", [inside])


def belongs(n: LiteralString, node: Node) -> LiteralString:
    """That a node which was found otherwise belongs to the territory `t`."""
    if node.territory:
        return f"EXISTS {{ MATCH ({n})-[w:WITHIN]->(t) WHERE {held(node, 'day')} }}"
    place = "|".join(node.place)
    inside = held(node, "day")
    return f"EXISTS {{ MATCH ({n})-[r:{place}]->()-[w:WITHIN]->(t) WHERE {inside} }}"


def below(start: LiteralString, node: Node) -> LiteralString:
    """The pattern from a territory to the nodes `n` that belong to it, over `w` (and `r`)."""
    if node.territory:
        return f"({start})<-[w:WITHIN]-(n:{node.label})"
    return f"({start})<-[w:WITHIN]-()<-[r:{'|'.join(node.place)}]-(n:{node.label})"


def held(node: Node, day: LiteralString) -> LiteralString:
    """That the relationships of `below` hold on a day."""
    return valid("w", day) if node.territory else f"{valid('w', day)} AND {valid('r', day)}"
