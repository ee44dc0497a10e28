"""Connections: heads, bodies and readers that are slow or large, and how a stop treats them."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest

import schema
from resolvers.context import Context
from resolvers.operation import Operations, Question, Response

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Served = Callable[..., Any]
HEAD = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = b'{"query": "{ __typename }"}'
ASKED = HEAD + b"Content-Length: 27\r\n\r\n" + BODY


class Client:
    """A connection that says what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def rest(self, seconds: float = 5) -> bytes:
        """Everything until the server ends it."""
        return await asyncio.wait_for(self.reader.read(), seconds)

    async def answer(self) -> tuple[bytes, bytes]:
        """One whole answer: its head and its body."""
        async with asyncio.timeout(5):
            head = await self.reader.readuntil(b"\r\n\r\n")
            [length] = [
                int(line.partition(b":")[2])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ]
            return head, await self.reader.readexactly(length)


class Clients(AsyncExitStack):
    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    async def say(self, *said: bytes) -> Client:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.callback(writer.close)
        writer.writelines(said)
        return Client(reader, writer)


def refusal(said: bytes) -> tuple[int, str]:
    """Status and code of an answer that must be GraphQL and the last one."""
    head, _, body = said.partition(b"\r\n\r\n")
    assert b"\r\ncontent-type: application/json; charset=utf-8" in head.lower()
    assert b"\r\nconnection: close" in head.lower()
    [error] = json.loads(body)["errors"]
    return int(head.split()[1]), error["extensions"]["code"]


async def answers(clients: Clients) -> None:
    """A good request is answered, and at once."""
    async with asyncio.timeout(1):
        client = await clients.say(ASKED)
        assert b'{"data":{"__typename":"Query"}}' == (await client.answer())[1]


LARGE = b"a" * 40_000


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", (400, "BAD_REQUEST")),
        (b"hello\r\n\r\n", (400, "BAD_REQUEST")),
        (
            b"GET http://evil.example/graphql HTTP/1.1\r\nHost: localhost\r\n\r\n",
            (400, "BAD_REQUEST"),
        ),
        (b"GET \\\\host\\share HTTP/1.1\r\nHost: localhost\r\n\r\n", (400, "BAD_REQUEST")),
        (HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", (400, "BAD_REQUEST")),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n", (400, "BAD_REQUEST")),
        (HEAD + b"Content-Length: -1\r\n\r\n", (400, "BAD_REQUEST")),
        (HEAD + b"X: " + LARGE + b"\r\n\r\n", (431, "BAD_REQUEST")),
        (HEAD + b"X: " + LARGE * 5, (431, "BAD_REQUEST")),
        (HEAD + b"X: 1\r\n" * 8_000 + b"\r\n", (431, "BAD_REQUEST")),
        (b"GET /" + LARGE + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", (431, "BAD_REQUEST")),
    ],
    ids=lambda said: repr(said[-40:]) if isinstance(said, bytes) else str(said[0]),
)
def test_a_head_that_is_none_or_too_large_is_refused(
    run: Run, served: Served, said: bytes, expected: tuple[int, str]
) -> None:
    async def scenario() -> tuple[int, str]:
        async with served() as (port, _), Clients(port) as clients:
            client = await clients.say(said)
            found = refusal(await client.rest())
            await answers(clients)
            return found

    assert expected == run(scenario())


def test_http_without_a_host_is_refused(run: Run, served: Served) -> None:
    async def scenario() -> None:
        async with served() as (port, _), Clients(port) as clients:
            for said in (b"GET /livez HTTP/1.0\r\n\r\n", b"GET /livez HTTP/1.1\r\n\r\n"):
                head, _ = await (await clients.say(said)).answer()
                assert b" 400 " in head.splitlines()[0]

    run(scenario())


