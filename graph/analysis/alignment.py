"""Where what was said lies along many written lines: as it stands, abbreviated, or with edits.

Lines stand one behind another in one array of numbers, with `GAP` zeros behind each and `MARGIN`
zeros behind the last. Knows no language: signs are numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
GAP = 3  # one more than the most edits, so that none can lead from a line into the next
MARGIN = 80


def same(signs: Numbers, starts: Numbers, said: Numbers) -> Numbers:
    """The indexes of the starts from which the line goes on with `said`."""
    found = np.arange(len(starts), dtype=np.int32)
    at = starts
    for offset, sign in enumerate(said):
        fits = signs[at + offset] == sign
        found, at = found[fits], at[fits]
    return found


def near(signs: Numbers, starts: Numbers, said: Numbers, most: int) -> tuple[Numbers, Numbers]:
    """Starts from which the line goes on with something at most `most` edits away from `said`.

    Gives their indexes and the least edits: a sign too many, too few or another, or two neighbours
    exchanged (the restricted distance of Damerau and Levenshtein). All starts advance together, one
    sign of `said` a step, in the band of `2 * most + 1` columns that can still end well; starts
    that have nothing left in the band are dropped.
    """
    found = np.arange(len(starts), dtype=np.int32)
    columns, far = range(2 * most + 1), np.uint8(most + 1)
    # Column c stands for c - most signs of the line more than were said; row 0: nothing was said.
    row = [np.full(len(starts), c - most if c >= most else far, np.uint8) for c in columns]
    above = [np.full(len(starts), far, np.uint8) for _ in columns]
    # The signs of the lines under the columns; nothing stands before a start.
    under = [np.zeros(len(starts), signs.dtype) for _ in range(most + 1)]
    under += [signs[starts + offset] for offset in range(most)]
    for step, sign in enumerate(said):
        under = [*under[1:], signs[starts + (step + most)]]
        fresh: list[Numbers] = []
        for c in columns:
            best = row[c] + (under[c] != sign)
            if c + 1 < len(row):
                np.minimum(best, row[c + 1] + 1, out=best)
            if c:
                np.minimum(best, fresh[c - 1] + 1, out=best)
            if step and c:
                turned = (under[c - 1] == sign) & (under[c] == said[step - 1])
                np.minimum(best, above[c] + 1, out=best, where=turned)
            fresh.append(np.minimum(best, far, out=best))
        above, row = row, fresh
        alive = np.minimum.reduce(row) <= most
        if 4 * np.count_nonzero(alive) < 3 * len(alive):
            found, starts = found[alive], starts[alive]
            above, row = [a[alive] for a in above], [r[alive] for r in row]
            under = [u[alive] for u in under]
    least = np.minimum.reduce(row)
    close = least <= most
    return found[close], least[close]


def sets(signs: Numbers, starts: Numbers, width: int) -> Numbers:
    """Of each start, which signs (by their last five bits) stand within so many behind it."""
    found = np.zeros(len(starts), np.uint32)
    for offset in range(width):
        found |= _bit(signs[starts + offset])
    return found


def hopeful(sets_of: Mapping[int, Numbers], said: Numbers, most: int) -> Numbers:
    """The indexes of the starts that `near` need look at: an edit can cost one sign of a set."""
    kept: Numbers | None = None
    for width, found in sets_of.items():
        wanted = np.bitwise_or.reduce(_bit(said[: width - most]))
        held = found if kept is None else found[kept]
        fits = np.flatnonzero(np.bitwise_count(wanted & ~held) <= most)
        kept = fits if kept is None else kept[fits]
    assert kept is not None
    return kept


def _bit(signs: Numbers) -> Numbers:
    return np.asarray(np.left_shift(np.uint32(1), signs.astype(np.uint32) & np.uint32(31)))


def reached(kinds: Numbers, steps: Sequence[Numbers]) -> Numbers:
    """The places from which successive kinds use up what was said, whatever part each may use.

    `steps[i][k]` has bit j where a sign of kind k can stand for what was said from i up to j; kind
    0 stands for nothing and ends each line. At most 63 signs are said.
    """
    goal, said = np.uint64(1 << len(steps)), len(steps)
    at = np.flatnonzero((steps[0] != 0)[kinds])
    used, ahead, found = steps[0][kinds[at]], 1, [at[:0]]
    while len(at):
        done = used & goal != 0
        found.append(at[done])
        at, used = at[~done], used[~done]
        following = kinds[at + ahead]
        after = np.zeros(len(at), np.uint64)
        for i in range(1, said):
            here = np.flatnonzero(used & np.uint64(1 << i))
            if len(here):
                after[here] |= steps[i][following[here]]
        at, used, ahead = at[after != 0], after[after != 0], ahead + 1
    return np.concatenate(found)
