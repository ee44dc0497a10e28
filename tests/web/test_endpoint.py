"""/graphql over HTTP: these bytes give these bytes, with this status and this media type."""

import asyncio
import gzip
import json
import time
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
from web.asking import Asking
from web.health import Health
from web.media import EVENTS, GRAPHQL_JSON, JSON, Wish, accepted

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Send = Callable[..., httpx2.Response]
Sender = Callable[[server.Service], Send]
Code = Callable[[httpx2.Response], str]

ASKED = b'{"query": "{ __typename }"}'
ANSWER = b'{"data":{"__typename":"Query"}}'


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
        send(method="PUT"),
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
def test_accept_decides_the_form(send: Send, code: Code, accept: str, media: str | None) -> None:
    answer = send(headers={"accept": accept})

    if media is None:
        assert (406, "BAD_REQUEST") == (answer.status_code, code(answer))
    else:
        assert (200, ANSWER) == (answer.status_code, answer.content)
        assert f"{media}; charset=utf-8" == answer.headers["content-type"]


def test_a_wish_may_be_spread_over_several_headers() -> None:
    assert Wish(GRAPHQL_JSON) == accepted(["text/html", f"{GRAPHQL_JSON};q=0.2"])


@pytest.mark.parametrize(
    ("accept", "wish"),
    [
        (EVENTS, Wish(None, True, True)),
        (f"{EVENTS}, application/json;q=0.9", Wish(JSON, True, True)),
        (f"application/json, {EVENTS}", Wish(JSON, True)),
        (f"application/json, {EVENTS};q=0", Wish(JSON)),
        ("*/*", Wish(JSON)),
        (
            f"{GRAPHQL_JSON}, application/graphql+json, application/json, {EVENTS}, "
            "multipart/mixed",
            Wish(GRAPHQL_JSON, True),
        ),
    ],
)
def test_events_are_streamed_to_those_only_who_like_them_better(accept: str, wish: Wish) -> None:
    assert wish == accepted([accept])


@pytest.mark.parametrize(
    ("query", "expected"),
    [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED")],
)
def test_a_refused_document_is_400_only_in_the_newer_form(
    send: Send, code: Code, query: str, expected: str
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
        b'{"query": "{ __typename }", "variables": {"a": Infinity}}',
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
def test_what_is_no_request_is_400(send: Send, code: Code, body: bytes, media: str) -> None:
    answer = send(body, {"accept": media})

    assert (400, "BAD_REQUEST") == (answer.status_code, code(answer))
    assert answer.headers["content-type"].startswith(media or JSON)
    assert ANSWER == send().content


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
        {"content-encoding": "br"},
        {"content-encoding": "identity, deflate"},
    ],
    ids=str,
)
def test_other_media_types_and_encodings_are_415(
    send: Send, code: Code, headers: dict[str, str]
) -> None:
    answer = send(headers=headers)

    assert (415, "BAD_REQUEST") == (answer.status_code, code(answer))
    assert ANSWER == send().content


def test_a_body_that_would_unpack_to_a_gigabyte_is_not_unpacked(send: Send, code: Code) -> None:
    packed = gzip.compress(ASKED + b" " * 100_000_000, 1)

    began = time.process_time()
    answer = send(packed, {"content-encoding": "gzip"})

    assert (415, "BAD_REQUEST") == (answer.status_code, code(answer))
    assert time.process_time() - began < 0.1
    assert ANSWER == send().content


@pytest.mark.parametrize("mark", ["\ufeff", "\\ufeff"], ids=["as it is", "escaped"])
def test_a_document_may_begin_with_a_byte_order_mark(send: Send, mark: str) -> None:
    assert ANSWER == send(f'{{"query": "{mark}{{ __typename }}"}}'.encode()).content


@pytest.mark.parametrize(
    "kind", ["application/json; charset=UTF-8", 'APPLICATION/json;charset="utf-8"']
)
def test_utf_8_may_be_named(send: Send, kind: str) -> None:
    assert ANSWER == send(headers={"content-type": kind}).content


def test_a_mebibyte_is_read_and_a_byte_more_is_413(send: Send, code: Code) -> None:
    most = ASKED + b" " * (1024 * 1024 - len(ASKED))

    assert 200 == send(most).status_code
    answer = send(most + b" ")
    assert (413, "BAD_REQUEST") == (answer.status_code, code(answer))
    assert ANSWER == send().content


