"""Reads of the corpus put together give what each gives alone."""

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.parity import documents
from graph.bolt import BoltSettings, Graph
from graph.wire.batch import Texts, batch, parted
from graph.wire.together import told_apart
from tests.resolvers.test_corpus import answers

Kinds = dict[Any, list[Mapping[str, Any]]]


@pytest.fixture
def asked(ask: Any, monkeypatch: pytest.MonkeyPatch) -> Kinds:
    """The parameters of what the corpus asks, by kind."""
    found: Kinds = defaultdict(list)
    first = Graph._first

    async def noted(graph: Graph, text: Any, parameters: Any, after: Any) -> Any:
        able = batch(text)
        told = able and told_apart(text, parameters, (), able.names)
        if told:
            found[told[0]].append(parameters)
        return await first(graph, text, parameters, after)

    patient = BoltSettings(read_seconds=60)
    with monkeypatch.context() as patched:
        patched.setattr(Graph, "_first", noted)
        ask.graph = replace(ask.graph, settings=patient, texts=Texts(able=True))
        for document in documents():
            answers(ask, document)
    return found


@pytest.mark.skipif("COMMONGRID_GRAPH_URI" not in os.environ, reason="only Neo4j is asked so")
def test_reads_put_together_give_what_each_gives_alone(ask: Any, asked: Kinds, run: Any) -> None:
    async def compared(text: Any, many: list[Mapping[str, Any]]) -> None:
        able = batch(text)
        assert able
        nothing = {**many[0], **dict.fromkeys(able.names, "nothing of the kind")}
        reads = [nothing, *many[:5], many[0]]
        alone = [await ask.graph._first(text, each, ()) for each in reads]
        found = await ask.graph._first(able.text, able.parameters(reads), ())
        assert parted(found, len(reads)) == alone, text

    assert len(asked) >= 20
    assert any("UNION ALL" in text for text, *_ in asked)
    for (text, *_), many in asked.items():
        run(compared(text, many))
