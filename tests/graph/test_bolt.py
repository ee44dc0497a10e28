"""What the one door to an engine promises: no work for nobody, and the engine found again."""

import asyncio
import gc
import os
import signal
import socket
import time
import warnings
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import neo4j
import pytest
from neo4j._async_compat.network import _bolt_socket

from graph import engine as module
from graph.bolt import Graph, GraphError, TimedOut, connected
from graph.engine import EngineSettings, running
from graph.home import Endpoint
from graph.wire.exchange import Exchange
from graph.wire.idle import KEPT

ENDLESS = (
    "UNWIND range(1, 3000000) AS a UNWIND range(1, 1000) AS b RETURN sum(a * b % 7) AS endless"
)


async def at_work(graph: Graph) -> bool:
    """Whether the engine computes the endless statement."""
    async with graph.doomed.driver.session(database=graph.database) as session:
        found = await session.run("SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery")
        return ENDLESS in [record[0] async for record in found]


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + 30
    while True:
        if await true():
            return
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


def test_a_long_reading_comes_in_portions(graph: Graph, run: Callable[[Any], Any]) -> None:
    text = "UNWIND range(1, 7) AS i RETURN i"

    async def read(size: int) -> list[list[Any]]:
        return [each async for each in graph.portions("counted", text, {}, size)]

    assert [[1, 2, 3], [4, 5, 6], [7]] == run(read(3))
    assert [[1, 2, 3, 4, 5, 6, 7]] == run(read(7))


VALUES = (
    "RETURN {text: '名', number: 1, float: 1.5, nothing: null, list: [1, {deep: true}], "
    "moment: datetime('2026-11-24T08:00:00+08:00'), day: toString(date('2026-11-24'))} AS value",
    "UNWIND [] AS nothing RETURN nothing",
    "RETURN null AS nothing",
    "UNWIND [1, 2] AS several RETURN several, 'more' AS columns",
)


@pytest.mark.parametrize("text", VALUES)
def test_a_read_gives_what_a_session_of_the_driver_gives(
    graph: Graph, run: Callable[[Any], Any], text: Any
) -> None:
    async def scenario() -> None:
        async with graph.driver.session(database=graph.database) as session:
            record = await (await session.run(text)).single(strict=False)
        assert await graph.read("value", text, {}) == (record[0] if record else None)

    with warnings.catch_warnings():  # of the driver: there is more than one row
        warnings.simplefilter("ignore")
        run(scenario())


def test_a_connection_is_good_again_after_a_statement_that_fails(
    graph: Graph, run: Callable[[Any], Any]
) -> None:
    async def scenario() -> None:
        for _ in range(graph.settings.pool + 1):
            with pytest.raises(GraphError):
                await graph.read("wrong", "RETURN 1 +", {})
        assert await graph.read("right", "RETURN 1 AS one", {}) == 1

    run(scenario())


def test_reads_keep_a_few_connections_at_hand_and_give_the_others_back(
    graph: Graph, run: Callable[[Any], Any]
) -> None:
    async def scenario() -> None:
        many = [graph.read("one", "RETURN $n AS one", {"n": n}) for n in range(3 * KEPT)]
        assert await asyncio.gather(*many) == [*range(len(many))]
        kept, pool = graph.idle.kept, graph.idle.pool
        assert len(kept) == len(set(map(id, kept))) == KEPT
        used = [pool.in_use_connection_count(address) for address in pool.connections]
        assert used == [KEPT]

    run(scenario())


def test_a_connection_that_died_unused_is_noticed(graph: Graph, run: Callable[[Any], Any]) -> None:
    async def scenario() -> None:
        await graph.read("one", "RETURN 1 AS one", {})
        for each in graph.idle.kept:
            each.socket._writer.transport.abort()
        await asyncio.sleep(0.05)
        taken = await graph.idle.taken(())
        assert await Exchange(taken).first("RETURN 2", {}, {"db": graph.database}) == 2
        await graph.idle.given(taken)

    run(scenario())


def test_a_read_cut_off_by_its_deadline_ends_in_the_engine_too(
    graph: Graph, run: Callable[[Any], Any]
) -> None:
    hasty = replace(graph, settings=replace(graph.settings, read_seconds=0.5))

    async def scenario() -> None:
        with pytest.raises(TimedOut):
            await hasty.read("endless", ENDLESS, {})
        await until(lambda: not_at_work(graph))
        assert await hasty.read("one", "RETURN 1 AS one", {}) == 1

    run(scenario())


