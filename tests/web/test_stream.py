"""Event streams: an operation's responses as server-sent events, on a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx2
import pytest

import schema
from graph.bolt import Graph
from resolvers.asker import Asker
from resolvers.context import Context
from resolvers.errors import Code, Refusal
from resolvers.operation import Operations, Question, Request, Response
from web.media import EVENTS, GRAPHQL_JSON, JSON

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Send = Callable[..., httpx2.Response]
Served = Callable[..., Any]
STREAM = {"content-type": JSON, "accept": EVENTS}
TICKS = {"query": "subscription { tick }"}


class Subscription(Question):
    kind = "subscription"


class Ticking(Operations):
    """Operations with a subscription: one event each time `tick` is released."""

    def __init__(self) -> None:
        super().__init__(schema.build()._schema)
        self.tick, self.ended = asyncio.Semaphore(0), asyncio.Event()

    def question(self, request: Request) -> Question:
        found = super().question(request)
        if "subscription" in str(request.query):
            return Subscription(request, found.prepared, found.asks)
        return found

    async def events(self, question: Question, context: Context) -> AsyncIterator[Response]:
        number = 0
        try:
            while "broken" not in str(question.request.query):
                await self.tick.acquire()
                number += 1
                yield Response({"data": {"tick": number}}, True)
            raise ZeroDivisionError("the secret of the house")
        finally:
            self.ended.set()


def frames(*bodies: str) -> str:
    return "".join(f"event: next\ndata: {each}\n\n" for each in bodies) + COMPLETE


COMPLETE = "event: complete\ndata:\n\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"query": "{ __typename }"}, '{"data":{"__typename":"Query"}}'),
        (
            {"query": '{ division(code: "ZZ-SJ") { name } }'},
            '{"data":{"division":{"name":"上街区"}}}',
        ),
    ],
)
@pytest.mark.parametrize("accept", [EVENTS, f"{EVENTS}, application/json;q=0.5"])
def test_a_query_is_one_event_and_the_end(
    send: Send, accept: str, body: dict[str, Any], expected: str
) -> None:
    answer = send(json.dumps(body).encode(), {"accept": accept})

    assert (200, f"{EVENTS}; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    assert "no-store" == answer.headers["cache-control"]
    assert frames(expected).encode() == answer.content


def test_a_get_may_be_streamed_to_an_event_source(send: Send) -> None:
    answer = send(b"", {"accept": EVENTS}, "GET", "/graphql?query={__typename}")

    assert frames('{"data":{"__typename":"Query"}}') == answer.text


@pytest.mark.parametrize("query", ["{", "{ nothing }", "subscription { nothing }"])
def test_a_document_that_is_refused_is_told_in_the_stream(send: Send, query: str) -> None:
    answer = send(json.dumps({"query": query}).encode(), {"accept": EVENTS})

    assert 200 == answer.status_code
    told, end = answer.text.split("\n\n", 1)
    assert COMPLETE == end
    body = json.loads(told.removeprefix("event: next\ndata: "))
    assert ["errors"] == list(body)


def test_what_is_no_request_gets_no_stream(send: Send) -> None:
    assert 400 == send(b"{", {"accept": EVENTS}).status_code
    assert 415 == send(headers={"accept": EVENTS, "content-type": "text/plain"}).status_code
    mutation = "/graphql?query=mutation{__typename}"
    assert 405 == send(b"", {"accept": EVENTS}, "GET", mutation).status_code


@pytest.mark.parametrize("also", [f", {EVENTS}", f", application/graphql+json, {EVENTS}, */*"])
def test_who_takes_streams_among_others_is_answered_in_json(send: Send, also: str) -> None:
    answer = send(headers={"accept": GRAPHQL_JSON + also})

    assert f"{GRAPHQL_JSON}; charset=utf-8" == answer.headers["content-type"]


def streaming(run: Run, scenario: Callable[[httpx2.AsyncClient], Coroutine[Any, Any, Any]]) -> Any:
    async def ran() -> Any:
        async with httpx2.AsyncClient(timeout=10) as client:
            return await scenario(client)

    return run(ran())


def test_a_subscription_streams_each_event_as_it_comes(run: Run, served: Served) -> None:
    async def scenario(client: httpx2.AsyncClient) -> list[str]:
        ticking = Ticking()
        async with served(ticking, ping_seconds=0.05) as (port, _):
            url, found = f"http://127.0.0.1:{port}/graphql", []
            accept = {**STREAM, "accept": f"{GRAPHQL_JSON}, application/json, {EVENTS}"}
            async with client.stream("POST", url, json=TICKS, headers=accept) as answer:
                async for line in answer.aiter_lines():
                    found += [line] if line else []
                    if line == ":":
                        ticking.tick.release()
                    if len(found) >= 8:
                        break
            await asyncio.wait_for(ticking.ended.wait(), 5)  # the client has gone, and so has it
            return found

    found = streaming(run, scenario)

    assert ":" == found[0]
    assert ['data: {"data":{"tick":1}}', 'data: {"data":{"tick":2}}'] == [
        line for line in found if line.startswith("data")
    ][:2]


def test_a_subscription_needs_a_form_that_can_carry_it(run: Run, served: Served) -> None:
    async def scenario(client: httpx2.AsyncClient) -> httpx2.Response:
        async with served(Ticking()) as (port, _):
            return await client.post(f"http://127.0.0.1:{port}/graphql", json=TICKS)

    assert 406 == streaming(run, scenario).status_code


def test_a_stream_ends_when_the_server_stops(run: Run, served: Served) -> None:
    async def scenario(client: httpx2.AsyncClient) -> str:
        ticking = Ticking()
        ticking.tick.release()
        async with served(ticking) as (port, asking):
            url, text = f"http://127.0.0.1:{port}/graphql", ""
            async with client.stream("POST", url, json=TICKS, headers=STREAM) as answer:
                async for part in answer.aiter_text():
                    text += part
                    if "tick" in part:
                        asking.stopping.set()
            assert ticking.ended.is_set()
            return text

    assert frames('{"data":{"tick":1}}') == streaming(run, scenario)


def test_who_may_no_longer_know_gets_no_further_event(
    run: Run, served: Served, graph: Graph
) -> None:
    async def scenario(client: httpx2.AsyncClient) -> str:
        ticking, asked = Ticking(), 0
        ticking.tick.release()
        ticking.tick.release()

        async def context_of(asker: Asker) -> Context:
            nonlocal asked
            asked += 1
            if asked > 1:
                raise Refusal(Code.UNAUTHENTICATED, "your role was revoked")
            context: Context = await known.context_of(asker)
            return context

        async with served() as (_, known), served(ticking, context_of) as (port, _):
            url = f"http://127.0.0.1:{port}/graphql"
            return (await client.post(url, json=TICKS, headers=STREAM)).text

    text = streaming(run, scenario)

    assert ("tick" in text, text.count("tick"), text.count("revoked")) == (True, 1, 1)
    assert text.endswith(COMPLETE)


def test_a_caller_has_only_so_many_streams(run: Run, served: Served) -> None:
    async def scenario(client: httpx2.AsyncClient) -> tuple[str, str]:
        ticking = Ticking()
        async with served(ticking, sockets_per_caller=1) as (port, asking):
            url = f"http://127.0.0.1:{port}/graphql"
            async with client.stream("POST", url, json=TICKS, headers=STREAM):
                async with asyncio.timeout(5):
                    while not asking.callers:  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                refused = (await client.post(url, json=TICKS, headers=STREAM)).text
            await asyncio.wait_for(ticking.ended.wait(), 5)
            asking.stopping.set()
            return refused, (await client.post(url, json=TICKS, headers=STREAM)).text

    refused, later = streaming(run, scenario)

    assert "SOCKETS_PER_CALLER" in refused
    assert "SOCKETS_PER_CALLER" not in later


def test_a_defect_in_a_stream_is_told_by_its_number(
    run: Run, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(client: httpx2.AsyncClient) -> str:
        async with served(Ticking()) as (port, _):
            url, body = f"http://127.0.0.1:{port}/graphql", {"query": "subscription { broken }"}
            return (await client.post(url, json=body, headers=STREAM)).text

    text = streaming(run, scenario)

    assert "INTERNAL" in text
    assert "secret" not in text
    assert text.endswith(COMPLETE)
    assert "the secret of the house" in caplog.text
