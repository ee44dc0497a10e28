"""Connections: what uvicorn leaves open, with a deadline for each of it; and how they are ended.

uvicorn waits for a head or a body as long as it takes, reads a head of any size, refuses in text,
keeps a connection whose client reads nothing, and on a stop cuts what is idle at that moment and
closes WebSockets with 1012. Everything that is done otherwise is done here, and only here.
"""

import asyncio
import logging
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import msgspec
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from resolvers.errors import Code
from web.corked import Corked
from web.refusal import BadRequest
from web.wire import Wire

LINGER_SECONDS = 2.0  # for one who was refused to read why
IDLE_AT_STOP = 0.5  # for a request that is on its way while the server stops
READ_AT_LEAST = 1024  # bytes per second, by one who has much to read
MOST_FILES = 65_536


class Unread:
    """What was sent to a client and not read yet: it must become less, or the client is dropped."""

    def __init__(self, transport: asyncio.Transport, seconds: float) -> None:
        self.transport, self.seconds = transport, seconds
        self.timer: asyncio.TimerHandle | None = None
        self.size = 0

    def watch(self) -> None:
        self.size = self.transport.get_write_buffer_size()
        self.timer = asyncio.get_running_loop().call_later(self.seconds, self.judge)

    def judge(self) -> None:
        if self.size - self.transport.get_write_buffer_size() < self.seconds * READ_AT_LEAST:
            self.transport.abort()
        else:
            self.watch()

    def forget(self) -> None:
        if self.timer:
            self.timer.cancel()


class Watched(asyncio.Protocol):
    """A connection that is watched as long as what was sent on it is not read."""

    unread: Unread

    def pause_writing(self) -> None:
        super().pause_writing()
        self.unread.watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.unread.forget()


