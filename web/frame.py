"""The messages of graphql-transport-ws: what a client may say, and what is said to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from resolvers.operation import Request
from web import body
from web.refusal import BadRequest

PROTOCOL = "graphql-transport-ws"
IDENTIFIER = 128  # most characters of an operation's id


class Closed(Exception):
    """The socket is to be closed: `code` and `reason` as the protocol names them."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason


@dataclass(frozen=True)
class Init:
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Ping:
    payload: Mapping[str, Any] | None


@dataclass(frozen=True)
class Pong:
    pass


@dataclass(frozen=True)
class Subscribe:
    """`refused`: why the request in it cannot be asked, if its form is right all the same."""

    id: str
    request: Request | None
    refused: BadRequest | None = None


@dataclass(frozen=True)
class Complete:
    id: str


Said = Init | Ping | Pong | Subscribe | Complete


def read(text: str | None) -> Said:
    """What a client said; Closed 4400 if it is nothing of the protocol. None: not a text."""
    try:
        found = body.parsed(text or "")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Closed(4400, "a message is a JSON object in a text frame")
    payload = found.get("payload")
    match found.get("type"):
        case "connection_init":
            return Init(_object(payload) or {})
        case "ping":
            return Ping(_object(payload))
        case "pong":
            _object(payload)
            return Pong()
        case "subscribe":
            return _subscribe(_id(found), payload)
        case "complete":
            return Complete(_id(found))
    raise Closed(4400, "no such type of message")


def write(kind: str, identifier: str | None = None, payload: Any = None) -> str:
    """A message to a client; what is None is left out."""
    parts = {"id": identifier, "type": kind, "payload": payload}
    said = {name: part for name, part in parts.items() if part is not None}
    return msgspec.json.encode(said).decode()


def _subscribe(identifier: str, payload: Any) -> Subscribe:
    try:
        return Subscribe(identifier, body.read(payload))
    except BadRequest as bad:
        if bad.status == body.MALFORMED:
            raise Closed(4400, bad.message) from None
        return Subscribe(identifier, None, bad)


def _id(found: Mapping[str, Any]) -> str:
    identifier = found.get("id")
    if not isinstance(identifier, str) or not 0 < len(identifier) <= IDENTIFIER:
        raise Closed(4400, f"«id» must be a text of 1 to {IDENTIFIER} characters")
    return identifier


def _object(payload: Any) -> Mapping[str, Any] | None:
    if not isinstance(payload, dict | None):
        raise Closed(4400, "«payload» must be an object")
    return payload
