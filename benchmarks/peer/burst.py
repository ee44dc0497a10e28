"""Asks a server over HTTP/1.1 on some connections for some seconds.

It shares the cores with whom it asks, so it does as little as it can: else it would hold back the
fast more than the slow.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

TICKS = 100  # of /proc/PID/stat in a second
ERRORS, HEAD = b'"errors":', 32  # an answer that begins so is none
FOUND, ENDED = b"HTTP/1.1 200 ", b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass
class Burst:
    """`times`: milliseconds of each request; `failed`: how many more were answered by an error."""

    seconds: float
    times: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds


def request(body: bytes) -> bytes:
    head = (
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def length(head: bytes) -> int:
    """How long the body behind a head is; ValueError unless it is that of a 200 with a length."""
    found = LENGTH.search(head)
    if found is None or not head.startswith(FOUND):
        raise ValueError(head.decode(errors="replace"))
    return int(found[1])


class Client(asyncio.Protocol):
    """One connection, on which each answer is awaited before the next request.

    `gone` is done when it is closed; with ValueError for an answer that is no 200 with a length.
    """

    def __init__(self, requests: Sequence[bytes], turn: int, until: float, found: Burst) -> None:
        self.requests, self.turn, self.until, self.found = requests, turn, until, found
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.start = 0.0
        self.head = b""
        self.left = 0  # bytes of the body that are still to come
        self.failed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.ask()

    def ask(self) -> None:
        self.start = time.perf_counter()
        if self.start >= self.until:
            return self.transport.close()
        self.transport.write(self.requests[self.turn % len(self.requests)])
        self.turn += 1

    def data_received(self, data: bytes) -> None:
        if self.left:
            self.left -= len(data)
        else:
            self.head += data
            end = self.head.find(ENDED)
            if end < 0:
                return
            body = end + len(ENDED)
            try:
                size = length(self.head[:body])
            except ValueError as error:
                self.gone.set_exception(error)
                return self.transport.abort()
            if len(self.head) < body + min(size, HEAD):
                return
            self.left = body + size - len(self.head)
            self.failed = ERRORS in self.head[body : body + HEAD]
            self.head = b""
        if self.left == 0:
            self.answered()

    def answered(self) -> None:
        if self.failed:
            self.found.failed += 1
        else:
            self.found.times.append((time.perf_counter() - self.start) * 1000)
        self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        if self.gone.done():
            return
        if time.perf_counter() < self.until:
            self.gone.set_exception(error or ConnectionResetError("closed before its time"))
        else:
            self.gone.set_result(None)


async def once(port: int, body: bytes) -> bytes:
    """The body of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request(body))
        return await reader.readexactly(length(await reader.readuntil(ENDED)))
    finally:
        writer.close()


async def burst(port: int, bodies: Sequence[bytes], connections: int, seconds: float) -> Burst:
    requests, began = [request(body) for body in bodies], time.perf_counter()
    found, loop = Burst(seconds), asyncio.get_running_loop()

    async def client(number: int) -> None:
        def made() -> Client:
            return Client(requests, number * 13, began + seconds, found)

        _, asked = await loop.create_connection(made, "127.0.0.1", port)
        await asked.gone

    await asyncio.gather(*(client(number) for number in range(connections)))
    found.seconds = time.perf_counter() - began
    return found


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS
