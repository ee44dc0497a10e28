"""From a question to a plan: checks what is possible, has it solved, and says what is proved."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from graph.analysis.plan import assignment, cover, full, median
from graph.analysis.plan.array import TINY, Booleans, Floats, Integers, compressed
from graph.analysis.plan.covering import Cover, Ground
from graph.analysis.plan.order import Ordered, by_cover, by_saving
from graph.analysis.plan.question import Found, Limits, Objective, Plan, Proof, Question, Status
from graph.analysis.plan.tally import worth_of
from graph.analysis.plan.watch import Watch

METRES = 40_000_000  # candidates times units that P_MEDIAN takes: distances are kept dense


def plan(question: Question, limits: Limits | None = None) -> Plan:
    """The best plan that can be found within the limits, with its bound and proof.

    Raises ValueError for P_MEDIAN with more than METRES candidates times units.
    """
    watch = Watch(limits or Limits())
    asked = Asked(question)
    impossible = (asked.forced & ~asked.open).any() or (
        question.budget is not None and int(asked.forced.sum()) > question.budget
    )
    if impossible:
        found = Found(None, np.inf, np.inf, "")
    elif question.capacity is not None:
        found = asked.assigned(watch)
    else:
        found = asked.chosen(watch)
    if found.chosen is None:
        return asked.empty(found, watch)
    return asked.answered(found, watch)


class Asked:
    """The question in arrays: who may and who must be chosen, and which units can be covered."""

    def __init__(self, question: Question) -> None:
        self.question = question
        n = question.reach.shape[0]
        self.open = ~_mask(question.exclude, n)
        self.forced = _mask(question.must_include, n)
        self.reach = question.incidence
        able = self.open & (question.chance > 0)
        degree = self.reach.T @ able.astype(np.float64)
        self.possible = np.asarray(degree >= question.k)
        wanted = self.possible
        self.ground = Ground(self.reach, question.chance, question.weight, question.k)
        if question.objective is Objective.P_MEDIAN:  # the others cost nothing, served or not
            wanted = wanted & (question.weight > 0)
        self.units = np.flatnonzero(wanted)

    def chosen(self, watch: Watch) -> Found:
        """Where each candidate may serve all units within reach."""
        asked = self.question
        if asked.objective.maximised:
            assert asked.budget is not None
            asked_for = Cover(
                self.reach, asked.chance, asked.weight, asked.k, asked.budget, self.forced
            )
            return cover.best(asked_for, self.open, watch, asked.begin)
        if asked.objective.covers_all:
            part = compressed(self.reach[:, self.units])
            whole = full.Full(part, asked.cost, asked.k, asked.budget, self.forced)
            return full.best(whole, self.open, watch, asked.begin)
        assert asked.budget is not None
        cost = self.costs()[:, self.units]
        wanted = median.Median(cost, asked.budget, self.forced)
        return median.best(wanted, self.open, watch, asked.begin)

    def worth(self, chosen: list[int]) -> float:
        """What these are worth for MAX_COVER and EXPECTED, whatever else is asked."""
        return worth_of(self.ground, chosen)

    def objective_of(self, chosen: list[int], watch: Watch) -> float:
        """What exactly these reach where there is a capacity; not finite where they do not do."""
        only = _mask(chosen, len(self.open))
        found = self.assigned(watch, replace(self._serving(only), budget=None, forced=only))
        worst = -np.inf if self.question.objective.maximised else np.inf
        return worst if found.chosen is None else found.objective

    def assigned(self, watch: Watch, among: assignment.Serving | None = None) -> Found:
        """Where each candidate serves so many units at most."""
        asked = self.question
        serving = among or self._serving(self.open)
        loose = np.inf if asked.objective.maximised else 0.0

        def freely() -> float:
            return loose if among else self.chosen(watch.aside()).bound

        if asked.objective.maximised:
            weight = asked.weight[self.units]
            return assignment.most(serving, asked.chance, weight, asked.k, watch, freely)
        if asked.objective.covers_all:
            pairs = np.zeros(len(serving.candidate))
            return assignment.least(serving, pairs, asked.cost, asked.k, watch, freely)
        cost = self.costs()[serving.candidate, self.units[serving.unit]]
        return assignment.least(serving, cost, np.zeros(len(serving.room)), 1, watch, freely)

    def _serving(self, open_: Booleans) -> assignment.Serving:
        pairs = compressed(self.reach[:, self.units]).tocoo()
        room = self.question.room
        assert room is not None
        usable = (open_ & (self.question.chance > 0) & (room > 0))[pairs.row]
        return assignment.Serving(
            candidate=pairs.row[usable].astype(np.int64),
            unit=pairs.col[usable].astype(np.int64),
            room=room,
            budget=self.question.budget,
            forced=self.forced,
            units=len(self.units),
        )

    def costs(self) -> Floats:
        """Weight times distance, infinite where there is no reach (n, m)."""
        n, m = self.reach.shape
        if n * m > METRES:
            raise ValueError(f"P_MEDIAN takes at most {METRES:,} candidates times units")
        stored = compressed(self.question.reach).tocoo()
        dense = np.full((n, m), np.inf)
        np.minimum.at(dense, (stored.row, stored.col), stored.data.astype(np.float64))
        weight = self.question.weight
        priced: Floats = np.where(weight > 0, dense, np.inf) * np.where(weight > 0, weight, 1.0)
        return priced

    def answered(self, found: Found, watch: Watch) -> Plan:
        assert found.chosen is not None
        ordered, count = self._ordered(found)
        uncovered = np.flatnonzero(count < self.question.k)
        # Where figures are added in another order, the last digits differ.
        worth = 0.0 + found.objective
        exact = abs(found.bound - worth) <= TINY * max(1.0, abs(worth))
        served = np.zeros((0, 2), np.int64) if found.served is None else found.served
        bounded = np.isfinite(found.bound)
        status = Status.TIME_LIMIT if watch.timed_out else Status.FEASIBLE
        known = worth if exact else found.bound
        bound = float(known) if bounded else None
        watch.tell(worth, bound)
        return Plan(
            status=Status.OPTIMAL if exact else status,
            proof=Proof.EXACT if exact else Proof.BOUND if bounded else Proof.NONE,
            objective=worth,
            bound=bound,
            chosen=tuple(ordered.chosen),
            gains=tuple(ordered.gains),
            uncovered=_numbers(uncovered),
            uncoverable=self._uncoverable(),
            served=_pairs(served, self.units, ordered.chosen),
            method=found.method,
            nodes=watch.limits.nodes - watch.nodes,
            stopped=watch.stopped and not exact,
            seconds=watch.seconds,
        )

    def _ordered(self, found: Found) -> tuple[Ordered, Floats]:
        """The chosen in order with what each adds, and how many serve each unit (m,)."""
        asked, reach = self.question, self.reach
        assert found.chosen is not None
        if found.served is not None:
            columns = (found.served[:, 0], self.units[found.served[:, 1]])
            reach = compressed((np.ones(len(found.served)), columns), shape=reach.shape)
        if asked.objective is Objective.P_MEDIAN:
            cost = self.costs()
            cost = np.where(reach.toarray() > 0, cost, np.inf) if found.served is not None else cost
            ordered = by_saving(cost, found.chosen)
        else:
            every = asked.objective.covers_all
            weight = self.possible * 1.0 if every else asked.weight
            ground = Ground(reach, asked.chance, weight, asked.k)
            ordered = by_cover(ground, found.chosen, every)
        if not asked.objective.covers_all:
            ordered = ordered.without_idle({int(j) for j in np.flatnonzero(self.forced)})
        able = np.zeros(len(self.open))
        able[ordered.chosen] = asked.chance[ordered.chosen] > 0
        return ordered, np.asarray(reach.T @ able)

    def empty(self, found: Found, watch: Watch) -> Plan:
        """Without anybody chosen: proved to be impossible, or not found in time."""
        never = np.isinf(found.bound) and found.bound > 0
        bound = float(found.bound) if np.isfinite(found.bound) else None
        return Plan(
            status=Status.INFEASIBLE if never else Status.TIME_LIMIT,
            proof=Proof.NONE if never or bound is None else Proof.BOUND,
            bound=bound,
            uncovered=tuple(range(self.reach.shape[1])),
            uncoverable=self._uncoverable(),
            method=found.method,
            nodes=watch.limits.nodes - watch.nodes,
            stopped=watch.stopped,
            seconds=watch.seconds,
        )

    def _uncoverable(self) -> tuple[int, ...]:
        return _numbers(np.flatnonzero(~self.possible))


def _pairs(served: Integers, units: Integers, chosen: list[int]) -> tuple[tuple[int, int], ...]:
    """Who serves which unit, in order; those who were dropped serve nobody."""
    kept = set(chosen)
    return tuple(sorted((int(j), int(units[u])) for j, u in served if int(j) in kept))


def _mask(indexes: Iterable[int], size: int) -> Booleans:
    mask = np.zeros(size, dtype=np.bool_)
    mask[list(indexes)] = True
    return mask


def _numbers(indexes: Integers) -> tuple[int, ...]:
    return tuple(int(i) for i in indexes)
