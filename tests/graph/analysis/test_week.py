"""Who is free when is what looking at every minute of the week finds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.analysis.week import WHOLE, free

END = WHOLE[1]
SPAN = st.tuples(st.integers(0, END - 1), st.integers(1, END)).filter(
    lambda span: span[0] < span[1]
)


def minutes(spans: list[tuple[int, int]]) -> np.ndarray:
    found = np.zeros(END, dtype=bool)
    for since, until in spans:
        found[since:until] = True
    return found


@given(
    patterns=st.lists(st.lists(SPAN, max_size=4), max_size=4),
    asked=st.lists(SPAN, min_size=1, max_size=3),
    pairs=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=12),
)
def test_numbers_hold_at_every_minute(
    patterns: list[list[tuple[int, int]]],
    asked: list[tuple[int, int]],
    pairs: list[tuple[int, int]],
) -> None:
    pairs = [(unit, pattern) for unit, pattern in pairs if pattern < len(patterns)]
    found, wanted = free(patterns, asked), minutes(asked)
    assert found.length.sum() == wanted.sum()
    both = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    number = found.number(both[:, 0], both[:, 1], 3)
    for unit in range(3):
        every = sum(
            (minutes(patterns[p]).astype(int) for u, p in pairs if u == unit), np.zeros(END)
        )
        assert sorted(set(number[unit].tolist())) == sorted(set(every[wanted].tolist()))
        assert number[unit] @ found.length == every[wanted].sum()
