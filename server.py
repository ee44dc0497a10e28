"""The composition root: plugs the rooms together as the settings say."""

import asyncio
import gc
import itertools
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from starlette.types import ASGIApp

import schema
from graph import api_key, backup, bolt, demo, document, indexes, load, search, term
from graph.archive import BackupError, Manifest
from graph.bolt import BoltSettings, Graph, GraphError
from graph.engine import Endpoint, EngineSettings, running
from graph.intake import intake
from graph.snapshot.snapshot import Snapshots
from graph.solver import SOLVERS
from jobs.planning import planning
from resolvers import caller, documents, identity, machine, rehearsal, trace
from resolvers.asker import Asker
from resolvers.auth import DEVELOPER
from resolvers.caller import Callers, Shown
from resolvers.context import Context
from resolvers.documents import Documents, Mode
from resolvers.errors import Code, Refusal
from resolvers.operation import Operations, Request
from settings import PREFIX, Settings, SettingsError, settings
from web import watch
from web.app import application
from web.asking import Asking
from web.health import Health
from web.listener import Listener, many_files
from web.span import spans
from web.watch import Metrics

FOLLOWED = 5.0  # seconds after which documents that others registered are answered
COUNTED = 6  # so many of these, and the relationships of the graph are counted
DRAIN_SECONDS = 15
DEMO = "demo"  # the demo network's name in the store
# Loading looks up and writes thousands of rows at once; it may take its time.
PATIENT = BoltSettings(read_seconds=120.0, write_seconds=300.0, long_seconds=600.0)

# Asked at every start: it warms the path that a coverage question takes, and shows that it answers.
FIRST_QUESTION = Request(
    """query ($within: ID!) {
  coverage(input: {kind: HEAD_ASSIGNED, level: MICRO, within: $within}) { numerator denominator }
}""",
    {"within": identity.global_id("Division", "ZZ-GX-SF")},
)
CENSUS = Request(
    """{
  divisions { totalCount } grids { totalCount } people { totalCount } skills { totalCount }
  socialOrganizations { totalCount } partyOrganizations { totalCount } merchants { totalCount }
  businessDistricts { totalCount } alliances { totalCount } places { totalCount }
  serviceCenters { totalCount } volunteerTeams { totalCount } departments { totalCount }
  certificates { totalCount } needs { totalCount } visits { totalCount }
  patrolNotes { totalCount } planRuns { totalCount } dataSources { totalCount } terms { totalCount }
}"""
)

__all__ = ["PREFIX", "Settings", "SettingsError", "settings"]  # what is said of settings.py
log = logging.getLogger("commongrid.server")

Report = Callable[[str], None]
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Synced:
    """What is `wrong` with documents, which are then not registered; else id and place of each."""

    wrong: Sequence[str]
    registered: Sequence[tuple[str, str]]


@asynccontextmanager
async def network(chosen: Settings, report: Report) -> AsyncIterator[Graph]:
    """The graph that the settings name, with its indexes.

    In the development profile an empty one gets the demo network, and a begun one is completed.
    """
    async with connected(chosen, report, chosen.deadlines) as graph:
        wanted = chosen.development and await load.empty(graph)
        begun = await load.interrupted(graph)
        if wanted or begun == DEMO:
            await load_demo(graph, report)
        elif begun:
            report("a load of files was begun and not ended: repeat its command to complete it")
        yield graph


@asynccontextmanager
async def connected(
    chosen: Settings, report: Report, deadlines: BoltSettings | None = None
) -> AsyncIterator[Graph]:
    """The graph that the settings name, with its indexes."""
    async with endpoint(chosen, report) as where, bolt.connected(where, deadlines) as graph:
        report("making sure of indexes and dictionaries")
        await indexes.ensure(graph)
        await term.ensure(graph)
        yield graph


@asynccontextmanager
async def endpoint(chosen: Settings, report: Report) -> AsyncIterator[Callable[[], Endpoint]]:
    """Where the graph answers now; the embedded engine runs as long as this is held."""
    if chosen.graph_uri:
        password = chosen.graph_password.get_secret_value()
        at = Endpoint(chosen.graph_uri, chosen.graph_user, password, chosen.graph_database)
        yield lambda: at
        return
    wanted = EngineSettings(chosen.home, heap=chosen.engine_heap)
    async with running(wanted, report) as engine:
        yield lambda: engine.endpoint


async def load_demo(graph: Graph, report: Report) -> None:
    """Load the demo network, or complete it."""
    report("drawing the demo network")
    drawn = await asyncio.to_thread(demo.network)
    told = lambda _, done, of: report(f"loading the demo network {done:,}/{of:,} rows")  # noqa: E731
    await load.load(graph, DEMO, drawn, told)


