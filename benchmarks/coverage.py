"""Are coverage plans proved, how fast, and how far from the best are they otherwise?

    python benchmarks/coverage.py [--instances FOLDER] [--seconds 60] [--only scp]

The folder holds published instances, which are not part of this repository: `scp/scp41.txt` … of
OR-Library (set covering, Beasley 1990), `pmed/pmed1.txt` … with `optima.txt` (p-median, Beasley
1985), `mclp/SJC324.txt` … with `demand-SJC324.dat` … (maximum cover, Lorena and Pereira 2002).
Without it, only networks drawn from a seed are planned: 6,169 people and 619 units in a square.
Each instance runs in a process of its own. Prints a table, with what is known to be the best, and
one JSON line: seconds, objective, bound, gap and peak megabytes of each.
"""

import argparse
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from graph.analysis.plan.planner import plan  # noqa: E402
from graph.analysis.plan.question import Limits, Objective, Question  # noqa: E402

SETS = {
    **{"41": 429, "42": 512, "43": 516, "44": 494, "45": 512, "46": 560, "47": 430, "48": 492},
    **{"49": 641, "410": 514, "51": 253, "52": 302, "53": 226, "54": 242, "55": 211, "56": 213},
    **{"57": 293, "58": 288, "59": 279, "510": 265, "61": 138, "62": 146, "63": 145, "64": 131},
    "65": 161,
}
TIMES = {2: 1148, 3: 2130, 4: 3294, 5: 4710}  # scp41 with each row covered so many times
# (sites, radius): the best weight for each number of sites chosen
SITES = {
    (324, 800): {1: 5461, 2: 8790, 3: 11604, 4: 12106, 5: 12152},
    (402, 800): {1: 6555, 2: 11339, 3: 14690, 4: 15658, 5: 15970, 6: 15984},
    (500, 800): {
        **{1: 7944, 2: 12454, 3: 15730, 4: 17794},
        **{5: 18859, 6: 19525, 7: 19692, 8: 19707},
    },
    (324, 150): {20: 7302, 30: 9127, 40: 10443, 50: 11397, 60: 11991},
    (500, 150): {40: 13340, 50: 14773, 60: 15919},
}
MEDIANS = range(1, 21)
PEOPLE, UNITS, SEED = 6169, 619, 1
DRAWS = 20_000
REACH = 0.115  # of a square with sides of 1


@dataclass(frozen=True)
class Case:
    """An instance to be made where it is planned, its best value if it is known, and its limits."""

    name: str
    make: Callable[..., Question]
    arguments: tuple[Any, ...]
    best: float | None
    limits: Limits


def published(folder: Path, seconds: float) -> Iterator[Case]:
    limits = Limits(seconds)
    for name, best in SETS.items():
        yield Case(f"scp{name}", covering, (folder, name, 1), best, limits)
    for k, best in TIMES.items():
        yield Case(f"scp41 {k} times", covering, (folder, "41", k), best, limits)
    for (sites, radius), bests in SITES.items():
        for budget, best in bests.items():
            name = f"SJC{sites} {radius} m, {budget}"
            yield Case(name, sited, (folder, sites, radius, budget), best, limits)
    lines = (folder / "pmed" / "optima.txt").read_text().splitlines()
    optima = {words[0]: float(words[1]) for words in map(str.split, lines[1:]) if words}
    for number in MEDIANS:
        yield Case(f"pmed{number}", medians, (folder, number), optima[f"pmed{number}"], limits)


def invented() -> Iterator[Case]:
    """Questions of the size of a town, once without branch and bound and once for seconds."""
    asked: list[tuple[str, Objective, dict[str, Any]]] = [
        ("MAX_COVER 30", Objective.MAX_COVER, {"budget": 30}),
        ("MAX_COVER 60 twice", Objective.MAX_COVER, {"budget": 60, "k": 2}),
        ("EXPECTED 30 at 0.3", Objective.EXPECTED, {"budget": 30, "chances": "same"}),
        ("EXPECTED 30", Objective.EXPECTED, {"budget": 30, "chances": "learned"}),
        ("EXPECTED 60 twice", Objective.EXPECTED, {"budget": 60, "k": 2, "chances": "learned"}),
        ("SET_COVER", Objective.SET_COVER, {}),
        ("K_COVER 2", Objective.K_COVER, {"k": 2}),
        ("P_MEDIAN 30", Objective.P_MEDIAN, {"budget": 30}),
    ]
    for name, objective, more in asked:
        for words, limits in (("no search", Limits(60, nodes=0)), ("5 s", Limits(5))):
            yield Case(f"town {name}, {words}", town, (objective, more), None, limits)
        if objective is Objective.MAX_COVER:
            yield Case(f"town {name}, 1 s", town, (objective, more), None, Limits(1))


def covering(folder: Path, name: str, k: int) -> Question:
    """OR-Library's set covering: rows and columns, costs, then the columns that cover each row."""
    words = iter(map(int, (folder / "scp" / f"scp{name}.txt").read_text().split()))
    rows, columns = next(words), next(words)
    costs = [float(next(words)) for _ in range(columns)]
    pairs = [(next(words) - 1, row) for row in range(rows) for _ in range(next(words))]
    reach = csr_array((np.ones(len(pairs)), tuple(np.transpose(pairs))), shape=(columns, rows))
    return Question(Objective.K_COVER, reach, k=k, costs=costs)


def sited(folder: Path, sites: int, radius: float, budget: int) -> Question:
    """Sites that are customers too: how many, then x and y of each; a weight a line beside it."""
    figures = np.array((folder / "mclp" / f"SJC{sites}.txt").read_text().split(), dtype=np.float64)
    places = figures[1 : 1 + 2 * sites].reshape(-1, 2)
    weights = (folder / "mclp" / f"demand-SJC{sites}.dat").read_text().split()[:sites]
    reach = csr_array(_far(places, places) <= radius, dtype=np.float64)
    return Question(Objective.MAX_COVER, reach, budget, weights=np.array(weights, np.float64))


