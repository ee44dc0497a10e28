"""Columns, and relationships in columns, each valid from a first day up to a last one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Places = NDArray[np.intp]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Row = tuple[int, int, str | None, str | None, int]  # one, other, since, until, mark

ALWAYS, NEVER = 0, np.iinfo(np.int32).max  # days before the first and after the last
PORTION = 5_000  # values that are taken up at once: no other thread runs meanwhile


def portions(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values in lists of up to PORTION; one that is empty if there are none."""
    left = iter(values)
    yield list(islice(left, PORTION))
    while portion := list(islice(left, PORTION)):
        yield portion


def floats(values: Iterable[float | None]) -> Floats:
    """NaN for what is not known."""
    known = (np.nan if value is None else value for value in values)
    return np.fromiter(known, np.float64)


def texts(values: Iterable[str]) -> NDArray[np.str_]:
    return np.concatenate([np.asarray(part, np.str_) for part in portions(values)])


def put(column: Any, n: int, at: Places, fresh: Any) -> Any:
    """A copy of the column, grown to n, with fresh values at some places."""
    grown = np.zeros(n, np.promote_types(column.dtype, fresh.dtype))
    grown[: len(column)] = column
    grown[at] = fresh
    return grown


@lru_cache(maxsize=20_000)
def ordinal(day: str) -> int:
    """A day as a number: 1 = 0001-01-01."""
    return date.fromisoformat(day[:10]).toordinal()


@dataclass(frozen=True)
class Columns:
    """A dataclass of columns that are equally long."""

    def at(self, where: Mask | Places) -> Self:
        """Some of it."""
        return type(self)(*(column[where] for column in self._all()))

    def joined(self, other: "Columns") -> Self:
        """This, and then the other, which is of the same kind."""
        pairs = zip(self._all(), other._all(), strict=True)
        return type(self)(*(np.concatenate(pair) for pair in pairs))

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return sum(column.nbytes for column in self._all())

    def _all(self) -> list[Any]:
        return [getattr(self, column.name) for column in fields(self)]


@dataclass(frozen=True)
class Dated(Columns):
    """From `one` to `other`, which are places in other columns, in [since, until); shapes (n,).

    `mark`: a small number told of each.
    """

    one: Ints
    other: Ints
    since: Ints
    until: Ints
    mark: Ints

    @staticmethod
    def of(rows: Iterable[Row]) -> "Dated":
        figures = (
            (
                one,
                other,
                ALWAYS if since is None else ordinal(since),
                NEVER if until is None else ordinal(until),
                mark,
            )
            for one, other, since, until, mark in rows
        )
        parts = [np.asarray(part, np.int32).reshape(-1, 5) for part in portions(figures)]
        return Dated(*np.concatenate(parts).T.copy())

    def __len__(self) -> int:
        return len(self.one)

    def on(self, day: int) -> Mask:
        """Which are valid."""
        return (self.since <= day) & (self.until > day)

    def with_(self, ones: Ints, fresh: "Dated") -> "Dated":
        """Those that lead from `ones` replaced."""
        flags = np.zeros(max(int(self.one.max(initial=0)), int(ones.max(initial=0))) + 1, np.bool_)
        flags[ones] = True
        return self.at(~flags[self.one]).joined(fresh)
