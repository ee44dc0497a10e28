"""Where a new territory lies: its path, what it is part of or spans, and WITHIN to all above it.

`graph/territory.py` does the same for many at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, LiteralString

from graph import entity, registry
from graph.intent import Intent
from graph.model import Key
from graph.write import Change, Check, exists


@dataclass(frozen=True)
class Above:
    """What a new territory is part of, or spans: the input field that names it, and its label."""

    name: LiteralString
    label: LiteralString
    spanned: bool = False


def add(
    intent: Intent,
    key: Key,
    properties: Mapping[str, Any],
    ties: Mapping[str, Key | None],
    above: Sequence[Above],
    checks: tuple[Check, ...] = (),
) -> Change:
    """A new territory below those of `above`, of which the first gives the path; else at the top.

    `ties`: all that was named, which must be there and in sight; one of them is `parent`.
    """
    intent.located("parent", *ties.values())
    if ties.get("parent") == key:
        said = f"a {key.label.lower()} cannot be part of itself"
        intent.refuse("parent", said, "辖区不能是自己的上级", "CYCLE")
    label = registry.node(key.label).label
    placed = (_itself(label), *_placed(label, above))
    beside = Check(_beside(above), exists(key))
    made = entity.add(intent, label, key.code, properties, {}, placed, (*checks, beside))
    return replace(made, needs={**made.needs, **ties})


def _itself(label: LiteralString) -> LiteralString:
    return f"MATCH (n:{label} {{code: $code}}) CREATE (n)-[:WITHIN {{depth: 0}}]->(n)"


def _placed(label: LiteralString, above: Sequence[Above]) -> tuple[LiteralString, ...]:
    """(n)-[:PART_OF|SPANS]->(p), and WITHIN to whatever p lies within."""
    new: LiteralString = f"MATCH (n:{label} {{code: $code}})"
    if not above:
        return (f"{new} SET n.path = '/' + $code + '/'",)
    found: list[LiteralString] = []
    for each in above:
        kind: LiteralString = "SPANS" if each.spanned else "PART_OF"
        path: LiteralString = "" if found else "SET n.path = p.path + $code + '/' "
        found.append(
            f"{new}, (p:{each.label} {{code: ${each.name}}}) {path}"
            f"CREATE (n)-[:{kind}]->(p) WITH n, p {SETTLE}"
        )
    return tuple(found)


# The shorter way up comes first.
SETTLE: LiteralString = (
    "MATCH (p)-[a:WITHIN]->(t:Territory) MERGE (n)-[w:WITHIN]->(t) "
    "ON CREATE SET w.depth = a.depth + 1, w.since = a.since, w.until = a.until"
)


def _beside(above: Sequence[Above]) -> LiteralString:
    """A territory of another kind may have the same code beside it: their paths would be one."""
    for first in above:
        return (
            f"MATCH (p:{first.label} {{code: ${first.name}}}) WITH p.path + $code + '/' AS path "
            "MATCH (t:Territory {path: path}) RETURN true"
        )
    return "MATCH (t:Territory {path: '/' + $code + '/'}) RETURN true"
