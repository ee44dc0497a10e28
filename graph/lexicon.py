"""Names of nodes, compiled so that what a user types finds them within milliseconds.

Each name stands in arrays as it is written, as its syllables sound, and as they sound where zh and
z, n and l and the like are one; codes stand beside them. A question is compared with all of them at
once by numpy. rapidfuzz was measured against it: its `partial_ratio` took 32 ms for 100,000 names,
and 64 ms for both spellings, where all ways of fitting together take 20 ms here, because edits are
looked for only at the beginnings of syllables and where enough of the letters are there at all.
Knows no graph and no caller.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graph import spelling
from graph.analysis import alignment
from graph.analysis.alignment import GAP, MARGIN, Numbers
from graph.line import EXACT, INSIDE, PREFIX, WORD, Lines, Writing
from graph.spelling import Readings, Spelled

Name = tuple[str, str]  # label and code of a node
MOST_SIGNS = 63  # that can be said in short or with mistakes; names have 64 code points

# How well a name fits where it is abbreviated or nearly said; what a short name may add.
INITIALS, INITIALS_INSIDE, FUZZY = 0.4, 0.32, 0.25
ROOM = 0.1
NARROW = 0.05  # for initials
COST = 0.03  # off the floor for each half edit of a fuzzy one
LEAST = 0.01
CODE_WORD = re.compile("[a-z]+|[0-9]+")
LONGEST = 64

# Letters said for one edit, for two; to be looked for inside of names; for merged sounds alone.
ONE_EDIT, TWO_EDITS, ANYWHERE, SOUNDS = 4, 8, 6, 3
WRONG_SIGN = 3  # Chinese characters said of which one may be wrong
INNER_CODE = 4  # letters said that may stand inside of a code; with a digit, any number


@dataclass(frozen=True)
class Entry:
    """A node's code and names; the first is the one that it is listed by."""

    label: str
    code: str
    texts: tuple[str, ...]

    @property
    def name(self) -> Name:
        return self.label, self.code


@dataclass(frozen=True)
class Hits:
    """Rows that were found, and the score of each, best first of those of one row or not."""

    rows: Numbers
    scores: Numbers


