"""How fast is an answer over HTTP, and against whom? Shapes A B S C D, contestants in one run.

    python benchmarks/wire.py [--scale 1] [--seconds 3] [--rounds 5] [--connections 8]

Loads the dataset into an embedded engine of its own in a temporary home, or into the empty Neo4j
that `scripts/neo4j/with-neo4j` brings, and starts every contestant on it: ours; ours with every
answer sent through graphql-core's completion; the bare driver with our statements; plain Strawberry
with DataLoaders. Their answers are compared first, keys in order (the driver's are rows, not
answers). All are warmed; then they take turns in bursts. Shown are the median of requests a second
with the least and the most, ours against it, p50, and CPU milliseconds a request of the server and
of the engine; one JSON line. Limits on pages, nodes and cost are raised for ours.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import server  # noqa: E402
from benchmarks.peer import data  # noqa: E402
from benchmarks.peer.burst import Burst, burst, cpu, once  # noqa: E402
from benchmarks.peer.shapes import PAGE, Shape, shapes  # noqa: E402
from graph.engine import Endpoint  # noqa: E402
from graph.load import load  # noqa: E402

PEER = ROOT / "benchmarks" / "peer"
CONTESTANTS: dict[str, tuple[str, ...]] = {
    "ours": (str(ROOT / "server.py"), "serve", "--port"),
    "ours, completed by graphql-core": (str(PEER / "ours.py"), "completion"),
    "driver alone, same statements": (str(PEER / "ours.py"), "driver"),
    "Strawberry with DataLoaders": (str(PEER / "naive.py"),),
}
ROWS = "driver alone, same statements"
WARM = 1.5  # seconds of each shape before anything counts


@dataclass
class Running:
    name: str
    port: int
    process: subprocess.Popen[bytes]


@dataclass
class Figures:
    """Bursts of one contestant on one shape, and CPU seconds of server and engine in them."""

    bursts: list[Burst]
    server: float = 0.0
    engine: float = 0.0

    def row(self, contestant: str, shape: str, ours: float) -> dict[str, Any]:
        rates = [each.rate for each in self.bursts]
        count = sum(len(each.times) for each in self.bursts) or 1
        times = [time for each in self.bursts for time in each.times]
        return {
            "shape": shape,
            "contestant": contestant,
            "rate": round(statistics.median(rates), 1),
            "least": round(min(rates), 1),
            "most": round(max(rates), 1),
            "ours_against": round(ours / statistics.median(rates), 2),
            "p50_ms": round(statistics.median(times), 3) if times else None,
            "server_cpu_ms": round(self.server * 1000 / count, 3),
            "engine_cpu_ms": round(self.engine * 1000 / count, 3),
        }

    @property
    def rate(self) -> float:
        return statistics.median(each.rate for each in self.bursts)


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
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def started(at: Endpoint) -> Iterator[list[Running]]:
    """Every contestant, listening or about to."""
    found: list[Running] = []
    try:
        for name, words in CONTESTANTS.items():
            port = free()
            command = [sys.executable, words[0], *words[1:], str(port)]
            if words[0].endswith("ours.py"):
                command = [sys.executable, words[0], str(port), *words[1:]]
            process = subprocess.Popen(
                command,
                env=environment(at),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            found.append(Running(name, port, process))
        yield found
    finally:
        for each in found:
            each.process.send_signal(signal.SIGTERM)
        for each in found:
            each.process.wait(30)


async def answered(running: Running, body: bytes) -> bytes:
    """The first answer of a contestant, as soon as it gives one."""
    until = time.monotonic() + 120
    while True:
        try:
            return await once(running.port, body)
        except (OSError, ValueError, asyncio.IncompleteReadError):
            if time.monotonic() > until or running.process.poll() is not None:
                raise
            await asyncio.sleep(0.2)


async def compared(contestants: list[Running], wanted: list[Shape]) -> None:
    """Raises if one answers otherwise than ours; keys are compared in their order."""
    for shape in wanted:
        answers: dict[str, bytes] = {}
        for each in contestants:
            for body in shape.bodies[:5]:
                found = msgspec.json.decode(await answered(each, body))
                if each.name == ROWS:
                    continue
                if "errors" in found:
                    raise SystemExit(f"{each.name} on {shape.name}: {found['errors'][:1]}")
                text = json.dumps(found["data"])
                told = answers.setdefault(f"{body!r}", text.encode())
                if told != text.encode():
                    raise SystemExit(f"{each.name} answers {shape.name} otherwise than ours")


async def measured(
    contestants: list[Running], wanted: list[Shape], engine: int, chosen: argparse.Namespace
) -> list[dict[str, Any]]:
    figures = {(each.name, s.name): Figures([]) for each in contestants for s in wanted}
    for shape in wanted:
        for each in contestants:
            await burst(each.port, shape.bodies, chosen.connections, WARM)
    for number in range(chosen.rounds):
        turn = number % len(contestants)  # nobody always finds what another has warmed
        for shape in wanted:
            for each in [*contestants[turn:], *contestants[:turn]]:
                own = figures[each.name, shape.name]
                before = cpu(each.process.pid), cpu(engine)
                own.bursts.append(
                    await burst(each.port, shape.bodies, chosen.connections, chosen.seconds)
                )
                own.server += cpu(each.process.pid) - before[0]
                own.engine += cpu(engine) - before[1]
    return [
        figures[each.name, shape.name].row(each.name, shape.name, figures["ours", shape.name].rate)
        for shape in wanted
        for each in contestants
    ]


def said(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201


def progress(what: str, done: int, of: int) -> None:
    if done == of:
        said(f"loaded {of:,} rows")


async def run(home: Path, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    settings = server.settings({}, home=home)
    async with server.endpoint(settings, said) as where:
        async with server.connected(settings, said, server.PATIENT) as graph:
            await load(graph, "wire", data.network(chosen.scale), progress)
        engine = (
            os.environ.get("NEO4J_PID") or json.loads((home / "endpoint.json").read_bytes())["pid"]
        )
        wanted = [shape for shape in shapes(chosen.scale) if shape.name in chosen.shapes]
        with started(where()) as contestants:
            await compared(contestants, wanted)
            return await measured(contestants, wanted, int(engine), chosen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--shapes", default="ABSCD")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="commongrid-wire-") as home:
        rows = asyncio.run(run(Path(home), chosen))
    names = ("shape", "contestant", "rate", "least", "most", "ours_against", "p50_ms")
    table = Table(*names, "server_cpu_ms", "engine_cpu_ms")
    for row in rows:
        table.add_row(*(f"{value}" for value in row.values()))
    console = Console(width=140)
    console.print(table)
    engine = "neo4j" if "NEO4J_PID" in os.environ else "embedded"
    print(json.dumps({"benchmark": "wire", "engine": engine, "scale": chosen.scale, "rows": rows}))  # noqa: T201


if __name__ == "__main__":
    main()
