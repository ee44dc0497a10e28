"""Who is asked, in which words, and the processes that answer; one process for equal commands."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peer.burst import once
from benchmarks.peer.dialect import OURS, Dialect
from benchmarks.peer.library import LIBRARY, TURNED
from benchmarks.peer.shapes import PAGE
from graph.engine import Endpoint

PEER = Path(__file__).resolve().parent
ROOT = PEER.parent.parent
PORT = "PORT"  # in a command


@dataclass(frozen=True)
class Contestant:
    """`key`: what it is chosen by. `rows`: it answers the driver's rows, in nobody's form.

    `starves`: the shapes on which many connections are too much for it, so that it is asked on one,
    too. `compiled`: its machine compiles what was asked thousands of times; the words to do so.
    """

    key: str
    name: str
    command: tuple[str, ...]
    dialect: Dialect = OURS
    rows: bool = False
    starves: str = ""
    compiled: Dialect | None = None


ON_NODE = ("node", str(PEER / "library.mjs"), PORT)
CONTESTANTS = (
    Contestant("ours", "ours", (sys.executable, str(ROOT / "server.py"), "serve", "--port", PORT)),
    Contestant(
        "completion",
        "ours, completed by graphql-core",
        (sys.executable, str(PEER / "ours.py"), PORT, "completion"),
    ),
    Contestant(
        "driver",
        "driver alone, same statements",
        (sys.executable, str(PEER / "ours.py"), PORT, "driver"),
        rows=True,
    ),
    Contestant(
        "least",
        "driver alone, RETURN 1",
        (sys.executable, str(PEER / "ours.py"), PORT, "least"),
        rows=True,
    ),
    Contestant(
        "strawberry",
        "Strawberry with DataLoaders",
        (sys.executable, str(PEER / "naive.py"), PORT),
    ),
    Contestant(
        "yoga",
        "@neo4j/graphql on Yoga",
        (*ON_NODE, "yoga"),
        LIBRARY,
        starves="BS",
        compiled=LIBRARY,
    ),
    Contestant(
        "apollo",
        "@neo4j/graphql on Apollo Server",
        (*ON_NODE, "apollo"),
        LIBRARY,
        starves="BS",
        compiled=LIBRARY,
    ),
    Contestant(
        "turned",
        "@neo4j/graphql on Yoga, turned by hand",
        (*ON_NODE, "yoga"),
        TURNED,
        starves="BS",
        compiled=LIBRARY,
    ),
)


@dataclass(frozen=True)
class Running:
    contestant: Contestant
    port: int
    process: subprocess.Popen[bytes]

    @property
    def name(self) -> str:
        return self.contestant.name

    async def answered(self, body: bytes) -> bytes:
        """Its answer, as soon as it gives one."""
        until = time.monotonic() + 120
        while True:
            try:
                return await once(self.port, body)
            except (OSError, ValueError, asyncio.IncompleteReadError):
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                await asyncio.sleep(0.2)


def free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def environment(at: Endpoint) -> dict[str, str]:
    raised = {name: str(PAGE * PAGE) for name in ("NODES", "COST")}
    limits = {f"COMMONGRID_LIMIT_{name}": value for name, value in raised.items()}
    return {
        **os.environ,
        **limits,
        "COMMONGRID_LIMIT_PAGE": str(PAGE),
        "COMMONGRID_PROFILE": "development",
        "COMMONGRID_GRAPH_URI": at.uri,
        "COMMONGRID_GRAPH_USER": at.user,
        "COMMONGRID_GRAPH_PASSWORD": at.password,
        "COMMONGRID_GRAPH_DATABASE": at.database,
        "NODE_ENV": "production",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def started(at: Endpoint, wanted: Sequence[Contestant]) -> Iterator[list[Running]]:
    """Every contestant, listening or about to."""
    found: dict[tuple[str, ...], tuple[int, subprocess.Popen[bytes]]] = {}
    try:
        for each in wanted:
            if each.command not in found:
                found[each.command] = _process(each.command, at)
        yield [Running(each, *found[each.command]) for each in wanted]
    finally:
        _ended([process for _, process in found.values()])


def _process(command: tuple[str, ...], at: Endpoint) -> tuple[int, subprocess.Popen[bytes]]:
    port = free()
    words = [str(port) if word == PORT else word for word in command]
    words[0] = shutil.which(words[0]) or words[0]
    process = subprocess.Popen(
        words, env=environment(at), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return port, process


def _ended(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for each in processes:
        each.send_signal(signal.SIGTERM)
    for each in processes:
        each.wait(30)
