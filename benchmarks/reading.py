"""What answering costs: encoded at once, through graphql-core's completion, and the bare driver.

    python benchmarks/reading.py [--requests 100] [--rounds 5]

On the configured graph (the embedded engine with the demo network if nothing is set), in this
process and without HTTP. The ways take turns within each round, their answers are compared byte for
byte first; shown are medians of CPU and wall milliseconds a request, and ratios to the first way.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).parent.parent))

import schema
import server
from graph.bolt import Graph
from resolvers.auth import DEVELOPER
from resolvers.context import Context
from resolvers.operation import Operations, Request

DOCUMENTS = {
    "one node": '{ grid(code: "ZZ-GX-SF-L3-050") { code name level households } }',
    "nested": """{ grids(filter: {level: {eq: L3}}, first: 20) { totalCount nodes { code name
      heads { edges { since deputy node { code name } } }
      children(first: 5) { totalCount nodes { code name households
        heads(first: 2) { edges { since node { code name isVolunteer } } } } } } } }""",
    "wide": """{ people(first: 100) { nodes { code name isVolunteer isPartyMember
      location { longitude latitude } acceptance { mean invited accepted } } } }""",
}


@dataclass
class Way:
    name: str
    ask: Callable[[str], Awaitable[bytes]]


def ways(graph: Graph, operations: Operations) -> list[Way]:
    """Two ways of completing, and the driver alone with the statement that they run."""
    texts: dict[str, tuple[str, Any, dict[str, Any]]] = {}

    def completed(direct: bool) -> Callable[[str], Awaitable[bytes]]:
        async def ask(query: str) -> bytes:
            context = Context(graph, DEVELOPER, date(2026, 11, 24), "bench", direct=direct)
            response = await operations.answer(operations.question(Request(query)), context)
            return msgspec.json.encode(response.body)

        return ask

    async def driver(query: str) -> bytes:
        if query not in texts:
            read = graph.read

            async def noted(name: str, text: Any, parameters: Any, after: Any = ()) -> Any:
                texts[query] = (name, text, dict(parameters))
                return await read(name, text, parameters, after)

            graph.read = noted  # type: ignore[method-assign]
            await completed(True)(query)
            graph.read = read  # type: ignore[method-assign]
        return msgspec.json.encode(await graph.read(*texts[query]))

    return [
        Way("encoded at once", completed(True)),
        Way("graphql-core", completed(False)),
        Way("driver alone", driver),
    ]


async def measured(way: Way, query: str, requests: int) -> tuple[float, float]:
    """CPU and wall milliseconds a request."""
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(requests):
        await way.ask(query)
    return (
        (time.process_time() - cpu) * 1000 / requests,
        (time.perf_counter() - wall) * 1000 / requests,
    )


async def compared(requests: int, rounds: int) -> list[dict[str, Any]]:
    chosen = server.settings(os.environ)
    rows: list[dict[str, Any]] = []
    async with server.network(chosen, lambda text: None) as graph:
        operations = Operations(schema.build()._schema)
        for name, query in DOCUMENTS.items():
            contestants = ways(graph, operations)
            first, second = [await way.ask(query) for way in contestants[:2]]
            assert first == second, f"{name}: the two ways differ"
            times: dict[str, list[tuple[float, float]]] = {way.name: [] for way in contestants}
            for way in contestants:
                await measured(way, query, requests)
            for _ in range(rounds):
                for way in contestants:
                    times[way.name].append(await measured(way, query, requests))
            rows += [_row(name, way.name, times) for way in contestants]
    return rows


def _row(document: str, way: str, times: dict[str, list[tuple[float, float]]]) -> dict[str, Any]:
    cpu, wall = (statistics.median(t[i] for t in times[way]) for i in (0, 1))
    base = statistics.median(t[0] for t in next(iter(times.values())))
    return {
        "document": document,
        "way": way,
        "cpu_ms": round(cpu, 3),
        "wall_ms": round(wall, 3),
        "cpu_ratio": round(cpu / base, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    rows = asyncio.run(compared(chosen.requests, chosen.rounds))
    print(f"{'document':10} {'way':16} {'CPU ms':>8} {'wall ms':>8} {'CPU ratio':>9}")  # noqa: T201
    for row in rows:
        print(  # noqa: T201
            f"{row['document']:10} {row['way']:16} {row['cpu_ms']:8.3f} {row['wall_ms']:8.3f} "
            f"{row['cpu_ratio']:9.2f}"
        )
    print(json.dumps({"benchmark": "reading", "rows": rows}))  # noqa: T201


if __name__ == "__main__":
    main()
