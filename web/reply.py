"""A whole answer as an ASGI application: as little work as it can be, for it is sent most."""

from collections.abc import Mapping
from functools import lru_cache

from starlette.types import Receive, Scope, Send

from web.media import JSON


class Reply:
    """Status, content type, further headers and body of one answer."""

    __slots__ = ("body", "headers", "media", "status")

    def __init__(
        self,
        body: bytes,
        status: int = 200,
        media: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.body, self.status, self.media, self.headers = body, status, media or JSON, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = "websocket.http" if scope["type"] == "websocket" else "http"
        said = [_content(self.media), (b"content-length", b"%d" % len(self.body))]
        for name, value in (self.headers or {}).items():
            said.append((name.encode("latin-1"), value.encode("latin-1")))
        start = {"type": f"{kind}.response.start", "status": self.status, "headers": said}
        await send(start)
        await send({"type": f"{kind}.response.body", "body": self.body})


@lru_cache(maxsize=16)
def _content(media: str) -> tuple[bytes, bytes]:
    return b"content-type", f"{media}; charset=utf-8".encode("latin-1")
