"""Is there an operation that the server cannot answer soundly? Thousands that nobody would write.

    python benchmarks/fuzz.py [--operations 10000] [--seed 1]

Draws valid operations from the schema (hypothesis-graphql), mutations among them, and asks each of
the engine that COMMONGRID_GRAPH_URI names, else of the embedded one in a temporary home, with the
demo network in it, by callers of every role in turn. What must not be: an INTERNAL error, anything
logged as an error, a response that is none. Printed are how many ended how, and one JSON line; ends
with 1 if something was found.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, nodes
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import schema  # noqa: E402
import server  # noqa: E402
from graph.grant import Role  # noqa: E402
from resolvers.auth import DEVELOPER, ROLES, Caller, Granted  # noqa: E402
from resolvers.context import Context  # noqa: E402
from resolvers.operation import Operations, Request  # noqa: E402

PAGE = 50  # operations that are drawn at a time
QUOTED = r'("(?:[^"\\]|\\.)*")'
TEXT = r'("(?:[^"\\]|\\.)*"|-?[0-9]+|null)'
NUMBER = r"(-?[0-9.]+(?:e[+-]?[0-9]+)?|null)"
# What an argument may hold instead of what was drawn, so that more is executed.
SEASONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (rf"\b(first): {NUMBER}", ("1", "3", "20", "null")),
    (rf"\b(last): {NUMBER}", ("null",)),
    (rf"\b(after|before): {TEXT}", ("null",)),
    (r"\b(orderBy): (\[[^\]]*null[^\]]*\]|\{\w+: null\})", ("null", "[]")),  # no key is null
    (rf"\b(asOf): {TEXT}", ("null", '"2025-06-01"', '"2026-11-24"')),
    (rf"\b(within): {TEXT}", ('"RGl2aXNpb246WlotR1gtU0Y"', '"R3JpZDpaWi1HWC1TRi1MMi0wMQ"')),
    (rf"\b(id): {TEXT}", ('"RGl2aXNpb246WlotR1gtU0Y"', '"U2tpbGw6Zmlyc3QtYWlk"')),
    (rf"\b(code): {QUOTED}", ('"ZZ-GX-SF"', '"ZZ-GX-SF-M-001"', '"first-aid"', '"HUAQIANG"')),
    (rf"\b(skill): {TEXT}", ('"first-aid"',)),
    (rf"\b(longitude): {NUMBER}", ("113.55",)),
    (rf"\b(latitude): {NUMBER}", ("34.81",)),
    (rf"\b(k|days|minLevel): {NUMBER}", ("1", "2")),
    (rf"\b(meters|minutes): {NUMBER}", ("30",)),
)
CALLERS = (
    DEVELOPER,
    *(Caller(role, (Granted(role, ROLES[role], ("/ZZ/ZZ-GX/ZZ-GX-SF/",)),)) for role in Role),
)


def scalars() -> dict[str, st.SearchStrategy[Any]]:
    """Literals of our scalars, one in ten of them wrong."""
    tenth = st.integers(0, 9)
    days = st.dates(date(1990, 1, 1), date(2040, 1, 1)).map(str)
    moments = st.datetimes().map(lambda at: f"{at.isoformat(timespec='seconds')}+08:00")
    return {
        "Date": tenth.flatmap(lambda n: st.text() if n == 9 else days).map(nodes.String),
        "DateTime": tenth.flatmap(lambda n: st.text() if n == 9 else moments).map(nodes.String),
        "GeoJSON": st.just(nodes.Object([])),
    }


class Spoken(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def drawn(count: int, start: int, mutations: bool = True) -> Iterator[str]:
    """Documents, the same for the same start."""
    text = schema.sdl()
    strategy = from_schema(text, custom_scalars=scalars())
    if not mutations:
        strategy = strategy.filter(lambda said: not said.lstrip().startswith("mutation"))
    found: list[str] = []

    @settings(
        max_examples=PAGE,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(said: str) -> None:
        found.append(said)

    for page in range((count + PAGE - 1) // PAGE):
        found.clear()
        seed(start + page)(draw)()
        yield from found[:PAGE]


def seasoned(document: str, draw: random.Random) -> str:
    """Every other document with values that mean something in the demo network."""
    if draw.random() < 0.5:
        return document
    for pattern, values in SEASONS:

        def chosen(found: re.Match[str], values: tuple[str, ...] = values) -> str:
            return f"{found[1]}: {draw.choice(values)}"

        document = re.sub(pattern, chosen, document)
    return document


async def asked(
    operations: Operations, graph: Any, document: str, caller: Caller, ended: Counter[str]
) -> list[str]:
    """What is wrong with the answer to one document."""
    context = Context(graph, caller, date(2026, 11, 24), "fuzz")
    response = await operations.answer(operations.question(Request(document)), context)
    body = json.loads(msgspec.json.encode(response.body))
    codes = sorted({error["extensions"]["code"] for error in body.get("errors", [])})
    ended[" ".join(codes) or "answered"] += 1
    return [document] if "INTERNAL" in codes or not body else []


async def run(count: int, start: int) -> dict[str, Any]:
    spoken, draw, ended = Spoken(), random.Random(start), Counter[str]()
    logging.getLogger().addHandler(spoken)
    operations, wrong, number = Operations(schema.build()._schema), list[str](), 0
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="commongrid-fuzz-") as home:
        chosen = server.settings(dict(os.environ), home=Path(home))
        async with server.network(chosen, lambda _: None) as graph:
            for number, document in enumerate(drawn(count, start), 1):
                caller = CALLERS[number % len(CALLERS)]
                said = seasoned(document, draw)
                wrong += await asked(operations, graph, said, caller, ended)
    return {
        "benchmark": "fuzz",
        "operations": number,
        "seconds": round(time.perf_counter() - began, 1),
        "ended": dict(ended.most_common()),
        "wrong": wrong[:10],
        "logged": spoken.lines[:10],
    }


def shown(result: dict[str, Any], what: str) -> int:
    """Prints how what was asked ended, and a JSON line; the exit status."""
    table = Table("ended", what)
    for name, value in result["ended"].items():
        table.add_row(name, f"{value:,}")
    console = Console()
    console.print(table)
    console.print_json(json.dumps(result), indent=None)
    return 1 if result["wrong"] or result["logged"] else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    return shown(asyncio.run(run(wanted.operations, wanted.seed)), "operations")


if __name__ == "__main__":
    sys.exit(main())
