"""The GraphiQL page: these requests give these bytes, and none of them leads out of the house."""

import re
from base64 import b64encode
from hashlib import sha384
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from graphql import parse
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from web.page import ASSETS, PAGES, graphiql

TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
OURS = [*PAGES.glob("*.html"), *ASSETS.glob("*.js")]


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=graphiql()), follow_redirects=False)


def named(html: str) -> list[str]:
    """What the page makes the browser load, as written."""
    return re.findall(r'(?:src|href)="([^"]*)"', html)


def test_the_page_is_html_under_a_policy_of_its_own_origin(client: TestClient) -> None:
    answer = client.get("/graphiql")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>Commongrid GraphiQL</title>" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    policy = dict(
        directive.split(" ", 1)
        for directive in answer.headers["content-security-policy"].split("; ")
    )
    assert policy == {
        "default-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "font-src": "'self' data:",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


def test_the_policy_lets_every_script_of_the_page_run(client: TestClient) -> None:
    html = client.get("/graphiql").text

    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.S)
    assert len(scripts) == 4
    assert all("src=" in attributes and not body for attributes, body in scripts)
    assert not re.search(r"\son\w+=|javascript:", html)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_own_files_name_no_other_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    targets = re.findall(r"""["'`(=]\s*((?:https?:)?//[^\s"'`)]*)""", text)
    assert targets == []


def test_our_own_files_are_the_page_and_its_script() -> None:
    assert {path.name for path in OURS} >= {"graphiql.html", "graphiql.js"}


def test_the_stylesheet_carries_its_fonts_and_images() -> None:
    css = (ASSETS / "graphiql-3.8.3" / "graphiql.min.css").read_text(encoding="utf-8")

    assert {"data:"} == set(re.findall(r"""url\(["']?(.{5})""", css))
    assert "@import" not in css


def test_every_asset_the_page_names_is_served_and_kept_for_good(client: TestClient) -> None:
    links = named(client.get("/graphiql").text)

    assert len(links) == 6
    for link in links:
        assert not link.startswith(("http", "//"))
        answer = client.get(urljoin("/graphiql", link))
        assert answer.status_code == 200, link
        suffix = Path(link.partition("?")[0]).suffix
        assert TYPES[suffix] == answer.headers["content-type"].partition(";")[0]
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789abcdef"])
def test_an_asset_asked_for_without_its_digest_is_revalidated(
    client: TestClient, query: str
) -> None:
    first = client.get("/graphiql/assets/graphiql.js" + query)
    again = client.get(
        "/graphiql/assets/graphiql.js" + query, headers={"If-None-Match": first.headers["etag"]}
    )

    assert (first.status_code, first.headers["cache-control"]) == (200, "no-cache")
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_works_below_a_prefix() -> None:
    below = TestClient(Starlette(routes=graphiql()), root_path="/north")

    for link in named(below.get("/north/graphiql").text):
        assert below.get(urljoin("/north/graphiql", link)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/graphiql/assets/../page.py",
        "/graphiql/assets/../../page.py",
        "/graphiql/assets/%2e%2e/%2e%2e/page.py",
        "/graphiql/assets/..%2f..%2fpage.py",
        "/graphiql/assets/%2e%2e%2fgraphiql.html",
        "/graphiql/assets/..%5c..%5cpage.py",
        "/graphiql/assets/%252e%252e/graphiql.html",
        "/graphiql/assets/react-18.2.0/../../NOTICE.md",
        "/graphiql/assets//etc/passwd",
        "/graphiql/assets/%2fetc%2fpasswd",
        "/graphiql/assets/graphiql.js%00.css",
        "/graphiql/assets/",
        "/graphiql/assets/react-18.2.0",
        "/graphiql/assets/absent.js",
    ],
)
def test_nothing_outside_the_assets_is_served(path: str) -> None:
    assert status_of("/graphiql/assets/graphiql.js") == 200
    assert status_of(path) == 404


def status_of(path: str) -> int:
    """The status for a path as a request line may carry it; a client would tidy its dots away."""
    app = Starlette(routes=graphiql())

    async def untidied(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "path": unquote(path), "raw_path": path.encode()}, receive, send)

    return TestClient(untidied, follow_redirects=False).get("/").status_code


@pytest.mark.parametrize("path", ["/", "/graphql", "/graphiql.html", "/graphiql/index.html", "/g"])
def test_the_page_is_at_no_other_path(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"Accept": "text/html"}).status_code == 404


def test_the_page_is_only_read(client: TestClient) -> None:
    assert client.post("/graphiql", json={"query": "{__typename}"}).status_code == 405


def test_the_page_asks_the_endpoint_it_is_given() -> None:
    client = TestClient(Starlette(routes=graphiql('/a"b')))

    assert 'data-endpoint="/a&quot;b"' in client.get("/graphiql").text


def test_the_editor_opens_with_a_document_that_parses(client: TestClient) -> None:
    found = re.search(r'data-example="([^"]*)"', client.get("/graphiql").text)

    assert found
    example = unescape(found[1])
    assert (PAGES / "example.graphql").read_text(encoding="utf-8") == example
    parse(example)


def test_vendored_files_are_as_published_and_licensed() -> None:
    notice = (PAGES / "NOTICE.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"\| MIT \| `([^`]+)` \| `([^`]+)` \|", notice))

    vendored = {path for path in ASSETS.rglob("*") if ".min." in path.name}
    assert vendored == {ASSETS / file for file in listed}
    for file, digest in listed.items():
        assert digest == b64encode(sha384((ASSETS / file).read_bytes()).digest()).decode()
        assert "Permission is hereby granted" in (ASSETS / file).with_name("LICENSE").read_text()


def test_a_range_of_very_many_parts_is_answered_at_once(client: TestClient) -> None:
    parts = ",".join(f"{n * 2}-{n * 2}" for n in range(10_000))

    answer = client.get("/graphiql/assets/graphiql.js", headers={"range": f"bytes={parts}"})

    assert answer.status_code in (200, 206, 400, 416)
    assert answer.elapsed.total_seconds() < 1
    assert len(answer.content) < 10_000_000
