"""How many operations run at once, in all and for one caller; the others wait, or come later."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from resolvers.errors import Code
from web.refusal import BadRequest
from web.wire import Wire

Place = asyncio.Future[None]


class Queue:
    """Who waits, by caller, and the callers in the order of their turns."""

    def __init__(self) -> None:
        self.callers: dict[str, dict[Place, bool]] = {}
        self.length = 0

    def join(self, caller: str) -> Place:
        place: Place = asyncio.get_running_loop().create_future()
        self.callers.setdefault(caller, {})[place] = True
        self.length += 1
        return place

    def leave(self, caller: str, place: Place) -> None:
        """For one who goes away while waiting; a place that was passed over is gone already."""
        places = self.callers.get(caller, {})
        if places.pop(place, None):
            self.length -= 1
        if not places:
            self.callers.pop(caller, None)

    def next(self, fits: Callable[[str], bool]) -> tuple[str, Place] | None:
        """Takes out the first whose caller fits; that caller's next turn is after all others'."""
        while caller := next(filter(fits, self.callers), None):
            places = self.callers.pop(caller)
            place = next(iter(places))
            del places[place]
            self.length -= 1
            if places:
                self.callers[caller] = places
            if not place.cancelled():  # else it went away and was not told yet
                return caller, place
        return None


class Gate:
    """Requests and what is asked on sockets take turns, and among each the callers do.

    So nobody waits longer because one caller, or a crowd of sockets, has asked much before.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.running: Counter[str] = Counter()
        self.requests, self.sockets = Queue(), Queue()
        self.turns = deque((self.requests, self.sockets))

    @asynccontextmanager
    async def entered(self, caller: str, socket: bool = False) -> AsyncIterator[None]:
        """Held while an operation runs; BadRequest 503 where too many wait already."""
        if self.fits(caller):
            self.running[caller] += 1
        else:
            await self.turn(caller, self.sockets if socket else self.requests)
        try:
            yield
        finally:
            self.left(caller)

    def fits(self, caller: str) -> bool:
        return (
            self.running[caller] < self.wire.running_per_caller
            and self.running.total() < self.wire.running
        )

    async def turn(self, caller: str, queue: Queue) -> None:
        """Waits until it counts among those that run. Of each caller one may always wait."""
        crowded = queue.length >= self.wire.waiting
        if crowded and (caller in queue.callers or not self.wire.waiting):
            message = "too much is asked at once; try again soon"
            raise BadRequest(503, message, Code.UNAVAILABLE)
        place = queue.join(caller)
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                queue.leave(caller, place)
            else:  # let in, and gone before it knew
                self.left(caller)
            raise

    def left(self, caller: str) -> None:
        """One runs no more; whose turn it is runs instead."""
        self.running[caller] -= 1
        if not self.running[caller]:
            del self.running[caller]
        for _ in range(len(self.turns)):
            self.turns.rotate()
            if found := self.turns[0].next(self.fits):
                self.running[found[0]] += 1
                found[1].set_result(None)
                return
