"""Linear and mixed-integer programs, handed to HiGHS; knows no candidate and no unit.

Minimised always. One thread and a fixed seed: equal input gives equal output, unless the clock or
the caller ends it. Huangfu and Hall, Parallelizing the dual revised simplex method, 2018.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from highspy import HighsModelStatus, SolutionStatus, cb

from graph.analysis.plan.array import Booleans, Floats, Sparse, compressed
from graph.analysis.plan.watch import Watch

INTERRUPTS = (
    cb.HighsCallbackType.kCallbackMipInterrupt,
    cb.HighsCallbackType.kCallbackSimplexInterrupt,
    cb.HighsCallbackType.kCallbackIpmInterrupt,
)
PROGRESS = (
    cb.HighsCallbackType.kCallbackMipImprovingSolution,
    cb.HighsCallbackType.kCallbackMipLogging,
)

# Seconds for each figure in which HiGHS presolves and hardly looks at the clock.
PREPARING = 5e-6
LARGEST = 3_000_000  # pairs above which no program of cover is begun
NEAR = 1e-5  # figures of HiGHS that differ by less are equal


@dataclass(frozen=True)
class Program:
    """Minimise cost @ x, where low <= rows @ x <= high and lower <= x <= upper.

    Shapes: `rows` (r, c), `low` and `high` (r,), the others (c,).
    """

    cost: Floats
    rows: Sparse
    low: Floats
    high: Floats
    lower: Floats
    upper: Floats
    integer: Booleans


@dataclass(frozen=True)
class Outcome:
    """The best values found, if any, and the bound below which no values can lie.

    `proved`: they are the best. `infeasible`: there are none, or none as good as was asked for.
    """

    values: Floats | None
    objective: float
    bound: float
    proved: bool = False
    infeasible: bool = False
    nodes: int = 0


def solved(
    program: Program,
    watch: Watch,
    *,
    below: float = np.inf,
    granule: float = 0.0,
    tell: Callable[[float, float], None] | None = None,
    hear: Callable[[Floats], None] | None = None,
) -> Outcome:
    """Branch and bound within the nodes and the time that are left; spends nodes of the watch.

    Where no values are known yet, nodes end it only once there are some: to have nothing to show
    is no end of a search. Only objectives under `below` are looked for. They differ by at least
    `granule`, so a smaller gap is none. `tell(objective, bound)` hears of progress, `hear(values)`
    of better values.
    """
    known = np.isfinite(below)
    if known and watch.nodes < 1:
        return Outcome(None, np.inf, -np.inf)
    if watch.over() or watch.short_of(PREPARING * program.rows.nnz):
        return Outcome(None, np.inf, -np.inf)
    # The best plan so far is handed over as a limit and not as a start: HiGHS 1.16 carries a start
    # through presolve with another objective, and then proves what is not so (OR-Library's scp58:
    # 287, where 288 is the least).
    solver = _prepared(program, watch)
    least = below - max(granule / 2, 1e-9 * abs(below)) if known else np.inf
    solver.setOptionValue("objective_bound", least)
    if known:
        solver.setOptionValue("mip_max_nodes", watch.nodes)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", max(0.999 * granule, 1e-7))
    _run(solver, watch, tell, hear and _believed(program, hear))
    outcome = _read(solver, program, least)
    watch.nodes = max(0, watch.nodes - max(outcome.nodes, 1))
    watch.over()  # so that a run which the clock ended is seen to be so
    return outcome


def _prepared(program: Program, watch: Watch) -> Any:
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", 0),
        ("time_limit", watch.left),
        ("mip_min_logging_interval", 0.1),
        # Searches within the search, of seconds, in which HiGHS asks nobody whether to go on.
        ("mip_heuristic_run_rins", False),
        ("mip_heuristic_run_rens", False),
        ("mip_heuristic_run_root_reduced_cost", False),
    ):
        solver.setOptionValue(name, value)
    rows = compressed(program.rows)
    solver.passModel(
        rows.shape[1],
        rows.shape[0],
        rows.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        program.cost,
        program.lower,
        program.upper,
        program.low,
        program.high,
        rows.indptr.astype(np.int32),
        rows.indices.astype(np.int32),
        rows.data.astype(np.float64),
        program.integer.astype(np.int32),
    )
    return solver


def _believed(program: Program, hear: Callable[[Floats], None]) -> Callable[[Floats], None]:
    """Hands on what HiGHS has found, if that is what it should be."""

    def told(values: Floats) -> None:
        values = np.where(program.integer, np.round(values), values)
        if _kept(program, values):
            hear(values)

    return told


def _run(
    solver: Any,
    watch: Watch,
    tell: Callable[[float, float], None] | None,
    hear: Callable[[Floats], None] | None,
) -> None:
    """Run, asking the watch; an error in what the caller handed in ends the run and comes out."""
    failed: list[BaseException] = []

    def called(kind: cb.HighsCallbackType, _: str, out: Any, into: Any, __: Any) -> None:
        try:
            if hear and kind == cb.HighsCallbackType.kCallbackMipImprovingSolution:
                hear(np.array(out.mip_solution))
            if kind in PROGRESS:
                if tell is not None:
                    tell(out.mip_primal_bound, out.mip_dual_bound)
            elif failed or watch.over() or _spent(kind, out, watch):
                into.user_interrupt = True
        except BaseException as error:
            failed.append(error)

    solver.setCallback(called, None)
    for kind in (*INTERRUPTS, *PROGRESS):
        solver.startCallback(kind)
    solver.run()
    solver.setCallback(None, None)
    if failed:
        raise failed[0]


def _spent(kind: cb.HighsCallbackType, out: Any, watch: Watch) -> bool:
    """Whether there are values, and as many nodes were searched as there were to be spent."""
    mip = kind == cb.HighsCallbackType.kCallbackMipInterrupt
    return mip and np.isfinite(out.mip_primal_bound) and out.mip_node_count >= watch.nodes


def _read(solver: Any, program: Program, least: float) -> Outcome:
    status, info = solver.getModelStatus(), solver.getInfo()
    nodes = max(0, int(info.mip_node_count))
    if status == HighsModelStatus.kInfeasible:
        return Outcome(None, np.inf, np.inf, infeasible=True, nodes=nodes)
    bound = float(info.mip_dual_bound)
    if info.primal_solution_status != int(SolutionStatus.kSolutionStatusFeasible):
        return Outcome(None, np.inf, bound, nodes=nodes)
    values = np.array(solver.getSolution().col_value)
    values = np.where(program.integer, np.round(values), values)
    objective = float(program.cost @ values)
    if abs(objective - info.objective_function_value) > NEAR * max(1.0, abs(objective)) or not (
        _kept(program, values)
    ):  # then nothing that it says is believed
        return Outcome(None, np.inf, -np.inf, nodes=nodes)
    proved = status == HighsModelStatus.kOptimal
    if proved and objective > least:  # found on the way, and no better: so nothing is
        return Outcome(None, np.inf, np.inf, infeasible=True, nodes=nodes)
    return Outcome(values, objective, bound, proved=proved, nodes=nodes)


def _kept(program: Program, values: Floats) -> bool:
    """Whether the values keep all rows and limits of the program."""
    sums = program.rows @ values
    inside = (program.low - NEAR <= sums) & (sums <= program.high + NEAR)
    within = (program.lower - NEAR <= values) & (values <= program.upper + NEAR)
    return bool(inside.all() and within.all())
