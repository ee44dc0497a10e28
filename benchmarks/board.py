"""How fast is coverage of a town, out of the snapshot?

    python benchmarks/board.py [--town T1|T2|T3] [--people N] [--rounds 5] [--reach 500]

T1 is a subdistrict (15 + 100 + 619 + 16 grids), T2 a business quarter (6,000 shops, 24 malls, one
dedicated grid over 15 subdistricts), T3 a city: 70,818 units (7,876 community grids, 46,817 micro
grids, 11,381 rural and 4,744 dedicated ones, as many as a city of ten million published), 60
skills, 100,000 volunteers. Loads it into an embedded engine of its own in a temporary home, or into
the empty Neo4j that `scripts/neo4j/with-neo4j` brings. Prints, each with the median and the worst
of the rounds and the longest time for which the event loop was blocked meanwhile: reading the
snapshot, all units for all skills at once, a page of the board, one skill of one level, how many
units are expected to be covered, boards of modes, shops in alliances, plans that have 2 s, how long
one goes on that nobody waits for, and the same right after the skills of a person changed; then
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
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import schema  # noqa: E402
import server  # noqa: E402
from benchmarks.town import TOWNS, Town  # noqa: E402
from graph.bolt import Graph  # noqa: E402
from graph.load import load  # noqa: E402
from graph.snapshot.snapshot import Snapshots  # noqa: E402
from graph.solver import SOLVERS  # noqa: E402
from resolvers.auth import DEVELOPER  # noqa: E402
from resolvers.context import Context  # noqa: E402
from resolvers.identity import global_id  # noqa: E402
from resolvers.limits import Limits  # noqa: E402
from resolvers.operation import Operations, Request  # noqa: E402

LEFT, QUIET = 0.5, 0.05  # seconds after which one goes, and that tell who is idle
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
SKILL = """mutation ($input: CreateSkillInput!) { createSkill(input: $input) {
  skill { code } userErrors { code message } } }"""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def progress(what: str, done: int, of: int) -> None:
    if done % 50_000 < 1_000:
        say(f"{what}: {done:,} of {of:,} rows")


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


@dataclass(frozen=True)
class Question:
    """What is asked in each round, so many times as often, and the milliseconds it should take."""

    name: str
    document: str
    input: Callable[[int], dict[str, Any]]
    most: float = 0
    times: int = 1

    async def put(self, asked: Asker, number: int) -> Any:
        return await asked(self.document, self.input(number))


@dataclass(frozen=True)
class Questions:
    """What is asked of a town, with people within a reach in metres."""

    town: Town
    reach: int

    @property
    def within(self) -> str:
        return global_id("Division", self.town.within)

    def board(self, level: str) -> dict[str, Any]:
        skills = [{"skill": each} for each in self.town.skills]
        columns = {"columns": {"skills": skills}, "meters": self.reach}
        return {"within": self.within, "level": level, **columns}

    def page(self, number: int) -> dict[str, Any]:
        return self.board(list(self.town.units)[number % len(self.town.units)])

    def one(self, number: int) -> dict[str, Any]:
        wanted = {"skill": {"skill": self.town.skills[number % len(self.town.skills)]}}
        return {**self._micro("SKILL"), **wanted, "meters": self.reach}

    def plan(self, seconds: float) -> dict[str, Any]:
        """Of a part, for one skill."""
        within, limits = (
            global_id("Division", self.town.part),
            {"seconds": seconds, "nodes": 20_000},
        )
        skill = {"skill": {"skill": self.town.skills[0]}, "budget": 100}
        return {**self._plan(within), **skill, **limits}

    def cover(self, seconds: float) -> dict[str, Any]:
        """Of the whole: whom it takes that every unit is reached twice."""
        asked = {**self._plan(self.within), "objective": "K_COVER", "k": 2}
        return {**asked, "seconds": seconds, "nodes": 20_000}

    def long(self, seconds: float) -> dict[str, Any]:
        """Of the whole, twice, whoever it is: more to search than there is time for."""
        twice = {"k": 2, "budget": max(30, self.town.units["MICRO"] // 20)}
        return {**self._plan(self.within), **twice, "seconds": seconds, "nodes": 20_000}

    def more(self) -> list[Question]:
        """What is asked of some towns only."""
        found = [
            Question(f"modes of {level}", PAGE, partial(self.modes, level), 150)
            for level in self.town.modes
        ]
        if self.town.merchants:
            asked = self._micro("MERCHANT")
            found.append(Question("shops in alliances", ONE, lambda _: asked, 150))
        if self.town.modes:
            asked_plan = {**self._plan(self.within), "budget": 30}
            found.append(Question("a plan for 30 people", PLAN, lambda _: asked_plan, 2_000))
        return found

    def modes(self, level: str, _: int) -> dict[str, Any]:
        return {"within": self.within, "level": level, "columns": {"modes": []}}

    def _micro(self, kind: str) -> dict[str, Any]:
        return {"kind": kind, "within": self.within, "level": "MICRO"}

    def _plan(self, within: str) -> dict[str, Any]:
        asked = {"objective": "MAX_COVER", "within": within, "level": "MICRO"}
        return {**asked, "meters": self.reach}

    def common(self) -> list[Question]:
        return [
            Question("a page of 100 x skills", PAGE, self.page, 50, 4),
            Question("one skill of a level", ONE, self.one),
            Question("how many are expected", EXPECTED, self.one),
            Question("a plan of 2 s at the most", PLAN, lambda _: self.plan(2.0), 2_400),
            Question("a plan without end in 2 s", PLAN, lambda _: self.long(2.0), 2_400),
            Question("a cover of all in 2 s", PLAN, lambda _: self.cover(2.0), 2_400),
            Question("a cover of all in 1 s", PLAN, lambda _: self.cover(1.0), 1_200),
        ]


async def measured(asked: Asker, town: Town, rounds: int, reach: int) -> dict[str, Any]:
    graph, questions, before = asked.graph, Questions(town, reach), _resident()

    async def read(_: int) -> None:
        graph.memory.pop(Snapshots, None)
        await graph.kept(Snapshots).current(graph)

    async def all_of_them(_: int) -> None:
        for level in town.units:
            await asked(SUMS, questions.board(level))

    await asked.timed("reading the snapshot", read, 2, 0)
    await asked.timed("the first question", all_of_them, 1, 0)  # who is near is looked for once
    server.settle()
    memory = {
        "snapshot_mb": _megabytes(graph.kept(Snapshots).held),
        "grown_mb": _resident() - before,
    }
    await asked.timed("all units, all skills", all_of_them, rounds, 1_000)
    for each in [*questions.common(), *questions.more()]:
        await each.put(asked, 0)
        await asked.timed(each.name, partial(each.put, asked), rounds * each.times, each.most)
    await left(asked, questions, rounds)
    await changed(asked, questions, rounds)
    return memory


async def left(asked: Asker, questions: Questions, rounds: int) -> None:
    """How long a plan goes on that nobody waits for any more."""

    async def go() -> None:
        plan = asyncio.create_task(asked(PLAN, questions.long(20.0)))
        await asyncio.sleep(LEFT)
        plan.cancel()

    async def idle(_: int) -> None:
        """The threads of the solver, and this process; it takes QUIET to see it."""
        await asyncio.wrap_future(SOLVERS.threads.submit(int))
        spent = -QUIET
        while time.process_time() - spent > QUIET / 2:
            spent = time.process_time()
            await asyncio.sleep(QUIET)

    await asked.timed("a plan nobody waits for", idle, rounds, 200, go)


async def changed(asked: Asker, questions: Questions, rounds: int) -> None:
    """Right after a person learned something; raises SystemExit if that is not seen."""
    new = "board-new"
    learners = [questions.town.person(number) for number in range(200)]

    async def learned() -> None:
        person = global_id("Person", learners.pop())
        known = {"person": person, "skill": global_id("Skill", new), "level": 5}
        await asked(LEARN, known)

    # As clients write: what is written past the service is read anew for seconds, beside all else.
    await asked(SKILL, {"code": new, "name": new})
    await learned()
    wanted = {**questions.one(0), "skill": {"skill": new}}
    gave = await asked.timed(
        "one skill, after a change", lambda _: asked(ONE, wanted), rounds, 100, learned
    )
    seen = [(answer["coverage"]["numerator"], answer["coverage"]["revision"]) for answer in gave]
    micro = questions.board("MICRO")
    await asked.timed("a page, after a change", lambda _: asked(PAGE, micro), rounds, 100, learned)
    if not all(a[0] <= b[0] and a[1] != b[1] for a, b in itertools.pairwise(seen)):
        raise SystemExit(f"a change was not seen by the next question: {seen}")


def _resident() -> int:
    """Megabytes of this process at the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _megabytes(snapshot: Any) -> float:
    near = sum(m.data.nbytes + m.indices.nbytes + m.indptr.nbytes
               for m in snapshot.near.known.values())  # fmt: skip
    return round(float(snapshot.size + near) / 1e6, 1)