@dataclass
class Service:
    """What requests need, put together once; it has no graph until that is loaded."""

    chosen: Settings
    graph: Graph | None = None
    stopping: bool = False

    def __post_init__(self) -> None:
        documents = Documents(Mode(self.chosen.documents))
        self.operations = Operations(
            schema.build()._schema, self.chosen.limits, documents, open=self.chosen.development
        )
        self.asking = Asking(self.operations, self.context, self.chosen.wire)
        self.callers = Callers(self.chosen.issuer)
        self.metrics = Metrics(self.context)
        told = (watch.logged, self.metrics.finished, spans())
        self.asking.finished += [each for each in told if each]

    async def context(self, asker: Asker) -> Context:
        """The context of one request; Refusal where nobody can be known, or nothing answered."""
        ours = self.chosen.development and not asker.authorization
        if self.graph is None:
            if not ours:
                caller.bearer(asker.authorization)
            raise Refusal(Code.UNAVAILABLE, "not ready yet; try again soon")
        if ours:
            return self.of(self.graph, Shown(DEVELOPER), asker)
        shown = await self.callers.caller(asker.authorization, self.graph, self.chosen.today)
        return self.of(self.graph, shown, asker)

    def of(self, graph: Graph, shown: Shown, asker: Asker) -> Context:
        return Context(
            graph,
            shown.caller,
            self.chosen.today,
            asker.request,
            asker.language,
            self.chosen.timezone,
            costed=asker.costed,
            until=shown.until,
            explain=asker.explain,
        )

    async def answer(self, graph: Graph, asked: Request) -> Body:
        """The response map to a question of our own."""
        context = self.of(graph, Shown(DEVELOPER), Asker("local", "en", ()))
        question = self.operations.question(replace(asked, ours=True))
        return (await self.operations.answer(question, context)).body

    async def ready(self) -> bool:
        return not self.stopping and self.graph is not None and await self.graph.answers()

    async def keep(self, report: Report, opened: Callable[[Body], None]) -> None:
        """Open the graph and hold it until cancelled; `opened` gets the first question's answer."""
        async with network(self.chosen, report) as graph:
            await self.held(graph)
            answer = await self.answer(graph, FIRST_QUESTION)
            graph.observers.append(trace.observed)
            registered = await self.registered(graph, None)
            self.graph = graph
            opened(answer)
            await self.warm(graph)
            await SOLVERS.warm()
            async with planning(graph, lambda: self.chosen.today, self.chosen.timezone):
                await self.rehearse(graph)
                for round in itertools.count(1):
                    await asyncio.sleep(FOLLOWED)
                    if round % COUNTED == 0:
                        await self.count(graph)
                    before, registered = registered, await self.registered(graph, registered)
                    if registered != before:
                        await self.rehearse(graph)

    async def registered(self, graph: Graph, before: str | None) -> str | None:
        """Takes over the registered documents, unless they are as `before`; what says they are."""
        try:
            now = await document.stamp(graph)
            if now != before:
                known = await document.every(graph)
                await asyncio.to_thread(self.operations.register, known)
            return now
        except GraphError:  # an engine that starts again; the documents that are known stay
            return before

    async def rehearse(self, graph: Graph) -> None:
        """Answers the registered queries before anybody asks them, so that they are planned."""
        known = self.operations.documents.known.values()
        for question in rehearsal.questions(self.operations, known):
            for each in rehearsal.CALLERS:
                context = self.of(graph, Shown(each), Asker("rehearsal"))
                await self.operations.executed(question, context)

    async def held(self, graph: Graph) -> None:
        """Reads what coverage is computed from, which may take longer than an answer may."""
        with suppress(GraphError):  # the first question will tell
            await graph.kept(Snapshots).current(graph)

    async def warm(self, graph: Graph) -> None:
        """Reads what first questions would wait for; where that fails, it is left to them."""
        try:
            await search.warm(graph)
        except Exception:
            log.exception("what is held in memory could not be read ahead")
        settle()

    async def count(self, graph: Graph) -> None:
        """Notices what was written past this software."""
        with suppress(GraphError):  # an engine that starts again; the next time it will answer
            await graph.kept(Snapshots).count(graph)


def settle() -> None:
    """The collector of garbage passes over what was read at the start: it would stop everybody."""
    gc.collect()
    gc.freeze()


def app(service: Service) -> ASGIApp:
    """The web application, which answers as soon as the service has a graph."""
    return application(service.asking, Health(service.ready), service.metrics)


