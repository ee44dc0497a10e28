"""An answer leaves in one write; the head of a stream does not wait for what comes later."""

import asyncio
from collections.abc import Iterable
from typing import Any, cast

from web.corked import Corked

HEAD, BODY = b"HTTP/1.1 200 OK\r\n\r\n", b'{"data":{}}'


class Wire:
    """A transport that notes what was written at once."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def writelines(self, parts: Iterable[bytes]) -> None:
        self.written.append(b"".join(parts))

    def close(self) -> None:
        self.written.append(b"closed")

    def is_closing(self) -> bool:
        return b"closed" in self.written


def corked() -> tuple[Wire, Corked]:
    wire = Wire()
    return wire, Corked(cast(Any, wire), asyncio.get_running_loop())


def test_head_and_body_are_written_together_and_once() -> None:
    async def run() -> None:
        wire, cork = corked()
        cork.write(HEAD)
        cork.write(BODY)
        await asyncio.sleep(0)
        assert wire.written == [HEAD + BODY]

    asyncio.run(run())


def test_a_head_goes_by_itself_when_no_body_follows_at_once() -> None:
    async def run() -> None:
        wire, cork = corked()
        cork.write(HEAD)
        await asyncio.sleep(0)
        cork.write(BODY)
        cork.write(BODY)
        assert wire.written == [HEAD, BODY, BODY]

    asyncio.run(run())


def test_what_was_kept_is_written_before_the_connection_is_closed() -> None:
    async def run() -> None:
        wire, cork = corked()
        cork.write(HEAD)
        cork.close()
        await asyncio.sleep(0)
        assert wire.written == [HEAD, b"closed"]
        assert cork.is_closing()

    asyncio.run(run())
