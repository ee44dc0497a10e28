"""The composition root: reads the environment (only here) and plugs the rooms together."""

import asyncio
import logging
import os
import re
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.types import ASGIApp

import schema
from graph import api_key, backup, bolt, demo, document, indexes, load, search, term
from graph.archive import BackupError, Manifest
from graph.bolt import BoltSettings, Graph, GraphError
from graph.engine import Endpoint, EngineSettings, running
from graph.intake import intake
from graph.solver import SOLVERS
from jobs.planning import planning
from resolvers import caller, documents, identity, machine, rehearsal, trace
from resolvers.asker import Asker
from resolvers.auth import DEVELOPER
from resolvers.caller import Callers, Shown
from resolvers.context import Context
from resolvers.documents import Documents, Mode
from resolvers.errors import Code, Refusal
from resolvers.keys import LOOPBACK, Source
from resolvers.limits import Limits
from resolvers.operation import Operations, Request
from resolvers.page import DEFAULT_FIRST
from resolvers.token import Issuer
from web import watch
from web.app import application
from web.asking import Asking
from web.guard import LOOPBACK as LOOPBACK_NAMES
from web.health import Health
from web.listener import Listener, many_files
from web.span import spans
from web.watch import Metrics
from web.wire import Wire

PREFIX = "COMMONGRID_"
FOLLOWED = 5.0  # seconds after which documents that others registered are answered
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

log = logging.getLogger("commongrid.server")

Report = Callable[[str], None]
Body = Mapping[str, Any]


# The settings of the wire that are taken as they are.
NUMBERS = tuple(each.name for each in fields(Wire) if type(each.default) in (int, float))
# Points that one caller may spend in a minute in the production profile.
POINTS_PER_MINUTE = 50_000


@dataclass(frozen=True)
class Synced:
    """What is `wrong` with documents, which are then not registered; else id and place of each."""

    wrong: Sequence[str]
    registered: Sequence[tuple[str, str]]


class SettingsError(ValueError):
    """The environment states what cannot be; each variable at fault is named."""


