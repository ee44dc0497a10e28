"""What a process holds of a graph in memory, kept as the graph has it.

All is read when it is first asked for; afterwards every question first looks at the events of the
last minutes, so that it sees every change that was committed before it began, whoever made it, and
reads again only what was changed. A loading, which writes no events, is told by the time at which
it ended; then all is read anew beside those who ask, who wait for it a little. No write shares
anything with another for the sake of this.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, LiteralString, TypeVar

from graph.bolt import Graph, GraphError

log = logging.getLogger("commongrid.feed")
T = TypeVar("T")
Name = tuple[str, str]  # label, code

STORE = "network"  # key of the node at which a loading notes its end
NEVER = 1 << 31  # a minute that does not come
LONGEST = 1_440  # minutes that are looked at; after a longer rest all is read again
PATIENCE = 2.0  # seconds that who could be answered from what is held waits for what is new
OVERLAP = 1  # whole minutes looked at again: no transaction takes as long from its event to its end

EVENTS: LiteralString = """
CALL () {
  UNWIND CASE WHEN timestamp() / 60000 > $minute + $longest THEN []
              ELSE range($minute, timestamp() / 60000 + 1) END AS minute
  MATCH (e:Event {minute: minute})
  RETURN collect([e.id, e.label, e.code, e.others]) AS events
}
CALL () {
  MATCH (s:Store {key: $store})
  RETURN collect(toString(s.at)) AS loads
}
"""


@dataclass
class Feed(Generic[T]):
    """One thing held of one graph. Who inherits says how all is read, and what was touched."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    begun: int = 0
    ended: int = 0
    minute: int = 0
    seen: frozenset[str] = frozenset()
    loads: list[str] | None = None
    held: T | None = None
    reading: asyncio.Task[None] | None = None
    anew: tuple[T, dict[str, Any]] | None = None  # to be taken up, and the look it began with
    strange: dict[str, Any] = field(default_factory=dict)  # what the last reading began with

    name: ClassVar[str] = "feed"
    # What else a look tells: CALLs, and `, name: value` of each.
    more: ClassVar[tuple[LiteralString, LiteralString]] = ("", "")

    async def whole(self, graph: Graph) -> T:
        """All, read anew."""
        raise NotImplementedError

    async def changed(self, graph: Graph, held: T, touched: set[Name]) -> T:
        """What is held, with what was touched read again."""
        raise NotImplementedError

    def noted(self, held: T, found: dict[str, Any]) -> T:
        """What is held, with what a look told of the graph."""
        return held

    def fits(self, held: T, found: dict[str, Any]) -> bool:
        """Whether what else a look told agrees with what is held; else all is read again."""
        return True

    async def current(self, graph: Graph, after: Sequence[str] = ()) -> T:
        """What is held, as it was when this was asked, or later; but for a loading (see above).

        Those who ask at the same time share a look; it must have begun after each of them asked.
        """
        ticket = self.begun
        async with self.turn:
            if self.ended <= ticket or self.held is None:
                self.begun += 1
                number = self.begun
                await self._look(graph, after)
                self.ended = number
            assert self.held is not None
            return self.held

    async def _look(self, graph: Graph, after: Sequence[str]) -> None:
        self._take_up()
        if self.held is None:
            await self._read_all(graph)
        found: dict[str, Any] = {}
        # What else is told may already show what events will only tell at the next look.
        for _ in range(2):
            found = await self._events(graph, self.minute, after)
            if found["minute"] > self.minute + LONGEST:
                self.held = None
                break
            assert self.held is not None
            fresh = [event for event in found["events"] if event[0] not in self.seen]
            if fresh:
                touched = {name for event in fresh for name in _touched(event)}
                self.held = await self.changed(graph, self.held, touched)
            self.seen = frozenset(event[0] for event in found["events"])
            self.minute = found["minute"] - OVERLAP
            self.held = self.noted(self.held, {**found, "loads": self.loads})
            if found["loads"] == self.loads and self.fits(self.held, found):
                return
        await self._read_all(graph)

    async def _events(self, graph: Graph, minute: int, after: Sequence[str] = ()) -> Any:
        calls, told = self.more
        ending: LiteralString = f"loads: loads, minute: timestamp() / 60000{told}}} AS row"
        text: LiteralString = f"{EVENTS}{calls}RETURN {{events: events, {ending}"
        values = {"minute": minute, "longest": LONGEST, "store": STORE}
        return await graph.read(f"{self.name}.events", text, values, after)

    async def _read_all(self, graph: Graph) -> None:
        """One reading goes on when its first asker leaves; a failed one is begun again.

        Where something is held, nobody waits long for it: they get what is held. What another
        began to read is taken up at the next look, for it may be older than what is asked.
        """
        begins = self.anew is None and (self.reading is None or self.reading.done())
        if self.reading is None or begins:
            self.reading = graph.ending(self._read(graph))
        if self.held is None:
            await asyncio.shield(self.reading)
            self._take_up()
        elif begins:
            await asyncio.wait([self.reading], timeout=PATIENCE)
            self._take_up()

    async def _read(self, graph: Graph) -> None:
        try:
            began = await self._events(graph, NEVER)
            self.anew = self.noted(await self.whole(graph), began), began
        except GraphError:
            if self.held is None:
                raise
            log.warning("%s could not be read anew", self.name, exc_info=True)

    def _take_up(self) -> None:
        """From here on what was read anew is held, and followed from when its reading began."""
        if self.anew is not None:
            (self.held, began), self.anew = self.anew, None
            self.strange, self.seen = began, frozenset()
            self.loads, self.minute = began["loads"], began["minute"] - OVERLAP


def _touched(event: Sequence[Any]) -> Iterable[Name]:
    """What an event says was changed, and what was named with it."""
    _, label, code, others = event
    yield label, code
    for other in others or ():
        _, label, code = other.split(":", 2)
        yield label, code
