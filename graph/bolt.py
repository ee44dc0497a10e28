"""The one door to an engine: statements go in, one value comes out, errors become ours.

The only importer of the neo4j driver. Knows no label and no question.
"""

import asyncio
import random
import time
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Hashable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, LiteralString, TypeVar
from urllib.parse import urlsplit

import neo4j
from neo4j import exceptions as driver_errors
from neo4j._async.io import AcquisitionAuth, AcquisitionDatabase
from neo4j._async.io._bolt._common import Response
from neo4j._async_compat.network import _bolt_socket

from graph.home import ENGINE, Endpoint
from graph.wire import opening
from graph.wire.batch import Stage, Text, Texts, parted
from graph.wire.exchange import Exchange, Failed
from graph.wire.idle import KEPT, Idle
from graph.wire.page import BOUND, Ends
from graph.wire.together import AT_ONCE, Together, told_apart

T = TypeVar("T")

# The driver waits a second and more between retries; conflicts here are over in milliseconds.
FIRST_PAUSE = 0.005
LAST_PAUSE = 0.3

ABSENT = "Neo.ClientError.Statement.EntityNotFound"
CONSTRAINT = "Neo.ClientError.Schema.ConstraintValidationFailed"
TIMEOUTS = (
    "Neo.ClientError.Transaction.TransactionTimedOut",
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
    "Neo.ClientError.Transaction.Terminated",
    "Neo.TransientError.Transaction.Terminated",
)

# Neo4j 5.26, while it only reads; the driver takes this one for a mistake of the statement.
READ_ONLY = "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase"

LATER = 3600.0  # seconds: the deadline of a read passes first, waiting for a connection included
OURSELVES = AcquisitionAuth(None)  # as whom the driver was opened
DRIVER_ERRORS = (driver_errors.Neo4jError, driver_errors.DriverError)
ANSWERS = 3.0  # seconds
PATIENCE = 15.0  # seconds for ending a statement that was cut off
RUNNING = (
    "SHOW TRANSACTIONS YIELD transactionId, clientAddress "
    "RETURN collect([transactionId, clientAddress]) AS running"
)
TERMINATE = "TERMINATE TRANSACTIONS $ids"


class GraphError(Exception):
    """The engine did not do what it was asked; the text is for logs, never for clients."""


class Unavailable(GraphError):
    """No engine answers now; another try later may succeed."""


class TimedOut(GraphError):
    """A deadline passed before the answer came; nothing of a write was kept."""


class NotUnique(GraphError):
    """A value that must be unique is taken, or was taken at the same moment."""


@dataclass(frozen=True)
class BoltSettings:
    """Deadlines in seconds for a read, a write with its retries, a long read; size of the pool."""

    read_seconds: float = 5.0
    write_seconds: float = 15.0
    long_seconds: float = 60.0
    pool: int = 32


@dataclass(frozen=True)
class Ran:
    """One statement that ran: name, text, how many milliseconds it took, how many rows it gave.

    `began`: seconds since 1970. `shared`: it ran for another, who asked meanwhile and tells
    of it as theirs; then the time is that of waiting for the answer.
    """

    name: str
    text: str
    milliseconds: float
    rows: int = 0
    began: float = 0.0
    shared: bool = False


class Transaction:
    """Statements that are kept together or not at all."""

    def __init__(self, inner: neo4j.AsyncTransaction, ran: Callable[[Ran], None]) -> None:
        self._inner = inner
        self._ran = ran

    async def run(self, name: str, text: LiteralString, parameters: Mapping[str, Any]) -> list[Any]:
        """The first column of each row."""
        start = time.perf_counter()
        result = await self._inner.run(text, dict(parameters))
        values = [record[0] async for record in result]
        self._ran(_timed(name, text, start, len(values)))
        return values


def _timed(name: str, text: str, start: float, rows: int, shared: bool = False) -> Ran:
    took = time.perf_counter() - start
    return Ran(name, text, took * 1000, rows, time.time() - took, shared)


def _rows(value: Any) -> int:
    """How many rows came in one value: of the lists in it, else itself."""
    if isinstance(value, list):
        return len(value)
    if isinstance(value, dict):
        lists = [len(each) for each in value.values() if isinstance(each, list)]
        return sum(lists) if lists else 1
    return int(value is not None)


