"""Event streams: each response an event, by the distinct connections mode of graphql-sse."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import msgspec
from starlette.types import Receive, Scope, Send

from resolvers.operation import Response
from web.media import EVENTS

COMPLETE = b"event: complete\ndata:\n\n"
BEAT = b":\n\n"  # a comment, so that nobody on the way takes the connection for dead
HEAD = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", f"{EVENTS}; charset=utf-8".encode()),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ],
}


@dataclass
class Stream:
    """Sends `events` as they come and a comment when none came for `beat` seconds.

    It ends with the events, with the client, or, completed, when `stopping` is set.
    """

    events: AsyncGenerator[Response, None]
    beat: float
    stopping: asyncio.Event | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ends = [asyncio.create_task(gone(receive))]
        if self.stopping:
            ends.append(asyncio.create_task(self.stopping.wait()))
        try:
            await send(HEAD)
            if await self.sent(send, ends):
                await send({"type": "http.response.body", "body": COMPLETE})
        finally:
            for each in ends:
                each.cancel()

    async def sent(self, send: Send, ends: list[asyncio.Task[object]]) -> bool:
        """Sends until an end is reached; whether the client is still there."""
        coming = asyncio.ensure_future(anext(self.events, None))
        try:
            while True:
                await asyncio.wait(
                    {coming, *ends}, timeout=self.beat, return_when=asyncio.FIRST_COMPLETED
                )
                if ends[0].done():
                    return False
                if coming.done():
                    response = coming.result()
                    if response is None:
                        return True
                    await send(_part(event(response)))
                    coming = asyncio.ensure_future(anext(self.events, None))
                elif any(each.done() for each in ends):
                    return True
                else:
                    await send(_part(BEAT))
        finally:
            coming.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await coming
            await self.events.aclose()


def event(response: Response) -> bytes:
    """One response as an event; JSON has no line breaks of its own."""
    return b"event: next\ndata: " + msgspec.json.encode(response.body) + b"\n\n"


def _part(content: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": content, "more_body": True}


async def gone(receive: Receive) -> object:
    """Comes back when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    return None
