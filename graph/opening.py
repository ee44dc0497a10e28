"""New connections, opened to the end though whoever waited for one has gone.

The driver forgets to close the socket of a connection whose opening is cancelled; it is left to the
garbage collector. `test_the_driver_still_leaves_the_socket_of_a_cancelled_opening` tells when this
can go.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

LAST = 1.0  # seconds, after those in which a socket must be connected


class Opening:
    """Takes the place of the function by which the driver's `pool` opens a connection."""

    def __init__(self, pool: Any, seconds: float) -> None:
        """`seconds`: in which the driver connects a socket or gives up."""
        self.open: Callable[..., Awaitable[Any]] = pool.opener
        self.seconds = seconds + LAST
        self.left: set[asyncio.Future[None]] = set()
        pool.opener = self

    async def __call__(self, *at: Any) -> Any:
        opening = asyncio.ensure_future(self.open(*at))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            closing = asyncio.ensure_future(self.closed(opening))
            self.left.add(closing)
            closing.add_done_callback(self.left.discard)
            raise

    async def closed(self, opening: asyncio.Future[Any]) -> None:
        with suppress(Exception):  # nobody waits for the reason
            (await asyncio.wait_for(opening, self.seconds)).kill()

    async def over(self) -> None:
        """When nothing is being opened for nobody any more."""
        await asyncio.gather(*self.left)
