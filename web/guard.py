"""Whom a request is meant for and whose page sends it: Host, Origin, and what CORS answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resolvers.errors import Code
from web import refusal
from web.head import Head, head
from web.refusal import BadRequest
from web.wire import Wire

AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
# Credentials are never allowed: who asks shows a token in a header, which needs no cookie.
SHARED = {"access-control-expose-headers": "x-request-id, retry-after, www-authenticate"}
PREFLIGHT = {
    "access-control-allow-headers": "authorization, content-type, x-commongrid-plan, x-request-id",
    "access-control-max-age": "600",
}


@dataclass
class Guard:
    """Passes on what is meant for this server and comes from no page, its own, or an allowed one.

    Everything else is 400 (Host) or 403 (Origin), and never says that a page may read it.
    """

    app: ASGIApp
    wire: Wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = head(scope)
        try:
            origin = self.origin(own, self.host(own))
        except BadRequest as bad:
            return await refusal.told(bad, own.all("accept"))(scope, receive, send)
        if scope["type"] == "websocket" or origin is None:
            return await self.app(scope, receive, send)
        shared = {"access-control-allow-origin": origin, "vary": "Origin", **SHARED}
        if scope["method"] == "OPTIONS" and own.all("access-control-request-method"):
            methods = "GET, POST" if self.wire.development else "POST"
            allowed = {"access-control-allow-methods": methods, **PREFLIGHT, **shared}
            return await Response(status_code=204, headers=allowed)(scope, receive, send)
        await self.app(scope, receive, _adding(shared, send))

    def host(self, own: Head) -> str:
        """The one authority that the request is meant for; BadRequest if it is none of ours."""
        named = [each.lower() for each in own.all("host")]
        found = AUTHORITY.fullmatch(named[0]) if len(named) == 1 else None
        if found is None:
            raise BadRequest(400, "say in one Host header whom this is meant for")
        if self.wire.hosts is not None and found[1] not in self.wire.hosts:
            raise BadRequest(400, "this server goes by other names (COMMONGRID_HOSTS)")
        return named[0]

    def origin(self, own: Head, host: str) -> str | None:
        """The page's origin, which may read the answer; None where no other page is behind it."""
        named = own.all("origin")
        if not named:
            return None
        scheme, _, authority = named[0].lower().partition("://")
        ours = scheme in ("http", "https") and authority == host
        if len(named) == 1 and (ours or named[0].lower() in self.wire.origins):
            return named[0]
        found = AUTHORITY.fullmatch(authority)
        if len(named) == 1 and self.wire.development and found and found[1] in LOOPBACK:
            return named[0]
        raise BadRequest(
            403, "pages of this origin may not ask (COMMONGRID_ORIGINS)", Code.FORBIDDEN
        )


def _adding(headers: Mapping[str, str], send: Send) -> Send:
    async def adding(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return adding
