"""The GraphiQL page, whole without internet: every file it loads lies in `pages/`.

Refuses to know the schema it explores: the example it opens with is a file beside it.
"""

import os
import re
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGES = Path(__file__).parent / "pages"
ASSETS = PAGES / "assets"

# GraphiQL sets inline styles and its stylesheet carries fonts and images as data; scripts come
# from files only. `connect-src 'self'` covers the WebSocket of the same host.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def graphiql(endpoint: str = "/graphql") -> list[Route | Mount]:
    """The routes of GraphiQL asking `endpoint`: `GET /graphiql` and the files under it.

    An endpoint without a leading slash is found beside the page, so below a prefix too.
    A file the page names but the folder lacks is an error here, not in the browser.
    """
    template = Template((PAGES / "graphiql.html").read_text(encoding="utf-8"))
    example = (PAGES / "example.graphql").read_text(encoding="utf-8")
    html = template.substitute(endpoint=escape(endpoint), example=escape(example))
    body = re.sub(r'(?<="graphiql/assets/)[^"]+', _versioned, html)

    async def page(request: Request) -> Response:
        return HTMLResponse(body, headers=HEADERS)

    return [
        Route("/graphiql", page, methods=["GET"]),
        Mount("/graphiql/assets", Assets(directory=ASSETS)),
    ]


class Assets(StaticFiles):
    """Files the browser keeps for good when it asked by their digest, and revalidates otherwise."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        # Another process may still serve the file of another release under this name.
        kept = scope["query_string"].decode("latin-1") == f"v={_digest(Path(full_path))}"
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if kept else "no-cache"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _versioned(name: re.Match[str]) -> str:
    return f"{name[0]}?v={_digest(ASSETS / name[0])}"


@cache
def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:16]
