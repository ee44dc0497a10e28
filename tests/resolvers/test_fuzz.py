"""Operations that nobody would write are answered soundly, by whoever they are asked."""

import random
from collections import Counter
from typing import Any

import pytest

from benchmarks.fuzz import CALLERS, asked, drawn, seasoned

COUNT = 300


def test_drawn_operations_end_without_an_error_of_ours(
    ask: Any, operations: Any, caplog: pytest.LogCaptureFixture
) -> None:
    draw, ended = random.Random(7), Counter[str]()
    for number, document in enumerate(drawn(COUNT, 7, mutations=False)):
        caller, said = CALLERS[number % len(CALLERS)], seasoned(document, draw)
        assert ask.run(asked(operations, ask.graph, said, caller, ended)) == []
    assert [line for line in caplog.records if line.levelname == "ERROR"] == []
    assert ended.total() == COUNT
    assert ended["answered"] >= COUNT // 20
