"""The audit log: who changed what, and what somebody was not permitted to change.

What was done gets its entry in the transaction that did it (`write.py`). An entry holds no values:
what was said may be of a person, and who is erased is to be erased. It belongs to the territories
in which it was done, or in which who was refused holds a role, as they were at the time.
"""

import secrets
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, LiteralString

from graph import registry
from graph.bolt import Graph
from graph.kind import Moment, moment
from graph.model import Derived, Key, Node, Reading
from graph.predicate import valid
from graph.registry import declare
from graph.scope import listed


class AuditResult(StrEnum):
    """How it ended."""

    DONE = "DONE"
    REFUSED = "REFUSED"


def _about(row: Mapping[str, Any], _: Mapping[str, Any]) -> Key | None:
    return Key(row["kind"], row["touched"]) if row["touched"] else None


ENTRY = declare(
    Node(
        "AuditEntry",
        ours=True,
        paths="within",
        latest_first=True,
        properties={
            "code": str,
            "at": Moment,
            "actor": str,
            "operation": str,
            "result": AuditResult,
            "refusal": str | None,
            "kind": str | None,
            "touched": str | None,
            "fields": list[str],
        },
        derived={"about": Derived(("kind", "touched"), _about)},
    )
)

# The entry of a refusal belongs to wherever who was refused holds a role, and to what lies above.
REFUSED: LiteralString = """
OPTIONAL MATCH (s:Territory)-[:WITHIN]->(t:Territory) WHERE s.path IN $scope
WITH collect(DISTINCT t.path) AS paths
CREATE (:AuditEntry {code: $id, at: $at, actor: $actor, operation: $name, result: 'REFUSED',
                     refusal: $refusal, fields: [], within: paths})
"""
DONE: LiteralString = """
CREATE (:AuditEntry {code: $id, at: $at, actor: $actor, operation: $name, result: 'DONE',
                     kind: $label, touched: $code, fields: $fields, within: paths})
"""


def done(label: str) -> LiteralString:
    """Makes the entry of what was done to a node of a kind, wherever that belongs today.

    Where it belonged until today counts as well: it may be what was changed.
    """
    node = registry.node(label)
    if not (node.territory or node.place):
        return f"WITH [] AS paths {DONE}"
    way: LiteralString = f"(:{node.label} {{code: $code}})-[w:WITHIN]->(t:Territory)"
    held = valid("w", "today")
    if node.place:
        way = way.replace("-[w", f"-[r:{'|'.join(node.place)}]->()-[w")
        held = f"{held} AND (r.until IS NULL OR r.until >= $today)"
    return f"OPTIONAL MATCH {way} WHERE {held} WITH collect(DISTINCT t.path) AS paths {DONE}"


def stamp() -> dict[str, str]:
    """What a new entry is told by: a code that grows with time (RFC 9562, version 7), and when."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    number = milliseconds << 80 | 7 << 76 | (rest * 4096 // 1_000_000) << 64 | 2 << 62
    code = uuid.UUID(int=number | secrets.randbits(62))
    return {"id": str(code), "at": moment(datetime.fromtimestamp(milliseconds / 1000, UTC))}


async def refused(
    graph: Graph, name: str, actor: str, code: str, scope: Sequence[str] | None
) -> None:
    """The entry of a mutation that was refused to this actor, who has a role over this scope."""
    said = {"actor": actor, "name": name, "refusal": code, "scope": list(scope or ())}
    await graph.write(lambda tx: tx.run("audit.refused", REFUSED, {**said, **stamp()}))


def entries(within: Key | None, about: Key | None, bounded: bool) -> Reading:
    """The entries that belong to `within`, about one node if it is given, the last one first."""
    found = listed("AuditEntry", within, bounded)
    if about is None:
        return found
    told: LiteralString = "n.touched = $touched AND n.kind = $kind"
    return replace(
        found,
        where=f"{found.where} AND {told}" if found.where else told,
        parameters={**found.parameters, "touched": about.code, "kind": about.label},
    )
