"""The names of all nodes, held in this process and kept as the graph has them.

Neither engine has an index of names that the other has too.
Knows no caller: what it finds is still to be held against a scope.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, LiteralString

import numpy as np

from graph import registry
from graph.analysis.alignment import Numbers
from graph.bolt import Graph
from graph.feed import Feed
from graph.lexicon import Entry, Lexicon, Name, entries
from graph.predicate import digits

SCOPES = 1_000  # whose sizes are remembered
LATE = 2_000  # changed names beside the compiled ones, before all are compiled anew

# Other names by which a node is found.
ALSO: tuple[LiteralString, ...] = ("nameEn",)


def named() -> list[LiteralString]:
    """The kinds of node that have a name."""
    return [node.label for node in registry.nodes() if "name" in node.properties]


def names(label: str) -> LiteralString:
    """`[code, name, other names …]` of each node of a kind."""
    return f"MATCH (n:{registry.node(label).label}) RETURN {_row(label)} AS row"


def names_of() -> LiteralString:
    """The same of certain nodes: `$codes0` of the first kind, and so on."""
    calls: list[LiteralString] = []
    found: list[LiteralString] = []
    for number, label in enumerate(named()):
        calls.append(
            f"CALL () {{ UNWIND $codes{digits(number)} AS code MATCH (n:{label} {{code: code}}) "
            f"RETURN collect({_row(label)}) AS found{digits(number)} }}"
        )
        found.append(f"found{digits(number)}")
    return "\n".join([*calls, f"RETURN [{', '.join(found)}] AS row"])


def _row(label: str) -> LiteralString:
    properties = registry.node(label).properties
    also: list[LiteralString] = [f", n.{name}" for name in ALSO if name in properties]
    return f"[n.code, n.name{''.join(also)}]"


@dataclass(frozen=True)
class Names:
    """The names at one moment: the compiled ones, and those changed since, which hide them.

    `changed`: the latter, None where a node is gone.
    """

    settled: Lexicon
    late: Lexicon
    changed: Mapping[Name, Entry | None] = field(default_factory=dict)

    def find(self, text: str, labels: Sequence[str]) -> "Listed":
        """Whatever fits, best first, shorter names before longer ones, then by code and label."""
        old, new = self.settled.find(text, labels), self.late.find(text, labels)
        rows, scores = old.rows, old.scores
        if self.changed:
            gone = [self.settled.rows[name] for name in self.changed if name in self.settled.rows]
            kept = ~np.isin(rows, gone)
            rows, scores = rows[kept], scores[kept]
        if not len(new.rows):
            return Listed(self, rows, scores).sorted(rows)
        places = np.array([self.settled.place(self.late.entries[row].name) for row in new.rows])
        return Listed(
            self,
            np.concatenate([rows, new.rows + len(self.settled.entries)]),
            np.concatenate([scores, new.scores]),
        ).sorted(np.concatenate([rows, places - 0.5]))


@dataclass(frozen=True)
class Listed:
    """Nodes that were found, and their scores."""

    names: Names
    rows: Numbers
    scores: Numbers

    def sorted(self, places: Numbers) -> "Listed":
        order = np.lexsort((places, -self.scores))
        return replace(self, rows=self.rows[order], scores=self.scores[order])

    def __len__(self) -> int:
        return len(self.rows)

    def name(self, i: int) -> Name:
        row, settled = int(self.rows[i]), self.names.settled
        late = row - len(settled.entries)
        return (settled.entries[row] if late < 0 else self.names.late.entries[late]).name

    def score(self, i: int) -> float:
        return float(self.scores[i])

    def codes(self, label: str) -> list[str]:
        """The codes of those of a kind."""
        late, names = len(self.names.settled.entries), self.names
        old, new = self.rows[self.rows < late], self.rows[self.rows >= late] - late
        return [*names.settled.codes(label, old), *names.late.codes(label, new)]

    def only(self, known: Mapping[str, Iterable[str]]) -> "Listed":
        """Those whose code is among the known ones of their kind, and all of other kinds."""
        names = [(label, code) for label, codes in known.items() for code in codes]
        late = len(self.names.settled.entries)
        kept = np.concatenate(
            [
                self.names.settled.rows_of(names, known),
                self.names.late.rows_of(names, known) + late,
            ]
        )
        chosen = np.isin(self.rows, kept)
        return replace(self, rows=self.rows[chosen], scores=self.scores[chosen])

    def first(self, most: int) -> "Listed":
        return replace(self, rows=self.rows[:most], scores=self.scores[:most])


@dataclass
class Roster(Feed[Names]):
    """The names of one graph."""

    sizes: OrderedDict[Any, int] = field(default_factory=OrderedDict)

    name = "search"

    def size(self, of: Any) -> int:
        """How many nodes lay in a scope at least, when they were last listed; 0 if never."""
        return self.sizes.get(of, 0)

    def sized(self, of: Any, size: int) -> None:
        self.sizes[of] = size
        self.sizes.move_to_end(of)
        if len(self.sizes) > SCOPES:
            self.sizes.popitem(last=False)

    async def whole(self, graph: Graph) -> Names:
        found: list[Entry] = []
        for label in named():
            found += entries(label, await graph.rows("search.names", names(label), {}))
        return Names(await asyncio.to_thread(Lexicon, found), Lexicon([]))

    async def changed(self, graph: Graph, held: Names, touched: set[Name]) -> Names:
        kinds = named()
        codes = {
            f"codes{number}": sorted(code for label, code in touched if label == kind)
            for number, kind in enumerate(kinds)
        }
        found = await graph.read("search.changed", names_of(), codes)
        now = [e for kind, rows in zip(kinds, found, strict=True) for e in entries(kind, rows)]
        gone: dict[Name, Entry | None] = {name: None for name in touched if name[0] in kinds}
        late = {**held.changed, **gone, **{entry.name: entry for entry in now}}
        return await asyncio.to_thread(_changed, held.settled, late)


def _changed(settled: Lexicon, changed: dict[Name, Entry | None]) -> Names:
    """The names with what was changed; all compiled anew where that is much."""
    late = [entry for entry in changed.values() if entry]
    if len(changed) <= LATE:
        return Names(settled, Lexicon(late), changed)
    kept = [entry for entry in settled.entries if entry.name not in changed]
    return Names(Lexicon([*kept, *late]), Lexicon([]))