def test_who_takes_too_long_is_told_or_dropped(run: Run, served: Served) -> None:
    """A head drop by drop, a body drop by drop, nothing at all, nothing any more."""

    async def drip(client: Client, drop: bytes) -> None:
        while not client.writer.is_closing():
            client.writer.write(drop)
            await asyncio.sleep(0.05)

    async def scenario() -> None:
        times = {"head_seconds": 0.5, "body_seconds": 0.5, "idle_seconds": 0.5}
        async with served(**times) as (port, _), Clients(port) as clients:
            head = await clients.say(b"POST /graphql HTTP/1.1\r\nX: ")
            body = await clients.say(HEAD + b"Content-Length: 1000\r\n\r\n")
            chunks = await clients.say(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
            drops = ((head, b"x"), (body, b" "), (chunks, b"1\r\n \r\n"))
            dripping = [asyncio.create_task(drip(*each)) for each in drops]
            silent, used = await clients.say(), await clients.say(ASKED)
            await used.answer()
            lines = asyncio.create_task(drip(used, b"\r\n"))  # which are no request
            for client in (head, body, chunks):
                assert (408, "BAD_REQUEST") == refusal(await client.rest())
            assert (408, "BAD_REQUEST") == refusal(await silent.rest())
            assert b"" == await used.rest()
            for each in (*dripping, lines):
                each.cancel()
            await answers(clients)

    run(scenario())


def test_a_body_that_is_too_large_is_413_and_read_no_further(run: Run, served: Served) -> None:
    async def scenario() -> None:
        async with served(body_bytes=1000) as (port, _), Clients(port) as clients:
            declared = await clients.say(HEAD + b"Content-Length: 9000\r\n\r\n")
            small = await clients.say(HEAD + b"Content-Length: 1001\r\n\r\n", b" " * 1001)
            chunk = b"3e8\r\n" + b" " * 1000 + b"\r\n"
            endless = await clients.say(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk * 9)
            for client in (declared, small, endless):
                assert (413, "BAD_REQUEST") == refusal(await client.rest())
            await answers(clients)

    run(scenario())


def test_bodies_that_do_not_end_hold_only_so_much(run: Run, served: Served) -> None:
    async def scenario() -> None:
        limits = {"body_bytes": 1000, "bodies_bytes": 2000}
        async with served(**limits) as (port, _), Clients(port) as clients:
            begun = HEAD + b"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n"
            held = [await clients.say(begun, b" " * 900) for _ in range(2)]
            for each in held:
                assert b" 100 " in await each.reader.readline()
            third = await clients.say(begun, b" " * 900)
            assert (503, "UNAVAILABLE") == refusal((await third.rest()).partition(b"\r\n\r\n")[2])
            held[0].writer.close()
            await asyncio.sleep(0.05)
            await answers(clients)

    run(scenario())


def test_an_early_refusal_does_not_wait_for_a_body_that_never_comes(
    run: Run, served: Served
) -> None:
    async def scenario() -> None:
        async with served(body_seconds=0.2) as (port, _), Clients(port) as clients:
            client = await clients.say(
                b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
            )
            assert b" 404 " in (await client.answer())[0]
            assert b"" == await client.rest()

    run(scenario())


def test_requests_on_one_connection_are_answered_in_their_order(run: Run, served: Served) -> None:
    async def scenario() -> None:
        async with served() as (port, _), Clients(port) as clients:
            client = await clients.say(ASKED + b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b'{"data":{"__typename":"Query"}}' == (await client.answer())[1]
            assert b"ok\n" == (await client.answer())[1]
            client.writer.write(ASKED)
            assert b'{"data":{"__typename":"Query"}}' == (await client.answer())[1]

    run(scenario())


def test_there_are_only_so_many_connections(run: Run, served: Served) -> None:
    async def scenario() -> None:
        async with served(connections=2) as (port, _), Clients(port) as clients:
            held = [await clients.say(ASKED) for _ in range(2)]
            for each in held:
                await each.answer()
            third = await clients.say()
            assert (503, "UNAVAILABLE") == refusal(await third.rest())
            held[0].writer.close()
            await asyncio.sleep(0.05)
            await answers(clients)

    run(scenario())


class Held(Operations):
    """Operations that end when `go` is set; `begun` counts those that run."""

    def __init__(self) -> None:
        super().__init__(schema.build()._schema)
        self.go, self.begun = asyncio.Event(), 0

    async def answer(self, question: Question, context: Context) -> Response:
        self.begun += 1
        await self.go.wait()
        return Response({"data": {"held": question.request.query}}, True)


def asking(client: httpx2.AsyncClient, port: int) -> asyncio.Task[httpx2.Response]:
    url = f"http://127.0.0.1:{port}/graphql"
    return asyncio.create_task(client.post(url, json={"query": "{ __typename }"}))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  (what is waited for has no event)
            await asyncio.sleep(0.005)


def test_operations_wait_for_their_turn_and_the_rest_comes_later(run: Run, served: Served) -> None:
    async def scenario() -> None:
        held = Held()
        limits = {"running": 8, "running_per_caller": 2, "waiting": 3}
        async with served(held, **limits) as (port, known), httpx2.AsyncClient() as client:
            asked = [asking(client, port) for _ in range(5)]
            await until(lambda: known.gate.requests.queue.length == 3)
            assert 2 == held.begun
            late = await asking(client, port)
            assert (503, "1") == (late.status_code, late.headers["retry-after"])
            assert "UNAVAILABLE" == late.json()["errors"][0]["extensions"]["code"]
            asked.pop().cancel()  # one that waits goes away
            await until(lambda: known.gate.requests.queue.length == 2)
            held.go.set()
            assert [200] * 4 == [each.status_code for each in await asyncio.gather(*asked)]
            assert (0, {}) == (known.gate.all.running.total(), known.gate.requests.queue.callers)

    run(scenario())


class Large(Operations):
    """Operations whose answers are as large as a client's patience."""

    async def answer(self, question: Question, context: Context) -> Response:
        return Response({"data": {"large": "x" * 20_000_000}}, True)


def test_who_reads_slowly_is_waited_for_and_who_does_not_read_is_dropped(
    run: Run, served: Served
) -> None:
    async def scenario() -> tuple[int, int]:
        large = Large(schema.build()._schema)
        async with served(large, stall_seconds=1.0) as (port, _), Clients(port) as clients:
            slow, never = await clients.say(ASKED), await clients.say(ASKED)
            never.writer.transport.pause_reading()  # type: ignore[attr-defined]
            read = 0
            for _ in range(20):
                read += len(await slow.reader.readexactly(1_000_000))
                await asyncio.sleep(0.1)
            never.writer.transport.resume_reading()  # type: ignore[attr-defined]
            try:
                return read, len(await never.rest())
            except ConnectionResetError:
                return read, 0

    slow, never = run(scenario())

    assert slow == 20_000_000
    assert never < 20_000_000


def test_a_stop_answers_what_was_let_in_and_what_is_on_its_way(run: Run, served: Served) -> None:
    async def scenario() -> None:
        held = Held()
        async with AsyncExitStack() as stack:
            clients, client = None, await stack.enter_async_context(httpx2.AsyncClient())
            async with served(held) as (port, _):
                clients = await stack.enter_async_context(Clients(port))
                idle = await clients.say(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
                await idle.answer()
                asked = [asking(client, port) for _ in range(5)]
                await until(lambda: held.begun == 5)
                leaving = asyncio.create_task(asyncio.sleep(0.3))
                leaving.add_done_callback(lambda _: idle.writer.write(ASKED))
                leaving.add_done_callback(
                    lambda _: asyncio.get_running_loop().call_later(0.3, held.go.set)
                )
            found = await asyncio.gather(*asked)
            assert [200] * 5 == [each.status_code for each in found]
            assert {"close"} == {each.headers["connection"] for each in found}
            head, body = await idle.answer()
            assert (b" 200 " in head, b"connection: close" in head) == (True, True)
            assert b"held" in body
            with pytest.raises(OSError):  # noqa: PT011
                await clients.say(ASKED)

    run(scenario())


def test_a_crowd_of_the_slow_does_not_keep_a_good_request_waiting(run: Run, served: Served) -> None:
    """300 heads that do not end, 100 bodies that do not, 500 connections that say nothing."""

    async def scenario() -> None:
        times = {"head_seconds": 2, "body_seconds": 2, "idle_seconds": 2}
        async with served(**times) as (port, _), Clients(port) as clients:
            for _ in range(300):
                await clients.say(b"POST /graphql HTTP/1.1\r\nHost: loc")
            for _ in range(100):
                await clients.say(HEAD + b"Content-Length: 1000\r\n\r\n" + b" " * 500)
            crowd = [await clients.say(ASKED) for _ in range(500)]
            await answers(clients)
            for client in crowd:
                await client.answer()
                assert b"" == await client.rest()
            await answers(clients)

    run(scenario())
