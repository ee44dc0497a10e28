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
        self.callers: dict[str, deque[Place]] = {}
        self.length = 0

    def join(self, caller: str) -> Place:
        place: Place = asyncio.get_running_loop().create_future()
        self.callers.setdefault(caller, deque()).append(place)
        self.length += 1
        return place

    def leave(self, caller: str, place: Place) -> None:
        self.callers[caller].remove(place)
        self.length -= 1
        if not self.callers[caller]:
            del self.callers[caller]

    def next(self, fits: Callable[[str], bool]) -> tuple[str, Place] | None:
        """Takes out the first whose caller fits; that caller's next turn is after all others'."""
        caller = next(filter(fits, self.callers), None)
        if caller is None:
            return None
        places = self.callers.pop(caller)
        place = places.popleft()
        self.length -= 1
        if places:
            self.callers[caller] = places
        return caller, place


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
        """Held while an operation runs; BadRequest 503 where too many requests wait already.

        On a socket it waits as long as it takes: there are only so many sockets, of so many each.
        """
        if self.fits(caller):
            self.running[caller] += 1
        elif socket:
            await self.turn(caller, self.sockets)
        else:
            self.room(caller)
            await self.turn(caller, self.requests)
        try:
            yield
        finally:
            self.left(caller)

    def room(self, caller: str) -> None:
        """Refuses where too many wait; but of each caller one may always."""
        if self.requests.length >= self.wire.waiting and (
            caller in self.requests.callers or not self.wire.waiting
        ):
            message = "too much is asked at once; try again soon"
            raise BadRequest(503, message, Code.UNAVAILABLE)

    def fits(self, caller: str) -> bool:
        return (
            self.running[caller] < self.wire.running_per_caller
            and self.running.total() < self.wire.running
        )

    async def turn(self, caller: str, queue: Queue) -> None:
        """Waits until it counts among those that run."""
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
