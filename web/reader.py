"""Reading a body: so much, for so long, and all bodies together no more than there is room for."""

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from resolvers.errors import Code
from web.head import Head
from web.refusal import BadRequest
from web.wire import Wire

# Of a body that is too large so much is read all the same, so that who sends it reads the answer.
DRAINED = 8
CLOSE = {"connection": "close"}


class Reader:
    """Reads bodies. `held`: bytes of those that have not come to their end."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.held = 0

    async def body(self, head: Head, receive: Receive) -> bytes:
        """The whole body; BadRequest where it is too large, takes too long, or others hold all.

        ClientDisconnect where its client goes before it is whole.
        """
        most, found = self.wire.body_bytes, bytearray()
        declared = head.first("content-length", "0")
        if declared.isdecimal() and int(declared) > most * DRAINED:
            raise self.too_large()
        try:
            async with asyncio.timeout(self.wire.body_seconds):
                size = await self.read(receive, found)
        except TimeoutError:
            message = f"the body took longer than {self.wire.body_seconds:g} s"
            raise BadRequest(408, message, headers=CLOSE) from None
        finally:
            self.held -= len(found)
        if size > most:
            raise self.too_large()
        return bytes(found)

    def too_large(self) -> BadRequest:
        message = f"the body is larger than {self.wire.body_bytes:,} bytes"
        return BadRequest(413, message, headers=CLOSE)

    async def read(self, receive: Receive, found: bytearray) -> int:
        """The size of the body, so far as it was read; of it `found` gets what is not too much."""
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk, more = message.get("body", b""), message.get("more_body", False)
            size += len(chunk)
            if size > self.wire.body_bytes * DRAINED:
                break
            if size <= self.wire.body_bytes:
                if self.held + len(chunk) > self.wire.bodies_bytes:
                    raise BadRequest(503, "too much is sent at once", Code.UNAVAILABLE, CLOSE)
                found += chunk
                self.held += len(chunk)
        return size
