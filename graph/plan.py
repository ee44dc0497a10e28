"""Whom to choose so that a territory is covered: who could be, which units they reach, the plan.

People and units are those of the snapshot; `graph.analysis.plan` solves, in a process of its own.
"""

import asyncio
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from graph.analysis import sphere
from graph.analysis.plan.exchange import Exchange
from graph.analysis.plan.planner import METRES
from graph.analysis.plan.question import Limits, Objective, Plan, Proof, Question, Status
from graph.asked import ANYHOW, Asked
from graph.bolt import Graph
from graph.lazy import Lazy
from graph.measure.count import current, known
from graph.measure.pairs import Pairs, volunteers
from graph.measure.question import Units
from graph.model import Asking, Finding, Key, Ranking, Unfit
from graph.requirement import Requirement
from graph.snapshot.column import Floats, ordinal
from graph.snapshot.snapshot import Snapshot
from graph.solver import SOLVERS

EVERYWHERE = 20_100_000.0  # metres, more than half around the earth
SERVED = 100_000  # pairs of a person and a unit, where who serves whom is chosen as well
AROUND = 1e-7  # seconds that it takes for each reach to hand it to the solver and put it in order
LATER, MOMENT = 1.15, 0.1  # of the seconds, or so many more, after which nobody waits for a plan
TOO_SHORT = "looking up who reaches which unit takes longer than this: ask for more, or once more"
WORK = 30_000  # reaches times nodes of a search that nobody limits


@dataclass(frozen=True)
class Wanted:
    """What a plan is to reach, with whom. `reach` in metres, None = however far.

    `must`, `without`, `why_not`: codes of people who are chosen, are not, and of whom is told why
    they are not. `capacity`: nobody serves more units than that, None = any number; `capacities`:
    the same of single people, by code, in its place. `asked`: for which hour, by which means. The
    search ends after `nodes` of branch and bound (None = as many as an answer within a second or so
    allows), and after `seconds`.
    """

    objective: Objective
    within: Key
    level: str
    budget: int | None = None
    k: int = 1
    skill: Requirement | None = None
    reach: float | None = None
    must: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    why_not: tuple[str, ...] = ()
    capacity: int | None = None
    capacities: tuple[tuple[str, int], ...] = ()
    asked: Asked = ANYHOW
    nodes: int | None = None
    seconds: float = 5.0

    @property
    def limited(self) -> bool:
        """Whether there is a capacity, so that who serves whom is chosen as well."""
        return self.capacity is not None or bool(self.capacities)


@dataclass(frozen=True)
class Ground:
    """Candidates and units with a place, in order of code; `unknown`: units that have none.

    `places` and `centers` are longitudes and latitudes in degrees.
    """

    people: list[str]
    places: tuple[Floats, Floats]
    chances: Floats
    units: list[str]
    centers: tuple[Floats, Floats]
    unknown: int

    def index(self, code: str) -> int | None:
        """Which of the candidates this is."""
        at = bisect_left(self.people, code)
        return at if self.people[at : at + 1] == [code] else None

    def indexes(self, codes: Iterable[str]) -> list[int]:
        """Those of these who are candidates, in order."""
        return sorted({at for code in codes if (at := self.index(code)) is not None})


class Choice(NamedTuple):
    """One who is chosen, what they add to those before, and how many they serve if that counts.

    `gain` is None as long as a better plan is searched.
    """

    code: str
    gain: float | None
    serves: int | None


def plan(wanted: Wanted, day: str | None = None) -> Finding:
    """The plan as a record; raises Missing, or Unfit for what cannot be meant here."""

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        began, patience = time.monotonic(), max(LATER * wanted.seconds, wanted.seconds + MOMENT)
        snapshot = await current(graph, asking)
        try:
            async with asyncio.timeout(patience):
                ground, question = await _prepared(snapshot, wanted, asking)
        except TimeoutError:
            raise Unfit("input.seconds", TOO_SHORT) from None
        others = [index for code in wanted.why_not if (index := ground.index(code)) is not None]
        spent = time.monotonic() - began
        nodes = _nodes(question) if wanted.nodes is None else wanted.nodes
        left = wanted.seconds - spent - question.reach.nnz * AROUND
        limits = Limits(max(0.0, left), nodes)
        waits = None if others else max(MOMENT, patience - spent)  # to explain is not to search
        solved = await SOLVERS.solve(question, limits, others, waits)
        nothing = Plan(
            Status.TIME_LIMIT,
            Proof.NONE,
            uncovered=tuple(range(len(ground.units))),
            seconds=time.monotonic() - began,
        )
        found, exchanges = solved or (nothing, [])
        return _record(wanted, ground, found, exchanges)

    return Finding(find, day, wanted.seconds)


async def prepared(graph: Graph, wanted: Wanted, asking: Asking) -> tuple[Ground, Question]:
    """Who could be chosen for which units, and the question in arrays; Missing or Unfit."""
    return await _prepared(await current(graph, asking), wanted, asking)


async def _prepared(snapshot: Snapshot, wanted: Wanted, asking: Asking) -> tuple[Ground, Question]:
    known(snapshot, wanted.skill)
    ground, reaching = await asyncio.to_thread(_found, snapshot, wanted, asking)
    for code in wanted.must:
        if ground.index(code) is None:
            raise Unfit("input.mustInclude", f"{code} is no volunteer with a place who qualifies")
    return ground, await asyncio.to_thread(_question, wanted, ground, reaching)


