"""How fast is search among many people, for one who sees everything and for one who sees little?

    python benchmarks/search.py [--people 100000] [--rounds 20]

Invented people, in a temporary embedded graph or, under codes that begin with BENCH-, in the one
that COMMONGRID_GRAPH_URI names (they are deleted afterwards). Each question is asked whole, from
its text to its bytes, with the first 20 results and their names. Prints a table of milliseconds
(by the clock, and of this process's CPU, which a busy machine changes less) and one JSON line: how
long the index took to build, its memory, p50 and p95 of each kind of question.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, LiteralString

import msgspec
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import schema  # noqa: E402
import server  # noqa: E402
from graph.bolt import Graph  # noqa: E402
from graph.demo.draft import Draft  # noqa: E402
from graph.demo.words import GIVEN, SURNAMES  # noqa: E402
from graph.load import load  # noqa: E402
from graph.roster import Roster  # noqa: E402
from resolvers.auth import DEVELOPER, PERMISSIONS, Caller, Granted  # noqa: E402
from resolvers.context import Context  # noqa: E402
from resolvers.operation import Operations, Request  # noqa: E402

PREFIX = "BENCH"
STREETS, GRIDS = 10, 20  # subdistricts, and grids in each
SEARCH = """query ($text: String!) { search(text: $text) { totalCount
  edges { score node { ... on Node { id } ... on Person { code name } } } } }"""
DELETE: LiteralString = (
    "MATCH (n) WHERE n.code STARTS WITH $prefix WITH n LIMIT $most DETACH DELETE n RETURN 1"
)


def network(people: int, chance: random.Random) -> Draft:
    """A district with subdistricts, grids, and people in them."""
    draft = Draft()
    district = draft.node("Division", PREFIX, name="基准区", level="DISTRICT", version=1)
    grids: list[str] = []
    for i in range(STREETS):
        street = f"{PREFIX}-{i}"
        draft.node("Division", street, name=f"基准第{i}街道", level="SUBDISTRICT", version=1)
        draft.link("PART_OF", "Division", "Division", street, district)
        for j in range(GRIDS):
            grids.append(f"{street}-{j:02d}")
            draft.node("Grid", grids[-1], name=f"基准第{i}{j:02d}网格", level="L3", version=1)
            draft.link("PART_OF", "Grid", "Division", grids[-1], street)
    for i in range(people):
        name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
        code = draft.node(
            "Person", f"{PREFIX}-P{i:06d}", name=name, isVolunteer=True, isInvented=True, version=1
        )
        draft.link("LOCATED_IN", "Person", "Grid", code, chance.choice(grids))
    return draft


@dataclass(frozen=True)
class Kind:
    """Questions of a kind, made out of a name and its syllables."""

    name: str
    make: Callable[[str, list[str], random.Random], str]


def _typo(_: str, syllables: list[str], chance: random.Random) -> str:
    letters = list("".join(syllables))
    at = chance.randrange(1, len(letters))
    letters[at - 1 : at + 1] = reversed(letters[at - 1 : at + 1])
    return "".join(letters)


KINDS = (
    Kind("exact", lambda name, _, __: name),
    Kind("prefix", lambda name, _, __: name[: max(1, len(name) - 1)]),
    Kind("pinyin", lambda _, syllables, __: "".join(syllables)),
    Kind("pinyin prefix", lambda _, syllables, __: "".join(syllables)[:4]),
    Kind("initials", lambda _, syllables, __: "".join(each[0] for each in syllables)),
    Kind("typo", _typo),
)


def narrow(path: str) -> Caller:
    return Caller("narrow", (Granted("ORGANIZER", PERMISSIONS, (path,)),))


CALLERS = {
    "everything": DEVELOPER,
    "one grid": narrow(f"/{PREFIX}/{PREFIX}-3/{PREFIX}-3-07/"),
    "a tenth": narrow(f"/{PREFIX}/{PREFIX}-3/"),
}


async def measured(graph: Graph, rounds: int, names: list[str]) -> list[dict[str, Any]]:
    """Rows of caller, kind of question, p50 and p95."""
    from pypinyin import lazy_pinyin

    operations = Operations(schema.build()._schema)
    rows: list[dict[str, Any]] = []
    for who, caller in CALLERS.items():
        for kind in KINDS:
            chance = random.Random(kind.name)
            took: list[float] = []
            worked: list[float] = []
            hits: list[int] = []
            for i in range(rounds + 3):
                name = chance.choice(names)
                text = kind.make(name, lazy_pinyin(name), chance)
                start, cpu = time.perf_counter(), time.process_time()
                context = Context(graph, caller, date(2026, 11, 24), "bench")
                question = operations.question(Request(SEARCH, {"text": text}))
                response = await operations.answer(question, context)
                answer = msgspec.json.encode(response.body)
                if i >= 3:  # the first ones warm the statements
                    took.append((time.perf_counter() - start) * 1000)
                    worked.append((time.process_time() - cpu) * 1000)
                    hits.append(json.loads(answer)["data"]["search"]["totalCount"])
            rows.append(
                {
                    "caller": who,
                    "question": kind.name,
                    "p50": round(statistics.median(took), 1),
                    "p95": round(_most(took), 1),
                    "cpu_p95": round(_most(worked), 1),
                    "hits": round(statistics.median(hits)),
                }
            )
    return rows


def _most(values: list[float]) -> float:
    """What 95 of 100 stay below."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


async def compared(people: int, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    chance = random.Random(PREFIX)
    drawn = network(people, chance)
    with tempfile.TemporaryDirectory() as home:
        chosen = server.settings(dict(os.environ))
        chosen.home = Path(home)
        async with server.connected(chosen, say) as graph:
            say(f"loading {people:,} people")
            await load(graph, PREFIX, drawn, lambda *_: None)
            say("building the index")
            start = time.perf_counter()
            roster = graph.kept(Roster)
            found = await roster.current(graph)
            built = time.perf_counter() - start
            say("asking")
            names = [row["name"] for row in drawn.nodes["Person"]]
            rows = await measured(graph, rounds, names)
            if chosen.graph_uri:
                await _deleted(graph)
    return {
        "benchmark": "search",
        "engine": "neo4j" if chosen.graph_uri else "embedded",
        "people": people,
        "build_seconds": round(built, 1),
        "index_megabytes": round(found.settled.size / 1e6, 1),
        "rows": rows,
    }


async def _deleted(graph: Graph) -> None:
    some = True
    while some:
        said = {"prefix": PREFIX, "most": 10_000}
        gone, _ = await graph.write(lambda tx: tx.run("gone", DELETE, said))  # noqa: B023
        some = bool(gone)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    wanted = parser.parse_args()
    console = Console()
    total = asyncio.run(compared(wanted.people, wanted.rounds, console.log))
    columns = ("caller", "question", "p50", "p95", "cpu_p95", "hits")
    table = Table("caller", "question", "p50 ms", "p95 ms", "CPU p95 ms", "hits")
    for row in total["rows"]:
        table.add_row(*(str(row[name]) for name in columns))
    console.print(table)
    console.print_json(json.dumps(total), indent=None)


if __name__ == "__main__":
    main()
