"""How fast is coverage of a whole city, out of the snapshot?

    python benchmarks/board.py [--people 100000] [--rounds 5] [--reach 500]

Draws a city from a fixed seed: 70,818 units (7,876 community grids, 46,817 micro grids, 11,381
rural and 4,744 dedicated ones, as many as a city of ten million published), 60 skills, volunteers.
Loads it into an embedded engine of its own in a temporary home, or into the empty Neo4j that
`scripts/neo4j/with-neo4j` brings. Prints, each with the median and the worst of the rounds and the
longest time for which the event loop was blocked meanwhile: reading the snapshot, all units for all
skills at once, a page of 100 x 60 of the board, one skill of one level, how many units are expected
to be covered, a plan that has 2 s, and the same right after the skills of a person changed; then
megabytes, and one JSON line.
"""

import argparse
import asyncio
import itertools
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import schema  # noqa: E402
import server  # noqa: E402
from benchmarks.peer.data import Network  # noqa: E402
from graph.bolt import Graph  # noqa: E402
from graph.load import load  # noqa: E402
from graph.snapshot.snapshot import Snapshots  # noqa: E402
from resolvers.auth import DEVELOPER  # noqa: E402
from resolvers.context import Context  # noqa: E402
from resolvers.identity import global_id  # noqa: E402
from resolvers.limits import Limits  # noqa: E402
from resolvers.operation import Operations, Request  # noqa: E402

CITY = "BOARD"
UNITS = {"L3": 7_876, "MICRO": 46_817, "RURAL": 11_381, "DEDICATED": 4_744}
DISTRICTS, SUBDISTRICTS, SKILLS, TOWNS = 12, 200, 60, 40
CENTER = (113.62, 34.75)
DEGREE = (91_500.0, 111_200.0)  # metres of longitude and latitude there
WIDE, TOWN, HOOD, HOME = 30_000.0, 3_000.0, 300.0, 150.0  # metres of spread

PLACED = {"since": "2024-01-01", "method": "SURVEYED"}
SUMS = """query ($input: CoverageMatrixInput!) {
  coverageMatrix(input: $input) { columns { key ratio numerator denominator } } }"""
PAGE = """query ($input: CoverageMatrixInput!, $after: String) {
  coverageMatrix(input: $input) { columns { key }
    rows(first: 100, after: $after) { pageInfo { endCursor }
      edges { node { code name } cells { key status count } } } } }"""
ONE = """query ($input: CoverageInput!) { coverage(input: $input) {
  numerator denominator unknown ratio revision } }"""
EXPECTED = """query ($input: CoverageInput!) { coverage(input: $input) { effective expected } }"""
PLAN = """query ($input: CoveragePlanInput!) { coveragePlan(input: $input) {
  status objective bound gap seconds } }"""
LEARN = """mutation ($input: AddSkillInput!) { addSkill(input: $input) {
  person { code } userErrors { code message } } }"""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def progress(what: str, done: int, of: int) -> None:
    if done % 50_000 < 1_000:
        say(f"{what}: {done:,} of {of:,} rows")


def skill(number: int) -> str:
    return f"board-{number:02d}"


