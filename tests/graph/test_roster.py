"""The names that a process holds are those of the graph, however they came to change."""

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any, LiteralString

import pytest

import graph.feed
import graph.roster
from graph.bolt import Graph, GraphError
from graph.lexicon import Entry, Lexicon
from graph.roster import Names, Roster

NAME: LiteralString = (
    "MERGE (n:Person {code: $code}) SET n.name = $name, n.version = 1 "
    "CREATE (e:Event {id: $id, name: 'test', label: 'Person', code: $code, version: 1, "
    "fields: [], others: $others, at: datetime(), minute: timestamp() / 60000})"
)
GONE: LiteralString = (
    "MATCH (n:Person) WHERE n.code STARTS WITH $prefix DETACH DELETE n RETURN true"
)


@pytest.fixture
def own(graph: Graph) -> Graph:
    """The graph as another process has it: with nothing in memory."""
    return graph.fresh()


@pytest.fixture
def named(graph: Graph, run: Any, prefix: str) -> Iterator[Any]:
    """Writes a person's name, and that it was written."""

    def write(code: str, name: str, others: tuple[str, ...] = ()) -> None:
        said = {"code": prefix + code, "name": name, "others": [*others], "id": str(uuid.uuid4())}
        run(graph.write(lambda tx: tx.run("named", NAME, said)))

    yield write
    run(graph.write(lambda tx: tx.run("gone", GONE, {"prefix": prefix})))


def codes(names: Names, text: str) -> list[str]:
    found = names.find(text, ["Person"])
    return [found.name(i)[1] for i in range(len(found)) if found.score(i) >= 0.5]


def test_what_changed_is_read_and_nothing_else(own: Graph, run: Any, named: Any) -> None:
    roster = own.kept(Roster)
    run(roster.current(own))
    named("", "𪚥一")
    ran: list[str] = []
    own.observers.append(lambda each: ran.append(each.name))
    assert len(codes(run(roster.current(own)), "𪚥一")) == 1
    assert ran == ["search.events", "search.changed"]
    ran.clear()
    assert len(codes(run(roster.current(own)), "𪚥一")) == 1
    assert ran == ["search.events"]


def test_those_who_ask_together_share_a_look(own: Graph, run: Any) -> None:
    roster = own.kept(Roster)
    run(roster.current(own))
    ran: list[str] = []
    own.observers.append(lambda each: ran.append(each.name))

    async def together() -> None:
        await asyncio.gather(*(roster.current(own) for _ in range(20)))

    run(together())
    assert 1 <= len(ran) <= 2


def test_many_changes_are_compiled_with_the_rest(
    own: Graph, run: Any, named: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph.roster, "LATE", 3)
    roster = own.kept(Roster)
    run(roster.current(own))
    for number in range(6):
        named(f"-{number}", f"𪚥{'甲乙丙丁戊己'[number]}")
        named("-0", f"靐{number}")
        names = run(roster.current(own))
        assert len(names.changed) <= 3
        assert len(codes(names, "𪚥")) == number
        assert len(codes(names, f"靐{number}")) == 1
        assert not number or not codes(names, f"靐{number - 1}")


def test_after_a_long_rest_all_is_read_again(own: Graph, run: Any) -> None:
    roster = own.kept(Roster)
    run(roster.current(own))
    ran: list[str] = []
    own.observers.append(lambda each: ran.append(each.name))
    roster.minute -= graph.feed.LONGEST
    run(roster.current(own))
    assert ran.count("search.names") > 5
    ran.clear()
    run(roster.current(own))
    assert "search.names" not in ran


def test_who_was_named_with_a_change_is_read_again(
    own: Graph, graph: Graph, run: Any, named: Any, prefix: str
) -> None:
    named("-1", "𪚥一")
    assert len(codes(run(own.kept(Roster).current(own)), "𪚥一")) == 1
    run(graph.write(lambda tx: tx.run("gone", GONE, {"prefix": f"{prefix}-1"})))
    named("-2", "𪚥二", (f"duplicate:Person:{prefix}-1",))
    names = run(own.kept(Roster).current(own))
    assert codes(names, "𪚥") == [f"{prefix}-2"]


def test_a_reading_that_failed_is_begun_again(
    own: Graph, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = own.kept(Roster)
    with monkeypatch.context() as patch:
        patch.setattr(graph.feed, "EVENTS", "MATCH ")
        with pytest.raises(GraphError):
            run(roster.current(own))
    assert codes(run(roster.current(own)), "P-RIDER-01") == ["P-RIDER-01"]


def test_a_first_asker_who_leaves_leaves_the_reading_to_the_next(own: Graph, run: Any) -> None:
    roster = own.kept(Roster)

    async def left() -> Names:
        began = asyncio.Event()
        own.observers.append(lambda _: began.set())
        first = asyncio.create_task(roster.current(own))
        await began.wait()
        reading = roster.reading
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        names = await roster.current(own)
        assert roster.reading is reading
        return names

    assert codes(run(left()), "P-RIDER-01") == ["P-RIDER-01"]


def test_settled_and_late_names_are_one_list() -> None:
    def entry(number: int, name: str = "𪚥") -> Entry:
        return Entry("Person", f"{number:03d}", (name * (1 + number % 3),))

    whole = [entry(number) for number in range(40)]
    some = [each for number, each in enumerate(whole) if number % 7]
    late = [each for number, each in enumerate(whole) if not number % 7 or number == 5]
    apart = Names(Lexicon(some), Lexicon(late), {each.name: each for each in late})
    wanted = Names(Lexicon(whole), Lexicon([])).find("𪚥", ["Person"])
    found = apart.find("𪚥", ["Person"])
    assert [found.name(i) for i in range(len(found))] == [wanted.name(i) for i in range(40)]
    assert found.scores.tolist() == wanted.scores.tolist()
    kept = found.only({"Person": ["005", "007", "008"]})
    assert sorted(kept.codes("Person")) == ["005", "007", "008"]
    assert len(found.only({"Grid": []})) == 40
