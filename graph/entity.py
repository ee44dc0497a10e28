"""How a node of any kind is made and changed, as its declaration says; knows no kind in particular.

What one kind demands beyond its declaration stands in its own file and is handed in as statements
and checks.
"""

from collections.abc import Mapping
from typing import Any, LiteralString

from graph import registry
from graph.check import checked
from graph.intent import Intent, Problem
from graph.model import Key, Node, Tie
from graph.predicate import known, valid
from graph.text import payload_name
from graph.write import Change, Check

Ties = Mapping[str, Key | None]


def add(
    intent: Intent,
    label: str,
    code: str,
    properties: Mapping[str, Any],
    ties: Ties,
    statements: tuple[LiteralString, ...] = (),
    checks: tuple[Check, ...] = (),
) -> Change:
    """A new node with its first relationships, which begin today.

    `properties`: those of the declaration that clients give, and a place's.
    """
    node = registry.node(label)
    checked(intent, "code", node.coded, code)
    if node.place:
        intent.located("grid", *(ties.get(n) for n, t in node.ties.items() if t.type in node.place))
    made: list[LiteralString] = [
        tied(node, name, tie) for name, tie in node.ties.items() if ties.get(name)
    ]
    return Change(
        intent,
        payload_name(label),
        Key(label, code),
        (new(node), *made, *statements, *_settled(node)),
        {"properties": {**node.fresh, **_checked(intent, node, properties)}},
        creates=True,
        needs={**ties, **node.needed(properties)},
        checks=(*checks, *_looking(node, properties)),
    )


def change(
    intent: Intent,
    key: Key,
    properties: Mapping[str, Any],
    ties: Ties | None = None,
    statements: tuple[LiteralString, ...] = (),
) -> Change:
    """Only what is given changes; None removes what may be absent.

    A tie that is given ends today's, if there is one, and begins today.
    """
    node = registry.node(key.label)
    moved: list[LiteralString] = []
    for name, tie in node.ties.items():
        if name in (ties or {}):
            moved.extend(ended(node, tie))
            if (ties or {})[name]:
                moved.append(tied(node, name, tie))
    return Change(
        intent,
        payload_name(key.label),
        key,
        (_set(node), *moved, *statements, *_settled(node)),
        {"properties": _checked(intent, node, properties)},
        needs={**(ties or {}), **node.needed(properties)},
        checks=_looking(node, properties),
    )


def _checked(intent: Intent, node: Node, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties of the declaration are checked by kind; a place's are already."""
    said: dict[LiteralString, Any] = {
        name: kind for name, kind in node.properties.items() if name in node.given
    }
    return {
        name: checked(intent, name, said[known(name, said)], value) if name in said else value
        for name, value in properties.items()
    }


def _looking(node: Node, properties: Mapping[str, Any]) -> tuple[Check, ...]:
    """That the code looks as the terms it is given say; `$<property>` is the code of the term."""
    return tuple(
        Check(
            f"MATCH (t:Term {{code: ${known(name, node.terms)}}}) WHERE t.pattern IS NOT NULL "
            "AND NOT $code =~ t.pattern RETURN true",
            Problem("INVALID", (name,), f"the code is not of this {name}", "代码不符合其格式"),
        )
        for name in node.needed(properties)
    )


def new(node: Node) -> LiteralString:
    also: LiteralString = ":Territory" if node.territory else ""
    return f"CREATE (n:{node.label}{also} {{code: $code, version: 1}}) SET n += $properties"


def _settled(node: Node) -> tuple[LiteralString, ...]:
    """What follows of it for others, if anything does."""
    found: LiteralString = f"MATCH (n:{node.label} {{code: $code}}) {node.settles}"
    return (found,) if node.settles else ()


def _set(node: Node) -> LiteralString:
    return f"MATCH (n:{node.label} {{code: $code}}) SET n += $properties"


def tied(node: Node, name: str, tie: Tie) -> LiteralString:
    """(n)-[:LOCATED_IN {since, method}]->(:Grid), with the code of the other end as `$<name>`."""
    other = f"(m:{tie.target} {{code: ${known(name, node.ties)}}})"
    method: LiteralString = ", method: 'DECLARED'" if tie.type == "LOCATED_IN" else ""
    held: LiteralString = f" {{since: $today{method}}}" if tie.dated else ""
    ends: tuple[LiteralString, LiteralString] = ("n", "m") if tie.direction == "out" else ("m", "n")
    made: LiteralString = f"CREATE ({ends[0]})-[:{tie.type}{held}]->({ends[1]})"
    return f"MATCH (n:{node.label} {{code: $code}}), {other} {made}"


def ended(node: Node, tie: Tie) -> tuple[LiteralString, LiteralString]:
    """Ends what holds today, to whatever it leads; what would never have held is no history."""
    arrow: LiteralString = (
        f"-[r:{tie.type}]->()" if tie.direction == "out" else f"<-[r:{tie.type}]-()"
    )
    found: LiteralString = f"MATCH (n:{node.label} {{code: $code}}){arrow}"
    return (
        f"{found} WHERE {valid('r', 'today')} SET r.until = $today",
        f"{found} WHERE r.since = r.until DELETE r",
    )
