"""/graphql over HTTP: these bytes give these bytes, with this status and this media type."""

import asyncio
import json
import os
from collections.abc import Callable, Coroutine
from typing import Any

import httpx2
import pytest
from starlette.types import Message

import schema
import server
from graph.bolt import Graph
from resolvers import operation
from resolvers.context import Context
from resolvers.operation import Operations
from web.app import application
from web.health import Health
from web.media import GRAPHQL_JSON, JSON, accepted

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Send = Callable[..., httpx2.Response]

ASKED = b'{"query": "{ __typename }"}'
ANSWER = b'{"data":{"__typename":"Query"}}'


def sender(run: Run, service: server.Service) -> Send:
    """Sends one request to the application, in the loop that the graph lives in."""
    app = server.app(service)

    async def sent(method: str, path: str, headers: dict[str, str], body: bytes) -> httpx2.Response:
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            # httpx names media types of its own; a header given as "" is left out.
            asked = client.build_request(method, path, headers=headers, content=body)
            for name in ("accept", "content-type"):
                if headers.get(name, "") == "":
                    asked.headers.pop(name, None)
            return await client.send(asked)

    def send(
        body: bytes = ASKED,
        headers: dict[str, str] | None = None,
        method: str = "POST",
        path: str = "/graphql",
    ) -> httpx2.Response:
        kind = {"content-type": JSON, **(headers or {})}
        found: httpx2.Response = run(sent(method, path, kind, body))
        return found

    return send


@pytest.fixture
def chosen() -> server.Settings:
    return server.settings(os.environ)


@pytest.fixture
def send(run: Run, graph: Graph, chosen: server.Settings) -> Send:
    return sender(run, server.Service(chosen, graph))


def code(answer: httpx2.Response) -> str:
    """The code of the only error; the answer must be a GraphQL response and nothing else."""
    assert answer.headers["content-type"].endswith("json; charset=utf-8")
    [error] = answer.json()["errors"]
    assert "data" not in answer.json()
    assert {"message", "extensions"} <= set(error)
    return str(error["extensions"]["code"])


def test_a_question_is_answered_as_json_in_utf_8(send: Send) -> None:
    body = json.dumps({"query": '{ division(code: "ZZ-SJ") { name } }'}).encode()

    answer = send(body)

    assert (200, "application/json; charset=utf-8") == (
        answer.status_code,
        answer.headers["content-type"],
    )
    assert '{"data":{"division":{"name":"上街区"}}}'.encode() == answer.content


def test_every_answer_has_an_id_of_its_own_and_nothing_to_keep_or_guess(send: Send) -> None:
    answers = [
        send(),
        send(b"{"),
        send(method="GET"),
        send(path="/absent"),
        send(path="/livez", method="GET"),
        send(path="/graphiql", method="GET"),
    ]

    assert [200, 400, 405, 404, 200, 200] == [each.status_code for each in answers]
    assert 6 == len({each.headers["x-request-id"] for each in answers})
    for each in answers:
        assert "nosniff" == each.headers["x-content-type-options"]
        assert "frame-ancestors 'none'" in each.headers["content-security-policy"]
        assert each.headers["cache-control"] in ("no-store", "no-cache")


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/json; charset=utf-8", JSON),
        ("APPLICATION/JSON", JSON),
        ("text/html, application/json;q=0.1", JSON),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}; charset=utf-8, application/json", GRAPHQL_JSON),
        (f"application/json, {GRAPHQL_JSON}", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=0.5, application/json", JSON),
        (f"{GRAPHQL_JSON};q=0, */*", JSON),
        (f"{GRAPHQL_JSON};q=0.5, application/json;q=0.4, */*", GRAPHQL_JSON),
        ("application/json;q=0, */*", GRAPHQL_JSON),
        ("image/png", None),
        ("text/html", None),
        ("*/*;q=0", None),
        ("application/json;q=0", None),
        ("application/json; charset=gbk", None),
        (f"application/json;q=much, {GRAPHQL_JSON}", GRAPHQL_JSON),
    ],
)
def test_accept_decides_the_form(send: Send, accept: str, media: str | None) -> None:
    answer = send(headers={"accept": accept})

    if media is None:
        assert (406, "BAD_REQUEST") == (answer.status_code, code(answer))
    else:
        assert (200, ANSWER) == (answer.status_code, answer.content)
        assert f"{media}; charset=utf-8" == answer.headers["content-type"]