class Connection(Watched, HttpToolsProtocol):
    """One HTTP connection. At each moment one deadline counts: of a head, a body, or idleness."""

    def __init__(self, wire: Wire, **how: Any) -> None:
        super().__init__(**how)
        self.wire = wire
        self.deadline: asyncio.TimerHandle | None = None
        # Bytes that came while a head is read, and how many of them were its own.
        self.head = self.size = 0
        self.in_head = self.stopping = self.refused = False

    def until(self, seconds: float, status: int) -> None:
        """From now on this is the deadline; it is told by the status, or, by 0, not at all."""
        self.free()
        self.deadline = self.loop.call_later(seconds, self.late, status)

    def free(self) -> None:
        if self.deadline:
            self.deadline.cancel()
            self.deadline = None

    def late(self, status: int) -> None:
        if status and not self.busy():
            self.refuse(BadRequest(status, "the head of the request took too long"))
        else:
            self.transport.close()

    def busy(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        crowded = len(self.connections) >= self.wire.connections
        super().connection_made(transport)
        self.unread = Unread(transport, self.wire.stall_seconds)
        self.begin()
        if crowded:
            self.refuse(BadRequest(503, "too many connections", Code.UNAVAILABLE))
            self.transport.close()  # nothing was read: it sees why

    def begin(self) -> None:
        self.head, self.in_head = 0, True
        self.until(self.wire.head_seconds, 408)

    def data_received(self, data: bytes) -> None:
        if self.refused:
            return
        if self.in_head:
            self.head += len(data)
        super().data_received(data)
        if self.in_head and self.head > self.wire.head_bytes and not self.refused:
            self.refuse(self.too_large())

    def too_large(self) -> BadRequest:
        return BadRequest(431, f"the head is larger than {self.wire.head_bytes:,} bytes")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self.in_head:  # of a connection that was used before
            self.begin()
        self.size = 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self.measured(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self.measured(len(name) + len(value) + 4)

    def measured(self, size: int) -> None:
        """Ends the reading of a head that is too large; what is raised ends it, as 431."""
        self.size += size
        if self.size > self.wire.head_bytes:
            raise ValueError("head too large")

    def on_headers_complete(self) -> None:
        if not self.url.startswith(b"/"):
            raise ValueError("no path")
        self.in_head = False
        self.until(self.wire.body_seconds + LINGER_SECONDS, 0)
        super().on_headers_complete()
        if self.cycle is None:  # a WebSocket
            return
        self.cycle.transport = cast(asyncio.Transport, Corked(self.transport, self.loop))
        if self.stopping:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self.free()
        if not self.busy():
            self.until(self.wire.idle_seconds, 0)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.deadline is None and not self.busy():
            self.until(self.wire.idle_seconds, 0)

    def send_400_response(self, msg: str) -> None:
        large = self.in_head and self.size > self.wire.head_bytes
        self.refuse(self.too_large() if large else BadRequest(400, "this is no HTTP request"))

    def refuse(self, bad: BadRequest) -> None:
        """Tells why and closes, but reads on for a moment: else the client may never see it."""
        if self.refused or self.transport.is_closing():
            return
        self.refused = True
        if self.busy():  # what went before on this connection is being answered: no place for more
            return self.transport.close()
        body = msgspec.json.encode(bad.body)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "content-length": str(len(body)),
            "connection": "close",
            **bad.headers,
        }
        lines = [f"{name}: {value}\r\n".encode() for name, value in headers.items()]
        self.transport.write(b"".join([STATUS_LINE[bad.status], *lines, b"\r\n", body]))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.until(LINGER_SECONDS, 0)

    def handle_websocket_upgrade(self) -> None:
        self.free()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        self.free()
        self.unread.forget()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def shutdown(self) -> None:
        """The request that is answered, or on its way, is the last one."""
        self.stopping = True
        if self.cycle is not None:
            self.cycle.keep_alive = False
        self.loop.call_later(IDLE_AT_STOP, self.end)

    def end(self) -> None:
        if not self.busy() and not self.transport.is_closing():
            self.transport.close()


class Socket(Watched, WebSocketsSansIOProtocol):
    """One WebSocket. On a stop the application ends it, after what runs; here it is only dropped.

    Dropped is who does not complete the handshake, breaks the framing, or does not read.
    """

    def __init__(self, wire: Wire, **how: Any) -> None:
        super().__init__(**how)
        self.wire = wire
        self.broken = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.unread = Unread(self.transport, self.wire.stall_seconds)
        self.loop.call_later(self.wire.head_seconds, self.unless_opened)

    def unless_opened(self) -> None:
        if not self.handshake_initiated:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if not self.broken:
            super().data_received(data)

    def send_receive_event_to_app(self) -> None:
        try:
            if self.curr_msg_data_type == "text":
                b"".join(self.frames).decode()
        except UnicodeDecodeError:
            self.conn.send_close(1007)
            return self.handle_parser_exception()
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Says why and closes, but not before the client had a moment to read it."""
        self.broken = self.close_sent = True
        sent = self.conn.close_sent
        code, reason = (sent.code, sent.reason) if sent else (1006, "")
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        if self.read_paused:
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self.unread.forget()
        super().connection_lost(exc)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        # What the client has not read it will not read any more; closing would wait for that.
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def shutdown(self) -> None:
        if not self.handshake_complete:
            self.send_500_response()
            self.transport.close()


class Listener(uvicorn.Server):
    """Serves the application; `stopping` is set as soon as no new connection is accepted.

    Without signals of its own: uvicorn would die of them again once it has stopped.
    """

    def __init__(self, app: ASGIApp, wire: Wire, stopping: asyncio.Event, drain: float) -> None:
        self.stopping = stopping
        super().__init__(
            uvicorn.Config(
                app,
                http=cast(Any, partial(Connection, wire)),
                ws=cast(Any, partial(Socket, wire)),
                ws_max_size=wire.socket_bytes,
                ws_per_message_deflate=False,  # a small frame must not become a large message
                lifespan="off",
                log_config=None,
                log_level=logging.ERROR,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # the client's address is no matter of the client's
                timeout_keep_alive=int(wire.idle_seconds) + 1,
                timeout_graceful_shutdown=cast(int, drain),
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.stopping.set()
        await self.accepted(sockets or [])
        await super().shutdown(sockets)

    async def accepted(self, sockets: list[socket.socket]) -> None:
        """Whom the system has let in already is served: closing at once would cut them off."""
        for each in sockets:
            each.listen(0)
        await asyncio.sleep(0.1)


def many_files() -> None:
    """As many connections as the system lets this process have; by default it is often 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
