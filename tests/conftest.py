"""One real engine for the whole run, with the demo network in it.

The engine is the embedded one in a folder of its own, or the Neo4j that COMMONGRID_GRAPH_URI names.
Tests that write bring rows of their own, under a prefix that no other test uses (`prefix`), so that
the demo network's figures stay what they are.
"""

import asyncio
import itertools
import os
import uuid
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, LiteralString, TypeVar

import msgspec
import pytest

import schema
import server
from graph import feed
from graph.bolt import Graph, Ran
from graph.home import Endpoint, Home
from resolvers.auth import DEVELOPER, PERMISSIONS, Caller, Granted
from resolvers.context import Context
from resolvers.operation import Operations, Request

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], T]
NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def run() -> Iterator[Run[Any]]:
    """Runs a coroutine on the one event loop of the session."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture(scope="session")
def engine_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the session's engine, if that is the embedded one."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def graph(run: Run[Any], engine_home: Path) -> Iterator[Graph]:
    """The demo network on a real engine."""
    chosen = server.settings(dict(os.environ))
    chosen.home = engine_home
    opened = server.network(chosen, lambda _: None)
    found: Graph = run(opened.__aenter__())
    # A slow machine, or a Neo4j that plans a statement for the first time, is no failure; and what
    # a test wrote past the software it may count on, however long reading it takes.
    found.settings = replace(found.settings, read_seconds=60.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed, "PATIENCE", 60.0)
        yield found
    run(opened.__aexit__(None, None, None))


@pytest.fixture
def engine(engine_home: Path, graph: Graph) -> Endpoint:
    """Where the engine of the session answers."""
    chosen = server.settings(os.environ)
    if chosen.graph_uri:
        password = chosen.graph_password.get_secret_value()
        return Endpoint(chosen.graph_uri, chosen.graph_user, password, chosen.graph_database)
    known = Home(engine_home).known()
    assert known
    return known[0]


@pytest.fixture(scope="session")
def operations() -> Operations:
    return Operations(schema.build()._schema)


def scoped(*paths: str) -> Caller:
    """A caller with every permission, who sees the territories with these paths and below."""
    return Caller("narrow", (Granted("ORGANIZER", PERMISSIONS, paths),))


@dataclass
class Ask:
    """Asks the real graph; remembers which statements ran for the last question."""

    graph: Graph
    operations: Operations
    run: Run[Any]
    ran: list[Ran] = field(default_factory=list)

    def __call__(
        self, query: str, variables: dict[str, Any] | None = None, **how: Any
    ) -> dict[str, Any]:
        """The response map; `how` as for the bytes."""
        found: dict[str, Any] = msgspec.json.decode(self.bytes(query, variables, **how))
        return found

    def bytes(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        caller: Caller = DEVELOPER,
        direct: bool = True,
        language: str = "en",
        today: date = date(2026, 11, 24),
    ) -> bytes:
        """The response as it goes over the wire. `direct`: by which way it is completed."""
        context = Context(self.graph, caller, today, "request-of-a-test", language, direct=direct)
        self.ran.clear()
        self.graph.observers.append(self.ran.append)
        try:
            question = self.operations.question(Request(query, variables))
            response = self.run(self.operations.answer(question, context))
        finally:
            self.graph.observers.remove(self.ran.append)
        return msgspec.json.encode(response.body)

    def data(self, query: str, variables: dict[str, Any] | None = None, **how: Any) -> Any:
        """The data of an answer that must have no errors."""
        answer = self(query, variables, **how)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


@pytest.fixture
def ask(graph: Graph, operations: Operations, run: Run[Any]) -> Ask:
    return Ask(graph, operations, run)


# What a change leaves behind, for rows that a test writes by itself.
EVENT: LiteralString = (
    "CREATE (e:Event {id: $id, name: 'test', label: $label, code: $code, version: 1, fields: [], "
    "others: [], at: datetime(), minute: timestamp() / 60000})"
)
Tell = Callable[[str, str], None]


@pytest.fixture
def tell(graph: Graph, run: Run[Any]) -> Tell:
    """Says that the node of this label and code was changed, as every change does."""

    def said(label: str, code: str) -> None:
        event = {"id": str(uuid.uuid4()), "label": label, "code": code}
        run(graph.write(lambda tx: tx.run("told", EVENT, event)))

    return said


@pytest.fixture
def prefix() -> str:
    """The beginning of codes that belong to one test alone."""
    return f"T{next(NUMBERS):03d}"
