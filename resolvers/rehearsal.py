"""Documents are answered once before anybody asks, so that their plans are made and known.

An engine takes up to 0.2 s to plan a statement it has never met. Queries are asked with made-up
values as somebody who sees nothing, and as somebody who sees everything: the two have other texts.
What comes of it, errors included, is for nobody.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    is_required_input_field,
)

from graph.grant import Role
from resolvers.arguments import Signatures
from resolvers.auth import DEVELOPER, PERMISSIONS, Caller, Granted
from resolvers.identity import global_id
from resolvers.operation import Operations, Prepared, Question, Request

NOTHING = Caller("rehearsal", (Granted(Role.SYSTEM_ADMIN, PERMISSIONS, ("/nowhere/",)),))
CALLERS = (NOTHING, DEVELOPER)
MADE_UP: Mapping[str, Any] = {
    "Boolean": True,
    "Date": "2026-01-01",
    "DateTime": "2026-01-01T00:00:00Z",
    "Float": 1.0,
    "ID": global_id("Grid", "rehearsal"),
    "Int": 1,
}


def questions(operations: Operations, texts: Iterable[str]) -> list[Question]:
    """What to ask, so that every query of these documents is planned."""
    return [
        operations.question(Request(text, _variables(operations, prepared, name), name, ours=True))
        for text in texts
        for prepared in [operations.prepared(text)]
        for name, asks in prepared.asks.items()
        if not prepared.errors and asks.kind == "query"
    ]


def _variables(operations: Operations, prepared: Prepared, name: str | None) -> dict[str, Any]:
    """Those that must be given. Of the others most are left out in a first request."""
    known = Signatures(operations.schema, prepared.asks[name].operation).known
    return {
        each.name: made_up(each.type.of_type)
        for each in known
        if isinstance(each.type, GraphQLNonNull) and each.default is None
    }


def made_up(kind: GraphQLInputType) -> Any:
    """A value of this type, as JSON says it."""
    if isinstance(kind, GraphQLNonNull):
        return made_up(kind.of_type)
    if isinstance(kind, GraphQLList):
        return [made_up(kind.of_type)]
    if isinstance(kind, GraphQLInputObjectType):
        fields = {n: each for n, each in kind.fields.items() if is_required_input_field(each)}
        if kind.is_one_of:
            fields = dict([next(iter(kind.fields.items()))])
        return {name: made_up(each.type) for name, each in fields.items()}
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    return MADE_UP.get(kind.name, "rehearsal")