class Lexicon:
    """Entries, compiled. They are kept in the order of code and label, which is that of ties."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = sorted(entries, key=lambda entry: (entry.code, entry.label))
        self.rows = {entry.name: row for row, entry in enumerate(self.entries)}
        self.numbers: dict[str, int] = {}
        self.label = np.array(
            [self.numbers.setdefault(e.label, len(self.numbers)) for e in self.entries], np.int16
        )
        lengths = [len(entry.texts[0]) if entry.texts else LONGEST for entry in self.entries]
        self.room = 1 - np.minimum(np.array(lengths, float), LONGEST) / LONGEST
        written, sounded, alike, coded = Writing(), Writing(), Writing(), Writing()
        kinds: dict[tuple[str, Readings], int] = {}
        spelled: list[int] = []  # the kind of each sign that is written
        for row, entry in enumerate(self.entries):
            coded.line(row, _code(entry.code))
            for name in _spelled(entry):
                if not name.signs.isascii():
                    written.line(row, _written(name))
                    pairs = zip(name.signs, name.readings, strict=True)
                    spelled += [kinds.setdefault(pair, len(kinds) + 1) for pair in pairs]
                    spelled += [0] * GAP
                for readings in name.spellings():
                    sounded.line(row, _sounded(name, readings))
                    alike.line(row, _sounded(name, [spelling.merged(r) for r in readings]))
        self.written = Lines.of(written, np.uint32)
        self.sounded, self.alike = Lines.of(sounded, np.uint8), Lines.of(alike, np.uint8)
        self.coded = Lines.of(coded, np.uint8)
        self.kinds = np.array([*spelled, *[0] * MARGIN], np.int32)
        self.steps = Steps(list(kinds))

    def place(self, name: Name) -> int:
        """Where a node stands, or would stand, in the order of code and label."""
        label, code = name
        return bisect_left(self.entries, (code, label), key=lambda e: (e.code, e.label))

    def codes(self, label: str, rows: Numbers) -> list[str]:
        """The codes of those rows that are of a kind."""
        kept = rows[self.label[rows] == self.numbers.get(label, -1)]
        return [self.entries[row].code for row in kept.tolist()]

    def rows_of(self, names: Iterable[Name], labels: Iterable[str]) -> Numbers:
        """The rows of these nodes, and of all whose kind is none of the labels."""
        some = [row for row in map(self.rows.get, names) if row is not None]
        bound = [self.numbers[label] for label in labels if label in self.numbers]
        rest = np.flatnonzero(~np.isin(self.label, bound))
        return np.concatenate([np.array(some, np.int64), rest])

    @property
    def size(self) -> int:
        """Bytes of the arrays."""
        lines = (self.written, self.sounded, self.alike, self.coded)
        return sum(each.size for each in lines) + int(self.kinds.nbytes + self.room.nbytes)

    def find(self, text: str, labels: Iterable[str]) -> Hits:
        """The entries of these labels that fit what was said, each with its score, in row order."""
        scores = np.zeros(len(self.entries))
        said = spelling.folded(text)
        for owners, found in self._fitting(said) if said else ():
            np.maximum.at(scores, owners, found)
        wanted = [self.numbers[label] for label in labels if label in self.numbers]
        rows = np.flatnonzero(scores)
        rows = rows[np.isin(self.label[rows], wanted)]
        return Hits(rows, np.round(scores[rows], 4))

    def _fitting(self, said: str) -> Iterator[tuple[Numbers, Numbers]]:
        yield from self._as_it_stands(said)
        if len(said) > MOST_SIGNS:
            return
        if any("a" <= sign <= "z" for sign in said):
            yield self._abbreviated(said)
        yield from self._nearly(said)

    def _as_it_stands(self, said: str) -> Iterator[tuple[Numbers, Numbers]]:
        if not said.isascii():
            yield self._scored(*self.written.floors(_numbers(said, np.uint32)))
            return
        letters = _numbers(said, np.uint8)
        yield self._scored(*self.sounded.floors(letters))
        owners, floors = self.coded.floors(letters)
        inner = len(said) >= INNER_CODE or any(sign.isdigit() for sign in said)
        kept = (floors >= PREFIX) | inner
        yield self._scored(owners[kept], np.where(floors == WORD, INSIDE, floors)[kept])

    def _abbreviated(self, said: str) -> tuple[Numbers, Numbers]:
        found = alignment.reached(self.kinds, self.steps.of(said))
        place = np.searchsorted(self.written.starts, found, side="right") - 1
        found_owners = self.written.owners[place]
        first = self.written.firsts[place] & (self.written.starts[place] == found)
        floors = np.where(first, INITIALS, INITIALS_INSIDE)
        return found_owners, floors + NARROW * self.room[found_owners]

    def _nearly(self, said: str) -> Iterator[tuple[Numbers, Numbers]]:
        if all("a" <= sign <= "z" for sign in said):
            yield from self._misspelled(said)
        elif not any("a" <= sign <= "z" for sign in said):
            yield from self._miswritten(said)

    def _misspelled(self, said: str) -> Iterator[tuple[Numbers, Numbers]]:
        """Letters with edits, of the syllables as they sound and as they are mixed up."""
        edits = (len(said) >= ONE_EDIT) + (len(said) >= TWO_EDITS)
        if edits:
            yield self._near(self.sounded, said, edits, 0, len(said) >= ANYWHERE)
        if len(said) >= SOUNDS:
            yield self._near(self.alike, spelling.merged(said), edits, 1, len(said) >= ANYWHERE)

    def _miswritten(self, said: str) -> Iterator[tuple[Numbers, Numbers]]:
        """Chinese with a wrong character, or with others that sound the same."""
        han = sum(map(spelling.is_han, said))
        if len(said) >= WRONG_SIGN and han:
            yield self._near(self.written, said, 1, 1, True)
        if han < 2:
            return
        sounds = {
            "".join(readings)
            for person in (False, True)
            for readings in spelling.spelled(said, person).spellings()
        }
        for sound in sorted(each for each in sounds if each.isascii()):
            yield self._near(self.sounded, sound, 0, 1, True)
            yield self._near(self.alike, spelling.merged(sound), 0, 2, True)

    def _near(
        self, lines: Lines, said: str, edits: int, more: int, anywhere: bool
    ) -> tuple[Numbers, Numbers]:
        """With at most so many edits; `more` half edits are counted for the way of looking."""
        signs = _numbers(said, lines.signs.dtype.type)
        if edits:
            among = alignment.hopeful(lines.sets, signs, edits)
            among = among if anywhere else among[lines.words[among]]
            found, least = alignment.near(lines.signs, lines.starts[among], signs, edits)
            place = among[found]
        else:
            place = alignment.same(lines.signs, lines.starts, signs)
            place = place if anywhere else place[lines.words[place]]
            least = np.zeros(len(place), np.uint8)
        cost = 2.0 * least + more + np.where(lines.words[place], 0, 0.5)
        owners = lines.owners[place]
        return owners, np.maximum(FUZZY - COST * cost, LEAST) + COST / 2 * self.room[owners]

    def _scored(self, owners: Numbers, floors: Numbers) -> tuple[Numbers, Numbers]:
        return owners, np.where(floors == EXACT, EXACT, floors + ROOM * self.room[owners])


class Steps:
    """What the sign of each kind can stand for: itself, or a beginning of how it sounds."""

    def __init__(self, kinds: Sequence[tuple[str, Readings]]) -> None:
        self.size = len(kinds) + 1
        self.signs: dict[str, list[int]] = {}
        self.sounds: dict[str, dict[str, list[int]]] = {}
        for kind, (sign, readings) in enumerate(kinds, 1):
            self.signs.setdefault(sign, []).append(kind)
            for reading in readings:
                self.sounds.setdefault(reading[0], {}).setdefault(reading, []).append(kind)

    def of(self, said: str) -> list[Numbers]:
        """Of each place in what was said, and of each kind, bits of the places it can lead to."""
        return [self._from(said, i) for i in range(len(said))]

    def _from(self, said: str, i: int) -> Numbers:
        bits = np.zeros(self.size, np.uint64)
        bits[self.signs.get(said[i], [])] = 1 << (i + 1)
        for reading, kinds in self.sounds.get(said[i], {}).items():
            reach = 0
            for length in range(1, len(reading) + 1):
                if said[i : i + length] != reading[:length]:
                    break
                reach |= 1 << (i + length)
            bits[kinds] |= np.uint64(reach)
        return bits


def _numbers(said: str, kind: type[np.generic]) -> Numbers:
    return np.array([ord(sign) for sign in said], kind)


def _spelled(entry: Entry) -> Iterator[Spelled]:
    """Each way the entry's names are written; numbers with and without leading zeros."""
    for text in entry.texts:
        for said in dict.fromkeys((text, spelling.without_zeros(text))):
            name = spelling.spelled(said, entry.label == "Person")
            if name.signs:
                yield name


def _written(name: Spelled) -> Iterator[tuple[Sequence[int], bool, bool]]:
    for i, sign in enumerate(name.signs):
        yield [ord(sign)], i in name.begins, i in name.words


def _sounded(name: Spelled, readings: Sequence[str]) -> Iterator[tuple[Sequence[int], bool, bool]]:
    """Syllable by syllable; what has no sound in Latin letters is a sign that nobody types."""
    for i, reading in enumerate(readings):
        said = reading.encode() if reading.isascii() else b"\1"
        yield said, i in name.begins, i in name.words


def _code(code: str) -> Iterator[tuple[Sequence[int], bool, bool]]:
    """Word by word, as far as it has signs that are typed."""
    for word in CODE_WORD.findall(code.casefold()):
        yield word.encode(), True, True


def entries(label: str, rows: Iterable[Sequence[str | None]]) -> list[Entry]:
    """Entries of rows `[code, name, other names …]`."""
    return [Entry(label, str(code), tuple(text for text in texts if text)) for code, *texts in rows]
