"""/graphql: a body becomes an operation, its response becomes bytes; media types and status codes.

Whatever goes wrong here is told in the shape of a GraphQL response, never in text or HTML.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from resolvers import operation
from resolvers.asker import Asker
from resolvers.context import Context
from resolvers.errors import Code, Refusal
from resolvers.operation import Question
from web import body, refusal
from web.asking import Asking, asker
from web.head import Head, head
from web.media import EVENTS, GRAPHQL_JSON, JSON, Wish, accepted, is_json
from web.reader import CLOSE, Reader
from web.refusal import BadRequest
from web.reply import Reply
from web.stream import Stream, gone
from web.wire import Wire

WORTH_LOOKING = 0.02  # seconds, before which most answers are given

log = logging.getLogger("commongrid.web")


@dataclass
class Endpoint:
    """GraphQL over HTTP, as an ASGI application; a client that goes takes its operation along."""

    asking: Asking

    def __post_init__(self) -> None:
        self.reader = Reader(self.asking.wire)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            reply = await self.reply(scope, receive)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:  # the server stops, and has waited long enough
            bad = BadRequest(503, "the server stops", Code.UNAVAILABLE, CLOSE)
            reply = refusal.told(bad, ())
        await reply(scope, receive, send)

    async def reply(self, scope: Scope, receive: Receive) -> ASGIApp:
        own, wire = head(scope), self.asking.wire
        accept = own.all("accept")
        wish = accepted(accept)
        try:
            _permitted(scope["method"], own, wish, wire)
            who = asker(own)
            context = await self.asking.context_of(who)
            request = await self.request(scope, own, receive)
            question = self.asking.operations.question(request)
            if question.kind == "mutation" and scope["method"] == "GET":
                raise BadRequest(405, "mutations are sent by POST", headers={"allow": "POST"})
            if wish.streamed or question.kind == "subscription":
                return self.streamed(question, who, context, wish)
            with Leaving(receive):
                response = await self.asking.answer(question, context)
            return self.replied(response, wish)
        except BadRequest as bad:
            return refusal.told(_by(wire, bad), accept)
        except Refusal as refused:
            return refusal.told(refusal.of(refused), accept)
        except ClientDisconnect:
            raise
        except Exception:
            log.exception("%s failed", own.request)
            return refusal.told(refusal.defect(own.request), accept)

    async def request(self, scope: Scope, own: Head, receive: Receive) -> operation.Request:
        if scope["method"] == "GET":
            return body.queried(scope["query_string"])
        return body.posted(await self.reader.body(own, receive))

    def streamed(self, question: Question, who: Asker, context: Context, wish: Wish) -> Stream:
        """The stream of responses that the client wishes for."""
        if not wish.events:
            raise BadRequest(406, f"subscriptions are answered as {EVENTS}, or over WebSocket")
        events = told(self.asking.events(who, question, context), who)
        stopping = self.asking.stopping if question.kind == "subscription" else None
        return Stream(events, self.asking.wire.ping_seconds, stopping)

    def replied(self, response: operation.Response, wish: Wish) -> Reply:
        written = msgspec.json.encode(response.body)
        if response.retry_after is not None:
            return Reply(written, 429, wish.media, {"retry-after": str(response.retry_after)})
        return Reply(written, _status(response, wish.media, self.asking.wire.draft), wish.media)


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


def _permitted(method: str, own: Head, wish: Wish, wire: Wire) -> None:
    """Refuses what no caller could ask in this way."""
    methods = ("GET", "POST") if wire.development else ("POST",)
    if method not in methods:
        allow = {"allow": ", ".join(methods)}
        raise BadRequest(405, f"operations are sent by {' or '.join(methods)}", headers=allow)
    if wish.media is None and not wish.events:
        raise BadRequest(406, f"answers are {GRAPHQL_JSON}, {JSON} or {EVENTS}")
    if method == "POST" and not is_json(own.first("content-type")):
        raise BadRequest(415, f"the body must be {JSON} in UTF-8")
    if own.first("content-encoding", "identity").lower() != "identity":
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


class Leaving:
    """Cancels the task that holds it when its client goes, and tells so by ClientDisconnect.

    It begins to look when the answer takes long enough to be worth it.
    """

    __slots__ = ("gone", "looking", "receive", "task", "timer")

    def __init__(self, receive: Receive) -> None:
        self.receive, self.gone = receive, False
        self.looking: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self.task = asyncio.current_task()
        self.timer = asyncio.get_running_loop().call_later(WORTH_LOOKING, self.look)

    def look(self) -> None:
        self.looking = asyncio.create_task(self.left())

    async def left(self) -> None:
        await gone(self.receive)
        assert self.task is not None
        self.gone = self.task.cancel()

    def __exit__(self, *_: object) -> None:
        self.timer.cancel()
        if self.looking:
            self.looking.cancel()
        if self.gone and self.task:
            self.task.uncancel()
            raise ClientDisconnect
