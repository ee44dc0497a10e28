"""/graphql: a body becomes an operation, its response becomes bytes; media types and status codes.

Whatever goes wrong here is told in the shape of a GraphQL response, never in text or HTML.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.types import ASGIApp, Receive, Scope, Send

from resolvers import operation
from resolvers.asker import Asker
from resolvers.context import Context
from resolvers.errors import Code, Refusal
from web import body, refusal
from web.asking import Asking, asker
from web.media import EVENTS, GRAPHQL_JSON, JSON, Wish, accepted, is_json
from web.reader import CLOSE, Reader
from web.refusal import BadRequest
from web.stream import Stream
from web.wire import Wire

log = logging.getLogger("commongrid.web")


@dataclass
class Endpoint:
    """GraphQL over HTTP, as an ASGI application; a client that goes takes its operation along."""

    asking: Asking

    def __post_init__(self) -> None:
        self.reader = Reader(self.asking.wire)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self.response(HttpRequest(scope, receive))
        except ClientDisconnect:
            return
        except asyncio.CancelledError:  # the server stops, and has waited long enough
            bad = BadRequest(503, "the server stops", Code.UNAVAILABLE, CLOSE)
            response = refusal.told(bad, ())
        await response(scope, receive, send)

    async def response(self, request: HttpRequest) -> ASGIApp:
        who, accept = asker(request.scope), request.headers.getlist("accept")
        wish, wire = accepted(accept), self.asking.wire
        try:
            _permitted(request, wish, wire)
            context = await self.asking.context_of(who)
            asked = await self.asked(request)
            return await self.answered(asked, who, context, wish, request)
        except BadRequest as bad:
            return refusal.told(_by(wire, bad), accept)
        except Refusal as refused:
            return refusal.told(refusal.of(refused), accept)
        except ClientDisconnect:
            raise
        except Exception:
            log.exception("%s failed", who.request)
            return refusal.told(refusal.defect(who.request), accept)

    async def asked(self, request: HttpRequest) -> operation.Request:
        if request.method == "GET":
            return body.queried(request.scope["query_string"])
        return body.posted(await self.reader.body(request))

    async def answered(
        self,
        asked: operation.Request,
        who: Asker,
        context: Context,
        wish: Wish,
        request: HttpRequest,
    ) -> ASGIApp:
        """The response, or the stream of them, that the client wishes for."""
        kind = self.asking.operations.kind(asked)
        if kind == "mutation" and request.method == "GET":
            raise BadRequest(405, "mutations are sent by POST", headers={"allow": "POST"})
        if wish.streamed or (kind == "subscription" and wish.events):
            events = told(self.asking.events(who, asked, context), who)
            stopping = self.asking.stopping if kind == "subscription" else None
            return Stream(events, self.asking.wire.ping_seconds, stopping)
        if kind == "subscription":
            raise BadRequest(406, f"subscriptions are answered as {EVENTS}, or over WebSocket")
        response = await _unless_gone(self.asking.answer(asked, context), request.receive)
        if response.retry_after is not None:
            later = {"retry-after": str(response.retry_after)}
            return refusal.encoded(response.body, 429, wish.media, later)
        status = _status(response, wish.media, self.asking.wire.draft)
        return refusal.encoded(response.body, status, wish.media)


async def told(
    events: AsyncGenerator[operation.Response, None], who: Asker
) -> AsyncGenerator[operation.Response, None]:
    """The responses, where the last one tells what went wrong instead of raising it."""
    try:
        async for response in events:
            yield response
    except Refusal as refused:
        yield operation.Response(refusal.of(refused).body, False)
    except BadRequest as bad:
        yield operation.Response(bad.body, False)
    except Exception:
        log.exception("%s failed", who.request)
        yield operation.Response(refusal.defect(who.request).body, False)
    finally:
        await events.aclose()


def _permitted(request: HttpRequest, wish: Wish, wire: Wire) -> None:
    """Refuses what no caller could ask in this way."""
    methods = ("GET", "POST") if wire.development else ("POST",)
    if request.method not in methods:
        allow = {"allow": ", ".join(methods)}
        raise BadRequest(405, f"operations are sent by {' or '.join(methods)}", headers=allow)
    if wish.media is None and not wish.events:
        raise BadRequest(406, f"answers are {GRAPHQL_JSON}, {JSON} or {EVENTS}")
    if request.method == "POST" and not is_json(request.headers.get("content-type", "")):
        raise BadRequest(415, f"the body must be {JSON} in UTF-8")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise BadRequest(415, "the body must not be compressed")


def _by(wire: Wire, bad: BadRequest) -> BadRequest:
    """What is JSON and no request is 422 by the draft only."""
    if bad.status == body.MALFORMED and not wire.draft:
        bad.status = 400
    return bad


def _status(response: operation.Response, media: str | None, draft: bool) -> int:
    """The status of what Operations answered, by the draft or as the audits want it."""
    if response.executed:
        return 294 if draft and "errors" in response.body else 200
    codes = {error["extensions"]["code"] for error in response.body["errors"]}
    if codes == {Code.UNKNOWN_DOCUMENT}:
        return 400
    if not draft:
        return 400 if media == GRAPHQL_JSON else 200
    return 400 if codes == {Code.GRAPHQL_PARSE_FAILED} else body.MALFORMED


async def _unless_gone(
    work: Coroutine[Any, Any, operation.Response], receive: Receive
) -> operation.Response:
    """The response; ClientDisconnect, with the work cancelled, if the client is gone before it."""
    working, leaving = asyncio.create_task(work), asyncio.create_task(left(receive))
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


async def left(receive: Receive) -> None:
    """Comes back when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
