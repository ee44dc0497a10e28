"""The web application: which path leads where, and what every answer carries."""

import secrets

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resolvers.operation import Operations
from web.endpoint import ContextOf, Endpoint
from web.health import Health
from web.page import graphiql

# Where a page needs more it says so itself; an answer that is data needs nothing.
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


def application(operations: Operations, context_of: ContextOf | None, health: Health) -> ASGIApp:
    """`context_of` None: the production profile, without pages and without callers yet."""
    endpoint = Endpoint(operations, context_of)
    pages = graphiql() if context_of else []
    inner = Starlette(routes=[Route("/graphql", endpoint), *health.routes(), *pages])
    inner.router.redirect_slashes = False
    return Stamp(inner)


class Stamp:
    """Gives each request an id (`request.state.request`), and each answer that id and HEADERS."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        identifier = secrets.token_hex(8)
        scope["state"] = {**scope.get("state", {}), "request": identifier}

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = identifier
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, stamped)
