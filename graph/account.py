"""How accounts are kept: who may ask, by a bearer token's subject or by keys of their own.

An account says nothing of what it may do: that is granted, role by role (graph/grant.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, LiteralString

from graph import entity
from graph.bolt import Graph
from graph.intent import Intent, Problem
from graph.kind import Subject
from graph.model import Key, Link, Node
from graph.registry import declare
from graph.write import Change, Check

ACCOUNT = declare(
    Node(
        "Account",
        ours=True,
        properties={
            "code": str,
            "name": str,
            "subject": Subject | None,
            "isSuspended": bool,
            "version": int,
        },
        links={"grants": Link("FOR", "in", "Grant", count="grantCount")},
        given=("name", "subject", "isSuspended"),
        fresh={"isSuspended": False},
    )
)

TAKEN = Check(
    "MATCH (a:Account {subject: $properties.subject}) WHERE a.code <> $code RETURN true",
    Problem("ALREADY_EXISTS", ("subject",), "another account has this subject", "该主体已有账户"),
)


def add(
    intent: Intent, code: str, properties: Mapping[str, Any], _: Mapping[str, Key | None]
) -> Change:
    """A new account, which may do nothing yet."""
    return _one_each(entity.add(intent, "Account", code, properties, {}), properties)


def change(
    intent: Intent, key: Key, properties: Mapping[str, Any], _: Mapping[str, Key | None]
) -> Change:
    return _one_each(entity.change(intent, key, properties), properties)


def _one_each(change: Change, properties: Mapping[str, Any]) -> Change:
    """A subject is the subject of one account."""
    if properties.get("subject") is None:
        return change
    return replace(change, checks=(*change.checks, TAKEN))


@dataclass(frozen=True)
class Held:
    """A role that an account holds today; `path` of its territory, None = everywhere."""

    role: str
    path: str | None


@dataclass(frozen=True)
class Known:
    """An account as it is today."""

    code: str
    name: str
    held: tuple[Held, ...]


BY_SUBJECT: LiteralString = "MATCH (a:Account {subject: $name})"
BY_CODE: LiteralString = "MATCH (a:Account {code: $name})"
HOLDS: LiteralString = """
WHERE NOT coalesce(a.isSuspended, false)
OPTIONAL MATCH (g:Grant)-[:FOR]->(a)
WHERE g.since <= $today AND (g.until IS NULL OR g.until > $today)
OPTIONAL MATCH (g)-[:OVER]->(t:Territory)
WITH a, collect([g.role, g.everywhere, t.path]) AS held
RETURN [a.code, a.name, held] AS row
"""


async def known(graph: Graph, name: str, today: str, by_subject: bool) -> Known | None:
    """The account of a subject, or of a code, with its roles on an ISO date; None if there is none.

    A suspended account is none.
    """
    text = f"{BY_SUBJECT if by_subject else BY_CODE} {HOLDS}"
    found = await graph.read("account.known", text, {"name": name, "today": today})
    if found is None:
        return None
    code, called, held = found
    roles = (
        Held(role, None if everywhere else path)
        for role, everywhere, path in held
        if role and (everywhere or path)
    )
    return Known(code, called, tuple(roles))
