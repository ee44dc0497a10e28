"""What is found of each unit, and what is counted up in a report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graph.analysis import coverage
from graph.analysis.coverage import STATUSES, Floats, Integers, Statuses
from graph.lazy import Lazy
from graph.measure.question import Units
from graph.model import Ranking
from graph.snapshot.column import Mask, Places

Reason = Callable[[int], str]


@dataclass(frozen=True)
class Items:
    """What is counted where it is not the units: a status each, and pairs (item, territory)."""

    status: Statuses
    item: Integers
    place: Integers

    def inside(self, land: Mask) -> Statuses:
        """Of those that are located there."""
        found = np.zeros(len(self.status), np.bool_)
        found[self.item[land[self.place]]] = True
        return self.status[found]


@dataclass(frozen=True)
class Found:
    """How each unit is; columns have shapes (n,).

    `count`: what was counted, 0 where it cannot be; `severity`: 0 where it is covered, up to 1
    where nothing is there; `lacking` and `unknown` say why one is not covered or cannot be judged;
    `last`: when something last happened, if that is known of the kind. `chances()` says how likely
    each is covered if people may say no; None where nobody is asked.
    """

    units: Units
    count: Integers
    status: Statuses
    severity: Floats
    lacking: Reason
    unknown: Reason
    last: Sequence[str | None] | None = None
    chances: Callable[[], Floats] | None = None
    items: Items | None = None
    revision: str = ""

    def reason(self, i: int) -> str | None:
        """Why it is not covered, or not known; None if it is covered."""
        status = int(self.status[i])
        if status == coverage.UNKNOWN:
            return self.unknown(i)
        return self.lacking(i) if status <= coverage.FORMAL_ONLY else None

    def told(self, i: int) -> dict[str, Any]:
        """How one unit is, for a client."""
        return {
            "status": STATUSES[self.status[i]].value,
            "count": int(self.count[i]),
            "severity": float(self.severity[i]),
            "lastActivity": self.last[i] if self.last else None,
            "reason": self.reason(i),
        }

    def ranked(self, which: Places, tag: str) -> Ranking:
        """Some units by code, each with how it is."""
        units = self.units
        return Ranking(
            Lazy(len(which), lambda i: units.key(int(which[i]))),
            Lazy(len(which), lambda i: (units.codes[int(which[i])],)),
            lambda i: self.told(int(which[i])),
            tag,
        )

    def on_paper(self, which: Mask) -> "Found":
        """These are covered on paper only."""
        return replace(
            self,
            status=np.where(which, coverage.FORMAL_ONLY, self.status).astype(np.uint8),
            severity=np.where(which, coverage.PAPER, self.severity),
        )


def met(
    units: Units,
    count: Integers,
    k: int,
    lacking: Reason,
    known: Mask | None = None,
    unknown: Reason = lambda _: "",
) -> Found:
    """Judged by whether `k` are counted, where that is known."""
    judged = np.ones(len(units), np.bool_) if known is None else known
    status = coverage.statuses(count, judged, k)
    severity = coverage.severity(status, count, k)
    return Found(units, np.where(judged, count, 0), status, severity, lacking, unknown)
