"""What is asked of a plan and what is answered, in arrays and indexes; solves nothing itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from graph.analysis.plan.array import Floats, Integers, Sparse


class Objective(StrEnum):
    """What a plan is to reach. SET_COVER: every unit once; K_COVER: by k distinct candidates."""

    MAX_COVER = "MAX_COVER"
    SET_COVER = "SET_COVER"
    K_COVER = "K_COVER"
    EXPECTED = "EXPECTED"
    P_MEDIAN = "P_MEDIAN"

    @property
    def maximised(self) -> bool:
        return self in (Objective.MAX_COVER, Objective.EXPECTED)

    @property
    def covers_all(self) -> bool:
        return self in (Objective.SET_COVER, Objective.K_COVER)


class Status(StrEnum):
    """OPTIMAL: proved. FEASIBLE: the search ended by its own limits, or was called off.

    INFEASIBLE: proved that no plan meets the conditions. TIME_LIMIT: the clock ended the search.
    """

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    TIME_LIMIT = "TIME_LIMIT"


class Proof(StrEnum):
    """EXACT: the bound equals the objective. BOUND: there is a bound. NONE: there is none."""

    EXACT = "EXACT"
    BOUND = "BOUND"
    NONE = "NONE"


@dataclass(frozen=True)
class Question:
    """n candidates, m units and who reaches whom; indexes are rows and columns of `reach`.

    `reach` (n, m): what is stored is a reach, whatever its value; P_MEDIAN reads the values as
    distances, zero included. `budget`: at most so many are chosen (MAX_COVER, EXPECTED and P_MEDIAN
    need one). `k`: a unit counts when k distinct candidates reach it (EXPECTED: when k who accept
    do). `weights` (m,) of units, not negative, one each unless given; SET_COVER and K_COVER want
    every unit that can be covered, whatever its weight. `costs` (n,), not negative, for SET_COVER
    and K_COVER; `chances` (n,) that a candidate accepts, independently, for EXPECTED. `capacity`: a
    candidate serves at most so many units (one figure, or one each). `begin`: a choice that is
    known already, from which the search goes on where it is allowed; with a capacity it is not
    looked at. Raises ValueError.
    """

    objective: Objective
    reach: Sparse
    budget: int | None = None
    k: int = 1
    weights: ArrayLike | None = None
    costs: ArrayLike | None = None
    chances: ArrayLike | None = None
    must_include: Sequence[int] = ()
    exclude: Sequence[int] = ()
    capacity: ArrayLike | None = None
    begin: Sequence[int] = ()

    def __post_init__(self) -> None:
        n, m = self.reach.shape
        if self.k < 1 or (
            self.k > 1 and self.objective in (Objective.SET_COVER, Objective.P_MEDIAN)
        ):
            raise ValueError("k is 1 or more, and 1 for SET_COVER and P_MEDIAN")
        if self.budget is None and not self.objective.covers_all:
            raise ValueError("a budget is needed")
        if self.budget is not None and self.budget < 0:
            raise ValueError("a budget is not negative")
        for name, size in (("weights", m), ("costs", n), ("chances", n)):
            _checked(name, getattr(self, name), size)
        if self.objective is Objective.EXPECTED and self.chances is None:
            raise ValueError("chances are needed")
        if self.chances is not None and np.any(np.asarray(self.chances) > 1):
            raise ValueError("chances are at most 1")
        if any(not 0 <= j < n for j in (*self.must_include, *self.exclude, *self.begin)):
            raise ValueError("a candidate to include, to exclude or to begin with does not exist")
        if self.capacity is not None:
            _checked("capacity", np.broadcast_to(np.asarray(self.capacity), n), n)
        if self.objective is Objective.P_MEDIAN and np.any(~(self.reach.data >= 0)):
            raise ValueError("distances are finite and not negative")

    @property
    def weight(self) -> Floats:
        ones = np.ones(self.reach.shape[1])
        return ones if self.weights is None else np.asarray(self.weights, dtype=np.float64)

    @property
    def cost(self) -> Floats:
        ones = np.ones(self.reach.shape[0])
        return ones if self.costs is None else np.asarray(self.costs, dtype=np.float64)

    @property
    def chance(self) -> Floats:
        """That a candidate is there: 1 for all objectives but EXPECTED."""
        if self.objective is not Objective.EXPECTED:
            return np.ones(self.reach.shape[0])
        return np.asarray(self.chances, dtype=np.float64)

    @property
    def room(self) -> Floats | None:
        """How many units each candidate may serve."""
        if self.capacity is None:
            return None
        whole = np.floor(np.asarray(self.capacity, dtype=np.float64))
        return np.array(np.broadcast_to(whole, self.reach.shape[0]))

    @property
    def incidence(self) -> Sparse:
        """`reach` with 1 for every pair that is stored, in order of unit and without doubles."""
        pattern = csr_array(self.reach, dtype=np.float64, copy=True)
        pattern.data[:] = 1.0
        pattern.sum_duplicates()
        pattern.data[:] = 1.0
        return pattern


def _checked(name: str, values: Any, size: int) -> None:
    if values is None:
        return
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (size,) or not np.isfinite(array).all() or (array < 0).any():
        raise ValueError(f"{name} are {size} finite figures that are not negative")


@dataclass(frozen=True)
class Limits:
    """What may be spent. `nodes` and fixed numbers of rounds end the search, once there is a plan;
    the clock and `stop` only cut it short, so equal input gives equal output where neither does.

    `stop()` is asked often and calls the search off by True; `tell(objective, bound)` hears of each
    better plan and bound, `choose(candidates)` of whom a better plan chooses (not where there is a
    capacity). All are called from within the search.
    """

    seconds: float = 5.0
    nodes: int = 20_000
    stop: Callable[[], bool] | None = None
    tell: Callable[[float | None, float | None], None] | None = None
    choose: Callable[[list[int]], None] | None = None


class Told(NamedTuple):
    """What a search that goes on has reached so far."""

    objective: float | None
    bound: float | None


class Chose(NamedTuple):
    """Whom the best plan of a search that goes on chooses."""

    chosen: list[int]


@dataclass(frozen=True)
class Found:
    """What a method found: who is chosen, their worth or cost, its bound, and what was done.

    `chosen` is None where nobody was found, or nobody can be (then the bound is infinite). With a
    capacity, `served` (pairs, 2) tells who serves which unit.
    """

    chosen: list[int] | None
    objective: float
    bound: float
    method: str
    served: Integers | None = None


@dataclass(frozen=True)
class Plan:
    """Who is chosen, what that reaches, and how far at most from the best.

    `chosen` in the order in which each adds most to those before; `gains` what each adds (MAX_COVER
    and EXPECTED: weight of units; SET_COVER and K_COVER: coverings that were missing; P_MEDIAN:
    distance saved, where a unit nobody serves yet counts with its farthest candidate). `bound` is
    an upper one when maximised, else a lower one. `uncovered` are the units that the chosen do
    not cover k times (EXPECTED: not even if all accept); `uncoverable` those of them that no choice
    can cover. `served`: candidate and unit of each pair, where there is a capacity. `method` names
    what was done; `stopped`: the search was called off.
    """

    status: Status
    proof: Proof
    objective: float | None = None
    bound: float | None = None
    chosen: tuple[int, ...] = ()
    gains: tuple[float, ...] = ()
    uncovered: tuple[int, ...] = ()
    uncoverable: tuple[int, ...] = ()
    served: tuple[tuple[int, int], ...] = ()
    method: str = ""
    nodes: int = 0
    stopped: bool = False
    seconds: float = field(default=0.0, compare=False)

    @property
    def gap(self) -> float | None:
        """|bound - objective| / max(|objective|, 1e-9), as the contract has it."""
        if self.objective is None or self.bound is None:
            return None
        return abs(self.bound - self.objective) / max(abs(self.objective), 1e-9)
