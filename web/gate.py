"""How many operations run at once, in all and for one caller; the others wait, or come later."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable

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


class Share:
    """What one way of asking has running, of what it may, and who waits there."""

    def __init__(self, most: int, most_per_caller: int) -> None:
        self.most, self.most_per_caller = max(1, most), max(1, most_per_caller)
        self.running: Counter[str] = Counter()
        self.total = 0
        self.queue = Queue()

    def fits(self, caller: str) -> bool:
        return self.total < self.most and self.running[caller] < self.most_per_caller

    def let_in(self, caller: str) -> None:
        self.running[caller] += 1
        self.total += 1

    def left(self, caller: str) -> None:
        self.total -= 1
        self.running[caller] -= 1
        if not self.running[caller]:
            del self.running[caller]


class Gate:
    """Requests and what is asked on sockets take turns, and in each of the two the callers do.

    Sockets have at most half of what may run. So nobody waits longer because one caller, or a
    crowd of sockets, has asked much before.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.all = Share(wire.running, wire.running_per_caller)
        self.requests = Share(wire.running, wire.running_per_caller)
        self.sockets = Share(wire.running // 2, wire.running_per_caller // 2)
        self.turns = deque((self.requests, self.sockets))

    def entered(self, caller: str, socket: bool = False) -> "Entry":
        """Held while an operation runs; BadRequest 503 where too many wait already."""
        return Entry(self, caller, self.sockets if socket else self.requests)

    def let_in(self, share: Share, caller: str) -> None:
        share.let_in(caller)
        self.all.let_in(caller)

    def crowded(self, caller: str, share: Share) -> BadRequest | None:
        """Why the caller may not even wait. Of each caller one always may."""
        queue, most = share.queue, self.wire.waiting
        if queue.length < most or (most and caller not in queue.callers):
            return None
        message = "too much is asked at once; try again soon"
        return BadRequest(503, message, Code.UNAVAILABLE)

    async def turn(self, caller: str, share: Share) -> None:
        """Waits until it counts among those that run."""
        if crowded := self.crowded(caller, share):
            raise crowded
        queue = share.queue
        place = queue.join(caller)
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                queue.leave(caller, place)
            else:  # let in, and gone before it knew
                self.left(caller, share)
            raise

    def left(self, caller: str, share: Share) -> None:
        """One runs no more; whose turn it is runs instead."""
        share.left(caller)
        self.all.left(caller)
        if not (self.requests.queue.length or self.sockets.queue.length):
            return
        for _ in range(len(self.turns)):
            self.turns.rotate()
            if self.next(self.turns[0]):
                return

    def next(self, share: Share) -> bool:
        """Lets in the next one of this share, if there is one that fits."""
        found = share.queue.next(lambda caller: self.all.fits(caller) and share.fits(caller))
        if found:
            self.let_in(share, found[0])
            found[1].set_result(None)
        return found is not None


class Entry:
    """The place of one operation among those that run, as long as it is held."""

    __slots__ = ("caller", "gate", "share")

    def __init__(self, gate: Gate, caller: str, share: Share) -> None:
        self.gate, self.caller, self.share = gate, caller, share

    async def __aenter__(self) -> None:
        if self.gate.all.fits(self.caller) and self.share.fits(self.caller):
            self.gate.let_in(self.share, self.caller)
        else:
            await self.gate.turn(self.caller, self.share)

    async def __aexit__(self, *_: object) -> None:
        self.gate.left(self.caller, self.share)
