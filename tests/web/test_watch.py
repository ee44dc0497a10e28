"""What is told of operations: lines without values, figures, and plans for administrators."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest

import server
from cli.log import logs
from graph.bolt import Graph, Ran
from graph.grant import Role
from resolvers import trace
from resolvers.asker import Asker
from resolvers.context import Context
from resolvers.operation import Operations, Question, Request
from web.span import spans
from web.watch import logged

DEEP = (
    "query Secret($code: String!) { alias: grid(code: $code) { name heads { nodes { name } } } "
    "...R } fragment R on Query { skills { totalCount } }"
)
BODY = json.dumps({"query": DEEP, "variables": {"code": "ZZ-GX-SF-M-001"}}).encode()


@pytest.fixture
def service(chosen: server.Settings, graph: Graph) -> Iterator[server.Service]:
    graph.observers.append(trace.observed)
    yield server.Service(chosen, graph)
    graph.observers.remove(trace.observed)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[str], list[logging.LogRecord]]:
    for name in ("request", "statement"):
        caplog.set_level(logging.INFO, f"commongrid.{name}")
    return lambda name: [each for each in caplog.records if each.name == f"commongrid.{name}"]


def test_each_request_and_each_statement_is_one_line_without_values(
    sender: Any, service: server.Service, lines: Any
) -> None:
    answer = sender(service)(BODY, {"x-request-id": "12345678-abcd"})
    assert answer.json()["data"]["alias"]["heads"]["nodes"]
    [line] = lines("request")
    assert (line.request, line.caller, line.kind) == ("12345678-abcd", "developer", "query")
    assert (line.fields, line.codes, line.statements) == (["grid", "skills"], [], 2)
    assert 0 < line.engine_ms
    assert 0 < line.ms
    ran = lines("statement")
    assert [(each.request, each.rows > 0) for each in ran] == [("12345678-abcd", True)] * 2
    told = json.dumps([each.__dict__ for each in [line, *ran]], default=str)
    name = answer.json()["data"]["alias"]["heads"]["nodes"][0]["name"]
    for private in ("ZZ-GX-SF-M-001", name, "Secret", "alias"):
        assert private not in told


def test_a_line_is_one_line_whatever_a_client_says(
    capsys: pytest.CaptureFixture[str], sender: Any, service: server.Service
) -> None:
    before = logging.root.handlers[:]
    try:
        logs()
        logging.getLogger("commongrid.request").setLevel(logging.INFO)
        evil = {"query": "query A\u2028B { a }", "operationName": "x\r\n\x1b[31mforged"}
        sender(service)(json.dumps(evil).encode(), {"x-request-id": "bad\x1b[31m"})
        logging.getLogger("commongrid.errors").error("%s", "a\r\nforged \x1b[31m")
        told = capsys.readouterr().err
    finally:
        logging.root.handlers[:] = before
        logging.getLogger("commongrid.request").setLevel(logging.NOTSET)
    found = [json.loads(line) for line in told.split("\n") if line]
    assert [each["logger"] for each in found] == ["commongrid.request", "commongrid.errors"]
    assert "\r" not in told
    assert "\x1b" not in told
    assert found[0]["codes"] == ["GRAPHQL_PARSE_FAILED"]
    assert found[1]["event"] == "a\r\nforged \x1b[31m"


def test_what_was_refused_and_what_was_left_is_told_too(
    service: server.Service, lines: Any, sender: Any, run: Any
) -> None:
    sender(service)(b'{"query":"{ grids(first: 101) { totalCount } }"}')
    assert [each.codes for each in lines("request")] == [["BAD_USER_INPUT"]]

    class Waiting(Operations):
        async def answer(self, question: Question, context: Context) -> Any:
            await asyncio.sleep(60)

    async def left() -> None:
        asking = service.asking
        asking.operations = Waiting(asking.operations.schema)
        context = await service.context(Asker("12345678"))
        question = asking.operations.question(Request("{ __typename }"))
        work = asyncio.create_task(asking.answer(question, context))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        work.cancel()
        await asyncio.wait([work])

    run(left())
    assert lines("request")[-1].codes == ["CANCELLED"]


def test_figures_count_what_was_answered_and_what_was_refused(
    sender: Any, service: server.Service
) -> None:
    send = sender(service)
    for _ in range(3):
        send(BODY)
    send(b'{"query":"{ nonsense }"}')
    send(json.dumps({"query": "{ __typename }" + " " * 20_000}).encode())
    answer = send(b"", method="GET", path="/metrics")
    assert answer.status_code == 200
    figures = answer.text.splitlines()
    assert 'commongrid_requests_total{code="OK",kind="query"} 3.0' in figures
    invalid = 'commongrid_requests_total{code="GRAPHQL_VALIDATION_FAILED",kind="refused"} 1.0'
    assert invalid in figures
    assert 'commongrid_limits_total{limit="CHARACTERS"} 1.0' in figures
    assert 'commongrid_request_seconds_count{kind="query"} 3.0' in figures
    assert sum(each.startswith("commongrid_statement_seconds_count") for each in figures) == 2


def test_a_statement_that_several_share_counts_once(service: server.Service, lines: Any) -> None:
    told = trace.Trace("12345678", "developer")
    told.statements = [Ran("grid", "", 2.0), Ran("grid", "", 2.0, shared=True)]
    service.metrics.finished(told)
    logged(told)
    figures = generate_latest(service.metrics.registry).decode().splitlines()
    assert 'commongrid_statement_seconds_count{name="grid"} 1.0' in figures
    assert [each.shared for each in lines("statement")] == [False, True]


def test_figures_are_for_who_administers_or_audits(
    sender: Any,
    production: server.Service,
    key: Callable[..., str],
) -> None:
    send = sender(production)

    def asked(shown: str) -> int:
        headers = {"authorization": shown} if shown else {}
        status: int = send(b"", headers, method="GET", path="/metrics").status_code
        return status

    assert asked("") == 401
    assert asked(key(Role.VIEWER)) == 403
    assert asked(key(Role.AUDITOR, None)) == 200


def test_a_plan_is_told_to_administrators_who_ask_for_it(
    sender: Any,
    service: server.Service,
    key: Callable[..., str],
) -> None:
    send, wish = sender(service), {"x-commongrid-plan": "1"}
    plan = send(BODY, wish).json()["extensions"]["plan"]
    assert plan["milliseconds"] > 0
    assert [sorted(each) for each in plan["statements"]] == [["milliseconds", "name", "rows"]] * 2
    assert sum(each["rows"] for each in plan["statements"]) >= 2
    assert "extensions" not in send(BODY).json()
    viewer = {**wish, "authorization": key(Role.ORGANIZER)}
    assert "extensions" not in send(BODY, viewer).json()


def test_spans_tell_of_each_operation_and_each_of_its_statements(
    sender: Any, service: server.Service
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tell = spans(provider)
    assert tell
    service.asking.finished = [tell]
    sender(service)(BODY)
    found = exporter.get_finished_spans()
    [whole] = [each for each in found if each.parent is None]
    parts = [each for each in found if each.parent]
    assert (whole.name, len(parts)) == ("query", 2)
    assert whole.start_time is not None
    assert whole.end_time is not None
    for part in parts:
        assert part.parent
        assert part.parent.span_id == whole.context.span_id
        assert part.start_time
        assert part.end_time
        slack = 5_000_000  # two clocks
        assert whole.start_time - slack <= part.start_time < part.end_time
        assert part.end_time <= whole.end_time + slack
    told = json.dumps([each.to_json() for each in found])
    for private in ("ZZ-GX-SF-M-001", "Secret", "alias", "MATCH"):
        assert private not in told
