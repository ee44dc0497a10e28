"""Who asks, and what they ask answered: what HTTP, event streams and WebSockets have in common."""

import asyncio
import re
import secrets
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from starlette.datastructures import Headers
from starlette.types import Scope

from resolvers.asker import Asker
from resolvers.context import Context
from resolvers.errors import Code
from resolvers.operation import Operations, Request, Response
from resolvers.trace import Finished, Trace, traced
from web.gate import Gate
from web.refusal import BadRequest
from web.wire import Wire

EXPLAIN, COSTED = "x-commongrid-plan", "x-commongrid-cost"
IDENTIFIER = re.compile(r"[A-Za-z0-9-]{8,64}")


class ContextOf(Protocol):
    """Makes the context of one request from what its head says.

    Raises Refusal: UNAUTHENTICATED for one who cannot be known (401; a WebSocket is closed 4403),
    FORBIDDEN (403; 4403), UNAVAILABLE while nothing can be answered (503; 1013).
    """

    async def __call__(self, asker: Asker) -> Context: ...


def identifier(headers: Headers) -> str:
    """The id of a request: the one it brings in X-Request-Id if that is sound, else a new one."""
    brought = headers.getlist("x-request-id")
    if len(brought) == 1 and IDENTIFIER.fullmatch(brought[0]):
        return brought[0]
    return secrets.token_hex(8)


def asker(scope: Scope) -> Asker:
    """What the head of a request or handshake says; its id is in the scope's state."""
    headers = Headers(scope=scope)
    language = "zh" if headers.get("accept-language", "").lower().startswith("zh") else "en"
    shown = tuple(headers.getlist("authorization"))
    explain, costed = (headers.get(name) == "1" for name in (EXPLAIN, COSTED))
    return Asker(scope["state"]["request"], language, shown, explain, costed)


@dataclass
class Asking:
    """What answers on this server, whichever way it is asked.

    `stopping` is set when the server stops: what runs ends, and nothing new begins. `finished` are
    told of each operation that was answered, or left by its client.
    """

    operations: Operations
    context_of: ContextOf
    wire: Wire
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    finished: list[Finished] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate = Gate(self.wire)
        self.callers: Counter[str] = Counter()  # how many streams and sockets each has

    async def answer(self, request: Request, context: Context, socket: bool = False) -> Response:
        """The response to a query or mutation, when it is its turn."""
        trace = Trace(context.request, context.caller.identity)
        try:
            async with self.gate.entered(context.caller.identity, socket):
                with traced(trace):
                    response = await self.operations.answer(request, context)
            trace.answered(response.body, self.operations.asks(request))
        except asyncio.CancelledError:
            trace.codes = ("CANCELLED",)
            raise
        finally:
            for told in self.finished:
                told(trace)
        if context.explain and context.caller.administers:
            extensions = response.body.get("extensions", {})
            response.body["extensions"] = {**extensions, "plan": trace.plan()}
        return response

    async def events(
        self, who: Asker, request: Request, context: Context, socket: bool = False
    ) -> AsyncGenerator[Response, None]:
        """The responses to one request. Before each further one it is asked again who may know it.

        Raises Refusal when they may no longer, BadRequest where the caller has too many streams.
        """
        if self.operations.kind(request) != "subscription":
            yield await self.answer(request, context, socket)
            return
        first = True
        with nullcontext() if socket else self.held(context.caller.identity):
            async for response in self.operations.events(request, context):
                if not first:
                    await self.context_of(who)
                first = False
                yield response

    @contextmanager
    def held(self, caller: str) -> Iterator[None]:
        """Counts one more stream or socket of the caller; BadRequest 429 where they have enough."""
        most = self.wire.sockets_per_caller
        if self.callers[caller] >= most:
            message, limit = f"at most {most} streams and sockets", "SOCKETS_PER_CALLER"
            raise BadRequest(429, message, Code.LIMIT_EXCEEDED, limit=limit, most=most)
        self.callers[caller] += 1
        try:
            yield
        finally:
            self.callers[caller] -= 1
            if not self.callers[caller]:
                del self.callers[caller]
