"""Asks a server over HTTP/1.1 on some connections for some seconds; as little work as can be."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

TICKS = 100  # of /proc/PID/stat in a second
ERRORS, HEAD = b'"errors":', 32  # an answer that begins so is none


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


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes) -> bytes:
    """The body of the answer; ValueError unless it is a 200 with a length."""
    writer.write(sent)
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    if b" 200 " not in lines[0]:
        raise ValueError(head.decode(errors="replace"))
    length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
    return await reader.readexactly(length)


async def once(port: int, body: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await ask(reader, writer, request(body))
    finally:
        writer.close()


async def burst(port: int, bodies: tuple[bytes, ...], connections: int, seconds: float) -> Burst:
    requests, began = [request(body) for body in bodies], time.perf_counter()
    until, found = began + seconds, Burst(seconds)

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        turn = number * 13
        while (start := time.perf_counter()) < until:
            answer = await ask(reader, writer, requests[turn % len(requests)])
            if ERRORS in answer[:HEAD]:
                found.failed += 1
            else:
                found.times.append((time.perf_counter() - start) * 1000)
            turn += 1
        writer.close()

    await asyncio.gather(*(client(number) for number in range(connections)))
    found.seconds = time.perf_counter() - began
    return found


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS
