"""How long does a good request take while others crowd the server?

    python benchmarks/siege.py [--url http://127.0.0.1:8000]

Asks a server that runs (on loopback only), or one that it starts itself in a temporary home. One
crowd after the other stands around it: 300 heads that never end, 300 bodies that come drop by
drop, 5,000 connections that are kept idle, 200 WebSockets that ask large answers and stop reading.
While a crowd stands, a good request is asked again and again on a connection of its own. Prints a
table (how many were let in, how many of them closed and when the last, the good request's median,
95th of 100 and worst milliseconds by the clock) and one JSON line. Memory is that of the server's
process, in MiB, where it was started here.
"""

import argparse
import asyncio
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
HEAD = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = json.dumps({"query": '{ division(code: "ZZ-SJ") { name } }'}).encode()
GOOD = HEAD + f"Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY
ALIVE = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
PEOPLE = "{ people(first: 100) { nodes { id code name } } }"
UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
SECONDS = 50  # longest that a crowd is watched


@dataclass
class Client:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    drip: bytes = b""
    let_in: bool = True
    closed: float | None = None

    async def stand(self, begun: float) -> None:
        """Says a drop each second, and hears only that it is over."""
        watching = asyncio.create_task(self.reader.read())
        with suppress(OSError):
            while not watching.done():
                if self.drip and not self.writer.is_closing():
                    self.writer.write(self.drip)
                await asyncio.wait({watching}, timeout=1.0)
            watching.result()
        self.closed = time.perf_counter() - begun


@dataclass
class Account:
    """What one crowd met. Times of good requests are in milliseconds."""

    crowd: str
    size: int
    let_in: int = 0
    closed: int = 0
    last: float = 0.0
    good: list[float] = field(default_factory=list)
    before: float | None = None
    after: float | None = None


@dataclass
class Siege:
    host: str
    port: int
    process: int | None = None
    pool: ProcessPoolExecutor = field(default_factory=lambda: ProcessPoolExecutor(1))

    async def client(self, *said: bytes, drip: bytes = b"") -> Client:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        writer.writelines(said)
        return Client(reader, writer, drip)

    async def head(self) -> Client:
        return await self.client(b"POST /graphql HTTP/1.1\r\nX: ", drip=b"x")

    async def body(self) -> Client:
        return await self.client(HEAD + b"Content-Length: 100000\r\n\r\n", drip=b" ")

    async def idle(self) -> Client:
        client = await self.client(ALIVE)
        head = await client.reader.readuntil(b"\r\n\r\n")
        client.let_in = b" 200 " in head.splitlines()[0]
        return client

    async def socket(self) -> Client:
        """Asks 20 large answers and reads none; that it still speaks tells when it was dropped."""
        client = await self.client(UPGRADE, drip=frame({"type": "pong"}))
        head = await client.reader.readuntil(b"\r\n\r\n")
        client.let_in = b" 101 " in head.splitlines()[0]
        if client.let_in:
            client.writer.write(frame({"type": "connection_init"}))
            for n in range(20):
                asked = {"id": str(n), "type": "subscribe", "payload": {"query": PEOPLE}}
                client.writer.write(frame(asked))
            client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        return client

    def memory(self) -> float | None:
        """MiB that the server's process holds."""
        if self.process is None:
            return None
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20

    async def stand(
        self, crowd: str, size: int, one: Callable[[], Awaitable[Client]], seconds: float
    ) -> Account:
        """Lets a crowd stand around the server for so long, asking good requests meanwhile."""
        account, begun = Account(crowd, size, before=self.memory()), time.perf_counter()
        clients: list[Client] = []
        at = (self.host, self.port, seconds)
        asking = asyncio.get_running_loop().run_in_executor(self.pool, asked, *at)
        while len(clients) < size:
            made = [one() for _ in range(min(100, size - len(clients)))]
            found = await asyncio.gather(*made, return_exceptions=True)
            clients += [each for each in found if isinstance(each, Client)]
            size -= sum(not isinstance(each, Client) for each in found)
        standing = [asyncio.create_task(each.stand(begun)) for each in clients]
        account.good = await asking
        account.let_in = sum(each.let_in for each in clients)
        closed = [each.closed for each in clients if each.closed is not None]
        account.closed, account.last = len(closed), max(closed, default=0.0)
        for task, client in zip(standing, clients, strict=True):
            task.cancel()
            client.writer.transport.abort()
        await asyncio.sleep(1.0)
        account.after = self.memory()
        return account


def good(host: str, port: int) -> float:
    """Milliseconds until a good request on a new connection is answered."""
    begun = time.perf_counter()
    with socket.create_connection((host, port), timeout=30) as client:
        client.sendall(GOOD)
        head = client.recv(65_536)
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise RuntimeError(f"the good request was refused: {head!r}")
    return (time.perf_counter() - begun) * 1000


def asked(host: str, port: int, seconds: float) -> list[float]:
    """Good requests, one each 0.1 s, from a process of its own, which the crowd does not slow."""
    begun, found = time.perf_counter(), []
    while time.perf_counter() - begun < seconds:
        found.append(good(host, port))
        time.sleep(0.1)
    return found


def frame(message: object) -> bytes:
    """A text frame from a client, masked with nothing."""
    data = json.dumps(message).encode()
    if len(data) < 126:
        return bytes((0x81, 0x80 | len(data))) + bytes(4) + data
    return bytes((0x81, 0xFE)) + len(data).to_bytes(2, "big") + bytes(4) + data


def started(home: str) -> subprocess.Popen[str]:
    """A server on a free port, which it says first."""
    more = {"COMMONGRID_HOME": home, "COMMONGRID_SOCKETS_PER_CALLER": "200"}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "server.py"), "serve", "--port", "0"],
        env={**os.environ, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@asynccontextmanager
async def target(url: str | None) -> AsyncIterator[Siege]:
    """The server at the URL, or one of our own, which lets one caller have 200 sockets."""
    if url:
        at = urlsplit(url)
        if at.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SystemExit("only a server on loopback may be besieged")
        yield Siege(at.hostname, at.port or 80)
        return
    with tempfile.TemporaryDirectory() as home:
        process = started(home)
        assert process.stderr
        assert process.stdout
        port = int(process.stderr.readline().rsplit(":", 1)[1])
        draining = asyncio.create_task(asyncio.to_thread(process.stderr.read))
        await asyncio.to_thread(process.stdout.readline)  # it has loaded its network
        try:
            yield Siege("127.0.0.1", port, process.pid)
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait, 30)
            await draining


async def besieged(url: str | None) -> list[Account]:
    async with target(url) as siege:
        quiet = await siege.stand("nobody", 0, siege.head, 3)
        return [
            quiet,
            await siege.stand("slow heads", 300, siege.head, 15),
            await siege.stand("slow bodies", 300, siege.body, 35),
            await siege.stand("idle connections", 5000, siege.idle, SECONDS),
            await siege.stand("sockets that do not read", 200, siege.socket, SECONDS),
        ]


def shown(accounts: list[Account]) -> Table:
    table = Table(
        "crowd", "of", "let in", "closed", "last after s", "good ms", "p95", "worst", "MiB"
    )
    for each in accounts:
        memory = "" if each.before is None else f"{each.before:.0f} → {each.after:.0f}"
        counted = (each.size, each.let_in, each.closed, f"{each.last:.1f}")
        times = (statistics.median(each.good), p95(each.good), max(each.good))
        table.add_row(each.crowd, *map(str, counted), *(f"{ms:.1f}" for ms in times), memory)
    return table


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def line(accounts: list[Account]) -> str:
    found = {
        each.crowd: {
            "letIn": each.let_in,
            "closed": each.closed,
            "lastSeconds": round(each.last, 1),
            "goodMs": round(statistics.median(each.good), 1),
            "p95Ms": round(p95(each.good), 1),
            "worstMs": round(max(each.good), 1),
            "memoryMiB": each.after and round(each.after),
        }
        for each in accounts
    }
    return json.dumps({"siege": found})


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--url", help="a server that runs on loopback; else one is started")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    result = asyncio.run(besieged(words.parse_args().url))
    Console().print(shown(result))
    Console().out(line(result))
