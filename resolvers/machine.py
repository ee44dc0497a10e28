"""Keys for machines, made by whoever runs the server: an account, a role, a key."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, LiteralString

from graph import account, api_key, grant, write
from graph.bolt import Graph
from graph.grant import Role
from graph.intent import Intent
from graph.model import Asking, Key
from graph.write import Change
from resolvers import token
from resolvers.intent import own_code

OPERATOR = "operator"
NAMED: LiteralString = (
    "MATCH (t:Territory {code: $code}) "
    "RETURN collect([l IN labels(t) WHERE l <> 'Territory'][0]) AS row"
)
HELD: LiteralString = (
    "MATCH (g:Grant {role: $role})-[:FOR]->(:Account {code: $account}) "
    "WHERE g.until IS NULL OR g.until > $today OPTIONAL MATCH (g)-[:OVER]->(t) "
    "RETURN collect([g.everywhere, t.code]) AS row"
)


class KeyRefused(Exception):
    """Why no key is made."""


@dataclass(frozen=True)
class Order:
    """A key for `account` (made if need be) with a role over a territory's code, None = everywhere.

    `days`: for how long it opens, None = until it is revoked.
    """

    account: str
    role: Role
    within: str | None = None
    days: int | None = None


async def make(graph: Graph, order: Order, today: date) -> str:
    """The key, which is told this once; KeyRefused where it cannot be made."""
    day = today.isoformat()
    over = None if order.within is None else await _territory(graph, order.within)
    if await account.known(graph, order.account, day, by_subject=False) is None:
        said = {"name": order.account, "isSuspended": False}
        await _done(graph, account.add(_intent("createAccount", day), order.account, said, {}))
    await _granted(graph, order, over, day)
    given, identifier, digest = token.made()
    until = order.days and (today + timedelta(days=order.days)).isoformat()
    await api_key.make(graph, order.account, identifier, digest, day, until or None)
    return given


async def _granted(graph: Graph, order: Order, over: Key | None, day: str) -> None:
    """The role, if the account does not hold it there already."""
    values = {"role": order.role.value, "account": order.account, "today": day}
    held = await graph.read("machine.held", HELD, values) or []
    if [over is None, over and over.code] in held:
        return
    holder, intent = Key("Account", order.account), _intent("grantScope", day)
    code = own_code(OPERATOR, intent, "G")
    await _done(graph, grant.give(intent, code, holder, order.role, over, day, None))


def _intent(name: str, day: str) -> Intent:
    """Asked by nobody's request: each is a request of its own."""
    return Intent(name, Asking(None, day, day), {"by": OPERATOR, "at": secrets.token_hex(8)})


async def _done(graph: Graph, change: Change) -> None:
    record: dict[str, Any]
    record, _ = await write.run(graph, change, OPERATOR)
    for error in record["userErrors"]:
        raise KeyRefused(error["message"])


async def _territory(graph: Graph, code: str) -> Key:
    labels = await graph.read("machine.territory", NAMED, {"code": code}) or []
    if len(labels) != 1:
        told = "no territory has" if not labels else "a division and a grid have"
        raise KeyRefused(f"{told} the code {code}")
    return Key(labels[0], code)