def medians(folder: Path, number: int) -> Question:
    """OR-Library's p-median: nodes, edges, p; then edges, of which the last of each pair counts."""
    text = (folder / "pmed" / f"pmed{number}.txt").read_text()
    figures = np.array(text.split(), dtype=np.int64)
    nodes, budget = int(figures[0]), int(figures[2])
    lengths = np.zeros((nodes, nodes))
    for one, other, length in figures[3:].reshape(-1, 3):
        lengths[one - 1, other - 1] = lengths[other - 1, one - 1] = length
    return Question(Objective.P_MEDIAN, _whole(shortest_path(lengths, directed=False)), budget)


def town(objective: Objective, more: dict[str, Any]) -> Question:
    chance = np.random.default_rng(SEED)
    people, units = chance.random((PEOPLE, 2)), chance.random((UNITS, 2))
    said_yes = chance.binomial(5, 0.3, PEOPLE)
    chances = {"same": np.full(PEOPLE, 0.3), "learned": (3 + said_yes) / 15}
    more = {name: chances.get(value, value) if name == "chances" else value
            for name, value in more.items()}  # fmt: skip
    far = _far(people, units)
    if objective is Objective.P_MEDIAN:
        return Question(objective, _whole(far), **more)
    return Question(objective, csr_array(far <= REACH, dtype=np.float64), **more)


def _far(one: Any, other: Any) -> Any:
    return np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1))


def _whole(far: Any) -> Any:
    """A sparse matrix in which every pair is stored, zero included."""
    return csr_array((far.ravel(), np.nonzero(np.ones_like(far))), shape=far.shape)


def quiet() -> None:
    """HiGHS says its name on standard output when it is first used."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def measured(case: Case) -> dict[str, Any]:
    found = plan(case.make(*case.arguments), case.limits)
    return {
        "instance": case.name,
        "seconds": round(found.seconds, 2),
        "status": found.status.value,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "best": case.best,
        "nodes": found.nodes,
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def refusing() -> dict[str, Any]:
    """Thirty alerts in the town, planned as if everybody came, and reckoning with refusals.

    Of both how many units are expected to be covered, exactly and by drawing lots.
    """
    asked = town(Objective.EXPECTED, {"budget": 30, "chances": "learned"})
    nominal = plan(town(Objective.MAX_COVER, {"budget": 30}), Limits(20, nodes=100))
    reckoned = plan(asked, Limits(20, nodes=100))
    found: dict[str, Any] = {}
    for name, chosen in (("nominal", nominal.chosen), ("reckoned", reckoned.chosen)):
        some = list(chosen)
        reach, chances = asked.reach[some].toarray() > 0, np.asarray(asked.chances)[some]
        lots = np.random.default_rng(SEED).random((DRAWS, len(chosen))) < chances
        covered = (lots.astype(np.int32) @ reach.astype(np.int32) >= 1).sum(axis=1)
        exact = (1 - np.prod(np.where(reach, 1 - chances[:, None], 1.0), axis=0)).sum()
        found[name] = {
            "expected": round(float(exact), 3),
            "drawn": round(float(covered.mean()), 3),
            "standard_error": round(float(covered.std(ddof=1) / np.sqrt(DRAWS)), 3),
        }
    return found


def wrong(row: dict[str, Any]) -> bool:
    """Whether a plan contradicts what is known."""
    best, objective, bound = row["best"], row["objective"], row["bound"]
    if best is None or objective is None:
        return False
    return not min(objective, bound) <= best <= max(objective, bound)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--instances", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--only", default="", help="instances whose name begins with this")
    wanted = parser.parse_args()
    cases = [
        *(published(wanted.instances, wanted.seconds) if wanted.instances else ()),
        *invented(),
    ]
    console, rows = Console(), []
    process = get_context("spawn")
    with ProcessPoolExecutor(1, process, quiet, max_tasks_per_child=1) as pool:
        for case in cases:
            if case.name.startswith(wanted.only):
                console.log(case.name)
                rows.append(pool.submit(measured, case).result())
    table = Table("instance", "s", "objective", "bound", "gap %", "best known", "nodes", "MB")
    for row in rows:
        figures = (row["seconds"], row["objective"], row["bound"])
        gap = "" if row["gap"] is None else f"{100 * row['gap']:.2f}"
        mark = " WRONG" if wrong(row) else ""
        best = "" if row["best"] is None else f"{row['best']:,.0f}{mark}"
        shown = (f"{figure:,.2f}" if figure is not None else "" for figure in figures)
        table.add_row(row["instance"], *shown, gap, best, str(row["nodes"]), str(row["megabytes"]))
    console.print(table)
    proved = sum(row["status"] == "OPTIMAL" for row in rows)
    refused: dict[str, Any] = {}
    if "town refusing".startswith(wanted.only):
        with ProcessPoolExecutor(1, process, quiet) as pool:
            refused = pool.submit(refusing).result()
        for name, figures in refused.items():
            said = "as if all came" if name == "nominal" else "reckoning with refusals"
            console.print(
                f"30 alerts planned {said}: {figures['expected']} of {UNITS} units are expected to "
                f"be covered; drawn {figures['drawn']} ± {figures['standard_error']}"
            )
    total = {"benchmark": "coverage", "proved": proved, "refusing": refused, "rows": rows}
    console.print_json(json.dumps(total), indent=None)


if __name__ == "__main__":
    main()
