"""How a value that a client gives is checked and tidied, by the kind of its property."""

from collections.abc import Callable, Mapping
from typing import Any

from graph import text
from graph.intent import Intent
from graph.kind import (
    Code,
    CreditCode,
    Level,
    Pattern,
    Prose,
    Share,
    Subject,
    TermCode,
    Week,
    Whole,
    optional,
    whole,
)

HIGHEST = 5
Check = Callable[[Intent, str, Any], Any]


def checked(intent: Intent, field: str, kind: Any, value: Any) -> Any:
    """The value as it is kept; what is wrong with it is noted under the field's name."""
    if value is None:
        if not optional(kind):
            intent.refuse(field, f"{field} cannot be unknown", "不能为空")
        return None
    check = CHECKS.get(whole(kind))
    return check(intent, field, value) if check else value


def _name(intent: Intent, field: str, value: str) -> str:
    return _text(intent, field, text.clean(value), text.LONGEST)


def _prose(intent: Intent, field: str, value: str) -> str:
    return _text(intent, field, text.prose(value), text.PROSE_LONGEST)


def _text(intent: Intent, field: str, cleaned: str | None, longest: int) -> str:
    if cleaned is None:
        said = f"{field} has 1 to {longest:,} readable characters"
        intent.refuse(field, said, f"须为 1 至 {longest} 个可显示的字符")
    return cleaned or ""


def _code(intent: Intent, field: str, value: str) -> str:
    if not text.is_code(value):
        intent.refuse(
            field,
            f"a {field} has 1 to 64 letters, digits, dots, hyphens and underscores",
            "须为 1 至 64 个字母、数字、点、连字符或下划线",
        )
    return value


def _subject(intent: Intent, field: str, value: str) -> str:
    """As it is: two that look alike are two."""
    if not (value.isprintable() and value.isascii() and 1 <= len(value) <= text.SUBJECT_LONGEST):
        said = f"a subject has 1 to {text.SUBJECT_LONGEST} ASCII characters"
        intent.refuse(field, said, f"主体须为 1 至 {text.SUBJECT_LONGEST} 个 ASCII 字符")
    return value


def _term_code(intent: Intent, field: str, value: str) -> str:
    if not text.is_term_code(value):
        said = "a term's code is its dictionary and its key: TRADE.BARBECUE"
        intent.refuse(field, said, "字典项代码由字典名和键组成,如 TRADE.BARBECUE")
    return value


def _pattern(intent: Intent, field: str, value: str) -> str:
    if not text.is_pattern(value):
        said = "a pattern is made of letters, digits, . _ - and [sets], each perhaps {n} times"
        intent.refuse(field, said, "格式须由字母、数字、. _ - 和 [字符集] 组成,其后可加 {次数}")
    return value


def _number(intent: Intent, field: str, value: int) -> int:
    if value < 0:
        intent.refuse(field, f"{field} cannot be negative", "不能为负数")
    return value


def _level(intent: Intent, field: str, value: int) -> int:
    if not 1 <= value <= HIGHEST:
        intent.refuse(field, f"{field} is from 1 to {HIGHEST}", f"等级须为 1 至 {HIGHEST}")
    return value


def _share(intent: Intent, field: str, value: float) -> float:
    if not 0 < value <= 1:
        intent.refuse(field, f"{field} is above 0 and 1 at most", "须大于 0 且不超过 1")
    return value


def _credit_code(intent: Intent, field: str, value: str) -> str | None:
    """As GB 32100 spells it. A mistyped one is not repeated: it may be someone's number."""
    code = text.credit_code(value)
    if code is None:
        said = "this is no unified social credit code (GB 32100): 18 signs with a check sign"
        intent.refuse(field, said, "不是有效的统一社会信用代码(GB 32100),请核对 18 位代码")
    return code


def _week(intent: Intent, field: str, value: list[str]) -> list[str]:
    """Spans within a day; what runs past midnight is two. Sorted; none may overlap another."""
    spans = sorted(value)
    for before, span in zip(["", *spans], spans, strict=False):
        day, since, until = text.span(span)
        if since >= until:
            said = "hours end after they begin; what runs past midnight is two spans"
            intent.refuse(field, said, "时段须止于起始之后,跨午夜请分为两段")
        if before and text.span(before)[0] == day and text.span(before)[2] > since:
            intent.refuse(field, "hours of a day cannot overlap", "同一天的时段不能重叠")
    return spans


CHECKS: Mapping[Any, Check] = {
    str: _name,
    Prose: _prose,
    Code: _code,
    TermCode: _term_code,
    Subject: _subject,
    Pattern: _pattern,
    Whole: _number,
    Level: _level,
    Share: _share,
    CreditCode: _credit_code,
    Week: _week,
}
