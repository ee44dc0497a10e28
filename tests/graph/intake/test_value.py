"""A cell is what it was meant to be, or nothing; nothing wrong is kept and nothing is told on."""

from datetime import date, datetime
from typing import Any

import pytest

from graph.crs import Crs
from graph.grid import GridLevel
from graph.intake import secret, value
from graph.intake.fault import Wrong
from graph.kind import CreditCode, Day, Geometry, Level, Moment, Prose, Week, Whole

GOOD: list[tuple[Any, Any, Any]] = [
    (str, " 张三 ", "张三"),
    (str, 5.0, "5"),
    (str | None, 13800000000, "13800000000"),
    (str, "=1+1", "=1+1"),
    (int, "12", 12),
    (int, 12.0, 12),
    (int | None, "1,200", 1200),
    (int, str(2**31 - 1), 2**31 - 1),
    (float, "113.5", 113.5),
    (float, 7, 7.0),
    (bool, "是", True),
    (bool, "否", False),
    (bool, "TRUE", True),
    (bool, 0, False),
    (bool, True, True),
    (bool | None, "0", False),
    (date, "2026-01-02", "2026-01-02"),
    (date, "2026/1/2", "2026-01-02"),
    (date | None, "2026年1月2日", "2026-01-02"),
    (date, datetime(2026, 1, 2), "2026-01-02"),
    (datetime, "2026-01-02T09:00:00+08:00", "2026-01-02T01:00:00Z"),
    (GridLevel, "micro", "MICRO"),
    (GridLevel, "微网格", "MICRO"),
    (Crs, "gcj-02", "GCJ02"),
    (list[str], "一、二;三", ["一", "二", "三"]),
    (Whole | None, "12", 12),
    (Level, "5", 5),
    (Day, "2026/1/2", "2026-01-02"),
    (Moment, "2026-01-02T09:00:00+08:00", "2026-01-02T01:00:00Z"),
    (Prose, "一\n二", "一\n二"),
    (Week | None, "周二 18:00-20:00;1 9:00-17:30", ["1 09:00-17:30", "2 18:00-20:00"]),
]
WORDS = {"微网格": "MICRO", "gcj-02": "GCJ02"}


@pytest.mark.parametrize(("kind", "cell", "wanted"), GOOD)
def test_a_cell_becomes_what_it_means(kind: Any, cell: Any, wanted: Any) -> None:
    found = value.checked("some", kind, cell, WORDS)
    assert wanted == found
    assert type(wanted) is type(found)


BAD: list[tuple[str, Any, Any]] = [
    ("some", str, "x" * 65),
    ("some", Level, "6"),
    ("some", Week, "周八 9:00-10:00"),
    ("some", Week, "周一 10:00-9:00"),
    ("some", Week, "周一 9:00-11:00、周一 10:00-12:00"),
    ("some", str, "\u202ex"),
    ("some", str, "a\nb"),
    ("some", int, 2**63),
    ("some", int, str(2**63)),
    ("some", int, "9" * 5_000),
    ("some", int, 2**31),
    ("some", int, -1),
    ("some", int, "1.5"),
    ("some", int, True),
    ("some", float, "x"),
    ("some", float, "nan"),
    ("some", float, "1e999"),
    ("some", float, True),
    ("some", bool, "maybe"),
    ("some", bool, 2),
    ("some", date, "2026-02-30"),
    ("some", date, "2027"),
    ("some", date, 46000),
    ("some", datetime, "2027-03-04T09:00:00"),
    ("some", datetime, "0001-01-01T00:00:00+08:00"),
    ("some", GridLevel, "L9"),
    ("some", str, {"a": 1}),
    ("some", dict, "x"),
    ("code", str, "a b"),
    ("code", str, "代码"),
    ("creditCode", CreditCode, "91410100MA44TEST00"),
    ("boundary", Geometry, "{"),
]


@pytest.mark.parametrize(("name", "kind", "cell"), BAD)
def test_what_cannot_be_meant_is_refused_without_being_repeated(
    name: str, kind: Any, cell: Any
) -> None:
    with pytest.raises(Wrong) as refused:
        value.checked(name, kind, cell, {})
    assert " · " in str(refused.value)
    assert len(str(cell)) < 4 or str(cell) not in str(refused.value)


def test_a_list_names_each_thing_once() -> None:
    assert ["急救", "理发", "law"] == value.several("急救、理发; 急救,law")
    assert ["a", "b"] == value.several(["a", "b", "a"])


@pytest.mark.parametrize(
    "said", ["13800000001", "+86 138-0000-0001", "008613800000001", "１３８０００００００１"]
)
def test_a_phone_is_its_digits(said: str) -> None:
    assert "13800000001" == secret.phone(said)


def test_a_digest_means_nothing_without_its_key() -> None:
    one, other = bytes(32), bytes([1]) * 32
    assert secret.code(one, "X-", "SocialOrganization", ["a"]).startswith("X-SO-")
    assert secret.digest(one, "a", "b") == secret.digest(one, "a", "b")
    assert secret.digest(one, "a", "b") != secret.digest(other, "a", "b")
    assert secret.digest(one, "ab") != secret.digest(one, "a", "b")
