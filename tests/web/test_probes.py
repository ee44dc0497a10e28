"""What an auditor's scanner tries (the probes of graphql-cop), asked of the production profile.

Each probe is asked by nobody, who is refused, and by a caller with a key, who gets nothing that the
scanner would report; and the next good request is answered.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

import server

FORM = {"content-type": "application/x-www-form-urlencoded"}
TRACED = {"apollo-federation-include-trace": "ftv1", "x-apollo-tracing": "1"}
CIRCLE = f"{{ __schema {{ types {'{ fields { type ' * 4}{{ name {'} ' * 11}"


def asking(query: str) -> bytes:
    return json.dumps({"query": query}).encode()


@dataclass(frozen=True)
class Probe:
    """One request, and the status and the codes with which a caller is answered."""

    status: int
    codes: tuple[str, ...]
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"
    path: str = "/graphql"


def got(query: str) -> str:
    return f"/graphql?query={quote(query)}"


LIMIT, INVALID = ("LIMIT_EXCEEDED",), ("GRAPHQL_VALIDATION_FAILED",)
BAD, CLOSED = ("BAD_REQUEST",), ("INTROSPECTION_DISABLED",)
PROBES = {
    "alias x101": Probe(
        200, LIMIT, asking(f"{{ {' '.join(f'a{n}: __typename' for n in range(101))} }}")
    ),
    "batch x11": Probe(
        400, ("BATCHING_DISABLED",), b"[" + b",".join([asking("{ __typename }")] * 11) + b"]"
    ),
    "circular introspection": Probe(200, CLOSED, asking(CIRCLE)),
    "directive x10": Probe(200, INVALID, asking(f"{{ __typename {'@aa' * 10} }}")),
    "field x500": Probe(200, LIMIT, asking(f"{{ {'__typename ' * 500} }}")),
    "field suggestions": Probe(200, CLOSED, asking("{ __schema { directive } }")),
    "mutation by GET": Probe(405, BAD, method="GET", path=got("mutation { __typename }")),
    "query by GET": Probe(405, BAD, method="GET", path=got("{ __typename }")),
    "introspection": Probe(200, CLOSED, asking("{ __schema { types { name fields { name } } } }")),
    "url-encoded POST": Probe(415, BAD, b"query=%7B__typename%7D", FORM),
    "POST with the query in the address": Probe(415, BAD, b"", FORM, path=got("{ __typename }")),
    "trace": Probe(200, (), asking("{ __typename }"), TRACED),
    "unhandled error": Probe(200, ("GRAPHQL_PARSE_FAILED",), asking("qwerty cop { abc }")),
}
PAGES = ("/graphiql", "/playground", "/console", "/graphql", "/")
# What would tell of the schema, of how it is made, or of a page to ask with.
TELLING = ("did you mean", "tracing", "exception", "stacktrace", "traceback", "ftv1", "graphiql")

Asked = Callable[[Probe, bool], httpx2.Response]


@pytest.fixture
def asked(sender: Any, production: server.Service, key: Callable[..., str]) -> Asked:
    """Sends a probe, with a viewer's key or with none."""
    send, shown = sender(production), {"authorization": key()}

    def sent(probe: Probe, known: bool) -> httpx2.Response:
        headers = {**probe.headers, **(shown if known else {})}
        found: httpx2.Response = send(probe.body, headers, probe.method, probe.path)
        return found

    return sent


def codes(answer: httpx2.Response) -> tuple[str, ...]:
    return tuple(error["extensions"]["code"] for error in answer.json().get("errors", []))


def answered(asked: Asked) -> bool:
    """Whether a good request is."""
    answer = asked(Probe(200, (), asking("{ grids(first: 1) { totalCount } }")), True)
    found = answer.json().get("data")
    return (200, {"grids": {"totalCount": 750}}) == (answer.status_code, found)


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_finds_nothing(asked: Asked, name: str) -> None:
    probe = PROBES[name]

    answer = asked(probe, True)

    assert (probe.status, probe.codes) == (answer.status_code, codes(answer))
    if probe.codes:
        assert "data" not in answer.json()
    else:
        assert {"__typename": "Query"} == answer.json()["data"]
    assert [] == [word for word in TELLING if word in answer.text.lower()]
    assert answered(asked)


@pytest.mark.parametrize("name", PROBES)
def test_whoever_shows_no_key_learns_nothing_of_the_document(asked: Asked, name: str) -> None:
    probe = PROBES[name]

    answer = asked(probe, False)

    early = (probe.status, probe.codes) if probe.status in (405, 415) else None
    assert (early or (401, ("UNAUTHENTICATED",))) == (answer.status_code, codes(answer))
    assert [] == [word for word in TELLING if word in answer.text.lower()]
    assert answered(asked)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_there_is_no_page_to_ask_with(asked: Asked, path: str, accept: str) -> None:
    probe = Probe(0, (), b"", {"accept": accept}, "GET", path)

    answer = asked(probe, True)

    assert (405 if path == "/graphql" else 404, BAD) == (answer.status_code, codes(answer))
    assert answer.headers["content-type"].startswith("application/json")
    assert [] == [word for word in TELLING if word in answer.text.lower()]
    assert answered(asked)