@dataclass
class Graph:
    """A property graph that answers Cypher over Bolt."""

    driver: neo4j.AsyncDriver
    doomed: "Doomed"
    idle: Idle
    database: str
    settings: BoltSettings = field(default_factory=BoltSettings)
    observers: list[Callable[[Ran], None]] = field(default_factory=list)
    endings: set[asyncio.Task[None]] = field(default_factory=set)
    memory: dict[type[Any], Any] = field(default_factory=dict, repr=False)
    together: Together = field(default_factory=Together, init=False, repr=False)
    texts: Texts = field(default_factory=Texts, repr=False)
    ends: Ends = field(default_factory=Ends, init=False, repr=False)

    @property
    def sets(self) -> bool:
        """Whether its engine finds rows fast that are among a set: ArcadeDB looks through all."""
        return self.texts.able

    def kept(self, kind: type[T]) -> T:
        """What this process keeps in memory of the graph: one of each kind, made once."""
        if kind not in self.memory:
            self.memory[kind] = kind()
        found: T = self.memory[kind]
        return found

    def fresh(self) -> "Graph":
        """The same graph, of which nothing is kept in memory yet."""
        known = Texts(self.texts.able)
        return Graph(self.driver, self.doomed, self.idle, self.database, self.settings, texts=known)

    async def read(
        self,
        name: str,
        text: LiteralString,
        parameters: Mapping[str, Any],
        after: Sequence[str] = (),
    ) -> Any:
        """The first value of the first row, None without a row; sees the bookmarks of `after`.

        Others who ask the same at the same moment may have it too: leave it as it is.

        Cut off by its deadline or by cancelling, it is ended in the engine too. Raises
        Unavailable, TimedOut or GraphError.
        """
        start = time.perf_counter()
        with _translated():
            async with asyncio.timeout(self.settings.read_seconds):
                value, shared = await self._together(text, parameters, after)
        self._ran(_timed(name, text, start, _rows(value), shared))
        return value

    async def _together(
        self, text: LiteralString, parameters: Mapping[str, Any], after: Sequence[str]
    ) -> tuple[Any, bool]:
        """The first value of the first row, and whether the statement was another asker's."""
        known = self.texts.of(text)
        batch = known.batch if known.stage is Stage.TOGETHER else None
        if known.stage is Stage.NEW and known.worth:
            known.stage = Stage.PLANNING
            self.ending(self._planned(known, parameters, after))
        told = told_apart(text, parameters, after, batch.names if batch else ())
        if told is None:
            return await self._read(known, text, parameters, after), False
        return await self.together.first(Asked(self, known, parameters, after, text, *told))

    async def _planned(
        self, known: Text, parameters: Mapping[str, Any], after: Sequence[str]
    ) -> None:
        """Lets the engine plan the text for many, for which nobody should wait."""
        assert known.batch
        with suppress(GraphError, OSError, *DRIVER_ERRORS):
            await self._first(known.batch.text, known.batch.parameters([parameters] * 2), after)
            known.stage = Stage.APART

    async def _read(
        self,
        known: Text,
        text: LiteralString,
        parameters: Mapping[str, Any],
        after: Sequence[str],
        page: Hashable = None,
    ) -> Any:
        """By itself; up to where it ended last time, if it is a page of a long list."""
        if known.limit is None:
            return await self._first(text, parameters, after)
        return await self.ends.read(
            page,
            parameters[known.limit],
            lambda code: self._first(text, {**parameters, BOUND: code}, after),
        )

    async def _first(
        self, text: LiteralString, parameters: Mapping[str, Any], after: Sequence[str]
    ) -> Any:
        """The first value of the first row; asked again, once, where the connection was dead."""
        try:
            return await self._asked(text, parameters, after)
        except Unavailable:  # of which no other is open any more
            return await self._asked(text, parameters, after)

    async def _asked(
        self, text: LiteralString, parameters: Mapping[str, Any], after: Sequence[str]
    ) -> Any:
        """The first value of the first row, by a connection that is at hand."""
        seconds = self.settings.read_seconds
        extra = {"mode": "r", "db": self.database, "tx_timeout": round(seconds * 1000)}
        if after:
            extra["bookmarks"] = list(after)
        connection = await self.idle.taken(after)
        port = connection.local_port
        try:
            value = await Exchange(connection).first(text, parameters, extra)
        except OSError as error:
            await self.idle.lost(connection)
            raise Unavailable(str(error)) from error
        except BaseException as error:
            self.idle.broken(connection)
            if isinstance(error, Failed):
                raise _refusal(connection, error) from None
            if isinstance(error, asyncio.CancelledError):
                self.ending(self.doomed.end(port))
            raise
        await self.idle.given(connection)
        return value

    async def rows(
        self, name: str, text: LiteralString, parameters: Mapping[str, Any]
    ) -> list[Any]:
        """The first value of every row of a long reading, for which no request should wait.

        Raises Unavailable, TimedOut or GraphError.
        """
        start, seconds = time.perf_counter(), self.settings.long_seconds
        with _translated():
            async with asyncio.timeout(seconds), self.session(neo4j.READ_ACCESS, ()) as session:
                result = await session.run(neo4j.Query(text, timeout=seconds), dict(parameters))
                values = [record[0] async for record in result]
        self._ran(_timed(name, text, start, len(values)))
        return values

    async def portions(
        self, name: str, text: LiteralString, parameters: Mapping[str, Any], size: int
    ) -> AsyncIterator[list[Any]]:
        """The same in portions of `size` rows, of which memory holds one at a time."""
        start, rows = time.perf_counter(), 0
        query = neo4j.Query(text, timeout=self.settings.long_seconds)
        with _translated():
            async with self.session(neo4j.READ_ACCESS, (), size) as session:
                result = await session.run(query, dict(parameters))
                while found := await result.fetch(size):
                    rows += len(found)
                    yield [record[0] for record in found]
        self._ran(_timed(name, text, start, rows))

    def ending(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Goes on while nobody waits for it."""
        task = asyncio.create_task(work)
        self.endings.add(task)
        task.add_done_callback(self.endings.discard)
        return task

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> tuple[T, list[str]]:
        """Run `work` in one transaction, again where the engine says so; its result and bookmarks.

        `work` must be repeatable. Raises NotUnique if a unique value is still taken at the last
        try, Unavailable, TimedOut or GraphError.
        """
        pause = FIRST_PAUSE
        with _translated():
            async with asyncio.timeout(self.settings.write_seconds):
                for attempt in range(1_000_000):
                    try:
                        return await self._attempt(work)
                    except driver_errors.Neo4jError as error:
                        if not _repeatable(error, attempt):
                            raise
                    await asyncio.sleep(pause * random.uniform(0.5, 1.5))
                    pause = min(pause * 2, LAST_PAUSE)
        raise GraphError("unreachable")

    async def _attempt(self, work: Callable[[Transaction], Awaitable[T]]) -> tuple[T, list[str]]:
        async with self.session(neo4j.WRITE_ACCESS, ()) as session:
            inner = await session.begin_transaction(timeout=self.settings.write_seconds)
            async with inner:
                result = await work(Transaction(inner, self._ran))
                await inner.commit()
            return result, list((await session.last_bookmarks()).raw_values)

    async def command(self, text: LiteralString) -> None:
        """A statement of its own, such as a constraint, which no transaction may hold."""
        with _translated():
            async with self.session(neo4j.WRITE_ACCESS, ()) as session:
                await (await session.run(text)).consume()

    async def answers(self) -> bool:
        """Whether the engine answers before long; a busy process of ours is no dead engine."""
        try:
            async with asyncio.timeout(ANSWERS):
                return bool(await self.read("ping", "RETURN true AS answers", {}))
        except (GraphError, TimeoutError):
            return False

    def session(self, mode: str, after: Sequence[str], fetch: int = -1) -> neo4j.AsyncSession:
        return self.driver.session(
            database=self.database,
            default_access_mode=mode,
            bookmarks=neo4j.Bookmarks.from_raw_values(after),
            fetch_size=fetch,
        )

    def _ran(self, ran: Ran) -> None:
        for observer in self.observers:
            observer(ran)


@dataclass(slots=True)
class Asked:
    """A read that others may share."""

    graph: Graph
    known: Text
    parameters: Mapping[str, Any]
    after: Sequence[str]
    text: LiteralString
    kind: Hashable
    which: Hashable

    @property
    def at_once(self) -> int:
        """While a brief one runs, the next ones gather, to go together."""
        return 1 if self.known.stage is Stage.TOGETHER else AT_ONCE

    async def alone(self) -> Any:
        began = time.perf_counter()
        page = self.kind, self.which
        value = await self.graph._read(self.known, self.text, self.parameters, self.after, page)
        self.known.took(time.perf_counter() - began)
        return value

    async def many(self, reads: Sequence["Asked"]) -> list[Any]:
        batch = self.known.batch
        assert batch
        parameters = batch.parameters([each.parameters for each in reads])
        began = time.perf_counter()
        try:
            found = await self.graph._first(batch.text, parameters, self.after)
        except Exception:
            self.known.apart()
            raise
        self.known.took((time.perf_counter() - began) / len(reads))
        return parted(found, len(reads))


class Doomed:
    """Ends statements that nobody waits for: ArcadeDB goes on when its client is gone.

    They are told from others by the ports of their connections, and those that wait for it are
    ended together; by a driver of its own, since the connections of the other may all be taken.
    """

    def __init__(self, driver: neo4j.AsyncDriver, database: str) -> None:
        self.driver, self.database = driver, database
        self.waiting: set[int] = set()
        self.turn = asyncio.Lock()

    async def end(self, port: int) -> None:
        """Ends what runs on the connection that had this port; else the engine's deadline does."""
        self.waiting.add(port)
        async with self.turn:
            ports, self.waiting = {f":{each}" for each in self.waiting}, set()
            if not ports:
                return  # another's turn ended it
            with suppress(TimeoutError, OSError, *DRIVER_ERRORS):
                async with asyncio.timeout(PATIENCE):
                    await self.terminate(ports)

    async def terminate(self, ports: set[str]) -> None:
        async with self.driver.session(database=self.database) as session:
            found = await (await session.run(RUNNING)).single()
            ids = [id for id, at in found[0] if at[at.rindex(":") :] in ports] if found else []
            if ids:
                await (await session.run(TERMINATE, ids=ids)).consume()


@asynccontextmanager
async def connected(
    where: Callable[[], Endpoint], settings: BoltSettings | None = None
) -> AsyncIterator[Graph]:
    """A graph at an endpoint, for the running event loop, closed at the end.

    An embedded engine may come back at another port: each new connection asks `where` it is.
    """
    chosen, endpoint = settings or BoltSettings(), where()
    opening.mend(_bolt_socket)

    def driver(pool: int) -> neo4j.AsyncDriver:
        return neo4j.AsyncGraphDatabase.driver(
            endpoint.uri,
            auth=(endpoint.user, endpoint.password),
            resolver=lambda known: [_address(where()) if endpoint.admin else known],
            max_connection_pool_size=pool,
            connection_acquisition_timeout=chosen.read_seconds,
            connection_timeout=chosen.read_seconds,
            max_transaction_retry_time=0,
            telemetry_disabled=True,
            notifications_min_severity="OFF",
            user_agent="commongrid",
        )

    async with driver(chosen.pool + KEPT) as main, driver(1) as aside:
        name, texts = endpoint.database, Texts(await _able(main))
        graph = Graph(main, Doomed(aside, name), _idle(main, name), name, chosen, texts=texts)
        try:
            yield graph
        finally:
            for ending in graph.endings:
                ending.cancel()
            await asyncio.gather(*graph.endings, return_exceptions=True)


async def _able(driver: neo4j.AsyncDriver) -> bool:
    """Whether the engine is the faster for texts that do more at once, by what it says it is.

    Where it does not answer it is asked the plain ones; who asks is told that it is away.
    """
    with suppress(OSError, *DRIVER_ERRORS):
        return ENGINE not in (await driver.get_server_info()).agent
    return False


def _idle(driver: neo4j.AsyncDriver, database: str) -> Idle:
    """Connections for reads.

    They are none of the driver's public parts: a test compares what comes by them with what a
    session gives, so that a driver which changes them is noticed.
    """
    pool: Any = driver._pool
    where = AcquisitionDatabase(database)
    return Idle(
        pool, lambda after: pool.acquire(neo4j.READ_ACCESS, LATER, where, after, OURSELVES, None)
    )


def _address(endpoint: Endpoint) -> neo4j.Address:
    at = urlsplit(endpoint.uri)
    return neo4j.Address((at.hostname, at.port))


def _repeatable(error: driver_errors.Neo4jError, attempt: int) -> bool:
    """A conflict, or a unique value taken at the same moment, which the next try will see.

    A node that was found and is not there, or not yet, is looked for again: ArcadeDB shows each
    page as it was first read, and two pages of one transaction may be of different moments.
    """
    if error.code == CONSTRAINT:
        return attempt < 3
    if error.code == ABSENT:
        return attempt < 10
    if error.code in TIMEOUTS:
        return False
    return error.is_retryable()


class _translated:
    """Driver errors become ours, in one place for every engine."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, driver_errors.Neo4jError):
            raise _ours(error) from error
        if isinstance(error, (driver_errors.DriverError, OSError)) and not isinstance(
            error, TimeoutError
        ):
            raise Unavailable(str(error)) from error
        if isinstance(error, TimeoutError):
            raise TimedOut("the deadline passed") from error


def _refusal(connection: Any, failed: Failed) -> driver_errors.Neo4jError:
    """What the driver makes of an engine's refusal."""
    response: Any = Response
    found: driver_errors.Neo4jError = response(connection, "run", None)._hydrate_error(
        dict(failed.told)
    )
    return found


def _ours(error: driver_errors.Neo4jError) -> GraphError:
    text = f"{error.code}: {error.message}"
    if error.code == CONSTRAINT:
        return NotUnique(text)
    if error.code in TIMEOUTS:
        return TimedOut(text)
    known = error.code == READ_ONLY or isinstance(error, driver_errors.AuthError)
    if known or error.is_retryable():
        return Unavailable(text)
    return GraphError(text)
