"""Reads that are alike and wait at the same moment are one read, whose answer they share.

It begins after each of them asked, so that everybody sees what was committed before they asked.
"""

import asyncio
import marshal
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import date
from typing import Any

AT_ONCE = 2  # of one kind, before others wait to go together


@dataclass(slots=True)
class Turn:
    """Reads of one kind: how many run, and the one that others wait for."""

    running: int = 0
    next: "Flight | None" = None


@dataclass(slots=True)
class Flight:
    """A read that is to begin, or runs, for so many; it ends when nobody waits for it any more."""

    read: Callable[[], Awaitable[Any]]
    answer: asyncio.Future[Any]
    waiting: int = 0
    task: asyncio.Task[None] | None = None


@dataclass
class Together:
    """Of one graph."""

    turns: dict[Hashable, Turn] = field(default_factory=dict)

    async def first(self, key: Hashable, read: Callable[[], Awaitable[Any]]) -> tuple[Any, bool]:
        """What `read` gives, or that of another asker, and whether it was; alike by the key.

        Whoever shares an answer must leave it as it is.
        """
        turn = self.turns.get(key)
        if turn is None:
            turn = self.turns[key] = Turn()
        if turn.running >= AT_ONCE:
            return await self._shared(turn, read)
        turn.running += 1
        try:
            return await read(), False
        finally:
            self._ended(key, turn)

    async def _shared(self, turn: Turn, read: Callable[[], Awaitable[Any]]) -> tuple[Any, bool]:
        mine = turn.next is None
        if turn.next is None:
            turn.next = Flight(read, asyncio.get_running_loop().create_future())
        flight = turn.next
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.answer), not mine
        finally:
            flight.waiting -= 1
            if not flight.waiting and flight.task:
                flight.task.cancel()

    def _ended(self, key: Hashable, turn: Turn) -> None:
        """One ended: whoever waits goes next, in its place, in the context of no request."""
        flight, turn.next = turn.next, None
        if flight and flight.waiting:
            flown = self._flown(key, turn, flight)
            flight.task = asyncio.create_task(flown, context=Context())
            return
        turn.running -= 1
        if not turn.running:
            self.turns.pop(key, None)

    async def _flown(self, key: Hashable, turn: Turn, flight: Flight) -> None:
        try:
            flight.answer.set_result(await flight.read())
        except asyncio.CancelledError:
            flight.answer.cancel()
        except Exception as error:
            flight.answer.set_exception(error)
            flight.answer.exception()  # whoever left need not fetch it
        finally:
            self._ended(key, turn)


def alike(text: str, parameters: Mapping[str, Any], after: Sequence[str]) -> Hashable:
    """What tells reads apart, kinds of values too; None for values that are not told apart fast."""
    values = [
        ("day", each.toordinal()) if type(each) is date else each for each in parameters.values()
    ]
    try:
        return text, *parameters, *after, marshal.dumps(values, 2)  # without marks of identity
    except ValueError:
        return None