@dataclass
class City:
    """The rows of the city, drawn from a seed; nobody in it is real."""

    draw: Random = field(default_factory=lambda: Random("commongrid board"))
    rows: Network = field(default_factory=Network)

    def near(self, at: tuple[float, float], spread: float) -> tuple[float, float]:
        x, y = (self.draw.gauss(0, spread) for _ in range(2))
        return at[0] + x / DEGREE[0], at[1] + y / DEGREE[1]

    def division(self, code: str, level: str, above: str | None) -> None:
        self.rows.node("Division", code, name=code, level=level)
        if above:
            self.rows.link("PART_OF", "Division", "Division", code, above)

    def grid(self, code: str, level: str, at: tuple[float, float], above: tuple[str, str]) -> None:
        place = {"longitude": at[0], "latitude": at[1], "sourceCrs": "WGS84"}
        people = {"households": self.draw.randint(50, 70), "codeScheme": "DEMO"}
        self.rows.node("Grid", code, name=code, level=level, **place, **people)
        self.rows.link("PART_OF", "Grid", above[0], code, above[1])

    def drawn(self, people: int) -> Network:
        self.division(CITY, "CITY", None)
        for number in range(DISTRICTS):
            self.division(f"{CITY}-{number:02d}", "DISTRICT", CITY)
        towns = [self.near(CENTER, WIDE) for _ in range(TOWNS)]
        hoods = [self.near(self.draw.choice(towns), TOWN) for _ in range(SUBDISTRICTS)]
        for number in range(SUBDISTRICTS):
            self.division(_part(number), "SUBDISTRICT", f"{CITY}-{number % DISTRICTS:02d}")
        homes = self._grids(hoods)
        for number in range(SKILLS):
            self.rows.node("Skill", skill(number), name=skill(number))
        for number in range(people):
            self._person(number, *self.draw.choice(homes))
        return self.rows

    def _grids(self, hoods: list[tuple[float, float]]) -> list[tuple[str, tuple[float, float]]]:
        """The micro and rural ones, where people live."""
        homes: list[tuple[str, tuple[float, float]]] = []
        communities: list[tuple[str, tuple[float, float]]] = []
        for level, count in UNITS.items():
            for number in range(count):
                code, part = f"{CITY}-{level}-{number:05d}", self.draw.randrange(SUBDISTRICTS)
                at, above = self.near(hoods[part], TOWN / 3), ("Division", _part(part))
                if level == "MICRO":
                    community, near = self.draw.choice(communities)
                    at, above = self.near(near, HOOD), ("Grid", community)
                self.grid(code, level, at, above)
                if level == "L3":
                    communities.append((code, at))
                if level in ("MICRO", "RURAL"):
                    homes.append((code, at))
        return homes

    def _person(self, number: int, grid: str, near: tuple[float, float]) -> None:
        code, at = f"{CITY}-P-{number:06d}", self.near(near, HOME)
        place = {"longitude": at[0], "latitude": at[1], "sourceCrs": "WGS84"}
        self.rows.node("Person", code, name=code, isVolunteer=True, isInvented=True, **place)
        self.rows.link("LOCATED_IN", "Person", "Grid", code, grid, **PLACED)
        for held in self.draw.sample(range(SKILLS), self.draw.randint(1, 4)):
            how = {"level": self.draw.randint(1, 5), "verified": self.draw.random() < 0.5}
            self.rows.link("HAS_SKILL", "Person", "Skill", code, skill(held), **how)


def _part(number: int) -> str:
    return f"{CITY}-{number % DISTRICTS:02d}-{number:03d}"


@dataclass
class Probe:
    """How long the event loop could not do anything else, at the most; in seconds."""

    worst: float = 0.0

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        self.worst, task = 0.0, asyncio.create_task(self._watch())
        await asyncio.sleep(0.01)
        self.worst = 0.0
        yield
        await asyncio.sleep(0.01)
        task.cancel()

    async def _watch(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.002)
            self.worst = max(self.worst, time.perf_counter() - before - 0.002)


@dataclass
class Asker:
    """Asks a graph as a developer."""

    graph: Graph
    operations: Operations
    probe: Probe = field(default_factory=Probe)
    rows: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(self, query: str, input: dict[str, Any], **more: Any) -> Any:
        question = self.operations.question(Request(query, {"input": input, **more}))
        context = Context(self.graph, DEVELOPER, date.today(), "board")
        response = await self.operations.answer(question, context)
        answer = msgspec.json.decode(msgspec.json.encode(response.body))
        if "errors" in answer:
            raise SystemExit(f"{answer['errors'][:1]}")
        return answer["data"]

    async def timed(
        self,
        name: str,
        work: Callable[[int], Awaitable[Any]],
        rounds: int,
        most: float,
        before: Callable[[], Awaitable[None]] | None = None,
    ) -> list[Any]:
        """What each round gave; its milliseconds are kept, against the most it should take.

        `before` is done ahead of each, and not counted.
        """
        took, gave, blocked = [], [], 0.0
        for number in range(rounds):
            if before:
                await before()
            async with self.probe():
                start = time.perf_counter()
                gave.append(await work(number))
                took.append((time.perf_counter() - start) * 1000)
            blocked = max(blocked, self.probe.worst * 1000)
        self.rows.append(
            {
                "what": name,
                "median_ms": round(statistics.median(took), 1),
                "worst_ms": round(max(took), 1),
                "blocked_ms": round(blocked, 1),
                "should_ms": most,
            }
        )
        say(f"{name}: {self.rows[-1]}")
        return gave


