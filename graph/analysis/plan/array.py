"""The kinds of arrays that plans are made from."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Sparse = Any  # a scipy.sparse.csr_array, which has no types of its own

TINY = 1e-9  # relative: figures nearer than this are equal


def row(matrix: Sparse, i: int) -> Integers:
    """The columns of one row."""
    columns: Integers = matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]]
    return columns


def places(names: Integers, wanted: Iterable[int]) -> list[int]:
    """Where those of the wanted that are among the names stand there, in order."""
    return [int(i) for i in np.flatnonzero(np.isin(names, [*wanted]))]


def compressed(matrix: Any, shape: tuple[int, int] | None = None) -> Sparse:
    """A matrix, or (values, (rows, columns)), compressed by row; equal places are added."""
    return csr_array(matrix, shape=shape)
