"""Contestants are warmed and take turns in bursts; each burst is charged to server and engine."""

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.peer.burst import Burst, burst, cpu
from benchmarks.peer.contestant import Running
from benchmarks.peer.shapes import Shape

WARM = 1.5  # seconds of each shape before anything counts
COMPILED = 6_000  # requests after which a machine has compiled what it will
PATIENCE = 20.0  # seconds that these may take
SETTLING = 60.0  # seconds that a process may work unasked
IDLE = 0.05  # seconds of CPU that it may use in one


@dataclass(frozen=True)
class Pace:
    """Of how many seconds bursts are, how many there are of each entry, on how many connections."""

    seconds: float
    rounds: int
    connections: int


@dataclass
class Entry:
    """Bursts of one contestant on one shape, and CPU seconds of server and engine in them."""

    running: Running
    shape: Shape
    connections: int
    bursts: list[Burst] = field(default_factory=list)
    server: float = 0.0
    engine: float = 0.0

    async def burst(self, seconds: float, engine: int) -> None:
        server, before = self.running.process.pid, cpu(engine)
        begun = cpu(server)
        bodies = self.running.contestant.dialect.bodies(self.shape)
        self.bursts.append(await burst(self.running.port, bodies, self.connections, seconds))
        self.server += cpu(server) - begun
        self.engine += cpu(engine) - before

    @property
    def rate(self) -> float:
        return statistics.median(each.rate for each in self.bursts)

    def behind(self, ours: "Entry") -> float | None:
        """How many times as fast ours is: half of the rounds say more, since their pace differs."""
        rounds = [*zip(ours.bursts, self.bursts, strict=True)]
        if not all(each.times for _, each in rounds):
            return None
        return round(statistics.median(our.rate / each.rate for our, each in rounds), 2)

    def row(self, ours: "Entry") -> dict[str, Any]:
        rates = [each.rate for each in self.bursts]
        times = [time for each in self.bursts for time in each.times]
        count = len(times) or 1
        return {
            "shape": self.shape.name,
            "contestant": self.running.name,
            "connections": self.connections,
            "rate": round(self.rate, 1),
            "least": round(min(rates), 1),
            "most": round(max(rates), 1),
            "ours_against": self.behind(ours),
            "p50_ms": round(statistics.median(times), 3) if times else None,
            "server_cpu_ms": round(self.server * 1000 / count, 3),
            "engine_cpu_ms": round(self.engine * 1000 / count, 3),
            "failed": sum(each.failed for each in self.bursts),
        }


def entries(contestants: Sequence[Running], shape: Shape, connections: int) -> list[Entry]:
    """Who is asked a shape on how many connections; ours on one as soon as another is."""
    asked = [each for each in contestants if shape.name in each.contestant.dialect.documents]
    alone = [each for each in asked if shape.name in each.contestant.starves]
    if not alone or connections == 1:
        return [Entry(each, shape, connections) for each in asked]
    ours = contestants[0]
    return [
        *(Entry(each, shape, connections) for each in asked),
        *(Entry(each, shape, 1) for each in [ours, *alone]),
    ]


async def settled(running: Sequence[Running]) -> None:
    """Waits until no process works unasked, as ours does while it reads the names for search."""
    until, before = time.monotonic() + SETTLING, 0.0
    while time.monotonic() < until:
        used = sum(cpu(each.process.pid) for each in running)
        if used - before < IDLE:
            return
        before = used
        await asyncio.sleep(1)


async def compiled(contestants: Sequence[Running], shape: Shape, connections: int) -> None:
    """Asks those whose machines compile what runs often until that is done, once each process."""
    processes = {each.port: each for each in contestants if each.contestant.compiled}
    for each in processes.values():
        assert each.contestant.compiled
        bodies, count = each.contestant.compiled.bodies(shape), 0
        until = time.monotonic() + PATIENCE
        while count < COMPILED and time.monotonic() < until:
            count += len((await burst(each.port, bodies, connections, 1.0)).times)


async def measured(
    contestants: Sequence[Running],
    wanted: Sequence[Shape],
    engine: int,
    pace: Pace,
    report: Callable[[str], None],
) -> list[dict[str, Any]]:
    """A row of each entry."""
    asked = {shape.name: entries(contestants, shape, pace.connections) for shape in wanted}
    for some in asked.values():
        for each in some:
            await Entry(each.running, each.shape, each.connections).burst(WARM, engine)
    for number in range(pace.rounds):
        report(f"round {number + 1} of {pace.rounds}")
        for some in asked.values():
            turn = number % len(some)  # nobody always finds what another has warmed
            for each in [*some[turn:], *some[:turn]]:
                await each.burst(pace.seconds, engine)
    return [each.row(_ours(some, each)) for some in asked.values() for each in some]


def _ours(some: Sequence[Entry], of: Entry) -> Entry:
    return next(each for each in some if each.connections == of.connections)