async def measured(asked: Asker, rounds: int, reach: int) -> dict[str, Any]:
    graph, within = asked.graph, global_id("Division", CITY)
    skills = [{"skill": skill(number)} for number in range(SKILLS)]
    before = _resident()

    async def read(_: int) -> None:
        graph.memory.pop(Snapshots, None)
        await graph.kept(Snapshots).current(graph)

    def board(level: str) -> dict[str, Any]:
        return {"within": within, "level": level, "meters": reach, "columns": {"skills": skills}}

    async def all_of_them(_: int) -> None:
        for level in UNITS:
            await asked(SUMS, board(level))

    async def page(number: int) -> None:
        await asked(PAGE, board(list(UNITS)[number % len(UNITS)]))

    def one(number: int) -> dict[str, Any]:
        wanted = {"skill": {"skill": skill(number % SKILLS)}, "meters": reach}
        return {"kind": "SKILL", "within": within, "level": "MICRO", **wanted}

    def planned(seconds: float) -> dict[str, Any]:
        """Of a district, with more to search than there is time for."""
        district = global_id("Division", f"{CITY}-00")
        asked = {"objective": "MAX_COVER", "within": district, "level": "MICRO", "meters": reach}
        limits = {"seconds": seconds, "nodes": 20_000}
        return {**asked, "budget": 100, "skill": {"skill": skill(0)}, **limits}

    learners = [f"{CITY}-P-{number:06d}" for number in range(200)]

    async def learned() -> None:
        """One more person learns the skill that the next question is about."""
        person = learners.pop()
        await asked(LEARN, {"person": global_id("Person", person), "skill": global_id("Skill", new),
                            "level": 5})  # fmt: skip

    await asked.timed("reading the snapshot", read, 2, 0)
    await all_of_them(0)  # who is near to whom is looked for once
    memory = {
        "snapshot_mb": _megabytes(graph.kept(Snapshots).held),
        "grown_mb": _resident() - before,
    }
    await asked.timed("all units, all skills", all_of_them, rounds, 1_000)
    await page(0)
    await asked.timed("a page of 100 x 60", page, rounds * 4, 50)
    await asked.timed("one skill of a level", lambda i: asked(ONE, one(i)), rounds, 0)
    await asked.timed("how many are expected", lambda i: asked(EXPECTED, one(i)), rounds, 0)
    await asked(PLAN, planned(1.0))
    await asked.timed(
        "a plan of 2 s at the most", lambda _: asked(PLAN, planned(2.0)), rounds, 2_400
    )
    new = "board-new"
    await graph.write(
        lambda tx: tx.run("board", "CREATE (:Skill {code: $c, name: $c})", {"c": new})
    )
    await graph.kept(Snapshots).current(graph)
    wanted = {**one(0), "skill": {"skill": new}}
    gave = await asked.timed(
        "one skill, after a change", lambda _: asked(ONE, wanted), rounds, 100, learned
    )
    seen = [answer["coverage"]["numerator"] for answer in gave]
    await asked.timed(
        "a page, after a change", lambda _: asked(PAGE, board("MICRO")), rounds, 100, learned
    )
    if not all(a < b for a, b in itertools.pairwise(seen)):
        raise SystemExit(f"a change was not seen by the next question: {seen}")
    return memory


def _resident() -> int:
    """Megabytes of this process at the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _megabytes(snapshot: Any) -> float:
    near = sum(m.data.nbytes + m.indices.nbytes + m.indptr.nbytes
               for m in snapshot.near.known.values())  # fmt: skip
    return round(float(snapshot.size + near) / 1e6, 1)


async def board(people: int, rounds: int, reach: int) -> dict[str, Any]:
    drawn = City().drawn(people)
    with tempfile.TemporaryDirectory() as home:
        chosen = server.settings(dict(os.environ))
        chosen.home = Path(home)
        async with server.connected(chosen, say, server.PATIENT) as graph:
            say(f"loading {sum(map(len, [*drawn.nodes.values(), *drawn.links.values()])):,} rows")
            await load(graph, CITY, drawn, progress)
            operations = Operations(schema.build()._schema, Limits(cost=100_000, nodes=100_000))
            asked = Asker(graph, operations)
            memory = await measured(asked, rounds, reach)
    return {
        "benchmark": "board",
        "engine": "neo4j" if chosen.graph_uri else "embedded",
        "people": people,
        "units": sum(UNITS.values()),
        "reach": reach,
        **memory,
        "rows": asked.rows,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--reach", type=int, default=500, help="metres")
    chosen = parser.parse_args()
    found = asyncio.run(board(chosen.people, chosen.rounds, chosen.reach))
    table = Table("what", "median ms", "worst ms", "loop blocked ms", "should be at most ms")
    for row in found["rows"]:
        table.add_row(*(str(value) for value in row.values()))
    console = Console()
    console.print(table)
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
