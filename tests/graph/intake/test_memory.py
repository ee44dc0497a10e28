"""However many rows a file has, only some of them are in memory at a time."""

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.intake import intake, stage

FEW, MANY = 500, 2_500
LONG = "长" * 2_000  # a cell of a column that is ignored: 4 kB in memory
HEADERS = ("代码", "名称", "行业", "备注")


def rows(count: int) -> list[tuple[str, str, str, str]]:
    return [(f"§-M{i}", f"{i:06d}{LONG[:50]}", "PHARMACY", f"{i}{LONG}") for i in range(count)]


def as_csv(desk: Any, count: int) -> Path:
    lines = [",".join(row) for row in (HEADERS, *rows(count))]
    found: Path = desk.text("商户.csv", "\n".join(lines))
    return found


def as_lines(desk: Any, count: int) -> Path:
    lines = [json.dumps(dict(zip(HEADERS, row, strict=True))) for row in rows(count)]
    found: Path = desk.text("商户.jsonl", "\n".join(lines).replace("\\u00a7", "§"))
    return found


def peak(desk: Any, path: Path, wrong: int) -> int:
    """The most that Python's own objects took while the file was read and judged."""
    tracemalloc.start()
    try:
        account = desk.take(path, dry=True, map={"columns": {"备注": None}})
        assert account.wrong == wrong
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches as small beside these files as real ones are beside a million rows."""
    monkeypatch.setattr(stage, "BATCH", 100)
    monkeypatch.setattr(intake, "FAULTS", 100)


@pytest.mark.parametrize("made", [as_csv, as_lines], ids=["csv", "jsonl"])
def test_five_times_as_many_rows_take_no_more_memory(
    desk: Any, made: Callable[[Any, int], Path]
) -> None:
    few, many = (peak(desk, made(desk, count), 0) for count in (FEW, MANY))
    assert many < few + 2_000_000  # the cells alone have 8 MB more


def test_five_times_as_many_wrong_rows_take_no_more_memory(desk: Any) -> None:
    """They are counted, and the first are listed."""

    def wrong(count: int) -> int:
        path = as_csv(desk, count)
        path.write_text(path.read_text(encoding="utf-8").replace("PHARMACY", ""), encoding="utf-8")
        return peak(desk, path, count)

    few, many = wrong(FEW), wrong(MANY)
    assert many < few + 2_000_000
