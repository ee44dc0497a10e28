"""/graphql: a body becomes an operation, its response becomes bytes; media types and status codes."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from resolvers.operation import Operations, Request

BODY = 1024 * 1024
JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"


class ContextOf(Protocol):
    """Makes the context of one request from its id and language."""

    def __call__(self, request: str, language: str) -> Any: ...


class BadRequest(Exception):
    """A request that is no GraphQL request, and the status that says so."""

    def __init__(self, status: int, message: str, code: str = "BAD_REQUEST") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass
class Endpoint:
    """Answers GraphQL over HTTP. `context_of` None: nobody can be known, so all get 401."""

    operations: Operations
    context_of: ContextOf | None

    async def __call__(self, request: HttpRequest) -> Response:
        media, identifier = _accepted(request), secrets.token_hex(8)
        headers = {"x-request-id": identifier}
        try:
            if self.context_of is None:
                raise BadRequest(401, "who you are must be said", "UNAUTHENTICATED")
            asked = await _asked(request)
        except BadRequest as bad:
            error = {"message": bad.message, "extensions": {"code": bad.code}}
            return _answer({"errors": [error]}, bad.status, media, headers)
        context = self.context_of(identifier, _language(request))
        response = await self.operations.answer(asked, context)
        refused = not response.executed and media == GRAPHQL_JSON
        return _answer(response.body, 400 if refused else 200, media, headers)


def _answer(body: dict[str, Any], status: int, media: str, headers: dict[str, str]) -> Response:
    content = msgspec.json.encode(body)
    return Response(content, status, headers | {"content-type": f"{media}; charset=utf-8"})


def _accepted(request: HttpRequest) -> str:
    return GRAPHQL_JSON if GRAPHQL_JSON in request.headers.get("accept", "") else JSON


def _language(request: HttpRequest) -> str:
    return "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"


async def _asked(request: HttpRequest) -> Request:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise BadRequest(415, "the body must be application/json")
    return _read(await _body(request))


async def _body(request: HttpRequest) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY:
            raise BadRequest(413, f"the body is larger than {BODY:,} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _read(body: bytes) -> Request:
    try:
        found = json.loads(body, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise BadRequest(400, "the body is not valid JSON") from None
    if not isinstance(found, dict) or not isinstance(found.get("query"), str):
        raise BadRequest(400, "the body must be an object with a «query» text")
    variables, name = found.get("variables"), found.get("operationName")
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise BadRequest(400, "«variables» must be an object and «operationName» a text")
    if not isinstance(found.get("extensions"), dict | None):
        raise BadRequest(400, "«extensions» must be an object")
    return Request(found["query"], variables, name)


def _refused(constant: str) -> Any:
    raise ValueError(constant)


Make = Callable[[], Endpoint]
