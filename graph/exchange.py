"""One statement and its answer in the messages of Bolt, on a connection that the driver opened.

The driver's own way through sessions, results and responses takes three times the CPU for a small
answer (`./scripts/bench` shows it as «driver alone»). What it knows is used all the same: how
connections are opened, kept and encrypted, and how values are written and read.
"""

from collections.abc import Mapping
from typing import Any

RUN, PULL = b"\x10", b"\x3f"
SUCCESS, RECORD, IGNORED, FAILURE = b"\x70", b"\x71", b"\x7e", b"\x7f"
ALL = ({"n": -1},)
AT_ONCE = 1 << 18  # bytes


class Failed(Exception):
    """The engine refused the statement, and `told` why. The connection is of no more use."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        super().__init__(str(told))
        self.told = told


class Lost(OSError):
    """The engine closed the connection."""


class Exchange:
    """One statement on one connection, which must be idle, and is idle again after the answer."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.scope = connection, connection.new_hydration_scope()
        self.arrived, self.at = b"", 0

    async def first(self, text: str, parameters: Mapping[str, Any], extra: dict[str, Any]) -> Any:
        """The first value of the first row; None without a row. Raises Failed, Lost, OSError."""
        outbox, hooks = self.connection.outbox, self.scope.dehydration_hooks
        outbox.append_message(RUN, (text, parameters, extra), hooks)
        outbox.append_message(PULL, ALL, hooks)
        await outbox.flush()
        rows: list[Any] = []
        ended = 0
        while ended < 2:
            tag, fields = self.unpacked(await self.message())
            if tag == RECORD:
                rows.append(fields[0])
            elif tag == SUCCESS:
                ended += 1
            else:
                raise Failed(fields[0] if fields else {})
        return rows[0][0] if rows else None

    async def message(self) -> bytes:
        """The next message, put together of its chunks; empty ones before it are signs of life."""
        parts: list[bytes] = []
        while True:
            size = int.from_bytes(await self.taken(2), "big")
            if size:
                parts.append(await self.taken(size))
            elif parts:
                return parts[0] if len(parts) == 1 else b"".join(parts)

    async def taken(self, size: int) -> bytes:
        """The next bytes of what arrived, as soon as there are so many."""
        while len(self.arrived) - self.at < size:
            more = await self.connection.socket._reader.read(AT_ONCE)
            if not more:
                raise Lost("the engine closed the connection")
            self.arrived, self.at = self.arrived[self.at :] + more, 0
        self.at += size
        return self.arrived[self.at - size : self.at]

    def unpacked(self, message: bytes) -> tuple[bytes, list[Any]]:
        inbox = self.connection.inbox
        buffer, unpacker = inbox._buffer, inbox._unpacker
        buffer.data, buffer.used, buffer.p = bytearray(message), len(message), 0
        try:
            size, tag = unpacker.unpack_structure_header()
            return tag, [unpacker.unpack(self.scope.hydration_hooks) for _ in range(size)]
        finally:
            unpacker.reset()
