"""A Change is kept whole or not at all; a new grid lies within what loading would put it in."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import grid, territory, write
from graph.bolt import Graph, GraphError, Transaction
from graph.intent import Intent
from graph.model import Asking, Key
from graph.write import Change, Check

ASKING = Asking(None, "2026-11-24", "2026-11-24")
NEW = "CREATE (n:Skill {code: $code, name: 'Skill', version: 1})"
WRONG = "MATCH (n:Skill {code: $code}) SET n.name = $nowhere"
NUMBERS = itertools.count()
PROBLEM = write.overlap("code", "no", "不行")


@pytest.fixture(autouse=True)
def leaves_nothing(run: Any, graph: Graph, prefix: str) -> Iterator[None]:
    """Other tests look at all there is of a label."""
    yield
    for label in ("Skill", "Grid", "Event", "AuditEntry"):
        own = "coalesce(n.touched, n.code) STARTS WITH $prefix"
        text: Any = f"MATCH (n:{label}) WHERE {own} DETACH DELETE n"
        run(graph.write(partial(_gone, text, prefix)))


async def _gone(text: Any, prefix: str, tx: Transaction) -> None:
    await tx.run("test", text, {"prefix": prefix})


@pytest.fixture
def change(prefix: str) -> Change:
    intent = Intent("addSkill", ASKING, {"code": prefix})
    return Change(intent, "skill", Key("Skill", prefix), (NEW,), creates=True)


def count(run: Any, graph: Graph, code: str) -> list[int]:
    """How many nodes, events and audit entries there are of this code, and receipts at all."""
    text = "MATCH (n:{label}) WHERE coalesce(n.touched, n.code) = $code RETURN count(n)"
    found = [
        run(graph.read("test", text.format(label=label), {"code": code}))
        for label in ("Skill", "Event", "AuditEntry")
    ]
    return [*found, run(graph.read("test", "MATCH (r:Receipt) RETURN count(r)", {}))]


def test_a_change_is_kept_with_its_records(run: Any, graph: Graph, change: Change) -> None:
    *_, receipts = count(run, graph, change.touched.code)
    record, _ = run(write.run(graph, change, "me"))
    assert (change.touched, []) == (record["skill"], record["userErrors"])
    assert [1, 1, 1, receipts] == count(run, graph, change.touched.code)


def test_a_statement_that_fails_leaves_nothing(run: Any, graph: Graph, change: Change) -> None:
    before = count(run, graph, change.touched.code)
    intent = replace(change.intent, idempotency_key=change.touched.code)
    with pytest.raises(GraphError):
        run(write.run(graph, replace(change, intent=intent, statements=(NEW, WRONG)), "me"))
    assert before == count(run, graph, change.touched.code)
    record, _ = run(write.run(graph, replace(change, intent=intent), "me"))
    assert [] == record["userErrors"]


def test_a_check_that_refuses_leaves_nothing(run: Any, graph: Graph, change: Change) -> None:
    before = count(run, graph, change.touched.code)
    intent = replace(change.intent, idempotency_key=change.touched.code)
    refusing = replace(change, intent=intent, checks=(Check("RETURN true", PROBLEM),))
    record, bookmarks = run(write.run(graph, refusing, "me"))
    assert ["OVERLAP"] == [error["code"] for error in record["userErrors"]]
    assert (None, []) == (record["skill"], bookmarks)
    assert before == count(run, graph, change.touched.code)
    passing = replace(change, intent=intent, checks=(Check("RETURN false", PROBLEM),))
    record, _ = run(write.run(graph, passing, "me"))
    assert [] == record["userErrors"]


def test_what_cannot_be_meant_asks_the_graph_nothing(run: Any, change: Change) -> None:
    change.intent.refuse("place.crs", "no", "不行")
    silent: Any = None
    record, _ = run(write.run(silent, change, "me"))
    assert [["place", "crs"]] == [error["field"] for error in record["userErrors"]]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(above=st.lists(st.integers(0, 7), min_size=1, max_size=7))
def test_new_grids_lie_within_what_loading_says(
    run: Any, graph: Graph, prefix: str, above: list[int]
) -> None:
    """One by one, each under an earlier one or at the top, against the closure of them all."""
    start = f"{prefix}-{next(NUMBERS)}-"
    names = [("Grid", f"{start}{i}") for i in range(len(above))]
    steps: territory.Steps = {
        name: [(names[above[i]], None, None)] if above[i] < i else []
        for i, name in enumerate(names)
    }
    for (label, code), parents in steps.items():
        parent = Key(*parents[0][0]) if parents else None
        intent = Intent("createGrid", ASKING, {"code": code})
        change = grid.add(intent, code, {"name": code, "level": "L3"}, {"parent": parent})
        record, _ = run(write.run(graph, change, "me"))
        assert Key(label, code) == record["grid"]
    text = """MATCH (n:Grid)-[w:WITHIN]->(t) WHERE n.code STARTS WITH $start
              RETURN collect([n.path, t.path, w.depth])"""
    found = run(graph.read("test", text, {"start": start}))
    wanted = [[row["below"], row["above"], row["depth"]] for row in territory.closure(steps)]
    assert sorted(wanted) == sorted(found)