def listening(chosen: Settings) -> socket.socket:
    """A socket on the address that the settings name; OSError if it is taken or not ours."""
    found = socket.getaddrinfo(
        chosen.host, chosen.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    family, _, _, _, address = found[0]
    return socket.create_server(address, family=family, backlog=2048)


async def serve(
    chosen: Settings, at: socket.socket, report: Report, opened: Callable[[Body], None]
) -> None:
    """Serve HTTP on the socket until a signal says stop; the graph is opened meanwhile.

    On SIGTERM or SIGINT what is in flight is finished, within 15 s, and the engine stopped.
    Raises EngineError or GraphError if the graph cannot be opened.
    """
    service = Service(chosen)
    listener = Listener(app(service), chosen.wire, service.asking.stopping, DRAIN_SECONDS)
    many_files()

    def stop() -> None:
        service.stopping = listener.should_exit = True

    with stopped_by_signals(stop):
        keeping = asyncio.create_task(service.keep(report, opened))
        keeping.add_done_callback(lambda _: stop())
        try:
            await listener.serve([at])
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])
        if not keeping.cancelled():
            keeping.result()


@contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT call `stop`; a second one ends the process, and so its engine, at once."""
    seen: list[int] = []

    def signalled(number: int, frame: FrameType | None) -> None:
        if seen:
            os._exit(128 + number)
        seen.append(number)
        stop()

    before = {each: signal.signal(each, signalled) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


async def ask(chosen: Settings, asked: Request, report: Report) -> Body:
    """The response map to a document, asked without HTTP."""
    async with network(chosen, report) as graph:
        return await Service(chosen).answer(graph, asked)


async def complete_demo(chosen: Settings, report: Report) -> None:
    """Load the demo network, or complete it, in the graph that the settings name."""
    async with connected(chosen, report) as graph:
        await load_demo(graph, report)


async def take(chosen: Settings, order: intake.Order, report: Report) -> intake.Account:
    """Load files as ordered; IntakeError for what cannot be begun."""
    async with connected(chosen, report, PATIENT) as graph:
        return await intake.take(graph, replace(order, today=chosen.today.isoformat()), report)


async def make_key(chosen: Settings, order: machine.Order, report: Report) -> str:
    """A new key for a machine; KeyRefused where it cannot be made."""
    async with connected(chosen, report) as graph:
        return await machine.make(graph, order, chosen.today)


async def revoke_key(chosen: Settings, identifier: str, report: Report) -> bool:
    """End a key today; whether there was one."""
    async with connected(chosen, report) as graph:
        return await api_key.revoke(graph, identifier, chosen.today.isoformat())


async def keys(chosen: Settings, report: Report) -> list[api_key.ApiKey]:
    """Every key, with the account it opens."""
    async with connected(chosen, report) as graph:
        return await api_key.every(graph)


async def sync(chosen: Settings, paths: Sequence[Path], only: bool, report: Report) -> Synced:
    """Register the documents in files and folders, all or none; `only`: and forget all others."""
    found = documents.read(paths)
    operations = Operations(schema.build()._schema)
    wrong = [
        f"{where}: {error.message}"
        for text, where in found.values()
        for error in operations.prepared(text).errors
    ]
    if wrong:
        return Synced(wrong, ())
    async with connected(chosen, report) as graph:
        texts = {identifier: text for identifier, (text, _) in found.items()}
        await document.save(graph, texts, secrets.token_hex(8), only)
    return Synced((), [(identifier, where) for identifier, (_, where) in found.items()])


async def check(chosen: Settings, report: Report) -> Body:
    """The response map to a count of everything, in a graph that answers and has its indexes."""
    async with connected(chosen, report) as graph:
        return await Service(chosen).answer(graph, CENSUS)


async def back_up(chosen: Settings, file: Path, force: bool, report: Report) -> Manifest:
    """Copy the embedded engine's store to a file, while it runs; what the copy holds."""
    return await backup.back_up(_embedded(chosen, "dump", "to"), file, force, report)


async def restore(chosen: Settings, file: Path, force: bool, report: Report) -> Manifest:
    """Put the store that a file holds in place of the embedded engine's; what it holds."""
    return await backup.restore(_embedded(chosen, "load", "from"), file, force, report)


def _embedded(chosen: Settings, verb: str, way: str) -> EngineSettings:
    """The embedded engine that the settings name; BackupError if they name a Neo4j."""
    if chosen.graph_uri:
        raise BackupError(
            f"this network is kept by the Neo4j at {chosen.graph_uri}, which copies its own "
            f"store: stop it, then `neo4j-admin database {verb} {chosen.graph_database} "
            f"--{way}-path=FOLDER` (README, Backup)"
        )
    return EngineSettings(chosen.home, heap=chosen.engine_heap)


if __name__ == "__main__":
    import cli

    cli.main()
