"""Do both ways of completion give the same bytes? Documents that nobody would write are asked.

    python benchmarks/ways.py [--documents 2000] [--seed 1]

Each document is answered the short way, and by graphql-core's completion, on the engine that
COMMONGRID_GRAPH_URI names, else the embedded one, with the demo network in it. What must not be:
bytes that differ, an error of ours, anything logged as an error. Printed are how many ended how,
and one JSON line; ends with 1 if something was found.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import server  # noqa: E402
from benchmarks.author import FREE, SCHEMA, Author  # noqa: E402
from benchmarks.fuzz import Spoken, shown  # noqa: E402
from benchmarks.parity import TODAY  # noqa: E402
from graph.bolt import Graph  # noqa: E402
from resolvers.auth import DEVELOPER  # noqa: E402
from resolvers.context import Context  # noqa: E402
from resolvers.operation import Operations, Request  # noqa: E402

SOUND = {"BAD_USER_INPUT", "LIMIT_EXCEEDED"}  # errors that a document may bring about


async def answered(operations: Operations, graph: Graph, asked: Request, direct: bool) -> bytes:
    """The answer by one of the ways, with what it cost."""
    context = Context(graph, DEVELOPER, TODAY, "ways", costed=True, direct=direct)
    response = await operations.answer(operations.question(asked), context)
    return msgspec.json.encode(response.body)


def ending(answer: bytes) -> str:
    """The codes of an answer's errors, or that it has none."""
    errors = json.loads(answer).get("errors", [])
    return " ".join(sorted({each["extensions"]["code"] for each in errors})) or "answered"


async def run(count: int, start: int) -> dict[str, Any]:
    spoken, ended, wrong = Spoken(), Counter[str](), list[dict[str, Any]]()
    logging.getLogger().addHandler(spoken)
    operations, size, began = Operations(SCHEMA, FREE), 0, time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="commongrid-ways-") as home:
        chosen = server.settings(dict(os.environ), home=Path(home))
        async with server.network(chosen, lambda _: None) as graph:
            # A busy machine, or a plan that is made for the first time, must not make a TIMEOUT.
            graph.settings = replace(graph.settings, read_seconds=60.0)
            for number in range(start, start + count):
                text, variables = Author(random.Random(number)).document()
                asked = Request(text, variables)
                short, long = [
                    await answered(operations, graph, asked, way) for way in (True, False)
                ]
                ended[ending(short)] += 1
                size += len(short)
                if short != long or not {*ending(short).split()} <= SOUND | {"answered"}:
                    wrong.append({"seed": number, "document": text, "variables": variables})
    return {
        "benchmark": "ways",
        "engine": "neo4j" if "COMMONGRID_GRAPH_URI" in os.environ else "embedded",
        "documents": count,
        "bytes": size,
        "seconds": round(time.perf_counter() - began, 1),
        "ended": dict(ended.most_common()),
        "wrong": wrong[:10],
        "logged": spoken.lines[:10],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    return shown(asyncio.run(run(wanted.documents, wanted.seed)), "documents")


if __name__ == "__main__":
    sys.exit(main())
