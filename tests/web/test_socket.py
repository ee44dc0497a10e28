"""graphql-transport-ws, on real sockets: what may be said, what is answered, how it ends."""

import asyncio
import json
import os
import struct
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

import schema
from resolvers.asker import Asker
from resolvers.context import Context
from resolvers.errors import Code, Refusal
from resolvers.operation import Operations, Question, Request, Response

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Served = Callable[..., Any]
PROTOCOL: Any = "graphql-transport-ws"
INIT = {"type": "connection_init"}
NAMED = {"query": '{ division(code: "ZZ-SJ") { name } }'}


class Subscription(Question):
    kind = "subscription"


class Slow(Operations):
    """Operations that come to an end when `go` is set, and say how many were begun and left."""

    def __init__(self) -> None:
        super().__init__(schema.build()._schema)
        self.go, self.begun, self.left = asyncio.Event(), asyncio.Semaphore(0), 0
        self.ticks = 0

    def question(self, request: Request) -> Question:
        found = super().question(request)
        if "subscription" in str(request.query):
            return Subscription(request, found.prepared, found.asks)
        return found

    async def answer(self, question: Question, context: Context) -> Response:
        self.begun.release()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.left += 1
            raise
        return Response({"data": {"slow": context.request}}, True)

    async def events(self, question: Question, context: Context) -> AsyncIterator[Response]:
        self.begun.release()
        try:
            while True:
                yield Response({"data": {"tick": self.ticks}}, True)
                self.ticks += 1
                if "large" not in str(question.request.query):
                    await self.go.wait()
                    self.go.clear()
        finally:
            self.left += 1


class Broken(Operations):
    async def answer(self, question: Question, context: Context) -> Response:
        raise ZeroDivisionError("the secret of the house")


@asynccontextmanager
async def opened(port: int, init: Any = INIT, **how: Any) -> AsyncIterator[ClientConnection]:
    how = {"subprotocols": [PROTOCOL], "compression": None, **how}
    async with connect(f"ws://127.0.0.1:{port}/graphql", **how) as client:
        if init:
            await say(client, init)
            assert {"type": "connection_ack"} == await heard(client)
        yield client


async def say(client: ClientConnection, *messages: Any) -> None:
    for each in messages:
        await client.send(each if isinstance(each, str | bytes) else json.dumps(each))


async def heard(client: ClientConnection) -> Any:
    return json.loads(await asyncio.wait_for(client.recv(), 5))


async def closed(client: ClientConnection) -> int:
    """The code that the server closes the socket with."""
    async with asyncio.timeout(5):
        with suppress(ConnectionClosed):
            async for _ in client:
                pass
        await client.wait_closed()
    assert client.close_code is not None
    return client.close_code


def subscribe(identifier: str = "1", **payload: Any) -> dict[str, Any]:
    return {"id": identifier, "type": "subscribe", "payload": payload or NAMED}


async def answers(port: int) -> None:
    """The next good request is answered."""
    async with opened(port) as client:
        await say(client, subscribe())
        assert "上街区" in json.dumps(await heard(client), ensure_ascii=False)


def test_a_query_is_answered_by_one_next_and_complete(run: Run, served: Served) -> None:
    async def scenario() -> list[Any]:
        async with served() as (port, _), opened(port) as client:
            assert PROTOCOL == client.subprotocol
            await say(client, subscribe(), subscribe("another", query="mutation { __typename }"))
            return [await heard(client) for _ in range(4)]

    found = run(scenario())

    assert [
        {"id": "1", "type": "next", "payload": {"data": {"division": {"name": "上街区"}}}},
        {"id": "1", "type": "complete"},
    ] == [each for each in found if each["id"] == "1"]
    assert [
        {"id": "another", "type": "next", "payload": {"data": {"__typename": "Mutation"}}},
        {"id": "another", "type": "complete"},
    ] == [each for each in found if each["id"] == "another"]


