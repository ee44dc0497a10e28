"""Where a page of a long list ended when it was read last: a bound, so that none reads further.

ArcadeDB reads and sorts all that follows a cursor, whatever the LIMIT; with a bound on the code it
reads the page. A page that is full within the bound is the right one, since the order is that of
the codes; a short one is read again without it.
"""

import re
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

BOUND = "end_"  # the parameter
FURTHEST = "\uffff"  # behind every code
PAGES = 1_000
LIMITED = re.compile(rf"\${BOUND}\b.* LIMIT \$(\w+)")


def limited(text: str) -> str | None:
    """The parameter that tells how many rows a page has, of a text that takes a bound."""
    found = LIMITED.search(text)
    return found[1] if found else None


@dataclass(slots=True)
class Ends:
    """Of the pages of one graph."""

    known: dict[Hashable, str] = field(default_factory=dict)

    async def read(self, page: Hashable, limit: int, until: Callable[[str], Awaitable[Any]]) -> Any:
        """`{rows: [{node, key?}]}` of a page of `limit` rows; `until` reads it up to a code."""
        end = self.known.get(page)
        value = await until(end or FURTHEST)
        if end and len(value["rows"]) < limit:
            self.known.pop(page, None)  # whoever else read it may have been faster
            value = await until(FURTHEST)
        if len(value["rows"]) == limit:
            self._ended(page, value["rows"][-1])
        return value

    def _ended(self, page: Hashable, row: Any) -> None:
        if len(self.known) >= PAGES:
            self.known.clear()
        self.known[page] = row["key"][0] if "key" in row else row["node"]["code"]
