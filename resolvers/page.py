"""Which part of a list is asked: first, after, last and before, and cursors that mark places."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from graph.cypher import TOTAL_CAP
from graph.model import Page, Parameter, Ranking
from resolvers import identity
from resolvers.errors import bad_input

if TYPE_CHECKING:
    from resolvers.selection import Bound, Occurrence

DEFAULT_FIRST = 20


@dataclass(frozen=True)
class Cut:
    """The rows of one page in the order of the list, and what is around them."""

    rows: Sequence[Mapping[str, Any]]
    has_next: bool
    has_previous: bool
    total: int

    @property
    def capped(self) -> bool:
        return self.total >= TOTAL_CAP


INFO: Mapping[str, Callable[[Cut, Any], Any]] = {
    "hasNextPage": lambda cut, _: cut.has_next,
    "hasPreviousPage": lambda cut, _: cut.has_previous,
    "startCursor": lambda cut, _: cursor(cut.rows[0]) if cut.rows else None,
    "endCursor": lambda cut, _: cursor(cut.rows[-1]) if cut.rows else None,
}


def cursor(row: Mapping[str, Any]) -> str:
    """The place of a row in its list; `tag` names the order, `key` holds the sort values."""
    return identity.cursor(row["tag"], row["key"])


class Paging:
    """The page arguments of one connection field: their structure now, their values later.

    `rows`, `total` and `keyed` say what of the list is needed at all.
    """

    def __init__(self, at: "Occurrence", given: Mapping[str, Any]) -> None:
        self.at = at
        self.rows = self.total = self.keyed = False
        self.backwards = given.get("last") is not None
        self.has_after = given.get("after") is not None
        self.has_before = given.get("before") is not None
        if self.backwards and given.get("first") is not None:
            raise bad_input("first and last cannot be asked together", "last")

    def size(self, bound: "Bound") -> int:
        """How many rows a page has at most, for this request."""
        given = bound.arguments(self.at)
        name = "last" if self.backwards else "first"
        size = given.get(name)
        return DEFAULT_FIRST if size is None else int(size)

    def page(self, tag: str, kinds: Sequence[type]) -> Page:
        """The page as places for values, in a list of this order."""
        return Page(
            Parameter(lambda bound: self.size(bound) + 1),
            self.backwards,
            self._places("after", tag, kinds) if self.has_after else (),
            self._places("before", tag, kinds) if self.has_before else (),
        )

    def _places(self, name: str, tag: str, kinds: Sequence[type]) -> tuple[Parameter, ...]:
        def place(i: int) -> Callable[["Bound"], Any]:
            return lambda bound: identity.cursor_values(
                bound.arguments(self.at)[name], tag, kinds, name
            )[i]

        return tuple(Parameter(place(i)) for i in range(len(kinds)))

    def cut(self, found: Mapping[str, Any], tag: str, bound: "Bound") -> Cut:
        """The page out of what the graph read: one row too many says that there are others."""
        size, rows = self.size(bound), found.get("rows") or []
        if self.keyed:
            rows = [{**row, "tag": tag} for row in rows]
        return self._cut(rows[:size], len(rows) > size, found.get("total") or 0)

    def cut_of(self, ranking: Ranking, bound: "Bound") -> Cut:
        """The page out of a computed list."""
        tag = identity.order_tag(ranking.tag)
        start, stop = 0, len(ranking.keys)
        if self.has_after:
            start = self._place(ranking, "after", tag, bound)
        if self.has_before:
            stop = self._place(ranking, "before", tag, bound)
        size = self.size(bound)
        taken = (
            range(max(start, stop - size), stop)
            if self.backwards
            else range(start, max(start, min(stop, start + size)))
        )
        rows = [
            {
                "node": ranking.keys[i],
                "edge": ranking.edge(i),
                "key": ranking.sort[i],
                "tag": tag,
            }
            for i in (reversed(taken) if self.backwards else taken)
        ]
        return self._cut(rows, max(0, stop - start) > size, len(ranking.keys))

    def _place(self, ranking: Ranking, name: str, tag: str, bound: "Bound") -> int:
        """Where the cursor stands: the first row behind it, or for `before` the first not ahead."""
        kinds = [type(value) for value in ranking.sort[0]] if ranking.sort else None
        place = identity.cursor_values(bound.arguments(self.at)[name], tag, kinds, name)
        find = bisect_left if name == "before" else bisect_right
        order: Callable[[Any], Any] = cmp_to_key(lambda a, b: _compared(a, b, ranking.descending))
        return find(ranking.sort, order(place), key=order)

    def _cut(self, rows: Sequence[Any], more: bool, total: int) -> Cut:
        ordered = list(reversed(rows)) if self.backwards else rows
        return Cut(
            ordered,
            self.has_before if self.backwards else more,
            more if self.backwards else self.has_after,
            total,
        )


def _compared(a: Any, b: Any, descending: Sequence[bool]) -> int:
    for x, y, down in zip(a, b, descending, strict=True):
        if x != y:
            return (1 if x > y else -1) * (-1 if down else 1)
    return 0
