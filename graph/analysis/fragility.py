"""What a network loses with one person: what only they hold, and what only they hold together.

Vertices and people are numbers from 0; pairs come as two arrays of equal length. Knows no name.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

__all__ = ["Held", "held", "splits"]

Integers = NDArray[np.int64]
Pairs = tuple[ArrayLike, ArrayLike]


class Held(NamedTuple):
    """Pairs of a unit and a skill that somebody of the unit holds, in order of unit, then skill.

    `people`: how many do; `sole`: who, if it is one alone, else -1.
    """

    unit: Integers
    skill: Integers
    people: Integers
    sole: Integers


def held(belongs: Pairs, holds: Pairs) -> Held:
    """`belongs`: (person, unit), `holds`: (person, skill); a pair that is said twice is one.

    The product of both relations counts the people between a unit and a skill; the same product
    with each person's number instead of 1 is, where one is counted, that person's number.
    """
    people = 1 + max((int(np.max(p)) for p, _ in (belongs, holds) if np.size(p)), default=-1)
    units, skills = _matrix(belongs, people), _matrix(holds, people)
    counts = _product(units, skills)
    names = _product(units.multiply(np.arange(1, people + 1)[:, None]).tocsr(), skills)
    sole = np.where(counts.data == 1, names.data - 1, -1)
    return Held(counts.row.astype(np.int64), counts.col.astype(np.int64), counts.data, sole)


def _matrix(pairs: Pairs, rows: int) -> Any:
    """1 where a pair is, however often it is said."""
    one, other = (np.asarray(each, dtype=np.int64) for each in pairs)
    columns = int(other.max()) + 1 if other.size else 0
    matrix = csr_array((np.ones(one.size, np.int64), (one, other)), shape=(rows, columns))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _product(units: Any, skills: Any) -> Any:
    """Over the people between: (row, column, figure) in order; numbered from 1, none is 0."""
    product = (units.T @ skills).tocsr()
    product.sort_indices()
    return product.tocoo()


def splits(size: int, edges: Pairs) -> list[int]:
    """How many more parts a graph of `size` vertices has without each of them.

    Above 0: a cut vertex. -1: it is a part by itself. Depth first: what is below a child that
    reaches nothing before its parent hangs on the parent alone (Hopcroft and Tarjan 1973,
    Communications of the ACM 16, 372-378; without recursion). Time grows with vertices and edges.
    """
    starts, ends = _neighbors(size, edges)
    entered, low, found, next_ = [0] * size, [0] * size, [0] * size, starts[:-1]
    clock = 0
    for root in range(size):
        if entered[root]:
            continue
        path, found[root] = [root], -1  # the first part below a root is its own
        clock += 1
        entered[root] = low[root] = clock
        while path:
            at = path[-1]
            if next_[at] < starts[at + 1]:
                other = ends[next_[at]]
                next_[at] += 1
                if entered[other]:
                    low[at] = min(low[at], entered[other])
                else:
                    clock += 1
                    entered[other] = low[other] = clock
                    path.append(other)
                continue
            path.pop()
            if path:
                above = path[-1]
                low[above] = min(low[above], low[at])
                found[above] += low[at] >= entered[above]
    return found


def _neighbors(size: int, edges: Pairs) -> tuple[list[int], list[int]]:
    """The neighbours of vertex v are `ends[starts[v] : starts[v + 1]]`."""
    one, other = (np.asarray(each, dtype=np.int64) for each in edges)
    here, there = np.concatenate([one, other]), np.concatenate([other, one])
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(here, minlength=size), out=starts[1:])
    return starts.tolist(), there[np.argsort(here, kind="stable")].tolist()
