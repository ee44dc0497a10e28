"""/graphql: a body becomes an operation, its response becomes bytes; media types and status codes.

Whatever goes wrong here is told in the shape of a GraphQL response, never in text or HTML.
"""

import asyncio
import json
import logging
import math
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from resolvers import operation
from resolvers.context import Context
from resolvers.errors import Code
from resolvers.operation import Operations
from web.media import GRAPHQL_JSON, JSON, accepted, is_json

BODY = 1024 * 1024
NESTING = 50
log = logging.getLogger("commongrid.web")


class ContextOf(Protocol):
    """Makes the context of one request from its id and language; None while nothing answers."""

    def __call__(self, request: str, language: str) -> Context | None: ...


class BadRequest(Exception):
    """A request that is not passed on, and what is said to it."""

    def __init__(
        self,
        status: int,
        message: str,
        code: Code = Code.BAD_REQUEST,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code
        self.headers = dict(headers or {})


@dataclass
class Endpoint:
    """GraphQL over HTTP, as an ASGI application. `context_of` None: nobody can be known, all 401.

    Expects the request's id in its state. A client that goes away takes its operation along.
    """

    operations: Operations
    context_of: ContextOf | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self.response(HttpRequest(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def response(self, request: HttpRequest) -> Response:
        identifier: str = request.state.request
        media = accepted(request.headers.getlist("accept"))
        try:
            context = self._context(request, identifier, media)
            return await self._answered(await _asked(request), context, request.receive, media)
        except BadRequest as bad:
            extensions = {"code": bad.code.value}
            return _refusal(bad.status, bad.message, extensions, media, bad.headers)
        except ClientDisconnect:
            raise
        except Exception:
            log.exception("%s failed", identifier)
            extensions = {"code": Code.INTERNAL.value, "requestId": identifier}
            return _refusal(500, "something went wrong on our side", extensions, media)

    def _context(self, request: HttpRequest, identifier: str, media: str | None) -> Context:
        """What the head of the request permits; BadRequest if it permits nothing."""
        if self.context_of is None:
            challenge = {"www-authenticate": "Bearer"}
            raise BadRequest(401, "say who you are", Code.UNAUTHENTICATED, challenge)
        if request.method != "POST":
            raise BadRequest(405, "operations are sent by POST", headers={"allow": "POST"})
        if media is None:
            raise BadRequest(406, f"answers are {GRAPHQL_JSON} or {JSON}")
        context = self.context_of(identifier, _language(request))
        if context is None:
            later = {"retry-after": "1"}
            raise BadRequest(503, "not ready yet; try again soon", Code.UNAVAILABLE, later)
        return context

    async def _answered(
        self, asked: operation.Request, context: Context, receive: Receive, media: str | None
    ) -> Response:
        response = await _unless_gone(self.operations.answer(asked, context), receive)
        refused = not response.executed and media == GRAPHQL_JSON
        return _encoded(response.body, 400 if refused else 200, media)


def _encoded(
    body: Mapping[str, Any],
    status: int,
    media: str | None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    kind = {"content-type": f"{media or JSON}; charset=utf-8"}
    return Response(msgspec.json.encode(body), status, {**kind, **(headers or {})})


def _refusal(
    status: int,
    message: str,
    extensions: Mapping[str, str],
    media: str | None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    error = {"message": message, "extensions": extensions}
    return _encoded({"errors": [error]}, status, media, headers)


async def _unless_gone(
    work: Coroutine[Any, Any, operation.Response], receive: Receive
) -> operation.Response:
    """The response; ClientDisconnect, with the work cancelled, if the client is gone before it."""
    working, leaving = asyncio.create_task(work), asyncio.create_task(_left(receive))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        leaving.cancel()
        if not working.done():
            working.cancel()
            await asyncio.wait((working,))


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _language(request: HttpRequest) -> str:
    return "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"


async def _asked(request: HttpRequest) -> operation.Request:
    if not is_json(request.headers.get("content-type", "")):
        raise BadRequest(415, f"the body must be {JSON} in UTF-8")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise BadRequest(415, "the body must not be compressed")
    return _read(await _body(request))


async def _body(request: HttpRequest) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY:
            raise BadRequest(413, f"the body is larger than {BODY:,} bytes")
    return bytes(body)


def _read(body: bytes) -> operation.Request:
    """The GraphQL request in a body; BadRequest if it is none, whatever the bytes are."""
    found = _parsed(body)
    if not isinstance(found, dict) or not isinstance(found.get("query"), str):
        raise BadRequest(400, "the body must be an object with a «query» text")
    variables, name = found.get("variables"), found.get("operationName")
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise BadRequest(400, "«variables» must be an object and «operationName» a text")
    if not isinstance(found.get("extensions"), dict | None):
        raise BadRequest(400, "«extensions» must be an object")
    return operation.Request(found["query"], variables, name)


def _parsed(body: bytes) -> Any:
    """JSON as strictly as RFC 8259 allows: what readers could take in two ways is refused."""
    try:
        found = json.loads(
            body.decode(), parse_constant=_number, parse_float=_number, object_pairs_hook=_object
        )
        _sound(found, NESTING)
    except (ValueError, RecursionError):
        raise BadRequest(400, "the body is not valid JSON") from None
    return found


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def _sound(value: Any, depth: int) -> None:
    """Refuses what nests deeper than `depth`, and texts that UTF-8 cannot write."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict | list):
        if depth == 0:
            raise ValueError("too deep")
        for each in value:
            _sound(each, depth - 1)
        for each in value.values() if isinstance(value, dict) else ():
            _sound(each, depth - 1)