def test_a_wish_may_be_spread_over_several_headers() -> None:
    assert GRAPHQL_JSON == accepted(["text/html", f"{GRAPHQL_JSON};q=0.2"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED")],
)
def test_a_refused_document_is_400_only_in_the_newer_form(
    send: Send, query: str, expected: str
) -> None:
    body = json.dumps({"query": query}).encode()

    older, newer = send(body), send(body, {"accept": GRAPHQL_JSON})

    assert (200, expected) == (older.status_code, code(older))
    assert (400, expected) == (newer.status_code, code(newer))


@pytest.mark.parametrize("media", ["", GRAPHQL_JSON])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"5",
        b'"x"',
        b"[]",
        b"{}",
        b"[" + ASKED + b"," + ASKED + b"]",
        b'{"query": 5}',
        b'{"query": null}',
        b'{"qeury": "{ __typename }"}',
        b'{"query": "{ __typename }"} x',
        b'{"query": "{ __typename }", "query": "{ __typename }"}',
        b'{"query": "{ __typename }", "variables": {"a": {"b": 1, "b": 1}}}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "{ __typename }", "variables": "x"}',
        b'{"query": "{ __typename }", "operationName": 5}',
        b'{"query": "{ __typename }", "extensions": []}',
        b'{"query": "{ __typename }", "variables": {"a": NaN}}',
        b'{"query": "{ __typename }", "variables": {"a": -Infinity}}',
        b'{"query": "{ __typename }", "variables": {"a": 1e999}}',
        b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 5_000 + b"}}",
        b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 60 + b"]" * 60 + b"}}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}',
        b'{"query": "{ __typename }", "variables": {"\\udfff": 1}}',
        b'{"query": "\\ud83d"}',
        b'{"query": "{ __typename }", "operationName": "\\udc00"}',
        b'{"query": "\xff"}',
        b"\xef\xbb\xbf" + ASKED,
        ASKED.decode().encode("utf-16"),
        b"\x1f\x8b\x08\x00",
    ],
    ids=lambda body: repr(body[:60]) if isinstance(body, bytes) else body,
)
def test_what_is_no_request_is_400(send: Send, body: bytes, media: str) -> None:
    answer = send(body, {"accept": media})

    assert (400, "BAD_REQUEST") == (answer.status_code, code(answer))
    assert answer.headers["content-type"].startswith(media or JSON)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": GRAPHQL_JSON},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json; charset=gbk"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-encoding": "gzip"},
    ],
    ids=str,
)
def test_other_media_types_and_encodings_are_415(send: Send, headers: dict[str, str]) -> None:
    answer = send(headers=headers)

    assert (415, "BAD_REQUEST") == (answer.status_code, code(answer))


@pytest.mark.parametrize(
    "kind", ["application/json; charset=UTF-8", 'APPLICATION/json;charset="utf-8"']
)
def test_utf_8_may_be_named(send: Send, kind: str) -> None:
    assert ANSWER == send(headers={"content-type": kind}).content


def test_a_mebibyte_is_read_and_a_byte_more_is_413(send: Send) -> None:
    most = ASKED + b" " * (1024 * 1024 - len(ASKED))

    assert 200 == send(most).status_code
    answer = send(most + b" ")
    assert (413, "BAD_REQUEST") == (answer.status_code, code(answer))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_405_and_told_what_is_allowed(send: Send, method: str) -> None:
    answer = send(method=method)

    assert (405, "BAD_REQUEST") == (answer.status_code, code(answer))
    assert "POST" == answer.headers["allow"]
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/graphql/", "//graphql", "/GraphQL", "/graphql/x"])
def test_the_endpoint_is_at_no_other_path(send: Send, path: str) -> None:
    assert 404 == send(path=f"http://test{path}").status_code


@pytest.mark.parametrize("accept", ["", "text/html", GRAPHQL_JSON])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_production_knows_nobody_yet(
    run: Run, graph: Graph, chosen: server.Settings, method: str, accept: str
) -> None:
    chosen.profile = "production"
    send = sender(run, server.Service(chosen, graph))

    answer = send(b"anything", {"accept": accept}, method)

    assert (401, "UNAUTHENTICATED") == (answer.status_code, code(answer))
    assert "Bearer" == answer.headers["www-authenticate"]
    assert 404 == send(path="/graphiql", method="GET").status_code


def test_before_the_graph_is_loaded_the_answer_is_503(run: Run, chosen: server.Settings) -> None:
    answer = sender(run, server.Service(chosen))()

    assert (503, "UNAVAILABLE") == (answer.status_code, code(answer))
    assert "1" == answer.headers["retry-after"]


class Broken(Operations):
    """Operations with a defect of ours in them."""

    async def answer(self, request: operation.Request, context: Context) -> operation.Response:
        raise ZeroDivisionError("the secret of the house")


def test_a_defect_is_told_by_its_number_only(
    run: Run, graph: Graph, chosen: server.Settings, caplog: pytest.LogCaptureFixture
) -> None:
    service = server.Service(chosen, graph)
    service.operations = Broken(service.operations.schema)

    answer = sender(run, service)()

    identifier = answer.headers["x-request-id"]
    assert (500, "INTERNAL") == (answer.status_code, code(answer))
    assert identifier == answer.json()["errors"][0]["extensions"]["requestId"]
    assert b"secret" not in answer.content
    assert "the secret of the house" in caplog.text
    assert identifier in caplog.text


class Endless(Operations):
    """Operations that never come to an end; `began` and `ended` say how far they are."""

    def __init__(self) -> None:
        super().__init__(schema.build()._schema)
        self.began, self.ended = asyncio.Event(), asyncio.Event()

    async def answer(self, request: operation.Request, context: Context) -> operation.Response:
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()
        raise AssertionError("unreachable")


def test_a_client_that_goes_away_takes_its_operation_along(
    run: Run, graph: Graph, chosen: server.Settings
) -> None:
    async def scenario() -> list[Message]:
        service = server.Service(chosen, graph)
        endless = Endless()
        app = application(endless, service.context, Health(service.ready))
        sent: list[Message] = []
        messages = iter([{"type": "http.request", "body": ASKED, "more_body": False}])

        async def receive() -> Message:
            if (message := next(messages, None)) is not None:
                return message
            await endless.began.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/graphql",
            "query_string": b"",
            "headers": [(b"content-type", b"application/json")],
        }
        await app(scope, receive, send)
        assert endless.ended.is_set()
        return sent

    assert [] == run(scenario())