def test_the_cost_of_an_answer_is_told_to_whom_it_was_asked_by(run: Run, served: Served) -> None:
    async def scenario() -> Any:
        asked = {"additional_headers": {"x-commongrid-cost": "1"}}
        async with served() as (port, _), opened(port, **asked) as client:
            query = "{ alliances(first: 100) { nodes { code } } }"
            await say(client, subscribe(query=query))
            return (await heard(client))["payload"]["extensions"]

    assert run(scenario()) == {"cost": {"requested": 11, "actual": 2, "limit": 5_000}}


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "subscription { nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { __typename } query B { __typename }"}, "BAD_USER_INPUT"),
        ({"documentId": "sha256:00"}, "UNKNOWN_DOCUMENT"),
    ],
)
def test_what_is_not_executed_is_an_error_and_the_socket_lives(
    run: Run, served: Served, payload: dict[str, Any], code: str
) -> None:
    async def scenario() -> None:
        async with served() as (port, _), opened(port) as client:
            await say(client, subscribe(**payload))
            told = await heard(client)
            assert ("1", "error") == (told["id"], told["type"])
            assert [code] == [each["extensions"]["code"] for each in told["payload"]]
            await say(client, subscribe())  # the id is free again
            assert "next" == (await heard(client))["type"]

    run(scenario())


def test_pings_are_answered_with_what_they_bring_before_init_too(run: Run, served: Served) -> None:
    async def scenario() -> list[Any]:
        async with served() as (port, _), opened(port, None) as client:
            await say(client, {"type": "ping"}, {"type": "ping", "payload": {"n": 1}})
            await say(client, {"type": "pong"}, {"type": "pong", "payload": {}}, INIT)
            return [await heard(client) for _ in range(3)]

    assert [
        {"type": "pong"},
        {"type": "pong", "payload": {"n": 1}},
        {"type": "connection_ack"},
    ] == run(scenario())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([subscribe()], 4401),
        ([INIT, INIT], 4429),
        ([], 4408),
        ([{"type": "ping"}], 4408),
    ],
    ids=["subscribe first", "init twice", "silence", "only pings"],
)
def test_the_order_is_kept(run: Run, served: Served, said: list[Any], code: int) -> None:
    async def scenario() -> None:
        async with served(socket_init_seconds=0.3) as (port, _):
            async with opened(port, None) as client:
                await say(client, *said)
                assert code == await closed(client)
            await answers(port)

    run(scenario())


@pytest.mark.parametrize("protocols", [["graphql-ws"], ["graphql-ws", "other"], None])
def test_other_protocols_are_4406(run: Run, served: Served, protocols: Any) -> None:
    async def scenario() -> None:
        async with served() as (port, _):
            async with opened(port, None, subprotocols=protocols) as client:
                assert client.subprotocol is None
                assert 4406 == await closed(client)
            await answers(port)

    run(scenario())


@pytest.mark.parametrize(
    ("headers", "path", "status"),
    [
        ({"Origin": "https://evil.example"}, "/graphql", 403),
        ({"Origin": "null"}, "/graphql", 403),
        ({}, "/other", 404),
        ({}, "/graphql/", 404),
    ],
    ids=str,
)
def test_a_handshake_that_is_refused_is_told_why(
    run: Run, served: Served, headers: dict[str, str], path: str, status: int
) -> None:
    async def scenario() -> None:
        async with served() as (port, _):
            with pytest.raises(InvalidStatus) as caught:
                async with connect(
                    f"ws://127.0.0.1:{port}{path}",
                    subprotocols=[PROTOCOL],
                    additional_headers=headers,
                ):
                    pass
            answer = caught.value.response
            assert (status, "application/json; charset=utf-8") == (
                answer.status_code,
                answer.headers["content-type"],
            )
            assert answer.headers["x-request-id"]
            assert json.loads(answer.body)["errors"][0]["extensions"]["code"]
            await answers(port)

    run(scenario())


