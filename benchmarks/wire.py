"""How fast is an answer over HTTP, and against whom? Shapes A B S C D U, contestants in one run.

    python benchmarks/wire.py [--scale 1] [--seconds 3] [--rounds 5] [--connections 8]
        [--shapes ABSCDU] [--only yoga apollo …] [--no-further]

Loads the dataset into an embedded engine of its own in a temporary home, or into the empty Neo4j
that `scripts/neo4j/with-neo4j` brings, and starts every contestant on it: ours; ours with every
answer sent through graphql-core's completion; the bare driver with our statements, and with
`RETURN 1` instead of them; plain Strawberry with DataLoaders; @neo4j/graphql on graphql-yoga and on
Apollo Server, asked as its users ask and turned by hand (benchmarks/peer/library.py). Without
Node.js these are left out, and it is said.
Their answers are compared first: keys in order where they are asked alike, else as plain records
(the driver's are rows, not answers). All are warmed; then they take turns in bursts. Who starves on
many connections is asked on one, too. Shown are the median of requests a second with the least and
the most, ours against it on as many connections (the median of what each round says, since a
machine's pace changes from one to the next), p50, CPU milliseconds a request of the server and of
the engine, and how many were answered by an error; then further figures of our own
(benchmarks/peer/layer.py, pair.py) and one JSON line. Limits on pages, nodes and cost are raised
for ours.

C, D and U are the same request on all connections: ours answers those that wait at one moment by
one statement, and on Neo4j, several of A and S by one. No peer does either.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import server  # noqa: E402
from benchmarks.peer import data, layer, node  # noqa: E402
from benchmarks.peer.contestant import CONTESTANTS, Contestant, Running, started  # noqa: E402
from benchmarks.peer.dialect import OURS  # noqa: E402
from benchmarks.peer.pair import workers  # noqa: E402
from benchmarks.peer.shapes import Shape, shapes  # noqa: E402
from benchmarks.peer.turn import Pace, compiled, measured, settled  # noqa: E402
from graph.engine import Endpoint  # noqa: E402
from graph.load import load  # noqa: E402

COMPARED = 5  # answers of each shape
HEADS = ("shape", "contestant", "connections", "rate", "least", "most", "ours_against", "p50_ms")


def said(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201


def progress(what: str, done: int, of: int) -> None:
    if done == of:
        said(f"loaded {of:,} rows")


def contestants(only: Sequence[str]) -> list[Contestant]:
    """Those that are chosen and can run here; ours always and first."""
    wanted = [each for each in CONTESTANTS if each.key == "ours" or not only or each.key in only]
    absent = node.missing() if any(each.compiled for each in wanted) else None
    if absent:
        left = [each for each in wanted if each.compiled]
        said(f"{absent} is needed: nobody asks {', '.join(each.name for each in left)}")
        return [each for each in wanted if each not in left]
    if any(each.compiled for each in wanted):
        node.installed()
    return wanted


async def answers(running: Running, shape: Shape) -> list[Any]:
    """The data of its first answers; SystemExit for an error in them."""
    found = []
    for body in running.contestant.dialect.bodies(shape)[:COMPARED]:
        answer = msgspec.json.decode(await running.answered(body))
        if not running.contestant.rows and "errors" in answer:
            raise SystemExit(f"{running.name} on {shape.name}: {answer['errors'][:1]}")
        found.append(answer if running.contestant.rows else answer["data"])
    return found


def equal(running: Running, shape: Shape, found: Sequence[Any], ours: Sequence[Any]) -> bool:
    """Whether answers say what ours do: in the same bytes where they were asked alike."""
    dialect = running.contestant.dialect
    if running.contestant.rows:
        return True
    if dialect is OURS:
        return json.dumps(found) == json.dumps(ours)
    records = [dialect.records(shape, each) for each in found]
    return records == [OURS.records(shape, each) for each in ours]


async def compared(asked: Sequence[Running], wanted: Sequence[Shape]) -> None:
    """SystemExit if one answers otherwise than ours."""
    for shape in wanted:
        ours = await answers(asked[0], shape)
        for each in asked[1:]:
            if shape.name not in each.contestant.dialect.documents:
                continue
            if not equal(each, shape, await answers(each, shape), ours):
                raise SystemExit(f"{each.name} answers {shape.name} otherwise than ours")
    said("the answers are equal")


async def asked(
    at: Endpoint, engine: int, chosen: argparse.Namespace
) -> tuple[list[dict[str, Any]], list[layer.Figure]]:
    """Rows of the contestants, and figures of two of our processes."""
    known, pace = shapes(chosen.scale), Pace(chosen.seconds, chosen.rounds, chosen.connections)
    wanted = [shape for shape in known if shape.name in chosen.shapes]
    with started(at, contestants(chosen.only)) as running:
        await compared(running, wanted)
        said("warming")
        await settled(running)
        await compiled(running, known[0], pace.connections)
        rows = await measured(running, wanted, engine, pace, said)
        return rows, await workers(at, running[0], known[0], pace) if chosen.further else []


async def run(home: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    settings = server.settings({}, home=home)
    async with server.endpoint(settings, said) as where:
        async with server.connected(settings, said, server.PATIENT) as graph:
            await load(graph, "wire", data.network(chosen.scale), progress)
        engine = (
            os.environ.get("NEO4J_PID") or json.loads((home / "endpoint.json").read_bytes())["pid"]
        )
        rows, pair = await asked(where(), int(engine), chosen)
        further: list[layer.Figure] = []
        if chosen.further:
            async with server.connected(settings, said, server.PATIENT) as graph:
                one = shapes(chosen.scale)[0]
                further = await layer.figures(graph, settings, one, chosen.requests)
        return {"rows": rows, "figures": [asdict(each) for each in [*further, *pair]]}


def shown(found: dict[str, Any]) -> None:
    """Tables of what was found."""
    console, table = Console(width=165), Table(*HEADS, "server_cpu_ms", "engine_cpu_ms", "failed")
    for row in found["rows"]:
        table.add_row(*(f"{value}" for value in row.values()))
    console.print(table)
    if found["figures"]:
        table = Table("figure", "value", "unit")
        for row in found["figures"]:
            table.add_row(row["figure"], f"{row['value']:,}", row["unit"])
        console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--shapes", default="ABSCDU")
    keys = [each.key for each in CONTESTANTS]
    parser.add_argument("--only", nargs="+", choices=keys, default=[], help="beside ours")
    parser.add_argument("--further", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--requests", type=int, default=10_000, help="to count Cypher texts by")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="commongrid-wire-") as home:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found = runner.run(run(Path(home), chosen))
    shown(found)
    engine = "neo4j" if "NEO4J_PID" in os.environ else "embedded"
    print(  # noqa: T201
        json.dumps({"benchmark": "wire", "engine": engine, "scale": chosen.scale, **found})
    )


if __name__ == "__main__":
    main()