@pytest.mark.parametrize("length", [2, 1_000])
def test_a_batch_is_refused_whole(send: Send, code: Code, length: int) -> None:
    answer = send(b"[" + b",".join([ASKED] * length) + b"]", {"accept": GRAPHQL_JSON})

    assert (400, "BATCHING_DISABLED") == (answer.status_code, code(answer))
    assert 200 == send().status_code


@pytest.mark.parametrize(
    "asked",
    [
        {"documentId": "sha256:" + "0" * 64},
        {"documentId": "sha256:" + "0" * 64, "query": "{ __typename }"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
        {"query": "{ __typename }", "extensions": {"persistedQuery": {"version": 1}}},
    ],
    ids=str,
)
def test_no_document_is_known_by_its_name_or_becomes_so(
    send: Send, code: Code, asked: dict[str, Any]
) -> None:
    answer = send(json.dumps(asked).encode())

    assert (400, "UNKNOWN_DOCUMENT") == (answer.status_code, code(answer))


def test_members_that_mean_nothing_here_are_let_be(send: Send) -> None:
    asked: dict[str, Any] = {
        "query": "{ __typename }",
        "documentId": None,
        "extensions": {"a": 1},
        "more": [],
    }
    assert ANSWER == send(json.dumps(asked).encode()).content


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("query A { __typename } query B { __typename }", None),
        ("query A { __typename } query B { __typename }", "C"),
        ("", None),
        ("fragment F on Query { __typename }", None),
        ("subscription { __typename }", None),
    ],
)
def test_what_is_not_one_operation_of_ours_is_not_executed(
    send: Send, code: Code, query: str, name: str | None
) -> None:
    body = json.dumps({"query": query, "operationName": name}).encode()

    answer = send(body, {"accept": GRAPHQL_JSON})

    assert 400 == answer.status_code
    assert code(answer) in ("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT")
    assert ANSWER == send().content


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_405_and_told_what_is_allowed(
    send: Send, code: Code, method: str
) -> None:
    answer = send(method=method)

    assert (405, "BAD_REQUEST") == (answer.status_code, code(answer))
    assert "GET, POST" == answer.headers["allow"]
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert ANSWER == send().content


@pytest.mark.parametrize(
    "path",
    [
        "/graphql/",
        "//graphql",
        "/GraphQL",
        "/graphql/x",
        "/%2e%2e/graphql",
        "/_ide/../../etc/passwd",
    ],
)
def test_the_endpoint_is_at_no_other_path(send: Send, code: Code, path: str) -> None:
    answer = send(path=f"http://localhost{path}")

    assert (404, "BAD_REQUEST") == (answer.status_code, code(answer))
    assert ANSWER == send().content


@pytest.fixture
def strict(sender: Sender, graph: Graph, chosen: server.Settings) -> Send:
    """Asks the production profile."""
    chosen.profile = "production"
    return sender(server.Service(chosen, graph))


@pytest.mark.parametrize("accept", ["", GRAPHQL_JSON])
def test_production_knows_nobody_yet(strict: Send, code: Code, accept: str) -> None:
    answer = strict(b"anything", {"accept": accept})

    assert (401, "UNAUTHENTICATED") == (answer.status_code, code(answer))
    assert "Bearer" == answer.headers["www-authenticate"]
    assert (404, "BAD_REQUEST") == (
        (page := strict(path="/graphiql", method="GET")).status_code,
        code(page),
    )


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_production_is_asked_by_post(strict: Send, code: Code, method: str) -> None:
    answer = strict(b"", method=method, path="/graphql?query={__typename}")

    assert (405, "BAD_REQUEST") == (answer.status_code, code(answer))
    assert "POST" == answer.headers["allow"]
    assert 401 == strict().status_code  # by POST it is asked who that is


def test_no_path_leads_to_a_file_of_ours(send: Send, code: Code) -> None:
    answer = send(method="GET", path="/graphiql/assets/..%2f..%2f..%2fserver.py")

    assert (404, "BAD_REQUEST") == (answer.status_code, code(answer))


def test_before_the_graph_is_loaded_the_answer_is_503(
    sender: Sender, code: Code, chosen: server.Settings
) -> None:
    answer = sender(server.Service(chosen))()

    assert (503, "UNAVAILABLE") == (answer.status_code, code(answer))
    assert "1" == answer.headers["retry-after"]


class Broken(Operations):
    """Operations with a defect of ours in them."""

    async def answer(self, question: operation.Question, context: Context) -> operation.Response:
        raise ZeroDivisionError("the secret of the house")


