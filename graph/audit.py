"""What was refused, for who audits: a change that somebody was not permitted leaves an entry.

What was done has its entry in the transaction that did it (`write.py`).
"""

import uuid
from typing import LiteralString

from graph.bolt import Graph

# No values: what was said may be of a person.
REFUSED: LiteralString = (
    "CREATE (a:AuditEntry {id: $id, actor: $actor, name: $name, refused: $code, at: datetime()})"
)


async def refused(graph: Graph, name: str, actor: str, code: str) -> None:
    """The entry of a mutation that was refused to this actor, under this code."""
    said = {"id": str(uuid.uuid4()), "actor": actor, "name": name, "code": code}
    await graph.write(lambda tx: tx.run("audit.refused", REFUSED, said))