NO_MESSAGES: list[str | bytes] = [
    "null",
    "[]",
    "5",
    "",
    "{",
    "{}",
    b"\x00\x01",
    json.dumps(INIT).encode(),
    "[" * 10_000,
    '{"type": "ping", "payload": ' + "[" * 60 + "]" * 60 + "}",
    '{"type": "ping", "type": "pong"}',
    '{"type": null}',
    '{"type": ["ping"]}',
    '{"type": "start", "id": "1", "payload": {}}',
    '{"type": "connection_init", "payload": 5}',
    '{"type": "connection_init", "payload": []}',
    '{"type": "connection_init", "payload": {"authorization": 5}}',
    '{"type": "ping", "payload": "x"}',
    '{"type": "complete"}',
    '{"type": "complete", "id": null}',
    '{"type": "subscribe", "id": "1"}',
    '{"type": "subscribe", "id": "1", "payload": null}',
    '{"type": "subscribe", "id": [1], "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "id": "%s", "payload": {"query": "{ __typename }"}}' % ("x" * 129),
    '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": []}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "\\ud800"}}',
]


def test_what_is_no_message_is_4400(
    run: Run, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> dict[str | bytes, int]:
        async with served() as (port, _):
            codes = {}
            for said in NO_MESSAGES:
                async with opened(port, None) as client:
                    await say(client, said)
                    codes[said] = await closed(client)
            await answers(port)
            return codes

    assert dict.fromkeys(NO_MESSAGES, 4400) == run(scenario())
    assert "" == caplog.text


def test_a_message_that_is_too_large_is_1009(
    run: Run, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with served() as (port, _):
            for size in (64 * 1024 + 1, 17 * 1024 * 1024):
                head = bytes((0x81, 0xFF)) + struct.pack("!Q", size) + b"\0\0\0\0"
                said = await raw(port, head, b"x" * size)
                assert struct.pack("!H", 1009) in said.partition(b"\r\n\r\n")[2]
            async with opened(port) as client:
                message = json.dumps(subscribe())
                await say(client, message + " " * (64 * 1024 - len(message)))
                assert "next" == (await heard(client))["type"]

    run(scenario())
    assert "" == caplog.text


async def raw(port: int, *sent: bytes, extra: bytes = b"") -> bytes:
    """Everything that the server says to these bytes after a handshake."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key = b64encode(os.urandom(16))
    writer.write(
        b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"
        b"Sec-WebSocket-Key: " + key + b"\r\n" + extra + b"\r\n"
    )
    try:
        async with asyncio.timeout(5):
            said = await reader.readline()
            while sent and said.endswith(b"\n") and not said.endswith(b"\r\n\r\n"):
                said += await reader.readline()
            writer.writelines(sent)
            return said + await reader.read()
    finally:
        writer.close()


def masked(first: int, data: bytes) -> bytes:
    return bytes((first, 0x80 | len(data))) + b"\0\0\0\0" + data


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (masked(0x81, b"\xff\xfe"), 1007),
        (masked(0x83, b"x"), 1002),
        (masked(0xF1, b"x"), 1002),
        (bytes((0x81, 2)) + b"{}", 1002),
        (masked(0x80, b"x"), 1002),
        (masked(0x88, b"\x00"), 1002),
    ],
    ids=["no UTF-8", "opcode", "reserved bits", "not masked", "continued nothing", "close of 1"],
)
def test_frames_that_are_broken_are_told_so(
    run: Run, served: Served, caplog: pytest.LogCaptureFixture, sent: bytes, code: int
) -> None:
    async def scenario() -> None:
        async with served() as (port, _):
            said = await raw(port, sent)
            assert said.startswith(b"HTTP/1.1 101 ")
            assert struct.pack("!H", code) in said.partition(b"\r\n\r\n")[2]
            await answers(port)

    run(scenario())
    assert "" == caplog.text


def test_a_handshake_that_never_comes_to_be_is_dropped(
    run: Run, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with served(head_seconds=0.3) as (port, _):
            many = b"".join(b"X-%d: 1\r\n" % i for i in range(300))
            assert b" 101 " not in await raw(port, extra=many)
            await answers(port)

    run(scenario())
    assert "" == caplog.text


def test_an_id_that_runs_is_4409(run: Run, served: Served) -> None:
    async def scenario() -> None:
        slow = Slow()
        async with served(slow) as (port, _):
            async with opened(port) as client:
                await say(client, subscribe(), subscribe())
                assert 4409 == await closed(client)
            slow.go.set()

    run(scenario())


def test_a_socket_has_only_so_many_operations(run: Run, served: Served) -> None:
    async def scenario() -> None:
        slow = Slow()
        async with served(slow, socket_operations=3) as (port, _), opened(port) as client:
            await say(client, *(subscribe(str(n), query="subscription { a }") for n in range(101)))
            found = [await heard(client) for _ in range(101)]
            errors = [each for each in found if each["type"] == "error"]
            assert [str(n) for n in range(3, 101)] == [each["id"] for each in errors]
            assert {"code": "LIMIT_EXCEEDED", "limit": "SOCKET_OPERATIONS", "most": 3} == errors[0][
                "payload"
            ][0]["extensions"]
            await say(client, {"id": "1", "type": "complete"}, subscribe("again"))
            for _ in range(4):
                await slow.begun.acquire()
            slow.go.set()
            while "again" != (await heard(client))["id"]:
                pass

    run(scenario())


def test_what_a_client_completes_is_cancelled_and_its_id_is_free(run: Run, served: Served) -> None:
    async def scenario() -> None:
        slow = Slow()
        async with served(slow) as (port, _), opened(port) as client:
            await say(client, subscribe())
            await slow.begun.acquire()
            await say(client, {"id": "1", "type": "complete"}, {"id": "x", "type": "complete"})
            await say(client, subscribe())
            await slow.begun.acquire()
            assert 1 == slow.left
            slow.go.set()
            assert ["next", "complete"] == [(await heard(client))["type"] for _ in range(2)]

    run(scenario())


def test_a_client_that_goes_takes_its_operations_along(run: Run, served: Served) -> None:
    async def scenario() -> None:
        slow = Slow()
        async with served(slow) as (port, asking):
            async with opened(port) as client:
                await say(client, subscribe("1"), subscribe("2", query="subscription { a }"))
                await slow.begun.acquire()
                await slow.begun.acquire()
            for _ in range(500):
                if slow.left == 2:
                    break
                await asyncio.sleep(0.01)
            assert 2 == slow.left
            assert not asking.gate.all.running

    run(scenario())


def test_a_caller_has_only_so_many_sockets_and_the_server_too(run: Run, served: Served) -> None:
    async def scenario() -> None:
        async with served(sockets_per_caller=2, sockets=3) as (port, _):
            async with opened(port), opened(port):
                async with opened(port, None) as third:
                    await say(third, INIT)
                    with pytest.raises(InvalidStatus, match="503"):
                        async with opened(port):
                            pass
                    assert 4429 == await closed(third)
            await answers(port)

    run(scenario())


def test_a_token_is_shown_in_the_head_or_in_the_payload(run: Run, served: Served) -> None:
    async def scenario() -> list[tuple[str, ...]]:
        shown: list[tuple[str, ...]] = []

        async def context_of(asker: Asker) -> Context:
            shown.append(asker.authorization)
            context: Context = await known.context_of(replace(asker, authorization=()))
            return context

        async with served() as (_, known), served(context_of=context_of) as (port, _):
            payload = {"authorization": "Bearer b"}
            head = {"Authorization": "Bearer a"}
            for init, headers in ((INIT, head), ({**INIT, "payload": payload}, {})):
                async with opened(port, init, additional_headers=headers):
                    pass
            async with opened(port, {**INIT, "payload": payload}, additional_headers=head):
                pass
        return shown

    assert [("Bearer a",), ("Bearer b",), ("Bearer a", "Bearer b")] == run(scenario())


@pytest.mark.parametrize(
    ("refused", "code"),
    [(Code.UNAUTHENTICATED, 4403), (Code.FORBIDDEN, 4403), (Code.UNAVAILABLE, 1013)],
)
def test_who_cannot_be_known_is_closed(run: Run, served: Served, refused: Code, code: int) -> None:
    async def scenario() -> None:
        async def context_of(asker: Asker) -> Context:
            raise Refusal(refused, "no")

        async with served(context_of=context_of) as (port, _), opened(port, None) as client:
            await say(client, INIT)
            assert code == await closed(client)

    run(scenario())


def test_a_token_that_expires_closes_its_socket(run: Run, served: Served) -> None:
    async def scenario() -> None:
        slow = Slow()

        async def context_of(asker: Asker) -> Context:
            context: Context = await known.context_of(asker)
            return replace(context, until=time.time() + 0.2)

        async with served() as (_, known), served(slow, context_of) as (port, _):
            async with opened(port) as client:
                await say(client, subscribe(query="subscription { a }"))
                assert 4403 == await closed(client)
            assert 1 == slow.left

    run(scenario())


def test_a_role_that_is_revoked_ends_the_stream_before_the_next_event(
    run: Run, served: Served
) -> None:
    async def scenario() -> list[Any]:
        slow, revoked = Slow(), False

        async def context_of(asker: Asker) -> Context:
            if revoked:
                raise Refusal(Code.FORBIDDEN, "revoked")
            context: Context = await known.context_of(asker)
            return context

        async with served() as (_, known), served(slow, context_of) as (port, _):
            async with opened(port) as client:
                await say(client, subscribe(query="subscription { a }"))
                first = await heard(client)
                revoked = True
                slow.go.set()
                with pytest.raises(ConnectionClosed):
                    await heard(client)
                return [first, client.close_code]

    assert [
        {"id": "1", "type": "next", "payload": {"data": {"tick": 0}}},
        4403,
    ] == run(scenario())


def test_a_defect_is_told_by_its_number_and_the_socket_lives(
    run: Run, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> Any:
        broken = Broken(schema.build()._schema)
        async with served(broken) as (port, _), opened(port) as client:
            await say(client, subscribe())
            told = await heard(client)
            await say(client, {"type": "ping"})
            assert {"type": "pong"} == await heard(client)
            return told

    [error] = run(scenario())["payload"]

    assert "INTERNAL" == error["extensions"]["code"]
    assert error["extensions"]["requestId"] in caplog.text
    assert "secret" not in json.dumps(error)


def test_who_does_not_read_is_dropped(run: Run, served: Served) -> None:
    class Large(Slow):
        async def events(self, question: Question, context: Context) -> AsyncIterator[Response]:
            try:
                while True:
                    yield Response({"data": {"large": "x" * 100_000}}, True)
            finally:
                self.left += 1

    async def scenario() -> None:
        large = Large()
        async with served(large, stall_seconds=0.5) as (port, _):
            client = await connect(
                f"ws://127.0.0.1:{port}/graphql", subprotocols=[PROTOCOL], max_queue=1
            )
            await say(client, INIT, subscribe(query="subscription { large }"))
            async with asyncio.timeout(10):
                while not large.left:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            client.transport.abort()

    run(scenario())


def test_a_stop_waits_for_what_runs_completes_streams_and_closes_1001(
    run: Run, served: Served
) -> None:
    async def scenario() -> list[Any]:
        slow, found = Slow(), []
        async with served(slow) as (port, asking), opened(port) as client, opened(port) as idle:
            await say(client, subscribe("stream", query="subscription { a }"))
            found.append(await heard(client))
            await say(client, subscribe("slow", query="query { slow }"))
            await slow.begun.acquire()
            await slow.begun.acquire()
            asking.stopping.set()
            found.append(await heard(client))
            assert 1001 == await closed(idle)
            await say(client, subscribe("late", query="query { slow }"))
            found.append(await heard(client))
            slow.go.set()
            found += [await heard(client), await heard(client)]
            assert 1001 == await closed(client)
            async with httpx2.AsyncClient() as http:
                assert 200 == (await http.get(f"http://127.0.0.1:{port}/livez")).status_code
        return found

    found = run(scenario())

    assert [
        ("stream", "next"),
        ("stream", "complete"),
        ("late", "error"),
        ("slow", "next"),
        ("slow", "complete"),
    ] == [(each["id"], each["type"]) for each in found]
    assert "UNAVAILABLE" == found[2]["payload"][0]["extensions"]["code"]