class Settings(BaseSettings):
    """Every setting; each is read from the environment under the prefix COMMONGRID_."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid")

    home: Path = Field(Path(".commongrid"), description="where the embedded graph is kept")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 = any free one")
    profile: Literal["development", "production"] | None = Field(
        None, description="development (default on loopback) or production"
    )
    timezone: str = Field("Asia/Shanghai", description="time zone that says which day is today")
    graph_uri: str | None = Field(
        None,
        pattern=r"^(bolt|neo4j)(\+s|\+ssc)?://",
        description="Bolt address of a Neo4j; unset = embedded",
    )
    graph_user: str = Field("neo4j", description="user on that Neo4j")
    graph_password: SecretStr = Field(SecretStr(""), description="password on that Neo4j")
    graph_database: str = Field("neo4j", description="database on that Neo4j")
    engine_heap: str = Field(
        "1g", pattern=r"^\d+[kmgKMG]$", description="most memory of the embedded engine's heap"
    )

    token_issuer: str | None = Field(
        None, pattern=r"^https?://[^\s?#]+$", description="issuer whose bearer tokens are believed"
    )
    token_audience: str = Field("commongrid", description="audience that those tokens name")
    token_keys: str | None = Field(
        None, description="file or address of its keys (JWK Set); unset = as the issuer publishes"
    )

    log: Literal["off", "requests", "statements"] | None = Field(
        None, description="lines in the log: none, one of each request, and of each statement too"
    )
    documents: Literal["open", "hybrid", "allowlist"] = Field(
        "open",
        description="what is answered: any document; registered ones; registered ones by id alone",
    )

    status_codes: Literal["audit", "draft"] = Field(
        "audit", description="status codes as the graphql-http audits or the 2026 draft want them"
    )
    hosts: str = Field("", description="names this server goes by, with commas between them")
    origins: str = Field("", description="origins whose pages may ask, with commas between them")
    head_bytes: int = Field(Wire.head_bytes, ge=1024)
    head_seconds: float = Field(Wire.head_seconds, gt=0)
    body_bytes: int = Field(Wire.body_bytes, ge=1024)
    body_seconds: float = Field(Wire.body_seconds, gt=0)
    bodies_bytes: int = Field(Wire.bodies_bytes, ge=1024)
    idle_seconds: float = Field(Wire.idle_seconds, gt=0)
    stall_seconds: float = Field(Wire.stall_seconds, gt=0)
    connections: int = Field(Wire.connections, ge=1)
    running: int = Field(Wire.running, ge=1)
    running_per_caller: int = Field(Wire.running_per_caller, ge=1)
    waiting: int = Field(Wire.waiting, ge=0)
    sockets: int = Field(Wire.sockets, ge=0)
    sockets_per_caller: int = Field(Wire.sockets_per_caller, ge=0)
    socket_operations: int = Field(Wire.socket_operations, ge=1)
    socket_bytes: int = Field(Wire.socket_bytes, ge=1024)
    socket_init_seconds: float = Field(Wire.socket_init_seconds, gt=0)
    ping_seconds: float = Field(Wire.ping_seconds, gt=0)

    limit_characters: int = Field(Limits.characters, ge=100)
    limit_tokens: int = Field(Limits.tokens, ge=100)
    limit_depth: int = Field(Limits.depth, ge=1)
    limit_roots: int = Field(Limits.roots, ge=1)
    limit_aliases: int = Field(Limits.aliases, ge=0)
    limit_directives: int = Field(Limits.directives, ge=0)
    limit_fragments: int = Field(Limits.fragments, ge=0)
    limit_operations: int = Field(Limits.operations, ge=1)
    limit_variables: int = Field(Limits.variables, ge=0)
    limit_same_name_fields: int = Field(Limits.same_name_fields, ge=1)
    limit_page: int = Field(Limits.page, ge=DEFAULT_FIRST)
    limit_nodes: int = Field(Limits.nodes, ge=1)
    limit_cost: int = Field(Limits.cost, ge=1)
    limit_points_per_minute: int | None = Field(
        None, ge=0, description="points of one caller in a minute; 0 = any number; unset = profile"
    )
    limit_items: int = Field(Limits.items, ge=1)
    limit_inputs: int = Field(Limits.inputs, ge=1)
    limit_query_seconds: float = Field(Limits.query_seconds, gt=0)
    limit_mutation_seconds: float = Field(Limits.mutation_seconds, gt=0)

    @field_validator("origins")
    @classmethod
    def _origins(cls, names: str) -> str:
        for name in _listed(names):
            if not re.fullmatch(r"https?://[^/\s*]+", name):
                raise ValueError(f"{name} is no origin such as https://app.example.org")
        return names

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("no such time zone") from None
        return name

    @model_validator(mode="after")
    def _profiled(self) -> "Settings":
        if self.profile is None:
            self.profile = "development" if self.host in LOOPBACK else "production"
        if self.log is None:
            self.log = "off" if self.development else "requests"
        return self

    @property
    def development(self) -> bool:
        return self.profile == "development"

    @property
    def today(self) -> date:
        return datetime.now(ZoneInfo(self.timezone)).date()

    @property
    def issuer(self) -> Issuer | None:
        """Whose bearer tokens are believed."""
        if self.token_issuer is None:
            return None
        source = Source(self.token_issuer, self.token_keys)
        return Issuer(self.token_issuer, self.token_audience, source)

    @property
    def wire(self) -> Wire:
        """What the wire allows; in the development profile only this machine's names, if unset."""
        own = LOOPBACK_NAMES | {self.host}
        named = _listed(self.hosts) or (own if self.development else None)
        return Wire(
            draft=self.status_codes == "draft",
            development=self.development,
            hosts=named,
            origins=_listed(self.origins),
            **{name: getattr(self, name) for name in NUMBERS},
        )

    @property
    def limits(self) -> Limits:
        """What may be asked; points are counted in the production profile, if nothing is said."""
        said = {each.name: getattr(self, f"limit_{each.name}") for each in fields(Limits)}
        if said["points_per_minute"] is None:
            said["points_per_minute"] = 0 if self.development else POINTS_PER_MINUTE
        return Limits(**said)

    @property
    def deadlines(self) -> BoltSettings:
        """How long a statement of a query or mutation may take."""
        return BoltSettings(self.limit_query_seconds, self.limit_mutation_seconds)


def _listed(names: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in names.split(",") if name.strip())


def settings(environment: Mapping[str, str], **options: Any) -> Settings:
    """The settings: `options` first, then this process's environment, then the defaults.

    Raises SettingsError for a COMMONGRID_ variable that is unknown or has a wrong value.
    """
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(n for n in environment if n.startswith(PREFIX) and n not in known)
    if unknown:
        raise SettingsError(f"unknown: {', '.join(unknown)} (known: {', '.join(sorted(known))})")
    try:
        return Settings(**options)
    except ValidationError as error:
        wrong = (f"{PREFIX}{'.'.join(map(str, e['loc']))}".upper() for e in error.errors())
        said = (e["msg"].removeprefix("Value error, ") for e in error.errors())
        told = (f"{name}: {text}" for name, text in zip(wrong, said, strict=True))
        raise SettingsError("; ".join(told)) from None


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
            answer = await self.answer(graph, FIRST_QUESTION)
            graph.observers.append(trace.observed)
            registered = await self.registered(graph, None)
            self.graph = graph
            opened(answer)
            await self.warm(graph)
            await SOLVERS.warm()
            async with planning(graph, lambda: self.chosen.today, self.chosen.timezone):
                await self.rehearse(graph)
                while True:
                    await asyncio.sleep(FOLLOWED)
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

    async def warm(self, graph: Graph) -> None:
        """Reads what a first search would wait for; where that fails, it is left to the first."""
        try:
            await search.warm(graph)
        except Exception:
            log.exception("the names for search could not be read ahead")


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
