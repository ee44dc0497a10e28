"""Registered documents, kept in the graph so that every process knows them. Knows no GraphQL."""

from collections.abc import Mapping
from typing import Any, LiteralString

from graph.bolt import Graph, Transaction

ALL: LiteralString = "MATCH (d:Document) RETURN collect([d.id, d.text]) AS row"
SAVE: LiteralString = (
    "UNWIND $rows AS row MERGE (d:Document {id: row.id}) ON CREATE SET d.text = row.text"
)
DROP: LiteralString = "MATCH (d:Document) WHERE NOT d.id IN $ids DELETE d"
STAMP: LiteralString = "MERGE (s:Store {key: 'documents'}) SET s.stamp = $stamp"
STAMPED: LiteralString = "MATCH (s:Store {key: 'documents'}) RETURN s.stamp"


async def every(graph: Graph) -> dict[str, str]:
    """Text by id."""
    found = await graph.read("document.all", ALL, {}) or []
    return {identifier: text for identifier, text in found}


async def stamp(graph: Graph) -> str | None:
    """What changes whenever the documents do; None where none was ever registered."""
    found = await graph.read("document.stamp", STAMPED, {})
    return None if found is None else str(found)


async def save(graph: Graph, documents: Mapping[str, str], stamp: str, only: bool) -> None:
    """Registers documents; `only`: and no others."""
    rows: list[dict[str, Any]] = [{"id": i, "text": text} for i, text in documents.items()]

    async def work(tx: Transaction) -> None:
        await tx.run("document.save", SAVE, {"rows": rows})
        if only:
            await tx.run("document.drop", DROP, {"ids": list(documents)})
        await tx.run("document.stamp", STAMP, {"stamp": stamp})

    await graph.write(work)
