"""Whose turn it is to run: nobody waits longer because another has asked much before."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from web.gate import Gate
from web.refusal import BadRequest
from web.wire import Wire

Run = Callable[[Coroutine[Any, Any, Any]], Any]


class Told(Gate):
    """A gate, and in which order it was passed. Each stays inside until `go` says one may leave."""

    def __init__(self, **limits: int) -> None:
        super().__init__(Wire(**limits))  # type: ignore[arg-type]
        self.order: list[str] = []
        self.go = asyncio.Semaphore(0)

    def held(self) -> tuple[int, int]:
        """How many run, and how many wait."""
        waiting = (share.queue for share in self.turns)
        return self.all.running.total(), sum(len(each.callers) + each.length for each in waiting)

    def ask(self, caller: str, socket: bool = False) -> asyncio.Task[None]:
        async def asked() -> None:
            async with self.entered(caller, socket):
                self.order.append(f"{caller} on a socket" if socket else caller)
                await self.go.acquire()

        return asyncio.create_task(asked())


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_requests_and_sockets_take_turns_and_so_do_callers(run: Run) -> None:
    async def scenario() -> list[str]:
        gate = Told(running=1, running_per_caller=1)
        asked = [gate.ask("a") for _ in range(3)]
        asked += [gate.ask("a", socket=True) for _ in range(3)]
        asked += [gate.ask("b")]
        await settled()
        for _ in asked:
            gate.go.release()
        await asyncio.gather(*asked)
        assert not gate.all.running
        return gate.order

    socket = "a on a socket"
    assert ["a", socket, "a", socket, "b", socket, "a"] == run(scenario())


def test_one_caller_does_not_take_the_places_of_others(run: Run) -> None:
    async def scenario() -> None:
        gate = Told(running=4, running_per_caller=1, waiting=2)
        asked = [gate.ask("a") for _ in range(3)]
        await settled()
        assert ["a"] == gate.order
        with pytest.raises(BadRequest, match="at once"):
            await gate.ask("a")
        asked += [gate.ask("b"), gate.ask("b")]  # its first waits, although the places are taken
        await settled()
        assert ["a", "b"] == gate.order
        with pytest.raises(BadRequest, match="at once"):
            await gate.ask("b")
        asked += [gate.ask("a", socket=True) for _ in range(2)]
        await settled()
        with pytest.raises(BadRequest, match="at once"):
            await gate.ask("a", socket=True)
        for _ in asked:
            gate.go.release()
        await asyncio.gather(*asked)

    run(scenario())


def test_who_goes_away_leaves_the_place_to_the_next(run: Run) -> None:
    async def scenario() -> None:
        gate = Told(running=1, running_per_caller=1)
        asked = [gate.ask(each) for each in "abcd"]
        await settled()
        asked[2].cancel()  # waits
        await settled()
        asked[0].cancel()  # runs, and so lets in the next
        await asyncio.sleep(0)
        asked[1].cancel()  # is let in, and does not know it yet
        await settled()
        gate.go.release()
        await asked[3]
        assert (["a", "d"], 0, 0) == (
            gate.order,
            gate.all.running.total(),
            gate.requests.queue.length,
        )

    run(scenario())


def test_a_crowd_that_goes_away_at_once_leaves_nothing_behind(run: Run) -> None:
    async def scenario() -> None:
        gate = Told(running=2, running_per_caller=2, waiting=500)
        asked = [gate.ask("a", socket=True) for _ in range(500)]
        await settled()
        for each in asked:
            each.cancel()
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in found)
        assert (0, 0, {}) == (
            gate.all.running.total(),
            gate.sockets.queue.length,
            gate.sockets.queue.callers,
        )

    run(scenario())


def test_who_left_is_passed_over_by_one_who_leaves_at_the_same_time(run: Run) -> None:
    async def scenario() -> None:
        gate = Told(running=1, running_per_caller=1)
        asked = [gate.ask("a", socket=True) for _ in range(3)]
        await settled()
        asked[1].cancel()  # and is not told before the first has left
        gate.go.release()
        gate.go.release()
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert [None, asyncio.CancelledError, None] == [each and type(each) for each in found]
        assert (0, 0, {}) == (
            gate.all.running.total(),
            gate.sockets.queue.length,
            gate.sockets.queue.callers,
        )

    run(scenario())


def test_sockets_leave_room_for_requests(run: Run) -> None:
    async def scenario() -> list[str]:
        gate = Told(running=4, running_per_caller=4)
        asked = [gate.ask("a", socket=True) for _ in range(4)]
        asked += [gate.ask("a") for _ in range(2)]
        await settled()
        began = list(gate.order)
        for _ in asked:
            gate.go.release()
        await asyncio.gather(*asked)
        return began

    assert ["a on a socket", "a on a socket", "a", "a"] == run(scenario())
