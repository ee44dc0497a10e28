"""What goes wrong, as clients may know it: a closed list of codes, all else is INTERNAL."""

import logging
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from graphql import GraphQLError

from graph import bolt
from graph.crs import PlaceError
from graph.model import Missing, Unfit

log = logging.getLogger("commongrid.errors")


class Code(StrEnum):
    """`errors[].extensions.code`: every value that a client can meet."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_REQUEST = "BAD_REQUEST"
    BATCHING_DISABLED = "BATCHING_DISABLED"
    UNKNOWN_DOCUMENT = "UNKNOWN_DOCUMENT"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    BAD_CURSOR = "BAD_CURSOR"
    INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    TIMEOUT = "TIMEOUT"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


class Refusal(Exception):
    """A request that is not answered, and why; `field` names the argument at fault."""

    def __init__(self, code: Code, message: str, field: str | None = None, **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.extensions = {"code": code.value} | ({"field": field} if field else {}) | more


def bad_input(message: str, field: str) -> Refusal:
    return Refusal(Code.BAD_USER_INPUT, message, field)


PLAIN: Mapping[type[BaseException], tuple[Code, str]] = {
    bolt.TimedOut: (Code.TIMEOUT, "the answer took too long"),
    bolt.Unavailable: (Code.UNAVAILABLE, "the graph does not answer now; try again later"),
}


def formatted(error: GraphQLError, request: str) -> dict[str, Any]:
    """One entry of `errors`. Unknown exceptions are logged whole and told apart by `request`."""
    message, extensions = _told(error, request)
    told: dict[str, Any] = {"message": message}
    if error.locations:
        told["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        told["path"] = list(error.path)
    return told | {"extensions": extensions}


def _told(error: GraphQLError, request: str) -> tuple[str, dict[str, Any]]:
    cause = error.original_error
    if isinstance(cause, Refusal):
        return cause.message, cause.extensions
    if isinstance(cause, PlaceError):
        return cause.message, {"code": Code.BAD_USER_INPUT.value, "field": cause.field}
    if isinstance(cause, Unfit):
        return str(cause), bad_input(str(cause), cause.field).extensions
    if isinstance(cause, Missing):
        refused = bad_input(f"{cause.field} names nothing that you can see", cause.field)
        return refused.message, refused.extensions
    if cause is not None and type(cause) in PLAIN:
        code, message = PLAIN[type(cause)]
        log.warning("%s %s: %s", request, code, cause)
        return message, {"code": code.value}
    if cause is None or isinstance(cause, GraphQLError):
        code = (error.extensions or {}).get("code", Code.BAD_USER_INPUT.value)
        return error.message, {**(error.extensions or {}), "code": code}
    log.error("%s failed", request, exc_info=cause)
    return "something went wrong on our side", {"code": Code.INTERNAL.value, "requestId": request}
