"""The web application: which path leads where, and what every answer carries."""

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import refusal
from web.asking import Asking
from web.endpoint import Endpoint
from web.guard import Guard
from web.head import Head, head
from web.health import Health
from web.page import graphiql
from web.refusal import BadRequest
from web.socket import Sockets
from web.watch import Metrics

# Where a page needs more it says so itself; an answer that is data needs nothing.
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


ENCODED = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
STARTS = ("http.response.start", "websocket.http.response.start")


def application(asking: Asking, health: Health, metrics: Metrics | None = None) -> ASGIApp:
    """GraphQL, health and figures; the built-in pages in the development profile only."""
    figures = [Route("/metrics", metrics.figures)] if metrics else []
    pages = graphiql() if asking.wire.development else []
    inner = Starlette(
        routes=[*health.routes(), *figures, *pages], exception_handlers={HTTPException: refused}
    )
    inner.router.redirect_slashes = False
    inner.router.default = absent
    graphql: dict[str, ASGIApp] = {"http": Endpoint(asking), "websocket": Sockets(asking)}

    async def routed(scope: Scope, receive: Receive, send: Send) -> None:
        """What is asked most goes the short way, without a router: 60 µs less of CPU."""
        app = graphql[scope["type"]] if scope["path"] == "/graphql" else inner
        await app(scope, receive, send)

    return Stamp(Guard(routed, asking.wire))


async def absent(scope: Scope, receive: Receive, send: Send) -> None:
    """What every other path answers."""
    accept = head(scope).all("accept")
    bad = BadRequest(404, "there is nothing at this path; GraphQL is at /graphql")
    await refusal.told(bad, accept)(scope, receive, send)


async def refused(request: Request, error: Exception) -> Any:
    """What a route refuses, such as a method, in the shape of everything else that is refused."""
    assert isinstance(error, HTTPException)
    bad = BadRequest(error.status_code, error.detail.lower(), headers=error.headers)
    return refusal.told(bad, head(request.scope).all("accept"))


class Stamp:
    """Reads the head of each request (`head` in its state); each answer has its id and HEADERS."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = Head(scope)
        scope["state"] = {**scope.get("state", {}), "head": own}
        stamp = [*ENCODED, (b"x-request-id", own.request.encode())]

        async def stamped(message: Message) -> None:
            if message["type"] in STARTS:
                said = list(message.get("headers", ()))
                names = {name.lower() for name, _ in said}
                message["headers"] = said + [each for each in stamp if each[0] not in names]
            await send(message)

        await self.app(scope, receive, stamped)
