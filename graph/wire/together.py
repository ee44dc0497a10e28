"""Reads that wait at the same moment go together: alike ones share an answer.

It begins after each of them asked, so that everybody sees what was committed before they asked.
"""

import asyncio
import marshal
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, Self

AT_ONCE = 2  # of one kind, before others wait to go together
PATIENCE = 1.0  # seconds that one waits for others before going by itself
MOST = 4  # reads of one statement; more of a small one make all of them wait longer

Place = asyncio.Future[tuple[Any, bool] | None]


class Read(Protocol):
    """One of a kind: all of it can be read by one statement, `which` tells them apart.

    `at_once`: how many statements of its kind may run.
    """

    kind: Hashable
    which: Hashable

    @property
    def at_once(self) -> int:
        raise NotImplementedError

    async def alone(self) -> Any:
        """What is read."""

    async def many(self, reads: Sequence[Self]) -> list[Any]:
        """What is read by each of several, itself among them."""
        raise NotImplementedError


@dataclass(slots=True)
class Wish:
    """A read that is to begin, or runs, for those who wait for it."""

    read: Any
    places: dict[Place, None] = field(default_factory=dict)
    flight: "Flight | None" = None

    def told(self, value: Any, shared: bool = False) -> None:
        """All have their answer; but for the first it is, if not shared already, another's."""
        for place in self.served():
            place.set_result((value, shared))
            shared = True

    def failed(self, error: Exception) -> None:
        for place in self.served():
            place.set_exception(error)

    def served(self) -> list[Place]:
        """Those who still wait; from now on nobody does."""
        places, self.places = self.places, {}
        return [place for place in places if not place.done()]

    def late(self, place: Place) -> None:
        """One need not wait any longer, unless it has begun."""
        if self.flight is None and not place.done():
            place.set_result(None)

    def left(self, place: Place) -> None:
        self.places.pop(place, None)
        if self.flight:
            self.flight.left()


@dataclass(slots=True)
class Flight:
    """Reads of one statement, which ends when nobody waits for any of them any more.

    `after`: what follows when it has ended; nothing, once that has begun.
    """

    wishes: list[Wish]
    after: Callable[[], None]
    task: asyncio.Task[None] | None = None

    def ended(self) -> None:
        after, self.after = self.after, _nothing
        after()

    def left(self) -> None:
        if self.task and not any(each.places for each in self.wishes):
            self.task.cancel()


@dataclass(slots=True)
class Turn:
    """Reads of one kind: how many statements run, and what others wait for."""

    running: int = 0
    next: dict[Hashable, Wish] = field(default_factory=dict)

    def going(self) -> list[Wish]:
        """Those who go next."""
        wishes = [each for each in self.next.values() if each.places]
        self.next = {each.read.which: each for each in wishes[MOST:]}
        return wishes[:MOST]


@dataclass
class Together:
    """Of one graph."""

    turns: dict[Hashable, Turn] = field(default_factory=dict)

    async def first(self, read: Read) -> tuple[Any, bool]:
        """What is read, and whether by the statement of another.

        Whoever shares an answer must leave it as it is.
        """
        turn = self.turns.get(read.kind)
        if turn is None:
            turn = self.turns[read.kind] = Turn()
        if turn.running >= read.at_once:
            shared = await self._shared(turn, read)
            if shared is not None:
                return shared
        turn.running += 1
        try:
            return await read.alone(), False
        finally:
            self._ended(read.kind, turn)

    async def _shared(self, turn: Turn, read: Read) -> tuple[Any, bool] | None:
        """None where those who run take so long that nobody should wait for them."""
        wish = turn.next.get(read.which)
        if wish is None:
            wish = turn.next[read.which] = Wish(read)
        loop = asyncio.get_running_loop()
        place: Place = loop.create_future()
        wish.places[place] = None
        timer = loop.call_later(PATIENCE, wish.late, place)
        try:
            return await place
        finally:
            timer.cancel()
            wish.left(place)

    def _ended(self, kind: Hashable, turn: Turn) -> None:
        """One ended: whoever waits goes next, in its place, in the context of no request."""
        wishes = turn.going()
        if not wishes:
            turn.running -= 1
            if not turn.running:
                self.turns.pop(kind, None)
            return
        flight = Flight(wishes, lambda: self._ended(kind, turn))
        for each in wishes:
            each.flight = flight
        flight.task = asyncio.create_task(_flown(flight), context=Context())
        flight.task.add_done_callback(lambda _: flight.ended())  # had it begun or not


def _nothing() -> None: ...


async def _flown(flight: Flight) -> None:
    try:
        await _answered(flight.wishes, flight.ended)
    except asyncio.CancelledError:
        for each in flight.wishes:
            for place in each.places:
                place.cancel()


async def _answered(wishes: Sequence[Wish], ended: Callable[[], None]) -> None:
    """Reads; where several together fail, each by itself, so that nobody has another's error.

    `ended` comes before they are told, so that the next statement runs while these are answered.
    """
    if len(wishes) > 1:
        try:
            found = await wishes[0].read.many([each.read for each in wishes])
        except Exception:
            await asyncio.gather(*(_answered([each], _nothing) for each in wishes))
            return
        ended()
        for i, (each, value) in enumerate(zip(wishes, found, strict=True)):
            each.told(value, i > 0)
        return
    [wish] = wishes
    try:
        value = await wish.read.alone()
    except Exception as error:
        return wish.failed(error)
    ended()
    wish.told(value)


def told_apart(
    text: str, parameters: Mapping[str, Any], after: Sequence[str], by: Sequence[str]
) -> tuple[Hashable, Hashable] | None:
    """Kind and which of a read, told by values of some names; kinds of values are told apart too.

    None for values that are not told apart fast.
    """
    values = {
        name: ("day", each.toordinal()) if type(each) is date else each
        for name, each in parameters.items()
    }
    try:
        which = marshal.dumps([values.pop(name) for name in by], 2) if by else None
        kept = marshal.dumps([*values.values()], 2)  # 2: without marks of identity
    except ValueError:
        return None
    return (text, *parameters, *after, *by, kept), which
