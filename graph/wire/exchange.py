"""One statement and its answer in the messages of Bolt, on a connection that the driver opened.

The driver's own way through sessions, results and responses takes three times the CPU for a small
answer (`./scripts/bench` shows it as «driver alone»). What it knows is used all the same: how
connections are opened, kept and encrypted, and how values are written and read.
"""

import struct
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

RUN = b"\x10"
PULL = b"\x00\x06\xb1\x3f\xa1\x81n\xff\x00\x00"  # the whole message: {"n": -1}, all rows
SUCCESS, RECORD = 0x70, 0x71  # the second byte of a message; the first tells how many fields
AT_ONCE = 1 << 18  # bytes
SIZE = struct.Struct(">H").unpack_from  # of a chunk


class Failed(Exception):
    """The engine refused the statement, and `told` why. The connection is of no more use."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        super().__init__(str(told))
        self.told = told


class Lost(OSError):
    """The engine closed the connection."""


@lru_cache(maxsize=10_000)
def day(value: date, written: Callable[[date], Any]) -> Any:
    """A day as Bolt writes it, which the driver would work out anew each time."""
    return written(value)


class Exchange:
    """One statement on one connection, which must be idle, and is idle again after the answer."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.scope = connection, connection.new_hydration_scope()
        self.socket = connection.socket
        self.arrived, self.at = bytearray(), 0

    async def first(self, text: str, parameters: Mapping[str, Any], extra: dict[str, Any]) -> Any:
        """The first value of the first row; None without a row. Raises Failed, Lost, OSError."""
        await self.sent(text, parameters, extra)
        rows: list[Any] = []
        ended = 0
        while ended < 2:
            message = self.whole()
            if message is None:
                await self.more()
            elif message[1] == SUCCESS:  # what it tells besides is not needed
                ended += 1
            elif message[1] == RECORD:
                rows.append(self.unpacked(message))
            else:
                raise Failed(self.unpacked(message) if message[0] & 0x0F else {})
        return rows[0][0] if rows else None

    async def sent(self, text: str, parameters: Mapping[str, Any], extra: dict[str, Any]) -> None:
        outbox, hooks = self.connection.outbox, self.scope.dehydration_hooks
        written = hooks.exact_types[date]
        values = {n: day(v, written) if type(v) is date else v for n, v in parameters.items()}
        outbox.append_message(RUN, (text, values, extra), hooks)
        writer = self.socket._writer
        writer.write(outbox._chunked_data + PULL)
        outbox._clear()
        await writer.drain()

    async def more(self) -> None:
        """Waits until more has arrived."""
        found = await self.socket._reader.read(AT_ONCE)
        if not found:
            raise Lost("the engine closed the connection")
        del self.arrived[: self.at]
        self.arrived += found
        self.at = 0

    def whole(self) -> bytearray | None:
        """The next message, put together of its chunks; empty ones before it are signs of life.

        None while it has not arrived.
        """
        arrived, at, end = self.arrived, self.at, len(self.arrived)
        chunks: list[slice] = []
        while end - at >= 2:
            (size,) = SIZE(arrived, at)
            at += 2 + size
            if size:
                chunks.append(slice(at - size, at))
            elif chunks:
                self.at = at
                parts = [arrived[chunk] for chunk in chunks]
                return parts[0] if len(parts) == 1 else bytearray().join(parts)
        return None

    def unpacked(self, message: bytearray) -> Any:
        """The first field of a message."""
        inbox = self.connection.inbox
        buffer, unpacker = inbox._buffer, inbox._unpacker
        buffer.data, buffer.used, buffer.p = message, len(message), 2
        try:
            return unpacker.unpack(self.scope.hydration_hooks)
        finally:
            unpacker.reset()
