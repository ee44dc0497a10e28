"""Who asks, and what they ask answered: what HTTP, event streams and WebSockets have in common."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from resolvers.asker import Asker
from resolvers.context import Context
from resolvers.errors import Code
from resolvers.operation import Operations, Question, Response
from resolvers.trace import Finished, Trace
from web.gate import Gate
from web.head import Head
from web.refusal import BadRequest
from web.wire import Wire

EXPLAIN, COSTED = "x-commongrid-plan", "x-commongrid-cost"


class ContextOf(Protocol):
    """Makes the context of one request from what its head says.

    Raises Refusal: UNAUTHENTICATED for one who cannot be known (401; a WebSocket is closed 4403),
    FORBIDDEN (403; 4403), UNAVAILABLE while nothing can be answered (503; 1013).
    """

    async def __call__(self, asker: Asker) -> Context: ...


def asker(head: Head) -> Asker:
    """What the head of a request or handshake says of who asks, and how."""
    language = "zh" if head.first("accept-language").lower().startswith("zh") else "en"
    explain, costed = head.first(EXPLAIN) == "1", head.first(COSTED) == "1"
    return Asker(head.request, language, tuple(head.all("authorization")), explain, costed)


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

    async def answer(self, question: Question, context: Context, socket: bool = False) -> Response:
        """The response to a query or mutation, when it is its turn."""
        caller = context.caller.identity
        trace = Trace(context.request, caller)
        try:
            async with self.gate.entered(caller, socket):
                with trace:
                    response = await self.operations.answer(question, context)
            trace.answered(response.body, question.asks)
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
        self, who: Asker, question: Question, context: Context, socket: bool = False
    ) -> AsyncGenerator[Response, None]:
        """The responses to one request. Before each further one it is asked again who may know it.

        Raises Refusal when they may no longer, BadRequest where the caller has too many streams.
        """
        if question.kind != "subscription":
            yield await self.answer(question, context, socket)
            return
        first = True
        with nullcontext() if socket else self.held(context.caller.identity):
            async for response in self.operations.events(question, context):
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
