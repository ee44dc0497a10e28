"""Lines are searched all at once; what is found is what one by one would find."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from graph.analysis.alignment import GAP, MARGIN, Numbers, hopeful, near, reached, same, sets

LINES = st.lists(st.text("abc", max_size=12), min_size=1, max_size=8)
SAID = st.text("abc", min_size=1, max_size=9)


def signs(text: str) -> Numbers:
    return np.array([ord(sign) for sign in text], np.uint8)


def laid(lines: list[str]) -> tuple[Numbers, Numbers]:
    """The lines behind one another, and where each starts."""
    starts, row = [], ""
    for line in lines:
        starts.append(len(row))
        row += line + "\0" * GAP
    return signs(row + "\0" * MARGIN), np.array(starts, np.int32)


def edits(said: str, line: str) -> int:
    """The least edits from what was said to any beginning of the line."""
    return min(int(OSA.distance(said, line[:end])) for end in range(len(line) + 1))


@given(LINES, SAID)
def test_the_same_is_found_where_a_line_starts_with_it(lines: list[str], said: str) -> None:
    found = same(*laid(lines), signs(said)).tolist()
    assert found == [i for i, line in enumerate(lines) if line.startswith(said)]


@given(LINES, SAID, st.sampled_from([1, 2]))
def test_the_near_is_what_another_library_finds_near(
    lines: list[str], said: str, most: int
) -> None:
    found, least = near(*laid(lines), signs(said), most)
    wanted = {i: edits(said, line) for i, line in enumerate(lines)}
    assert dict(zip(found.tolist(), least.tolist(), strict=True)) == {
        i: cost for i, cost in wanted.items() if cost <= most
    }


@given(LINES, SAID, st.sampled_from([1, 2]))
def test_nothing_near_is_passed_over(lines: list[str], said: str, most: int) -> None:
    row, starts = laid(lines)
    known = {width: sets(row, starts, width) for width in (3, 6, 10)}
    kept = set(hopeful(known, signs(said), most).tolist())
    assert {i for i, line in enumerate(lines) if edits(said, line) <= most} <= kept


def test_the_hopeful_are_few() -> None:
    row, starts = laid(["abcdef", "ghijkl", "abxyef"])
    assert hopeful({6: sets(row, starts, 6)}, signs("abcdef"), 1).tolist() == [0]


SOUNDS = {1: "hua", 2: "ha", 3: "qiang", 4: "a"}


def used(said: str, sounds: list[int]) -> bool:
    """Whether successive beginnings of the sounds make up what was said."""
    if not said:
        return True
    return bool(sounds) and any(
        said[:n] == SOUNDS[sounds[0]][:n] and used(said[n:], sounds[1:])
        for n in range(1, min(len(said), len(SOUNDS[sounds[0]])) + 1)
    )


@given(
    st.lists(st.lists(st.sampled_from([*SOUNDS]), max_size=5), min_size=1, max_size=5),
    st.text("huaq", min_size=1, max_size=6),
)
def test_what_is_abbreviated_is_found_wherever_it_stands(lines: list[list[int]], said: str) -> None:
    kinds = np.array([k for line in lines for k in [*line, *[0] * GAP]] + [0] * MARGIN)
    steps = []
    for i in range(len(said)):
        bits = np.zeros(5, np.uint64)
        for kind, sound in SOUNDS.items():
            for n in range(1, len(sound) + 1):
                if said[i : i + n] == sound[:n]:
                    bits[kind] |= np.uint64(1 << (i + n))
        steps.append(bits)
    wanted, place = set[int](), 0
    for line in lines:
        wanted |= {place + j for j in range(len(line)) if used(said, line[j:])}
        place += len(line) + GAP
    assert set(reached(kinds, steps).tolist()) == wanted
