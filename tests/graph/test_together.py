"""Reads that are alike share one answer, which is never older than the question."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from graph.bolt import Graph, Ran
from graph.wire.together import AT_ONCE, MOST, Together, told_apart

ASKER: ContextVar[str] = ContextVar("asker", default="nobody")


class Store:
    """What is written, and reads of it that take as long as they are told to."""

    def __init__(self) -> None:
        self.value, self.begun = 0, 0
        self.gates: list[asyncio.Event] = []
        self.askers: list[str] = []
        self.together: list[list[object]] = []
        self.cancelled = 0

    async def read(self, which: object = None) -> Any:
        self.begun += 1
        self.askers.append(ASKER.get())
        found, gate = self.value, asyncio.Event()
        self.gates.append(gate)
        try:
            await gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if found < 0:
            raise ValueError(str(found))
        return found if which is None else (found, which)


@dataclass
class Asked:
    """A read of the store; `refused`: not together with others."""

    store: Store
    kind: Hashable = "a"
    which: Hashable = None
    refused: bool = False
    at_once: int = AT_ONCE

    async def alone(self) -> Any:
        return await self.store.read(self.which)

    async def many(self, reads: Sequence["Asked"]) -> list[Any]:
        assert all(each.kind == self.kind for each in reads)
        self.store.together.append([each.which for each in reads])
        if self.refused:
            raise ValueError("refused")
        await self.store.read()
        return [(self.store.value, each.which) for each in reads]


def held(work: Callable[[Store, Together], Awaitable[None]]) -> None:
    asyncio.run(work(Store(), Together()))  # type: ignore[arg-type]


async def passed() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_those_who_wait_share_one_read_that_began_after_they_asked() -> None:
    async def work(store: Store, together: Together) -> None:
        def asked() -> asyncio.Task[Any]:
            return asyncio.create_task(together.first(Asked(store)))

        first = [asked() for _ in range(AT_ONCE)]
        await passed()
        store.value = 7  # committed before the others ask
        others = [asked() for _ in range(5)]
        another = asyncio.create_task(together.first(Asked(store, "b")))
        await passed()
        assert store.begun == AT_ONCE + 1
        store.gates[0].set()
        await passed()
        assert store.begun == AT_ONCE + 2
        late = asked()  # asks while it runs: it does not get what was read before it asked
        await passed()
        for gate in store.gates:
            gate.set()
        await passed()
        store.gates[-1].set()
        assert [await each for each in first] == [(0, False)] * AT_ONCE
        assert [await each for each in others] == [(7, False), *[(7, True)] * 4]
        assert (await another, await late) == ((7, False), (7, False))
        assert store.begun == AT_ONCE + 3
        assert together.turns == {}

    held(work)


def test_nobody_waits_long_for_those_who_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.wire.together.PATIENCE", 0.01)

    async def work(store: Store, together: Together) -> None:
        asked = [asyncio.create_task(together.first(Asked(store))) for _ in range(AT_ONCE + 2)]
        await passed()
        assert store.begun == AT_ONCE
        await asyncio.sleep(0.2)
        assert store.begun == AT_ONCE + 2
        for gate in store.gates:
            gate.set()
        assert [(await each)[1] for each in asked] == [False] * (AT_ONCE + 2)
        await passed()
        assert together.turns == {}

    held(work)


def test_one_who_leaves_takes_nothing_from_the_others_and_the_last_ends_the_read() -> None:
    async def work(store: Store, together: Together) -> None:
        def asked() -> asyncio.Task[Any]:
            return asyncio.create_task(together.first(Asked(store)))

        first = [asked() for _ in range(AT_ONCE)]
        await passed()
        waiting = [asked() for _ in range(3)]
        await passed()
        waiting[0].cancel()
        store.gates[0].set()
        await passed()
        waiting[1].cancel()
        await passed()
        assert (store.begun, store.cancelled) == (AT_ONCE + 1, 0)
        waiting[2].cancel()
        await passed()
        assert store.cancelled == 1
        first[1].cancel()
        await passed()
        assert together.turns == {}
        assert await first[0] == (0, False)

    held(work)


def test_nobody_left_to_wait_begins_nothing() -> None:
    async def work(store: Store, together: Together) -> None:
        tasks = [asyncio.create_task(together.first(Asked(store))) for _ in range(AT_ONCE + 1)]
        await passed()
        tasks[-1].cancel()
        await passed()
        for gate in store.gates:
            gate.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert store.begun == AT_ONCE
        assert together.turns == {}

    held(work)


def test_a_read_that_nobody_waits_for_before_it_begins_keeps_no_place() -> None:
    async def work(store: Store, together: Together) -> None:
        tasks = [asyncio.create_task(together.first(Asked(store))) for _ in range(AT_ONCE + 1)]
        await passed()
        store.gates[0].set()
        tasks[-1].cancel()  # at the same moment
        await passed()
        for gate in store.gates:
            gate.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        await passed()
        assert store.begun == AT_ONCE
        assert together.turns == {}

    held(work)


def test_an_error_is_told_to_all_who_shared_it_and_to_no_other() -> None:
    async def work(store: Store, together: Together) -> None:
        first = [asyncio.create_task(together.first(Asked(store))) for _ in range(AT_ONCE)]
        await passed()
        store.value = -1
        shared = [asyncio.create_task(together.first(Asked(store))) for _ in range(3)]
        await passed()
        store.gates[0].set()
        await passed()
        store.value = 3
        last = asyncio.create_task(together.first(Asked(store)))
        await passed()
        for _ in range(3):
            for gate in store.gates:
                gate.set()
            await passed()
        for each in shared:
            with pytest.raises(ValueError, match="-1"):
                await each
        assert [await each for each in first] == [(0, False)] * AT_ONCE
        assert await last == (3, False)

    held(work)


def test_a_shared_read_is_of_no_request() -> None:
    async def work(store: Store, together: Together) -> None:
        def asked(name: str) -> asyncio.Task[Any]:
            ASKER.set(name)
            return asyncio.create_task(together.first(Asked(store)))

        tasks = [asked(str(number)) for number in range(AT_ONCE + 2)]
        await passed()
        store.gates[0].set()
        await passed()
        assert store.askers == [*map(str, range(AT_ONCE)), "nobody"]
        for gate in store.gates:
            gate.set()
        await asyncio.gather(*tasks)

    held(work)


def test_each_keeps_its_own_deadline() -> None:
    async def work(store: Store, together: Together) -> None:
        async def asked(seconds: float) -> Any:
            async with asyncio.timeout(seconds):
                return await together.first(Asked(store))

        first = [asyncio.create_task(asked(60)) for _ in range(AT_ONCE)]
        await passed()
        hasty, patient = asyncio.create_task(asked(0.01)), asyncio.create_task(asked(60))
        await passed()
        store.gates[0].set()
        with pytest.raises(TimeoutError):
            await hasty
        assert store.cancelled == 0
        for gate in store.gates:
            gate.set()
        assert await patient == (0, False)  # it is nobody else's any more
        await asyncio.gather(*first)

    held(work)


def test_those_of_a_kind_who_wait_go_together_up_to_a_number() -> None:
    async def work(store: Store, together: Together) -> None:
        def asked(which: Hashable) -> asyncio.Task[Any]:
            return asyncio.create_task(together.first(Asked(store, which=which)))

        first = [asked(-1) for _ in range(AT_ONCE)]
        await passed()
        others = [asked(number) for number in range(MOST + 1)]
        again = asked(0)
        await passed()
        store.value = 7
        for _ in range(3):
            for gate in store.gates:
                gate.set()
            await passed()
        assert store.together == [[*range(MOST)]]
        found = [await each for each in others]
        assert found == [((7, number), 0 < number < MOST) for number in range(MOST + 1)]
        assert await again == ((7, 0), True)
        assert [await each for each in first] == [((0, -1), False)] * AT_ONCE
        assert together.turns == {}

    held(work)


def test_of_some_kinds_only_one_runs_while_others_gather() -> None:
    async def work(store: Store, together: Together) -> None:
        def asked(which: Hashable) -> asyncio.Task[Any]:
            return asyncio.create_task(together.first(Asked(store, which=which, at_once=1)))

        tasks = [asked(number) for number in range(MOST + 1)]
        await passed()
        assert store.begun == 1
        store.gates[0].set()
        await passed()
        store.gates[1].set()
        assert [await each for each in tasks] == [((0, n), n > 1) for n in range(MOST + 1)]
        assert store.together == [[*range(1, MOST + 1)]]
        assert together.turns == {}

    held(work)


def test_the_next_statement_runs_while_answers_are_given() -> None:
    async def work(store: Store, together: Together) -> None:
        async def asked(which: Hashable) -> int:
            await together.first(Asked(store, which=which, at_once=1))
            return store.begun

        tasks = [asyncio.create_task(asked(number)) for number in range(MOST + 2)]
        await passed()
        for begun in (1, 2, 3):
            assert store.begun == begun
            store.gates[-1].set()
            await passed()
        assert [await each for each in tasks] == [1, *[3] * MOST, 3]
        assert together.turns == {}

    held(work)


def test_where_several_fail_together_each_is_read_alone() -> None:
    async def work(store: Store, together: Together) -> None:
        def asked(which: Hashable) -> asyncio.Task[Any]:
            read = Asked(store, which=which, refused=True)
            return asyncio.create_task(together.first(read))

        tasks = [asked(number) for number in range(AT_ONCE + 3)]
        await passed()
        for _ in range(3):
            for gate in store.gates:
                gate.set()
            await passed()
        assert len(store.together) == 1
        assert [await each for each in tasks] == [((0, n), False) for n in range(AT_ONCE + 3)]
        assert together.turns == {}

    held(work)


DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 0.0}, {"a": -0.0}),
        ({"a": [1, [True]]}, {"a": [1, [1]]}),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1.0}]}),
        ({"a": DAY}, {"a": DAY.isoformat()}),
        ({"a": DAY}, {"a": DAY.toordinal()}),
        ({"a": 1, "b": 2}, {"b": 1, "a": 2}),
        ({"a": None}, {}),
    ],
)
def test_reads_of_other_values_or_kinds_of_values_are_not_alike(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert told_apart("text", one, (), ()) == told_apart("text", dict(one), (), ())
    assert told_apart("text", one, (), ()) != told_apart("text", other, (), ())
    if [*one] == [*other]:
        told, others = (told_apart("text", each, (), ("a",)) for each in (one, other))
        assert told
        assert others
        assert told[1] != others[1] or "b" in one


def test_reads_of_other_texts_and_bookmarks_are_not_alike_nor_those_hard_to_tell() -> None:
    assert told_apart("text", {}, (), ()) != told_apart("other", {}, (), ())
    assert told_apart("text", {}, (), ()) != told_apart("text", {}, ("bookmark",), ())
    assert told_apart("text", {"days": [DAY]}, (), ()) is None
    assert told_apart("text", {"at": datetime(2026, 11, 24)}, (), ()) is None


def test_what_was_committed_before_a_read_was_asked_is_in_its_answer(
    graph: Graph, run: Callable[[Any], Any]
) -> None:
    ran = list[Ran]()

    async def write(text: Any, **values: Any) -> None:
        await graph.write(lambda tx: tx.run("shared", text, values))

    async def work() -> None:
        def asked() -> list[asyncio.Task[Any]]:
            text: Any = "MATCH (n:Shared {code: $code}) RETURN {number: n.number}"
            read = [graph.read("shared", text, {"code": "x"}) for _ in range(8)]
            return [asyncio.create_task(each) for each in read]

        await write("CREATE (:Shared {code: 'x', number: 0})")
        for number in range(1, 10):
            early = asked()
            await write("MATCH (n:Shared) SET n.number = $number", number=number)
            found = await asyncio.gather(*asked())
            assert found == [{"number": number}] * 8
            assert all(each["number"] >= number - 1 for each in await asyncio.gather(*early))
        await write("MATCH (n:Shared) DELETE n")

    graph.observers.append(ran.append)
    try:
        run(work())
    finally:
        graph.observers.remove(ran.append)
    reads = [each for each in ran if "RETURN" in each.text]
    assert len(reads) == 9 * 16
    assert sum(each.shared for each in reads) >= 9 * 4
