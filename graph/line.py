"""Lines of signs, one behind another in arrays, and how well what was said fits into them.

Knows numbers and which row a line belongs to, not what it says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from graph.analysis import alignment
from graph.analysis.alignment import GAP, MARGIN, Numbers

# How well a line fits that says the same: as a whole, at its beginning, at that of a word, inside.
EXACT, PREFIX, WORD, INSIDE = 1.0, 0.8, 0.65, 0.5
WIDTHS = (6, 10, 18)  # signs from a start of which it is known which there are


@dataclass
class Writing:
    """Lines in the making."""

    signs: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    firsts: list[bool] = field(default_factory=list)
    words: list[bool] = field(default_factory=list)

    def line(self, owner: int, parts: Iterable[tuple[Sequence[int], bool, bool]]) -> None:
        """Adds a line by parts: their signs, whether one may start there, whether a word does."""
        first = True
        for part, begins, word in parts:
            if begins:
                self.starts.append(len(self.signs))
                self.owners.append(owner)
                self.firsts.append(first)
                self.words.append(word)
            self.signs.extend(part)
            first = False
        self.signs.extend([0] * GAP)


@dataclass(frozen=True)
class Lines:
    """Names one behind another: `starts` are the places from which one may say them.

    Of each start: the row that owns it, whether it is the first of its line, and whether a word
    begins with it.
    """

    signs: Numbers
    starts: Numbers
    owners: Numbers
    firsts: Numbers
    words: Numbers
    sets: Mapping[int, Numbers]

    @staticmethod
    def of(writing: Writing, kind: type[np.generic]) -> "Lines":
        signs = np.array([*writing.signs, *[0] * MARGIN], kind)
        starts = np.array(writing.starts, np.int32)
        return Lines(
            signs,
            starts,
            np.array(writing.owners, np.int32),
            np.array(writing.firsts, bool),
            np.array(writing.words, bool),
            {width: alignment.sets(signs, starts, width) for width in WIDTHS},
        )

    def floors(self, said: Numbers) -> tuple[Numbers, Numbers]:
        """Owners of the lines in which `said` stands, and how well each of these fits."""
        found = alignment.same(self.signs, self.starts, said)
        whole = self.signs[self.starts[found] + len(said)] == 0
        first = self.firsts[found]
        floors = np.where(self.words[found], WORD, INSIDE)
        floors[first] = PREFIX
        floors[first & whole] = EXACT
        return self.owners[found], floors

    @property
    def size(self) -> int:
        """Bytes in memory."""
        parts = (self.signs, self.starts, self.owners, self.firsts, self.words, *self.sets.values())
        return sum(part.nbytes for part in parts)