async def board(name: str, people: int | None, rounds: int, reach: int) -> dict[str, Any]:
    town = TOWNS[name]()
    drawn = town.drawn(people or town.people)
    with tempfile.TemporaryDirectory() as home:
        chosen = server.settings(dict(os.environ))
        chosen.home = Path(home)
        async with server.connected(chosen, say, server.PATIENT) as graph:
            say(f"loading {sum(map(len, [*drawn.nodes.values(), *drawn.links.values()])):,} rows")
            await load(graph, town.within, drawn, progress)
            operations = Operations(schema.build()._schema, Limits(cost=100_000, nodes=100_000))
            asked = Asker(graph, operations)
            memory = await measured(asked, town, rounds, reach)
    return {
        "benchmark": "board",
        "engine": "neo4j" if chosen.graph_uri else "embedded",
        "town": name,
        "people": len(drawn.nodes["Person"]),
        "units": sum(town.units.values()),
        "reach": reach,
        **memory,
        "rows": asked.rows,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--town", choices=TOWNS, default="T3")
    parser.add_argument("--people", type=int, help="as many as such a town has, if not given")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--reach", type=int, default=500, help="metres")
    chosen = parser.parse_args()
    found = asyncio.run(board(chosen.town, chosen.people, chosen.rounds, chosen.reach))
    table = Table("what", "median ms", "worst ms", "loop blocked ms", "should be at most ms")
    for row in found["rows"]:
        table.add_row(*(str(value) for value in row.values()))
    console = Console()
    console.print(table)
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
