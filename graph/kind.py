"""What values may be: the kinds of property beyond Python's own.

A kind is kept as its plain type, the same on every engine: days and moments as ISO text (a moment
in UTC, to the second), so that text order is their order. Knows no node.
"""

from datetime import UTC, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin

Whole = NewType("Whole", int)  # 0 or more
Level = NewType("Level", int)  # 1 (least) to 5
Share = NewType("Share", float)  # above 0, 1 at most
Prose = NewType("Prose", str)  # more than a name, up to 2,000 characters
Code = NewType("Code", str)  # a code of someone else's: 1 to 64 letters, digits and . _ -
TermCode = NewType("TermCode", str)  # DICTIONARY.KEY, see graph/term.py
Subject = NewType("Subject", str)  # of a bearer token: 1 to 255 characters that can be shown
Pattern = NewType("Pattern", str)  # what codes look like: signs and [sets], each perhaps {n} times
Geometry = NewType("Geometry", str)  # GeoJSON text in WGS-84, made by graph/boundary.py
CreditCode = NewType("CreditCode", str)  # GB 32100
Day = NewType("Day", str)  # YYYY-MM-DD
Moment = NewType("Moment", str)  # YYYY-MM-DDTHH:MM:SSZ
GeoJSON = NewType("GeoJSON", dict)  # type: ignore[type-arg]  # RFC 7946, longitude first
Week = NewType("Week", list)  # type: ignore[type-arg]  # texts such as «1 09:00-17:30»: 1 = Monday


def moment(at: datetime) -> str:
    """A moment as it is kept; OverflowError where UTC has no day for it."""
    return f"{at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def whole(kind: Any) -> Any:
    """The kind without the None that says it may be absent."""
    if get_origin(kind) not in (Union, UnionType):
        return kind
    return next(k for k in get_args(kind) if k is not NoneType)


def plain(kind: Any) -> type:
    """Python's own type of a kind, None left out: `str`, `int`, `float`, `bool` or `date`."""
    found = whole(kind)
    while isinstance(found, NewType):
        found = found.__supertype__
    if enumerated(found):
        return str
    return found if isinstance(found, type) else list  # list[…]


def enumerated(kind: Any) -> bool:
    found = whole(kind)
    return isinstance(found, type) and issubclass(found, Enum)


def optional(kind: Any) -> bool:
    """Whether it may be absent."""
    return NoneType in get_args(kind)
