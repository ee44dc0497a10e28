"""Which texts are put together, into what; that answers stay the same, the corpus tells."""

import asyncio
import os
from typing import Any

import pytest

from graph.bolt import Graph, Ran
from graph.wire.batch import BRIEF, OFTEN, SMALL, Stage, Text, Texts, batch, parted

ONE: Any = (
    "MATCH (n:Grid {code: $code})\nCALL (n) { RETURN n.a AS a LIMIT $p0 }\n"
    "RETURN {node: n, l0: a} AS row"
)


def test_a_text_is_put_together_over_the_codes_in_which_its_reads_differ() -> None:
    found = batch(ONE)
    assert found
    assert found.names == ("code",)
    assert found.text == (
        "UNWIND $in_ AS in_ CALL (in_) { MATCH (n:Grid {code: in_.code})\n"
        "CALL (in_, n) { RETURN n.a AS a LIMIT $p0 }\nRETURN {node: n, l0: a} AS row } "
        "RETURN collect([in_.i, row]) AS rows"
    )
    assert found.parameters([{"code": "a", "p0": 1}, {"code": "b", "p0": 1}]) == {
        "p0": 1,
        "in_": [{"i": 0, "code": "a"}, {"i": 1, "code": "b"}],
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{code: $code}", "{name: $code}"),
        ("CALL (n) {", "CALL {"),
        ("CALL (n) {", "CALL (*) {"),
        ("CALL (n) {", "CALL db.labels() YIELD label CALL (n) {"),
        ("LIMIT $p0", "LIMIT $code"),
        (" AS row", " AS found"),
        (" AS row", " AS row LIMIT 1"),
        ("n.a", "'$code'"),
        ("n.a", "in_"),
        ("{node: n, l0: a}", "[n, a]"),
        ("RETURN {", "RETURN 1 AS row UNION RETURN ["),
    ],
)
def test_a_text_of_which_it_is_not_plain_is_left_alone(old: str, new: str) -> None:
    text: Any = ONE.replace(old, new)
    assert batch(text) is None


def test_each_gets_its_first_row_and_nothing_where_there_is_none() -> None:
    assert parted([[2, "c"], [0, "a"], [0, "b"]], 3) == ["a", None, "c"]


def test_only_what_is_asked_often_and_is_brief_is_worth_it() -> None:
    slow, brief = Text(batch(ONE)), Text(batch(ONE))
    for _ in range(OFTEN - 1):
        slow.took(2 * BRIEF)
        brief.took(BRIEF / 2)
    assert not brief.worth
    slow.took(2 * BRIEF)
    brief.took(2 * BRIEF)  # once: half of them are what counts
    assert (slow.worth, brief.worth, brief.stage) == (False, True, Stage.NEW)
    slow.stage = brief.stage = Stage.APART
    slow.took(2 * BRIEF)
    brief.took(BRIEF / 2)
    assert (slow.stage, brief.stage) == (Stage.APART, Stage.TOGETHER)


def test_what_takes_long_even_alone_is_no_longer_put_together() -> None:
    text = Text(batch(ONE), stage=Stage.APART)

    def after(reads: int, seconds: float) -> Stage:
        for _ in range(reads):
            text.took(seconds)
        return text.stage

    assert after(OFTEN, 2 * SMALL) is Stage.TOGETHER
    assert after(1, 2 * SMALL) is Stage.TOGETHER  # once says nothing
    assert after(OFTEN // 2, 2 * SMALL) is Stage.APART
    assert after(OFTEN, SMALL / 4) is Stage.TOGETHER
    text.apart()  # they failed
    assert after(1, SMALL / 4) is Stage.APART


def test_nothing_is_put_together_where_the_engine_is_not_the_faster_for_it() -> None:
    assert Texts().of(ONE).batch is None
    assert Texts(able=True).of(ONE).batch


@pytest.mark.skipif("COMMONGRID_GRAPH_URI" not in os.environ, reason="only Neo4j is asked so")
def test_those_who_ask_at_one_moment_each_get_what_is_theirs(graph: Graph, run: Any) -> None:
    text: Any = "MATCH (n:Skill {code: $code})\nRETURN {node: n {.code}} AS row"
    ran = list[Ran]()

    async def work() -> None:
        codes = await graph.read("codes", "MATCH (n:Skill) RETURN collect(n.code)[..12]", {})
        known = graph.texts.of(text)
        for _ in range(5 * OFTEN):
            if known.stage is Stage.TOGETHER:
                break
            await graph.read("one", text, {"code": codes[0]})
        assert known.stage is Stage.TOGETHER
        graph.observers.append(ran.append)
        asked = [graph.read("one", text, {"code": code}) for code in [*codes, "nothing"]]
        *found, nothing = await asyncio.gather(*asked)
        graph.observers.remove(ran.append)
        assert found == [{"node": {"code": code}} for code in codes]
        assert nothing is None

    run(work())
    assert len(ran) == 13
    assert 6 <= sum(each.shared for each in ran) <= 10
