"""Connections of the driver's pool that are kept at hand between reads.

To take one from the pool and to give it back costs a fifth of a small read. They count as being in
use there, so the pool has as many more.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

KEPT = 8


class Idle:
    """Idle connections of a pool to one database; `acquired` takes another one after bookmarks."""

    def __init__(self, pool: Any, acquired: Callable[[Sequence[str]], Awaitable[Any]]) -> None:
        self.pool, self.acquired = pool, acquired
        self.kept: list[Any] = []

    async def taken(self, after: Sequence[str]) -> Any:
        """A connection for a read, the last one that was given back if it is still good."""
        while self.kept:
            found = self.kept.pop()
            if _good(found):
                return found
            self.pool.kill_and_release(found)
        return await self.acquired(after)

    async def given(self, connection: Any) -> None:
        """Takes back a connection after a whole answer."""
        if len(self.kept) < KEPT:
            self.kept.append(connection)
        else:
            await self.pool.release(connection)

    def broken(self, connection: Any) -> None:
        """Closes a connection on which something is still to come."""
        self.pool.kill_and_release(connection)

    async def lost(self, connection: Any) -> None:
        """Closes a connection whose engine is gone, and all that led to it."""
        kept, self.kept = self.kept, []
        self.pool.kill_and_release(connection, *kept)
        await self.pool.deactivate(connection.unresolved_address)


def _good(connection: Any) -> bool:
    """Whether it is open, as far as can be known without asking the engine."""
    if connection.closed() or connection.defunct() or connection.stale():
        return False
    reader = connection.socket._reader
    return not reader.at_eof() and reader.exception() is None
