"""What the production profile answers to whom: tokens, roles, registered documents, no hints."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import server
from graph import document
from graph.bolt import Graph, Ran
from graph.grant import Role
from resolvers.auth import DEVELOPER, PERMISSIONS, Caller, Granted
from resolvers.context import Context
from resolvers.documents import Documents, Mode, Unreadable, identified, read
from resolvers.operation import Request

GRIDS = "query G { grids(first: 1) { totalCount } }"
FORGET: Any = "MATCH (n) WHERE n:Document OR n.key = 'documents' DELETE n"
Post = Callable[..., Any]


@pytest.fixture
def post(sender: Any, production: server.Service, key: Callable[..., str]) -> Post:
    """Posts a request as a viewer of Shifo, or as `by`."""
    send, viewer = sender(production), key()

    def posted(query: str | None = None, by: str = viewer, **body: Any) -> Any:
        said = {**({} if query is None else {"query": query}), **body}
        return send(json.dumps(said).encode(), {"authorization": by} if by else {})

    return posted


def codes(answer: Any) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json().get("errors", [])]


# Who asks


def test_who_shows_a_key_is_answered_as_far_as_it_goes(post: Post) -> None:
    answer = post("{ viewer { roles scopes { code } } grids(first: 1) { totalCount } }")
    assert answer.status_code == 200
    found = answer.json()["data"]
    assert found["viewer"] == {"roles": ["VIEWER"], "scopes": [{"code": "ZZ-GX-SF"}]}
    assert found["grids"]["totalCount"] == 750
    assert codes(post("{ people { totalCount } }")) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer eyJhbGciOiJub25lIn0.e30."]
)
def test_who_shows_nothing_that_holds_is_not_answered(post: Post, shown: str) -> None:
    answer = post(GRIDS, by=shown)
    assert (answer.status_code, codes(answer)) == (401, ["UNAUTHENTICATED"])
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert post(GRIDS).status_code == 200


def test_a_token_in_the_query_string_is_not_read(
    sender: Any, production: server.Service, key: Callable[..., str]
) -> None:
    shown = key().removeprefix("Bearer ")
    body = json.dumps({"query": GRIDS}).encode()
    answer = sender(production)(body, path=f"/graphql?access_token={shown}")
    assert (answer.status_code, codes(answer)) == (401, ["UNAUTHENTICATED"])


def test_in_development_a_token_that_is_shown_counts(
    sender: Any, chosen: server.Settings, graph: Graph, key: Callable[..., str]
) -> None:
    send, body = sender(server.Service(chosen, graph)), b'{"query":"{ viewer { roles } }"}'
    assert send(body).json()["data"]["viewer"]["roles"] == ["SYSTEM_ADMIN"]
    assert send(body, {"authorization": key()}).json()["data"]["viewer"]["roles"] == ["VIEWER"]
    assert send(body, {"authorization": "Bearer x"}).status_code == 401


# What is not told


INTROSPECTION = (
    "{ __schema { queryType { name } } }",
    '{ __type(name: "Grid") { name } }',
    "{ ...S } fragment S on Query { s: __schema { types { name } } }",
    "{ ... on Query { ... { __schema { types { fields { type { name } } } } } } }",
)


@pytest.mark.parametrize("query", INTROSPECTION)
def test_the_schema_is_told_to_administrators_alone(
    post: Post, key: Callable[..., str], query: str
) -> None:
    answer = post(query)
    assert codes(answer) == ["INTROSPECTION_DISABLED"]
    assert "data" not in answer.json()
    boss = key(Role.SYSTEM_ADMIN, None)
    assert codes(post(query, by=boss)) == []
    assert codes(post("{ __typename }")) == []


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ grid(code: 1) { nam } }", {}),
        ("{ gridz { totalCount } }", {}),
        ("{ grids(withn: 1) { totalCount } }", {}),
        ("query ($f: GridFiltr) { grids(filter: $f) { totalCount } }", {}),
        ("{ grids(filter: {lvel: {eq: L2}}) { totalCount } }", {}),
        ("{ grids(filter: {level: {eq: MIKRO}}) { totalCount } }", {}),
        ("{ grids { ...F } } fragment F on GridConnectio { totalCount }", {}),
        (
            "query ($f: GridFilter) { grids(filter: $f) { totalCount } }",
            {"f": {"level": {"eq": "MIKRO"}}},
        ),
        ("query ($f: GridFilter) { grids(filter: $f) { totalCount } }", {"f": {"lvel": None}}),
    ],
)
def test_nothing_is_suggested_in_production(
    post: Post, ask: Any, query: str, variables: dict[str, Any]
) -> None:
    answer = post(query, variables=variables)
    assert answer.json()["errors"]
    assert "did you mean" not in answer.text.lower()
    open_ = ask(query, variables)["errors"]
    assert any("did you mean" in error["message"].lower() for error in open_)


# Registered documents


@pytest.fixture
def registered(graph: Graph, run: Any, production: server.Service) -> Iterator[str]:
    run(document.save(graph, {identified(GRIDS): GRIDS}, "one", only=False))
    assert run(production.registered(graph, None)) == "one"
    yield identified(GRIDS)
    run(graph.write(lambda tx: tx.run("test", FORGET, {})))


def test_a_registered_document_is_asked_by_its_id(post: Post, registered: str) -> None:
    for body in ({"documentId": registered}, {"documentId": registered, "query": GRIDS}):
        assert post(**body).json()["data"]["grids"]["totalCount"] == 750


def test_a_registered_document_is_planned_before_anybody_asks(
    graph: Graph, run: Any, production: server.Service
) -> None:
    """Every statement that a request leads to has been met before."""
    text = """query ($code: String!, $level: GridLevel!, $near: NearInput!, $after: String) {
      grid(code: $code) { name heads(first: 3) { nodes { code } } }
      grids(first: 5, after: $after, filter: {level: {eq: $level}}) { nodes { code } }
      volunteers(first: 2, near: $near) { nodes { code } } }"""
    operations = production.operations
    operations.register({identified(text): text})
    own, ran = replace(graph, observers=[]), list[Ran]()
    own.observers.append(ran.append)
    run(production.rehearse(own))
    met = {each.text for each in ran}
    ran.clear()

    place = {"latitude": 35.6, "longitude": 115.0, "crs": "WGS84"}
    said = {"code": "ZZ-GX-SF", "level": "MICRO", "near": {"point": place, "meters": 500}}
    question = operations.question(Request(None, said, None, identified(text)))
    for caller in (DEVELOPER, Caller("one", (Granted("ORGANIZER", PERMISSIONS, ("/ZZ/",)),))):
        context = Context(own, caller, date(2026, 11, 24), "asked-by-a-test")
        answer = run(operations.answer(question, context))
        assert "errors" not in answer.body
    assert ran
    assert {each.text for each in ran} <= met


def test_another_id_or_another_text_is_no_document(post: Post, registered: str) -> None:
    other = "{ __typename }"
    for body in (
        {"documentId": identified(other)},
        {"documentId": registered, "query": other},
        {"documentId": identified(other), "query": other},
        {"documentId": registered.removeprefix("sha256:")},
        {"documentId": ""},
        {"query": other, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x"}}},
    ):
        answer = post(**body)
        assert (answer.status_code, codes(answer)) == (400, ["UNKNOWN_DOCUMENT"])
        assert "data" not in answer.json()
    assert codes(post(documentId=5)) == ["BAD_REQUEST"]
    assert post(other).status_code == 200
    assert codes(post(documentId=identified(other))) == ["UNKNOWN_DOCUMENT"]


@pytest.mark.parametrize(
    ("mode", "by_text", "by_other_text"),
    [(Mode.OPEN, True, True), (Mode.HYBRID, True, False), (Mode.ALLOWLIST, False, False)],
)
def test_how_much_is_answered_beside_ids(
    post: Post,
    production: server.Service,
    registered: str,
    mode: Mode,
    by_text: bool,
    by_other_text: bool,
) -> None:
    production.operations.documents.mode = mode
    assert codes(post(documentId=registered)) == []
    for query, answered in ((GRIDS, by_text), ("{ viewer { name } }", by_other_text)):
        assert codes(post(query)) == ([] if answered else ["UNKNOWN_DOCUMENT"])
    assert codes(post("{ nonsense")) == (
        ["GRAPHQL_PARSE_FAILED"] if by_other_text else ["UNKNOWN_DOCUMENT"]
    )


def test_what_is_forgotten_is_answered_no_more(
    post: Post, graph: Graph, run: Any, production: server.Service, registered: str
) -> None:
    other = "query O { __typename }"
    run(document.save(graph, {identified(other): other}, "two", only=True))
    assert run(production.registered(graph, "one")) == "two"
    assert codes(post(documentId=registered)) == ["UNKNOWN_DOCUMENT"]
    assert codes(post(documentId=identified(other))) == []
    assert run(production.registered(graph, "two")) == "two"


def test_documents_are_read_from_files_and_registers(tmp_path: Any) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "a.graphql").write_text("{ a }")
    (tmp_path / "app" / "b.gql").write_text("{ b }")
    (tmp_path / "app" / "notes.txt").write_text("{ c }")
    (tmp_path / "relay.json").write_text(json.dumps({"1f3c": "{ d }"}))
    apollo = {"format": "apollo-persisted-query-manifest", "operations": [{"body": "{ e }"}]}
    (tmp_path / "apollo.json").write_text(json.dumps(apollo))
    paths = [tmp_path / "app", tmp_path / "relay.json", tmp_path / "apollo.json"]
    assert [text for text, _ in read(paths).values()] == ["{ a }", "{ b }", "{ d }", "{ e }"]
    assert all(identifier == identified(text) for identifier, (text, _) in read(paths).items())
    for broken in ("[]", "5", '{"a": 5}', '{"operations": [{}]}', "{", '{"operations": [5]}'):
        (tmp_path / "broken.json").write_text(broken)
        with pytest.raises(Unreadable):
            read([tmp_path / "broken.json"])


def test_nothing_is_registered_by_asking() -> None:
    documents = Documents()
    assert documents.text(None, "{ a }") == "{ a }"
    assert documents.known == {}
