"""A cell as the property it is meant for: the checks that mutations make, for any declared type.

Raises Wrong, which never repeats the cell. Knows no file and no kind of node.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, get_args, get_origin

from graph import check
from graph.intake.fault import Wrong
from graph.intent import Intent
from graph.kind import Code, Day, Geometry, Moment, Week, enumerated, whole
from graph.kind import moment as kept_moment
from graph.kind import plain as underlying
from graph.model import Asking

MOST = 2**31 - 1  # a whole number of GraphQL ends here
BOUNDARY = 4 << 20  # characters of GeoJSON
DIGITS = re.compile(r"[+-]?[0-9]{1,40}")
DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")
SPAN = re.compile(r"(?:周|星期)?([1-7一二三四五六日])\s*(\d{1,2}:\d\d)\s*[-~至]\s*(\d{1,2}:\d\d)")
DAYS = "一二三四五六日"
SPLIT = re.compile(r"[、;；,，\n]")

YES = frozenset(("是", "有", "true", "yes", "y", "1", "√", "✓"))
NO = frozenset(("否", "无", "false", "no", "n", "0", "×"))


def plain(cell: Any) -> str:
    """A cell as text, as a spreadsheet shows it: 5.0 is 5."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else str(cell)
    if isinstance(cell, list | dict):
        raise Wrong("须为单个值 · one value is wanted here")
    return str(cell).strip()


def several(cell: Any) -> list[str]:
    """The texts of a cell that may hold a list: separated by 、 ; or a comma, each once."""
    found = [plain(each) for each in cell] if isinstance(cell, list) else SPLIT.split(plain(cell))
    return [*dict.fromkeys(part.strip() for part in found if part.strip())]


def checked(name: str, hint: Any, cell: Any, words: Mapping[str, str]) -> Any:
    """The value of a property, ready to be kept: days as ISO text, enums as their values.

    `words`: what else may be written for a value, in small letters. What a kind demands is checked
    as for mutations, by `graph.check`.
    """
    kind = Code if name == "code" and hint is str else whole(hint)
    if kind is Geometry:
        return geojson(plain(cell))
    if kind is Week:
        return held(name, kind, [span(each) for each in several(cell)])
    if get_origin(kind) is list:
        return [one(get_args(kind)[0], each, words) for each in several(cell)]
    return held(name, kind, one(kind, cell, words))


def held(name: str, kind: Any, found: Any) -> Any:
    """A value that is what its kind demands; else Wrong, in the words of mutations."""
    intent = Intent("load", Asking(None, "", ""))
    value = check.checked(intent, name, kind, found)
    for problem in intent.problems:
        raise Wrong(f"{problem.chinese} · {problem.message}")
    return value


def one(kind: Any, cell: Any, words: Mapping[str, str]) -> Any:
    if enumerated(kind):
        return _member(kind, cell, words)
    said = words.get(small(plain(cell)), cell)
    parse = KINDS.get(kind) or KINDS.get(underlying(kind))
    if parse is None:
        raise Wrong("该列不能导入 · this column cannot be loaded")
    return parse(said)


def small(cell: str) -> str:
    """Text as words are compared: half-width, small letters, without spaces at its ends."""
    return unicodedata.normalize("NFKC", cell).strip().casefold()


def _member(kind: type[Enum], cell: Any, words: Mapping[str, str]) -> str:
    said = small(plain(cell))
    for member in kind:
        if said in (small(str(member.value)), small(member.name)) or words.get(said) == member.name:
            return str(member.value)
    known = ", ".join(str(member.value) for member in kind)
    raise Wrong(f"须为下列之一:{known} · it is one of these")


def string(cell: Any) -> str:
    """A name as text is kept."""
    return str(held("text", str, plain(cell)))


def integer(cell: Any) -> int:
    said = unicodedata.normalize("NFKC", plain(cell)).replace(",", "")
    if not DIGITS.fullmatch(said):
        raise Wrong("须为整数 · a whole number is wanted")
    found = int(said)
    if not 0 <= found <= MOST:
        raise Wrong(f"须为 0 至 {MOST} · it is from 0 to {MOST}")
    return found


def number(cell: Any) -> float:
    if isinstance(cell, bool):
        raise Wrong("须为数字 · a number is wanted")
    try:
        found = float(unicodedata.normalize("NFKC", plain(cell)))
    except ValueError:
        raise Wrong("须为数字 · a number is wanted") from None
    if found != found or found in (float("inf"), float("-inf")):
        raise Wrong("须为有限的数字 · a finite number is wanted")
    return found


def boolean(cell: Any) -> bool:
    said = small(plain(cell))
    if said in YES or said in NO:
        return said in YES
    raise Wrong("须为 是/否、true/false 或 1/0 · yes or no: 是/否, true/false or 1/0")


def day(cell: Any) -> str:
    """An ISO date, from a date, 2026-01-02, 2026/1/2 or 2026年1月2日."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    found = DAY.fullmatch(unicodedata.normalize("NFKC", plain(cell)))
    try:
        if found:
            return date(*map(int, found.groups())).isoformat()
    except ValueError:
        pass
    raise Wrong("须为日期,如 2026-01-02 或 2026/1/2 · a date, such as 2026-01-02 or 2026/1/2")


def moment(cell: Any) -> str:
    """An instant with its zone, as ISO text in UTC."""
    try:
        found = cell if isinstance(cell, datetime) else datetime.fromisoformat(plain(cell))
        if found.tzinfo is not None:
            return kept_moment(found)
    except (ValueError, OverflowError):
        pass
    raise Wrong("须为带时区的时间 · a time with its zone, such as 2026-01-02T09:00:00+08:00")


def span(text: str) -> str:
    """«周一 09:00-17:30» or «1 9:00-17:30» as it is kept: «1 09:00-17:30»."""
    found = SPAN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise Wrong("须如 周一 09:00-17:30 · hours are written like 周一 09:00-17:30")
    day, since, until = found.groups()
    number = DAYS.index(day) + 1 if day in DAYS else int(day)
    return f"{number} {since:0>5}-{until:0>5}"


def geojson(cell: str) -> Any:
    """The parts of a GeoJSON geometry; what it encloses is judged where its system is known."""
    if len(cell) > BOUNDARY:
        raise Wrong("边界过长 · the boundary is too long")
    try:
        return json.loads(cell)
    except ValueError:
        raise Wrong("须为 GeoJSON 多边形 · a GeoJSON polygon is wanted") from None


KINDS: Mapping[Any, Callable[[Any], Any]] = {
    str: plain,
    int: integer,
    float: number,
    bool: boolean,
    date: day,
    datetime: moment,
    Day: day,
    Moment: moment,
}
