"""/graphql over WebSocket, by graphql-transport-ws and nothing older."""

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from resolvers.asker import Asker
from resolvers.context import Context
from resolvers.errors import Code, Refusal
from resolvers.operation import Request
from web import frame, refusal
from web.asking import Asking, asker
from web.frame import Closed, Complete, Init, Ping, Pong, Subscribe
from web.head import head
from web.refusal import BadRequest

GONE = (WebSocketDisconnect, WebSocketDisconnected)
LEAVING = Closed(1001, "the server stops")
log = logging.getLogger("commongrid.web")


@dataclass
class Sockets:
    """The WebSocket endpoint, as an ASGI application; `total`: how many there are."""

    asking: Asking
    total: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.total >= self.asking.wire.sockets or self.asking.stopping.is_set():
            bad = BadRequest(503, "too many WebSockets; try again later", Code.UNAVAILABLE)
            return await refusal.told(bad, ())(scope, receive, send)
        self.total += 1
        try:
            await Session(self, WebSocket(scope, receive, send), asker(head(scope))).serve()
        finally:
            self.total -= 1


class Session:
    """One socket: from its handshake to its close, with the operations that run on it."""

    def __init__(self, sockets: Sockets, socket: WebSocket, who: Asker) -> None:
        self.socket, self.who = socket, who
        self.asking, self.wire = sockets.asking, sockets.asking.wire
        self.running: dict[str, asyncio.Task[None]] = {}
        self.ended: asyncio.Future[Closed] = asyncio.get_running_loop().create_future()
        self.streams: set[str] = set()  # those of them that end only by themselves
        self.number = 0  # of operations so far
        self.caller: str | None = None
        self.held = ExitStack()  # its place among the caller's sockets

    async def serve(self) -> None:
        """Everything until the close. Whatever the client does, nothing is raised."""
        offered = frame.PROTOCOL in self.socket.scope["subprotocols"]
        try:
            await self.socket.accept(frame.PROTOCOL if offered else None)
            closed = await self.lived() if offered else Closed(4406, "Subprotocol not acceptable")
            if closed:
                await self.socket.close(closed.code, closed.reason)
        except (*GONE, RuntimeError):
            log.debug("%s left", self.who.request)

    async def lived(self) -> Closed | None:
        """Why the socket is to be closed; None if the client has left it."""
        ways = [asyncio.create_task(each) for each in (self.listened(), self.stopped())]
        ends: list[asyncio.Future[Any]] = [self.ended, *ways]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            closed: Closed | None = next(each.result() for each in ends if each.done())
            return closed
        finally:
            self.end(LEAVING)
            await _cancelled([*ways, *self.running.values()])
            self.held.close()

    async def stopped(self) -> Closed:
        """Comes back when the server stops and no query or mutation runs any more."""
        await self.asking.stopping.wait()
        for identifier in self.streams & self.running.keys():
            self.running.pop(identifier).cancel()
            await self.completed(identifier, None)
        while self.running:
            await asyncio.wait(self.running.values(), return_when=asyncio.FIRST_COMPLETED)
        return LEAVING

    async def listened(self) -> Closed | None:
        """Does as the client says until it leaves, or says what cannot be."""
        try:
            try:
                async with asyncio.timeout(self.wire.socket_init_seconds):
                    while self.caller is None:
                        await self.act(await self.said())
            except TimeoutError:
                return Closed(4408, "Connection initialisation timeout")
            while True:
                await self.act(await self.said())
        except Closed as closed:
            return closed
        except GONE:
            return None

    async def said(self) -> frame.Said:
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        return frame.read(message.get("text"))

    async def act(self, said: frame.Said) -> None:
        match said:
            case Init(payload):
                await self.begin(payload)
            case Ping(payload):
                await self.socket.send_text(frame.write("pong", None, payload))
            case Subscribe():
                await self.subscribe(said)
            case Complete(identifier) if identifier in self.running:
                self.running.pop(identifier).cancel()
                self.streams.discard(identifier)
            case Complete() | Pong():
                pass

    async def begin(self, payload: Mapping[str, Any]) -> None:
        if self.caller is not None:
            raise Closed(4429, "Too many initialisation requests")
        shown = [payload[name] for name in ("authorization", "Authorization") if name in payload]
        if not all(isinstance(each, str) for each in shown):
            raise Closed(4400, "«authorization» must be a text")
        self.who = replace(self.who, authorization=(*self.who.authorization, *shown))
        context = await self.known(self.who)
        try:
            self.held.enter_context(self.asking.held(context.caller.identity))
        except BadRequest:
            raise Closed(4429, "Too many sockets") from None
        self.caller = context.caller.identity
        if context.until is not None:
            loop, left = asyncio.get_running_loop(), context.until - time.time()
            expiry = loop.call_later(max(left, 0.0), self.end, Closed(4403, "Token expired"))
            self.ended.add_done_callback(lambda _: expiry.cancel())
        await self.socket.send_text(frame.write("connection_ack"))

    async def known(self, who: Asker) -> Context:
        """The context of who asks; Closed where they may not, or nothing can be answered now."""
        try:
            return await self.asking.context_of(who)
        except Refusal as refused:
            raise _closed(refused) from None

    def end(self, closed: Closed) -> None:
        if not self.ended.done():
            self.ended.set_result(closed)

    async def subscribe(self, said: Subscribe) -> None:
        if self.caller is None:
            raise Closed(4401, "Unauthorized")
        if said.id in self.running:
            raise Closed(4409, f"Subscriber for {said.id} already exists")
        refused = said.refused or self.crowded()
        if refused or said.request is None:
            errors = refused.body["errors"] if refused else []
            return await self.socket.send_text(frame.write("error", said.id, errors))
        self.number += 1
        self.running[said.id] = asyncio.create_task(self.answered(said.id, said.request))

    def crowded(self) -> BadRequest | None:
        """Why no further operation can run on this socket now."""
        if self.asking.stopping.is_set():
            return BadRequest(503, "the server stops", Code.UNAVAILABLE)
        most = self.wire.socket_operations
        if len(self.running) < most:
            gate = self.asking.gate
            return gate.crowded(self.caller, gate.sockets) if self.caller else None
        message = f"at most {most} operations run on one socket"
        limit = "SOCKET_OPERATIONS"
        return BadRequest(429, message, Code.LIMIT_EXCEEDED, limit=limit, most=most)

    async def answered(self, identifier: str, request: Request) -> None:
        """One operation: its responses, and `complete`; or `error`, if it was not executed."""
        own = replace(self.who, request=f"{self.who.request}-{self.number}")
        try:
            errors = await self.told(identifier, request, own)
        except Closed as closed:
            return self.end(closed)
        except Refusal as refused:
            return self.end(_closed(refused))
        except BadRequest as bad:
            errors = bad.body["errors"]
        except GONE:
            return
        except Exception:
            log.exception("%s failed", own.request)
            errors = refusal.defect(own.request).body["errors"]
        await self.completed(identifier, errors)

    async def told(self, identifier: str, request: Request, own: Asker) -> Any:
        """Sends each response; the errors of a request that was refused, or None."""
        context = await self.known(own)
        question = self.asking.operations.question(request)
        if question.kind == "subscription":
            self.streams.add(identifier)
        async for response in self.asking.events(own, question, context, socket=True):
            if not response.executed:
                return response.body["errors"]
            await self.socket.send_text(frame.write("next", identifier, response.body))
        return None

    async def completed(self, identifier: str, errors: Any) -> None:
        """The last word on an operation; its id may be used again by the time it is read."""
        if self.running.get(identifier) is asyncio.current_task():
            del self.running[identifier]
            self.streams.discard(identifier)
        try:
            kind = "complete" if errors is None else "error"
            await self.socket.send_text(frame.write(kind, identifier, errors))
        except (*GONE, RuntimeError):
            log.debug("%s left", self.who.request)


def _closed(refused: Refusal) -> Closed:
    unavailable = refused.code == Code.UNAVAILABLE
    return Closed(1013, "Try again later") if unavailable else Closed(4403, "Forbidden")


async def _cancelled(tasks: list[asyncio.Task[Any]]) -> None:
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
