"""The one door to an engine: statements go in, one value comes out, errors become ours.

The only importer of the neo4j driver. Knows no label and no question.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString, TypeVar

import neo4j
from neo4j import exceptions as driver_errors

from graph.engine import Endpoint

T = TypeVar("T")

# The driver waits a second and more between retries; conflicts here are over in milliseconds.
FIRST_PAUSE = 0.005
LAST_PAUSE = 0.3

CONSTRAINT = "Neo.ClientError.Schema.ConstraintValidationFailed"
TIMEOUTS = (
    "Neo.ClientError.Transaction.TransactionTimedOut",
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
    "Neo.ClientError.Transaction.Terminated",
    "Neo.TransientError.Transaction.Terminated",
)


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
    """Deadlines in seconds for a read and for a write with its retries; size of the pool."""

    read_seconds: float = 5.0
    write_seconds: float = 15.0
    pool: int = 32


@dataclass(frozen=True)
class Ran:
    """One statement that ran: its name and text, and how many milliseconds it took."""

    name: str
    text: str
    milliseconds: float


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
        self._ran(Ran(name, text, (time.perf_counter() - start) * 1000))
        return values


@dataclass
class Graph:
    """A property graph that answers Cypher over Bolt."""

    driver: neo4j.AsyncDriver
    database: str
    settings: BoltSettings = field(default_factory=BoltSettings)
    observers: list[Callable[[Ran], None]] = field(default_factory=list)

    async def read(
        self,
        name: str,
        text: LiteralString,
        parameters: Mapping[str, Any],
        after: Sequence[str] = (),
    ) -> Any:
        """The first value of the first row, None without a row; sees the bookmarks of `after`.

        Raises Unavailable, TimedOut or GraphError.
        """
        start = time.perf_counter()
        with _translated():
            async with asyncio.timeout(self.settings.read_seconds):
                query = neo4j.Query(text, timeout=self.settings.read_seconds)
                async with self._session(neo4j.READ_ACCESS, after) as session:
                    result = await session.run(query, dict(parameters))
                    record = await result.single(strict=False)
        self._ran(Ran(name, text, (time.perf_counter() - start) * 1000))
        return None if record is None else record[0]

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
        async with self._session(neo4j.WRITE_ACCESS, ()) as session:
            inner = await session.begin_transaction(timeout=self.settings.write_seconds)
            async with inner:
                result = await work(Transaction(inner, self._ran))
                await inner.commit()
            return result, list((await session.last_bookmarks()).raw_values)

    async def command(self, text: LiteralString) -> None:
        """A statement of its own, such as a constraint, which no transaction may hold."""
        with _translated():
            async with self._session(neo4j.WRITE_ACCESS, ()) as session:
                await (await session.run(text)).consume()

    async def answers(self) -> bool:
        """Whether the engine answers within a second."""
        try:
            async with asyncio.timeout(1):
                return bool(await self.read("ping", "RETURN true AS answers", {}))
        except (GraphError, TimeoutError):
            return False

    def _session(self, mode: str, after: Sequence[str]) -> neo4j.AsyncSession:
        return self.driver.session(
            database=self.database,
            default_access_mode=mode,
            bookmarks=neo4j.Bookmarks.from_raw_values(after),
            fetch_size=-1,
        )

    def _ran(self, ran: Ran) -> None:
        for observer in self.observers:
            observer(ran)


@asynccontextmanager
async def connected(
    endpoint: Endpoint, settings: BoltSettings | None = None
) -> AsyncIterator[Graph]:
    """A graph at the endpoint, for the running event loop, closed at the end."""
    chosen = settings or BoltSettings()
    driver = neo4j.AsyncGraphDatabase.driver(
        endpoint.uri,
        auth=(endpoint.user, endpoint.password),
        max_connection_pool_size=chosen.pool,
        connection_acquisition_timeout=chosen.read_seconds,
        connection_timeout=chosen.read_seconds,
        max_transaction_retry_time=0,
        telemetry_disabled=True,
        notifications_min_severity="OFF",
        user_agent="commongrid",
    )
    async with driver:
        yield Graph(driver, endpoint.database, chosen)


def _repeatable(error: driver_errors.Neo4jError, attempt: int) -> bool:
    """A conflict, or a unique value taken at the same moment, which the next try will see."""
    if error.code == CONSTRAINT:
        return attempt < 3
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


def _ours(error: driver_errors.Neo4jError) -> GraphError:
    text = f"{error.code}: {error.message}"
    if error.code == CONSTRAINT:
        return NotUnique(text)
    if error.code in TIMEOUTS:
        return TimedOut(text)
    if error.is_retryable() or isinstance(error, driver_errors.AuthError):
        return Unavailable(text)
    return GraphError(text)
