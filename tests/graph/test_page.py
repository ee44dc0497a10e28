"""Pages of long lists, read up to where they ended last time, are right whatever has changed."""

import asyncio
import random
from collections.abc import Iterator
from typing import Any, LiteralString

import pytest

from graph import cypher
from graph.bolt import Graph, Transaction
from graph.model import Compare, Order, Page, Parameter, Reading, Selection, Tally, Use
from graph.scope import listed
from graph.wire.page import FURTHEST, PAGES, Ends, limited

PLACE = Parameter(lambda _: None)
START = "zzzz-"  # behind every other merchant
PLAIN = Use("", Selection("Merchant", ("code",)), page=Page(PLACE, after=(PLACE,)))
ALL = Reading("Merchant", "MATCH (n:Merchant)")
GONE: LiteralString = "MATCH (n:Merchant) WHERE n.code STARTS WITH $start DETACH DELETE n"
PUT: LiteralString = "UNWIND $codes AS code CREATE (:Merchant {code: code, name: code})"
DROP: LiteralString = "UNWIND $codes AS code MATCH (n:Merchant {code: code}) DETACH DELETE n"


class Merchants:
    """Those of this test: in the graph, and as a set."""

    def __init__(self, run: Any, graph: Graph) -> None:
        self.run, self.graph = run, graph
        self.there = set[str]()

    def write(self, text: LiteralString, codes: set[str]) -> None:
        async def work(transaction: Transaction) -> None:
            await transaction.run("test", text, {"codes": [*codes], "start": START})

        self.run(self.graph.write(work))

    def change(self, come: set[str], go: set[str]) -> None:
        self.write(PUT, come - self.there)
        self.write(DROP, go)
        self.there = (self.there | come) - go

    def page(self, after: str, limit: int) -> list[str]:
        statement = cypher.many(ALL, PLAIN, False)
        given: dict[Any, Any] = {f"p{i}": after for i in range(len(statement.parameters))}
        given[limited(statement.text)] = limit
        found = self.run(self.graph.read(statement.name, statement.text, given))
        return [row["node"]["code"] for row in found["rows"]]

    def right(self, after: str, limit: int) -> list[str]:
        return sorted(code for code in self.there if code > after)[:limit]


@pytest.fixture
def merchants(run: Any, graph: Graph) -> Iterator[Merchants]:
    found = Merchants(run, graph)
    found.write(GONE, set())
    yield found
    found.write(GONE, set())


def test_a_page_is_right_whatever_came_and_went_since_it_was_read(merchants: Merchants) -> None:
    draw = random.Random("pages of merchants")
    codes = [f"{START}{i:02d}" for i in range(60)]
    merchants.change({*codes[::2]}, set())
    for _ in range(60):
        for _ in range(4):
            after, limit = draw.choice([START, *codes[::7]]), draw.choice([1, 3, 10])
            assert merchants.page(after, limit) == merchants.right(after, limit), (after, limit)
        merchants.change({*draw.sample(codes, 3)}, {*draw.sample(codes, 4)})
    assert merchants.there


def test_what_was_read_is_read_no_further_and_again_when_it_is_short() -> None:
    """Told by what is asked of the engine: up to which code."""
    ends, asked = Ends(), list[str]()
    there = ["a", "b", "c", "d"]

    async def until(code: str) -> Any:
        asked.append(code)
        return {"rows": [{"node": {"code": each}} for each in there if each <= code][:2]}

    def codes(found: Any) -> str:
        return "".join(row["node"]["code"] for row in found["rows"])

    async def read() -> str:
        return codes(await ends.read("page", 2, until))

    async def story() -> None:
        assert [await read(), await read()] == ["ab", "ab"]
        assert asked == [FURTHEST, "b"]
        there.remove("a")
        assert [await read(), await read()] == ["bc", "bc"]
        assert asked[2:] == ["b", FURTHEST, "c"]
        there[:] = ["x"]
        assert [await read(), await read()] == ["x", "x"]
        assert asked[5:] == ["c", FURTHEST, FURTHEST]
        for i in range(2 * PAGES):
            there[:] = ["a", "b"]
            await ends.read(i, 2, until)
        assert len(ends.known) <= PAGES

    asyncio.run(story())


CODES = Selection("Merchant", ("code",))
COUNTED = Selection("Alliance", ("code",), tallies=(Tally("merchantCount"),))
WITHIN = Reading("Merchant", "MATCH (n:Merchant)", ground="MATCH (t:Grid)", bound="t")


@pytest.mark.parametrize(
    ("reading", "use"),
    [
        (listed("Merchant", None, True), PLAIN),
        (WITHIN, PLAIN),
        (ALL, Use("", Selection("Merchant", ("name",)), page=Page(PLACE))),
        (ALL, Use("", CODES, page=Page(PLACE, backwards=True))),
        (ALL, Use("", CODES, page=Page(PLACE), total=True)),
        (ALL, Use("", CODES, page=Page(PLACE), order=(Order("name"),))),
        (ALL, Use("", CODES, page=Page(PLACE), order=(Order("code", True),))),
        (ALL, Use("", CODES, page=Page(PLACE), condition=Compare("name", "eq", PLACE))),
        (Reading("Alliance", "MATCH (n:Alliance)"), Use("", COUNTED, page=Page(PLACE))),
    ],
)
def test_other_lists_take_no_bound(reading: Reading, use: Use) -> None:
    assert limited(cypher.many(reading, use, False).text) is None


def test_a_list_whose_rows_tell_their_place_takes_one() -> None:
    told = Use("", Selection("Merchant", ("name",)), page=Page(PLACE), keyed=True)
    assert limited(cypher.many(ALL, told, False).text) == "p0"
