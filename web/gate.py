"""How many operations run at once, in all and for one caller; the others wait, or come later."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from resolvers.errors import Code
from web.refusal import BadRequest
from web.wire import Wire


class Gate:
    """`entered` lets in by the order of arrival, past those whose caller has enough running."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.running: Counter[str] = Counter()
        self.waiting: list[tuple[str, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def entered(self, caller: str) -> AsyncIterator[None]:
        """Held while an operation runs; BadRequest 503 where too many wait already."""
        if self.fits(caller):
            self.running[caller] += 1
        else:
            await self.turn(caller)
        try:
            yield
        finally:
            self.left(caller)

    def fits(self, caller: str) -> bool:
        return (
            self.running.total() < self.wire.running
            and self.running[caller] < self.wire.running_per_caller
        )

    async def turn(self, caller: str) -> None:
        """Waits until it counts among those that run."""
        if len(self.waiting) >= self.wire.waiting:
            raise BadRequest(503, "too much is asked at once; try again soon", Code.UNAVAILABLE)
        place = (caller, asyncio.get_running_loop().create_future())
        self.waiting.append(place)
        try:
            await place[1]
        except asyncio.CancelledError:
            if place in self.waiting:
                self.waiting.remove(place)
            else:  # let in, and gone before it knew
                self.left(caller)
            raise

    def left(self, caller: str) -> None:
        self.running[caller] -= 1
        if not self.running[caller]:
            del self.running[caller]
        for place in self.waiting:
            if self.fits(place[0]):
                self.waiting.remove(place)
                self.running[place[0]] += 1
                place[1].set_result(None)
                return