def test_a_defect_is_told_by_its_number_only(
    sender: Sender,
    code: Code,
    graph: Graph,
    chosen: server.Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = server.Service(chosen, graph)
    service.asking.operations = Broken(service.operations.schema)

    answer = sender(service)()

    identifier = answer.headers["x-request-id"]
    assert (500, "INTERNAL") == (answer.status_code, code(answer))
    assert identifier == answer.json()["errors"][0]["extensions"]["requestId"]
    assert b"secret" not in answer.content
    service.asking.operations = service.operations
    assert ANSWER == sender(service)().content
    assert "the secret of the house" in caplog.text
    assert identifier in caplog.text


class Endless(Operations):
    """Operations that never come to an end; `began` and `ended` say how far they are."""

    def __init__(self) -> None:
        super().__init__(schema.build()._schema)
        self.began, self.ended = asyncio.Event(), asyncio.Event()

    async def answer(self, question: operation.Question, context: Context) -> operation.Response:
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()
        raise AssertionError("unreachable")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[1]", 400),
        (b"{}", 422),
        (b"5", 422),
        (b'{"query": "{ __typename }", "variables": []}', 422),
        (b'{"query": "{"}', 400),
        (b'{"query": "{ nothing }"}', 422),
        (b'{"query": "query A { __typename } query B { __typename }"}', 422),
        (b'{"query": "query ($n: Int!) { grids(first: $n) { totalCount } }"}', 422),
        (ASKED, 200),
        (
            b'{"query": "{ __typename node(id: \\"x\\") { id } }"}',
            294,
        ),
    ],
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL_JSON])
def test_the_draft_names_its_statuses_whatever_is_accepted(
    sender: Sender, graph: Graph, chosen: server.Settings, body: bytes, status: int, accept: str
) -> None:
    chosen.status_codes = "draft"

    answer = sender(server.Service(chosen, graph))(body, {"accept": accept})

    assert (status, f"{accept}; charset=utf-8") == (
        answer.status_code,
        answer.headers["content-type"],
    )


def test_an_id_that_is_brought_is_kept_if_it_is_sound(send: Send) -> None:
    sound = "0b6f3ac2-95b1-4d5e-8b6d-7a1b2c3d4e5f"
    assert sound == send(headers={"x-request-id": sound}).headers["x-request-id"]
    for each in ("short", "x" * 65, "with space in it", "a\tb-c-d-e-f", "<script>alert(1)"):
        assert each != send(headers={"x-request-id": each}).headers["x-request-id"]


class TestGet:
    """What a GET may say."""

    @pytest.mark.parametrize(
        "query",
        [
            "query={__typename}",
            'query=query($a:Boolean!){__typename @include(if:$a)}&variables={"a":true}',
            "query=query A{__typename} query B{a:__typename}&operationName=A&extensions={}",
            "query=%7B__typename%7D&utm_source=mail",
        ],
    )
    def test_a_query(self, send: Send, query: str) -> None:
        assert ANSWER == send(b"", {"content-type": ""}, "GET", f"/graphql?{query}").content

    def test_no_mutation(self, send: Send, code: Code) -> None:
        query = "mutation{__typename}"

        answer = send(b"", {"content-type": ""}, "GET", f"/graphql?query={query}")

        assert (405, "BAD_REQUEST") == (answer.status_code, code(answer))
        assert "POST" == answer.headers["allow"]

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "query",
            "query=a&query=b",
            "query=%ff",
            "query={__typename}&variables=[]",
            "query={__typename}&variables={",
            "query={__typename}&extensions=5",
        ],
    )
    def test_nothing_else(self, send: Send, code: Code, query: str) -> None:
        answer = send(b"", {"content-type": ""}, "GET", f"/graphql?{query}")

        assert (400, "BAD_REQUEST") == (answer.status_code, code(answer))


def test_a_client_that_goes_away_takes_its_operation_along(
    run: Run, graph: Graph, chosen: server.Settings
) -> None:
    async def scenario() -> list[Message]:
        service = server.Service(chosen, graph)
        endless = Endless()
        asking = Asking(endless, service.context, chosen.wire)
        app = application(asking, Health(service.ready))
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
            "headers": [(b"content-type", b"application/json"), (b"host", b"localhost")],
        }
        await app(scope, receive, send)
        assert endless.ended.is_set()
        return sent

    assert [] == run(scenario())
