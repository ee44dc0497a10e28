"""Keys by which machines ask: only their digests are kept, and when they end."""

from dataclasses import dataclass
from typing import LiteralString

from graph.bolt import Graph

MAKE: LiteralString = (
    "MATCH (a:Account {code: $account}) "
    "CREATE (:ApiKey {id: $id, digest: $digest, since: $today, until: $until})-[:OPENS]->(a)"
)
REVOKE: LiteralString = "MATCH (k:ApiKey {id: $id}) SET k.until = $today RETURN k.id"
LIST: LiteralString = (
    "MATCH (k:ApiKey)-[:OPENS]->(a:Account) "
    "RETURN collect([k.id, a.code, a.name, k.since, k.until]) AS row"
)
FIND: LiteralString = (
    "MATCH (k:ApiKey {id: $id})-[:OPENS]->(a:Account) "
    "WHERE k.until IS NULL OR k.until > $today RETURN [a.code, k.digest] AS row"
)


@dataclass(frozen=True)
class ApiKey:
    """What is known of a key; days are ISO texts, half-open."""

    id: str
    account: str
    name: str
    since: str
    until: str | None


async def make(
    graph: Graph, account: str, identifier: str, digest: str, today: str, until: str | None
) -> None:
    values = {"account": account, "id": identifier, "digest": digest}
    days = {"today": today, "until": until}
    await graph.write(lambda tx: tx.run("api_key.make", MAKE, {**values, **days}))


async def revoke(graph: Graph, identifier: str, today: str) -> bool:
    """Ends a key with today; whether there was one."""
    values = {"id": identifier, "today": today}
    found, _ = await graph.write(lambda tx: tx.run("api_key.revoke", REVOKE, values))
    return bool(found)


async def every(graph: Graph) -> list[ApiKey]:
    """All keys, in the order of their accounts."""
    found = await graph.read("api_key.list", LIST, {}) or []
    return sorted((ApiKey(*row) for row in found), key=lambda key: (key.account, key.since, key.id))


async def find(graph: Graph, identifier: str, today: str) -> tuple[str, str] | None:
    """Code of the account that a key opens today, and the digest it is kept by."""
    found = await graph.read("api_key.find", FIND, {"id": identifier, "today": today})
    return None if found is None else (found[0], found[1])