def _found(snapshot: Snapshot, wanted: Wanted, asking: Asking) -> tuple[Ground, Pairs | None]:
    """The ground, and who is within reach of each unit; None where it matters how far they are."""
    land, people, day = snapshot.land, snapshot.people, ordinal(asking.day)
    top = snapshot.top(wanted.within, asking, "input.within")
    who = snapshot.volunteers(asking, wanted.skill, top) & people.placed
    chosen = people.by_code[who[people.by_code]]
    units = land.units(top, wanted.level, day, snapshot.sight(asking))
    centered = units[land.placed[units]]
    reaching = None
    if wanted.objective is not Objective.P_MEDIAN:
        found = volunteers(snapshot, Units(land, centered), wanted.reach, day, who)
        place = np.zeros(len(people.codes), np.int64)
        place[chosen] = np.arange(len(chosen))
        reaching = replace(found, person=place[found.person])
    known = Ground(
        [people.codes[i] for i in chosen.tolist()],
        (people.longitude[chosen], people.latitude[chosen]),
        snapshot.chances(wanted.asked, asking)[chosen],
        [land.names[i][1] for i in centered.tolist()],
        (land.longitude[centered], land.latitude[centered]),
        len(units) - len(centered),
    )
    return known, reaching


def _question(wanted: Wanted, known: Ground, reaching: Pairs | None) -> Question:
    n, m = len(known.people), len(known.units)
    if wanted.objective is Objective.P_MEDIAN and n * m > METRES:
        raise Unfit(
            "input.objective",
            f"P_MEDIAN keeps {METRES:,} distances at most, with a reach and without; {n:,} people "
            f"and {m:,} units have {n * m:,}: ask for a smaller territory, a level of fewer units, "
            "or a skill",
        )
    if reaching is None:
        reach = _distances(wanted, known)
    else:  # in the order of codes, whatever that of the snapshot
        reach = csr_array(reaching.matrix(n).T)
    capacity = _capacity(wanted, known)
    if capacity is not None and reach.nnz > SERVED:
        raise Unfit(
            "input.capacity",
            f"who serves whom is chosen among {SERVED:,} pairs of a person and a unit at most; "
            f"here are {reach.nnz:,}: ask for a shorter reach, a smaller territory, or a skill",
        )
    return Question(
        wanted.objective,
        reach,
        wanted.budget,
        wanted.k,
        chances=known.chances if wanted.objective is Objective.EXPECTED else None,
        must_include=known.indexes(wanted.must),
        exclude=known.indexes(wanted.without),
        capacity=capacity,
    )


def _distances(wanted: Wanted, known: Ground) -> Any:
    """Metres of all who are within reach, (people, units); METRES pairs at most."""
    reach = EVERYWHERE if wanted.reach is None else wanted.reach
    unit, person, metres = sphere.pairs_within(*known.centers, *known.places, reach)
    return csr_array((metres, (person, unit)), shape=(len(known.people), len(known.units)))


def _capacity(wanted: Wanted, known: Ground) -> list[int] | None:
    """How many units each candidate serves at most; None where nobody's number is limited."""
    if not wanted.limited:
        return None
    every = len(known.units)
    common = every if wanted.capacity is None else min(wanted.capacity, every)
    own = dict(wanted.capacities)
    return [min(own.get(code, common), every) for code in known.people]


def _nodes(question: Question) -> int:
    """Fewer the more there is to do at each: of 38,000 reaches, one takes 0.2 to 5 seconds.

    Where all has to be covered, or who serves whom to be chosen, the first makes a good plan.
    """
    least = 1 if question.objective.covers_all or question.capacity is not None else 0
    return max(least, WORK // max(1, int(question.reach.nnz)))


def choices(wanted: Wanted, known: Ground, found: Plan) -> list[Choice]:
    """Who is chosen, in the order of the plan."""
    serves = _serving(wanted, found)
    return [_choice(known, found, serves, i) for i in range(len(found.chosen))]


def _choice(known: Ground, found: Plan, serves: Counter[int] | None, i: int) -> Choice:
    """The one who is chosen at this place."""
    j = found.chosen[i]
    return Choice(known.people[j], found.gains[i], None if serves is None else serves[j])


def _serving(wanted: Wanted, found: Plan) -> Counter[int] | None:
    """How many units each serves, where that counts."""
    return Counter(j for j, _ in found.served) if wanted.limited else None


def _record(
    wanted: Wanted, known: Ground, found: Plan, exchanges: Sequence[Exchange]
) -> dict[str, Any]:
    people, units = known.people, known.units
    serves = _serving(wanted, found)
    edge = lambda i: _choice(known, found, serves, i)._asdict()  # noqa: E731
    chosen = _ranking(wanted, "Person", people, found.chosen, edge)
    return {
        "status": found.status.value,
        "proof": found.proof.value,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "seconds": round(found.seconds, 6),
        "method": found.method,
        "candidates": len(people),
        "units": len(units),
        "unknown": known.unknown,
        "selected": lambda _: chosen,
        "choices": lambda _: chosen,
        "uncovered": lambda _: _ranking(wanted, "Grid", units, found.uncovered),
        "exchanges": [
            {
                "person": Key("Person", people[each.candidate]),
                "gain": each.gain,
                "partner": None if each.partner is None else Key("Person", people[each.partner]),
                "change": each.change,
            }
            for each in exchanges
        ],
    }


def _ranking(
    wanted: Wanted,
    label: str,
    codes: Sequence[str],
    some: Sequence[int],
    edge: Callable[[int], Mapping[str, Any]] = lambda _: {},
) -> Ranking:
    """Some of these, in the order in which they are given."""
    return Ranking(
        Lazy(len(some), lambda i: Key(label, codes[some[i]])),
        Lazy(len(some), lambda i: (i, codes[some[i]])),
        edge,
        f"{wanted} {label}",
        (False, False),
    )
