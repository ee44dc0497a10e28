"""Whom a request is meant for, and whose page sends it."""

import os
from collections.abc import Callable

import httpx2
import pytest

import server
from graph.bolt import Graph, Ran

Send = Callable[..., httpx2.Response]
Sender = Callable[[server.Service], Send]
Code = Callable[[httpx2.Response], str]
CHANGE = (  # of a skill that is not there
    b'{"query": "mutation { updateSkill(input: {id: \\"U2tpbGw6Tk9ORQ\\", name: \\"x\\"}) '
    b'{ clientMutationId } }"}'
)
APP = "https://app.example.org"
ASKS = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}


@pytest.fixture
def production(sender: Sender, graph: Graph, chosen: server.Settings) -> Send:
    chosen.profile, chosen.origins = "production", f"{APP}, https://other.example.org"
    return sender(server.Service(chosen, graph))


def shared(answer: httpx2.Response) -> list[str]:
    return sorted(name for name in answer.headers if name.startswith("access-control"))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000"])
def test_in_development_the_server_goes_by_the_names_of_this_machine(send: Send, host: str) -> None:
    assert 200 == send(headers={"host": host}).status_code


@pytest.mark.parametrize(
    "host",
    ["", "example.com", "example.com/?", "localhost@evil", "localhost:x", "a b", "127.0.0.1.evil"],
)
def test_what_is_meant_for_another_is_refused(send: Send, code: Code, host: str) -> None:
    answer = send(headers={"host": host})

    assert (400, "BAD_REQUEST") == (answer.status_code, code(answer))
    assert 200 == send().status_code


def test_names_can_be_set(sender: Sender, graph: Graph, chosen: server.Settings) -> None:
    chosen.hosts = "grid.example.org, www.example.org"
    send = sender(server.Service(chosen, graph))

    assert 200 == send(headers={"host": "grid.example.org:8443"}).status_code
    assert 400 == send(headers={"host": "localhost"}).status_code


def test_in_production_any_name_will_do_if_none_is_set(production: Send) -> None:
    assert 401 == production(headers={"host": "grid.example.org"}).status_code
    assert 400 == production(headers={"host": "grid.example.org/?"}).status_code


def test_a_page_of_an_allowed_origin_may_ask_and_read(production: Send) -> None:
    preflight = production(b"", {"origin": APP, **ASKS}, "OPTIONS")
    answer = production(headers={"origin": APP})

    assert (204, "POST", "600") == (
        preflight.status_code,
        preflight.headers["access-control-allow-methods"],
        preflight.headers["access-control-max-age"],
    )
    allowed = preflight.headers["access-control-allow-headers"]
    assert {"authorization", "content-type"} <= set(allowed.split(", "))
    for each in (preflight, answer):
        assert APP == each.headers["access-control-allow-origin"]
        assert "Origin" == each.headers["vary"]
        assert "access-control-allow-credentials" not in each.headers
    assert 401 == answer.status_code  # so that the page can read why


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://app.example.org",
        f"{APP}:8443",
        f"{APP}.evil",
        "*",
        "http://localhost:3000",
        "",
        f"{APP}, {APP}",
    ],
)
@pytest.mark.parametrize("method", ["OPTIONS", "POST", "GET"])
def test_a_page_of_another_origin_may_not(
    production: Send, code: Code, origin: str, method: str
) -> None:
    answer = production(headers={"origin": origin, **ASKS}, method=method)

    assert (403, "FORBIDDEN") == (answer.status_code, code(answer))
    assert [] == shared(answer)
    assert 401 == production().status_code  # of no page, it is asked who that is


def test_pages_of_the_server_and_in_development_of_this_machine_may_ask(send: Send) -> None:
    for origin in ("http://localhost", "http://localhost:5173", "http://127.0.0.1:3000"):
        assert 200 == send(headers={"origin": origin}).status_code
    assert 403 == send(headers={"origin": "http://localhost.evil:80"}).status_code
    assert 403 == send(headers={"origin": "null"}).status_code


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
)
def test_a_form_of_another_page_executes_nothing(send: Send, graph: Graph, kind: str) -> None:
    from_page = {"content-type": kind, "cookie": "session=1", "origin": "https://evil.example"}
    ran = list[Ran]()
    graph.observers.append(ran.append)

    assert 403 == send(CHANGE, from_page).status_code
    assert 415 == send(CHANGE, {"content-type": kind, "cookie": "session=1"}).status_code
    assert [] == ran
    assert 200 == send(CHANGE).status_code
    assert [] != ran
    graph.observers.remove(ran.append)


@pytest.mark.parametrize("origins", ["*", "app.example.org", "https://a.example/path", "null"])
def test_what_is_no_origin_is_no_setting(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    monkeypatch.setenv("COMMONGRID_ORIGINS", origins)

    with pytest.raises(server.SettingsError, match="COMMONGRID_ORIGINS"):
        server.settings(os.environ)


def test_headers_that_ask_for_more_are_let_be(send: Send) -> None:
    plain = send()
    traced = send(headers={"apollo-federation-include-trace": "ftv1", "x-apollo-tracing": "1"})

    assert plain.content == traced.content
