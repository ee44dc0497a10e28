"""Whether the process lives, and whether it can answer: /livez and /readyz."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


@dataclass
class Health:
    """`ready` asks whether what stands behind the process answers."""

    ready: Callable[[], Awaitable[bool]]

    async def livez(self, request: Request) -> Response:
        """200 as long as the process serves anything at all."""
        return PlainTextResponse("ok\n")

    async def readyz(self, request: Request) -> Response:
        """200 once everything is loaded and answers; else 503."""
        if await self.ready():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("not ready\n", 503, {"retry-after": "1"})

    def routes(self) -> list[Route]:
        return [Route("/livez", self.livez), Route("/readyz", self.readyz)]
