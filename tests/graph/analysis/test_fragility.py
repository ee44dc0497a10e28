"""What hangs on one: against taking each away, and looking what is left."""

import time
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.analysis import fragility

Pairs = list[tuple[int, int]]


def drawn(one: int, other: int, most: int) -> st.SearchStrategy[Pairs]:
    return st.lists(st.tuples(st.integers(0, one), st.integers(0, other)), max_size=most)


def columns(pairs: Pairs) -> tuple[list[int], list[int]]:
    return [a for a, _ in pairs], [b for _, b in pairs]


def parts(vertices: set[int], edges: Pairs) -> int:
    """Colours all that hangs together alike, until nothing changes."""
    color = {v: v for v in vertices}
    changed = True
    while changed:
        changed = False
        for a, b in edges:
            if a in color and b in color and color[a] != color[b]:
                color[a] = color[b] = min(color[a], color[b])
                changed = True
    return len(set(color.values()))


@given(st.integers(0, 12), st.data())
def test_a_vertex_splits_what_falls_apart_without_it(size: int, data: st.DataObject) -> None:
    edges = data.draw(drawn(size - 1, size - 1, 30)) if size else []
    every = set(range(size))
    whole = parts(every, edges)
    assert fragility.splits(size, columns(edges)) == [
        parts(every - {v}, edges) - whole for v in range(size)
    ]


@given(drawn(9, 4, 30), drawn(9, 3, 30))
def test_who_holds_something_alone_is_found(belongs: Pairs, holds: Pairs) -> None:
    who: dict[tuple[int, int], set[int]] = defaultdict(set)
    for person, unit in belongs:
        for other, skill in holds:
            if person == other:
                who[unit, skill].add(person)
    found = fragility.held(columns(belongs), columns(holds))
    rows = list(zip(*(column.tolist() for column in found), strict=True))
    assert rows == [
        (unit, skill, len(people), next(iter(people)) if len(people) == 1 else -1)
        for (unit, skill), people in sorted(who.items())
    ]


@given(drawn(9, 4, 30), drawn(9, 3, 30))
def test_who_holds_the_network_together_holds_something_alone(belongs: Pairs, holds: Pairs) -> None:
    """Where everyone has a unit and a skill."""
    people = {p for p, _ in belongs} & {p for p, _ in holds}
    belongs = [pair for pair in belongs if pair[0] in people]
    holds = [pair for pair in holds if pair[0] in people]
    edges = [(p, 10 + u) for p, u in belongs] + [(p, 20 + s) for p, s in holds]
    found = fragility.splits(30, columns(edges))
    alone = set(fragility.held(columns(belongs), columns(holds)).sole.tolist())
    assert {p for p in people if found[p] > 0} <= alone


def test_a_long_chain_needs_no_deep_stack() -> None:
    size = 200_000
    chain = np.arange(size - 1), np.arange(1, size)
    began = time.perf_counter()
    assert fragility.splits(size, chain) == [0] + [1] * (size - 2) + [0]
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("size", [0, 1, 3])
def test_without_edges_each_is_a_part_by_itself(size: int) -> None:
    assert fragility.splits(size, ([], [])) == [-1] * size
    assert all(column.size == 0 for column in fragility.held(([], []), ([], [])))
