"""What GraphQL costs beside the bare driver, asked in this process and without HTTP.

CPU is that of this process, so the engine's is no part of it. The statements that ran are counted
by their texts: whatever clients call things, and however many they want, must not make new ones.
"""

import random
import re
import statistics
import string
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import server
from benchmarks.peer import data
from benchmarks.peer.dialect import ONE, OURS, VOLUNTEERS
from benchmarks.peer.ours import Driver
from benchmarks.peer.shapes import Shape
from graph.bolt import Graph, Ran
from resolvers.asker import Asker
from resolvers.auth import DEVELOPER
from resolvers.caller import Shown
from resolvers.operation import Request
from web.body import posted

ROUNDS, TIMES = 7, 5  # so many rounds; each asks every body so often
FRESH = 200  # documents that nobody has seen
EARLY = 100  # requests after which every statement was seen
ASKER = Asker("benchmark")
# Each `_:` becomes an alias, each `first: 0` another limit.
RENAMED = (
    """query($person: String!) { _: person(code: $person) { _: code _: name
      skills(first: 0) { _: edges { level _: node { code _: name } } } } }""",
    """query($grid: String!, $skill: String!) { _: grid(code: $grid) { code
      _: volunteers(first: 0, filter: {skills: {some: {code: {eq: $skill}}}}) {
        nodes { _: code organizations(first: 0) { _: nodes { _: code name } } } } } }""",
    """query($grid: String!) { _: grid(code: $grid) { code
      _: merchants(first: 0) { nodes { _: code _: name trade _: frontage } } } }""",
    "{ _: alliances(first: 0) { nodes { _: code _: name } } }",
)

Work = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class Figure:
    figure: str
    value: float
    unit: str


async def microseconds(work: Sequence[Work]) -> float:
    """CPU of this process for each of them."""
    begun = time.process_time()
    for each in work:
        await each()
    return (time.process_time() - begun) * 1e6 / len(work)


def answering(service: server.Service, graph: Graph, asked: Request) -> Work:
    """Answers a request, whose context is made beforehand."""
    context = service.of(graph, Shown(DEVELOPER), ASKER)
    return lambda: service.operations.answer(service.operations.question(asked), context)


async def cached(service: server.Service, graph: Graph, shape: Shape) -> Figure:
    """What an answer to a known document costs more than reading the same statement."""
    bodies = OURS.bodies(shape)
    driver = Driver(service, graph)
    told = [await driver.found(body) for body in bodies]
    differences = []
    for _ in range(ROUNDS):
        answers = [answering(service, graph, posted(b)) for b in bodies for _ in range(TIMES)]
        reads = [lambda each=each: graph.read(*each) for each in told for _ in range(TIMES)]
        differences.append(await microseconds(answers) - await microseconds(reads))
    value = round(statistics.median(differences), 1)
    return Figure(f"GraphQL over the bare driver, {shape.name}, known document", value, "CPU us")


async def first_seen(service: server.Service, graph: Graph, name: str, query: str) -> Figure:
    """The whole answer to a document whose text was never sent before."""
    variables = {"code": data.person(1), "grid": data.grid(1), "skill": data.skill(1)}
    declared = {key: value for key, value in variables.items() if f"${key}:" in query}
    texts = [query.replace(f"query {name}", f"query {name}{n}") for n in range(FRESH)]
    work = [answering(service, graph, Request(text, declared)) for text in texts]
    value = round(await microseconds(work) / 1000, 3)
    return Figure(f"answer to a first-seen document of {name}", value, "CPU ms")


def renamed(draw: random.Random, count: int) -> Iterator[Request]:
    """Documents that nobody has seen, alike but for aliases and limits."""

    def alias(_: Any) -> str:
        return "".join(draw.choices(string.ascii_letters, k=10)) + ":"

    for number in range(count):
        text = re.sub(r"\b_:", alias, RENAMED[number % len(RENAMED)])
        text = re.sub("first: 0", lambda _: f"first: {draw.randint(1, 50)}", text)
        values = {
            "person": data.person(draw.randrange(data.VOLUNTEERS)),
            "grid": data.grid(draw.randrange(1, data.GRIDS)),
            "skill": data.skill(draw.randrange(data.SKILLS)),
        }
        yield Request(text, {key: each for key, each in values.items() if f"${key}:" in text})


async def texts(service: server.Service, graph: Graph, requests: int) -> list[Figure]:
    """Statements that ran, by text, early on and in the end; and the answers that are none."""
    seen: set[str] = set()

    def observed(ran: Ran) -> None:
        seen.add(ran.text)

    graph.observers.append(observed)
    found: list[Figure] = []
    failed = 0
    for number, asked in enumerate(renamed(random.Random("commongrid wire texts"), requests), 1):
        failed += "errors" in (await answering(service, graph, asked)()).body
        if number in (EARLY, requests):
            name = f"Cypher texts after {number:,} documents with random aliases and limits"
            found.append(Figure(name, len(seen), "texts"))
    graph.observers.remove(observed)
    return [*found, Figure("of these answered by an error", failed, "documents")]


async def figures(graph: Graph, chosen: server.Settings, one: Shape, requests: int) -> list[Figure]:
    """All of them; `one`: shape A."""
    service = server.Service(chosen, graph)
    return [
        await cached(service, graph, one),
        await first_seen(service, graph, "A", ONE),
        await first_seen(service, graph, "B", VOLUNTEERS),
        *await texts(service, graph, requests),
    ]
