"""A drill: an embedded engine is killed while it is written to; what it acknowledged must be there.

The engine lives in a temporary home of its own. The supervisor restarts it; nobody helps. A killed
process is proved to lose nothing, a machine without power is not: its memory stays.
"""

import asyncio
import itertools
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import LiteralString

import msgspec

from graph.bolt import Graph, GraphError, NotUnique, Transaction, connected
from graph.engine import BACKOFF, Engine, EngineSettings, running

CALM = (0.3, 2.0)  # seconds of undisturbed writing before a kill: shortest, longest
LOOK = 0.01  # seconds between looks at the engine
PATIENCE = 0.1  # seconds between a writer's tries

UNIQUE: LiteralString = (
    "CREATE CONSTRAINT DrillWrite_key IF NOT EXISTS FOR (n:DrillWrite) REQUIRE n.key IS UNIQUE"
)
HUB: LiteralString = "MERGE (h:DrillHub {key: 'hub'}) ON CREATE SET h.count = 0"
# The hub first, so that on an engine with locks the writers queue up in one order.
COUNT: LiteralString = "MATCH (h:DrillHub {key: 'hub'}) SET h.count = h.count + 1"
# (:DrillWrite {key})-[:DRILLED]->(:DrillHub {count})
WRITE: LiteralString = (
    "MATCH (h:DrillHub {key: 'hub'}) "
    "CREATE (n:DrillWrite {key: $key, writer: $writer})-[:DRILLED]->(h)"
)
NODES: LiteralString = "MATCH (n:DrillWrite) RETURN collect(n.key)"
LINKS: LiteralString = (
    "MATCH (n:DrillWrite)-[:DRILLED]->(:DrillHub {key: 'hub'}) RETURN collect(n.key)"
)
COUNTED: LiteralString = "MATCH (h:DrillHub {key: 'hub'}) RETURN h.count"

Report = Callable[[str], None]


class Kill(msgspec.Struct, frozen=True):
    """One kill -9: seconds from it to the first answered read and the first acknowledged write.

    `backoff`: how long the supervisor waited on purpose. `written`: writes acknowledged before.
    """

    backoff: float
    first_answer: float
    first_write: float
    written: int


class Result(msgspec.Struct, frozen=True):
    """What a drill found; `sound`: nothing acknowledged is lost or doubled, and all counts agree.

    `again`: tries that failed and were made again. `kept`: writes whose answer was cut off and
    that proved to be there.
    """

    rounds: int
    writers: int
    seconds: float
    acknowledged: int
    again: int
    kept: int
    lost: int
    doubled: int
    nodes: int
    links: int
    counter: int
    sound: bool
    kills: list[Kill]


@dataclass
class Ledger:
    """What the writers know: keys whose write was acknowledged; `wrote` is set by each of them."""

    keys: list[str] = field(default_factory=list)
    wrote: asyncio.Event = field(default_factory=asyncio.Event)
    again: int = 0
    kept: int = 0
    stopping: bool = False
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def write(self, graph: Graph, writer: int) -> None:
        """Write under new keys, each until it is acknowledged, until told to stop."""
        while not self.stopping:
            await self.one(graph, writer, f"{writer}-{next(self.numbers)}")

    async def one(self, graph: Graph, writer: int, key: str) -> None:
        async def work(transaction: Transaction) -> None:
            await transaction.run("drill.count", COUNT, {})
            await transaction.run("drill.write", WRITE, {"key": key, "writer": writer})

        unknown = False
        while True:
            try:
                await graph.write(work)
                break
            except NotUnique:
                if not unknown:
                    raise
                self.kept += 1
                break
            except GraphError:
                unknown = True
                self.again += 1
                await asyncio.sleep(PATIENCE)
        self.keys.append(key)
        self.wrote.set()


async def drill(rounds: int, writers: int, report: Report) -> Result:
    """Kill an engine `rounds` times under `writers` concurrent writers, then count what is there.

    Counted after one more, regular restart, so that nothing is read from the memory of the last.
    """
    began, ledger, kills = time.monotonic(), Ledger(), list[Kill]()
    with TemporaryDirectory(prefix="commongrid-drill-") as folder:
        settings = EngineSettings(Path(folder), heap="512m")
        async with running(settings, report) as engine, connected(lambda: engine.endpoint) as graph:
            await graph.command(UNIQUE)
            await graph.write(lambda tx: tx.run("drill.hub", HUB, {}))
            async with asyncio.TaskGroup() as group:
                for writer in range(writers):
                    group.create_task(ledger.write(graph, writer))
                for number in range(rounds):
                    report(f"kill {number + 1} of {rounds}")
                    backoff = BACKOFF[min(number, len(BACKOFF) - 1)]
                    kills.append(await killed(engine, graph, ledger, backoff))
                ledger.stopping = True
        async with running(settings, report) as engine, connected(lambda: engine.endpoint) as graph:
            report("counting")
            return await counted(graph, ledger, kills, writers, time.monotonic() - began)


async def killed(engine: Engine, graph: Graph, ledger: Ledger, backoff: float) -> Kill:
    await asyncio.sleep(random.uniform(*CALM))
    generation, written = engine.generation, len(ledger.keys)
    at = time.monotonic()
    os.kill(engine.pid, signal.SIGKILL)
    while engine.generation == generation or not await graph.answers():
        if engine.error:
            raise RuntimeError(engine.error)
        await asyncio.sleep(LOOK)
    answered = time.monotonic()
    ledger.wrote.clear()
    await ledger.wrote.wait()
    return Kill(backoff, round(answered - at, 3), round(time.monotonic() - at, 3), written)


async def counted(
    graph: Graph, ledger: Ledger, kills: list[Kill], writers: int, seconds: float
) -> Result:
    nodes = Counter(await graph.read("drill.nodes", NODES, {}))
    links = Counter(await graph.read("drill.links", LINKS, {}))
    counter = int(await graph.read("drill.counted", COUNTED, {}))
    lost = sum(1 for key in ledger.keys if not nodes[key] or not links[key])
    doubled = sum(1 for found in (nodes, links) for times in found.values() if times > 1)
    totals = {nodes.total(), links.total(), counter, len(ledger.keys)}
    return Result(
        rounds=len(kills),
        writers=writers,
        seconds=round(seconds, 1),
        acknowledged=len(ledger.keys),
        again=ledger.again,
        kept=ledger.kept,
        lost=lost,
        doubled=doubled,
        nodes=nodes.total(),
        links=links.total(),
        counter=counter,
        sound=not lost and not doubled and len(totals) == 1,
        kills=kills,
    )