def test_a_read_that_is_cancelled_ends_in_the_engine_too(
    graph: Graph, run: Callable[[Any], Any]
) -> None:
    async def scenario() -> None:
        reading = asyncio.create_task(graph.read("endless", ENDLESS, {}))
        await until(lambda: at_work(graph))
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await until(lambda: not_at_work(graph))

    run(scenario())


def test_reads_that_hold_every_connection_can_still_be_ended(
    graph: Graph, run: Callable[[Any], Any]
) -> None:
    hasty = replace(graph, settings=replace(graph.settings, read_seconds=1.5))

    async def scenario() -> None:
        many = [hasty.read("endless", ENDLESS, {}) for _ in range(graph.settings.pool + 4)]
        ended = await asyncio.gather(*many, return_exceptions=True)
        assert {type(each) for each in ended} == {TimedOut}
        await until(lambda: not_at_work(graph))

    run(scenario())


async def not_at_work(graph: Graph) -> bool:
    return not await at_work(graph)


async def left_open(
    opening: Callable[[], Coroutine[Any, Any, Any]], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """What the garbage collector finds of an opening cancelled when its socket is connected."""
    loop = asyncio.get_running_loop()
    connect = loop.sock_connect

    async def cancelled() -> None:
        task = asyncio.create_task(opening())

        async def connected(*at: Any) -> None:
            await connect(*at)
            task.cancel()

        with monkeypatch.context() as patch:
            patch.setattr(loop, "sock_connect", connected)
            await asyncio.wait([task])
        assert task.cancelled()

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        await cancelled()
        await asyncio.sleep(0)  # so that nothing refers to it any more
        gc.collect()
    return [str(each.message) for each in told if each.category is ResourceWarning]


def test_a_connection_whose_opening_is_cancelled_is_closed(
    engine: Endpoint, run: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def opening() -> None:
        async with connected(lambda: engine) as graph:
            await graph.read("one", "RETURN 1 AS one", {})

    assert run(left_open(opening, monkeypatch)) == []


def test_the_driver_still_leaves_the_socket_of_a_cancelled_opening(
    engine: Endpoint, run: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When this fails, `graph/opening.py` can go."""

    monkeypatch.setattr(_bolt_socket, "socket", socket.socket)

    async def opening() -> None:
        known = neo4j.AsyncGraphDatabase.driver(engine.uri, auth=(engine.user, engine.password))
        async with known as driver, driver.session() as session:
            await session.run("RETURN 1 AS one")

    assert "unclosed <socket" in "".join(run(left_open(opening, monkeypatch)))


def test_an_engine_is_known_by_what_it_says_it_is(
    engine: Endpoint, run: Callable[[Any], Any]
) -> None:
    async def sets(at: Endpoint) -> bool:
        async with connected(lambda: at) as graph:
            return graph.sets

    by_address = replace(engine, admin=None)
    assert run(sets(by_address)) == ("COMMONGRID_GRAPH_URI" in os.environ)
    nobody = replace(by_address, uri="bolt://127.0.0.1:1")
    assert not run(sets(nobody))


def test_an_engine_that_comes_back_at_another_port_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger takes the port while the engine is down."""
    monkeypatch.setattr(module, "BACKOFF", (1.0,))

    async def scenario() -> None:
        chosen = EngineSettings(tmp_path, heap="256m", start_seconds=30.0)
        async with running(chosen) as engine, connected(lambda: engine.endpoint) as graph:
            await graph.write(lambda tx: tx.run("kept", "CREATE (:Kept)", {}))
            before = urlsplit(engine.endpoint.uri)
            os.kill(engine.pid, signal.SIGKILL)
            with socket.socket() as stranger:
                stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                await until(lambda: taken(stranger, before.port or 0))
                await until(graph.answers)
            assert urlsplit(engine.endpoint.uri).port != before.port
            assert await graph.read("kept", "MATCH (n:Kept) RETURN count(n) AS kept", {}) == 1

    asyncio.run(scenario())


async def taken(stranger: socket.socket, port: int) -> bool:
    try:
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
    except OSError:
        return False
    return True
