"""Heads that lie about who asks, and from where: told on a real socket, as bytes."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from graph.grant import Role
from resolvers.asker import Asker
from resolvers.context import Context
from tests.web.test_listener import BODY, HEAD, Client, Clients, answers

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Served = Callable[..., Any]
LENGTH = b"Content-Length: %d\r\n\r\n" % len(BODY)


async def told(client: Client) -> tuple[int, list[str]]:
    """Status and codes of an answer."""
    head, body = await client.answer()
    errors = json.loads(body).get("errors", [])
    return int(head.split()[1]), [error["extensions"]["code"] for error in errors]


def shown(*tokens: bytes) -> bytes:
    return b"".join(b"Authorization: " + each + b"\r\n" for each in tokens)


def test_of_two_tokens_none_is_believed_and_an_empty_one_neither(
    run: Run, served: Served, key: Callable[..., str]
) -> None:
    one, other = key().encode(), key(Role.ORGANIZER).encode()

    async def scenario() -> None:
        async with served() as (port, _), Clients(port) as clients:
            for tokens in ((one, one), (one, other), (one, b"Bearer x"), (b"Bearer",), (b"",)):
                client = await clients.say(HEAD + shown(*tokens) + LENGTH + BODY)
                assert (401, ["UNAUTHENTICATED"]) == await told(client), tokens
            client = await clients.say(HEAD + shown(one) + LENGTH + BODY)
            assert (200, []) == await told(client)
            await answers(clients)

    run(scenario())


def test_a_token_of_two_megabytes_is_not_read(run: Run, served: Served) -> None:
    async def scenario() -> None:
        async with served() as (port, _), Clients(port) as clients:
            client = await clients.say(HEAD + shown(b"Bearer " + b"a" * 2_000_000) + LENGTH)
            assert (431, ["BAD_REQUEST"]) == await told(client)
            await answers(clients)

    run(scenario())


FORWARDED = [
    b"X-Forwarded-For: 10.0.0.1\r\n",
    b"X-Forwarded-For: 127.0.0.1, 10.0.0.1\r\nX-Forwarded-Proto: https\r\n",
    b"Forwarded: for=10.0.0.1;host=evil.example;proto=https\r\n",
    b"X-Real-IP: 10.0.0.1\r\nX-Forwarded-Host: evil.example\r\n",
]


@pytest.mark.parametrize("said", FORWARDED, ids=str)
def test_where_a_client_says_it_comes_from_changes_nothing(
    run: Run, served: Served, said: bytes
) -> None:
    async def address(scope: Any, receive: Any, send: Any) -> None:
        body = json.dumps([scope["client"][0], scope["scheme"]]).encode()
        length = b"%d" % len(body)
        start = {"type": "http.response.start", "status": 200}
        await send({**start, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": body})

    async def scenario() -> None:
        async with served(app=address) as (port, _), Clients(port) as clients:
            _, body = await (await clients.say(HEAD + said + LENGTH + BODY)).answer()
            assert ["127.0.0.1", "http"] == json.loads(body)
        async with served() as (port, _), Clients(port) as clients:
            evil = HEAD.replace(b"localhost", b"evil.example")
            for host in (b"X-Forwarded-Host: localhost\r\n", b"Forwarded: host=localhost\r\n"):
                client = await clients.say(evil + host + said + LENGTH + BODY)
                assert (400, ["BAD_REQUEST"]) == await told(client)
            await answers(clients)

    run(scenario())


def test_what_is_refused_at_the_door_asks_nobody_who_that_is(run: Run, served: Served) -> None:
    """Forms, pages of others, other hosts, other methods: no token is looked up for them."""
    asked = list[Asker]()

    async def context_of(asker: Asker) -> Context:
        asked.append(asker)
        context: Context = await known.context_of(asker)
        return context

    async def scenario() -> None:
        refused = (
            HEAD.replace(b"application/json", b"text/plain"),
            HEAD.replace(b"localhost", b"evil.example"),
            HEAD + b"Origin: https://evil.example\r\n",
            HEAD.replace(b"POST", b"DELETE"),
            HEAD + b"Content-Encoding: gzip\r\n",
        )
        async with served(context_of=context_of) as (port, _), Clients(port) as clients:
            for head in refused:
                client = await clients.say(head + LENGTH + BODY)
                assert (await told(client))[0] in (400, 403, 405, 415)
            assert [] == asked
            await answers(clients)
        assert 1 == len(asked)

    known: Any = None

    async def with_known() -> None:
        nonlocal known
        async with served() as (_, known):
            await scenario()

    run(with_known())
