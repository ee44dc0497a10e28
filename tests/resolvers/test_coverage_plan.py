"""A plan is what it says: its figures are counted again, and small ones against every choice."""

import asyncio
import random
import signal
import time
from collections.abc import Iterator
from datetime import date
from itertools import combinations, product
from math import prod
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array, csr_matrix
from scipy.sparse.csgraph import maximum_flow

import graph.plan
from graph.solver import SOLVERS
from resolvers.auth import DEVELOPER
from resolvers.context import Context
from resolvers.enum import Objective
from resolvers.identity import global_id
from resolvers.operation import Request
from tests.resolvers.census import Place, Requirement, metres
from tests.resolvers.covering import L2, SHIFO, Known, units

QUERY = """query ($input: CoveragePlanInput!, $after: String) { coveragePlan(input: $input) {
  status proof objective bound gap seconds method candidates units unknown
  selected(first: 100, after: $after) { totalCount nodes { code } }
  uncovered(first: 100) { totalCount nodes { code } }
  choices(first: 100) { edges { gain serves node { code } } }
  exchanges { gain change person { code } partner { code } } } }"""
MAXIMISED = ("MAX_COVER", "EXPECTED")


def planned(ask: Any, within: str = SHIFO, level: str = "MICRO", **asked: Any) -> Any:
    return ask.data(QUERY, {"input": {"within": within, "level": level, **asked}})["coveragePlan"]


def codes(found: Any) -> list[str]:
    return [node["code"] for node in found["nodes"]]


def honest(plan: Any, more: bool = True) -> None:
    """What holds of every plan that chose somebody; `more`: more is better."""
    objective, bound = plan["objective"], plan["bound"]
    assert plan["gap"] == pytest.approx(abs(bound - objective) / max(abs(objective), 1e-9))
    assert bound >= objective if more else bound <= objective
    assert (plan["status"] == "OPTIMAL") is (plan["proof"] == "EXACT") is (bound == objective)
    assert [edge["node"]["code"] for edge in plan["choices"]["edges"]] == codes(plan["selected"])


# The whole of Shifo


def test_thirty_people_cover_what_the_plan_says(ask: Any, known: Known) -> None:
    plan = planned(ask, objective="MAX_COVER", budget=30, meters=500)
    honest(plan)
    people = known.people.volunteers
    belonging = {code: people[code].place for code in known.people.shifo}
    here = {code: place for code, place in belonging.items() if place}
    micro = {unit.code: unit.place for unit in known.levels["MICRO"] if unit.place}
    assert (plan["candidates"], plan["units"]) == (len(here), len(micro))
    assert plan["unknown"] == 619 - len(micro)
    chosen = codes(plan["selected"])
    assert len(chosen) == len(set(chosen)) == 30
    covered: set[str] = set()
    for code, choice in zip(chosen, plan["choices"]["edges"], strict=True):
        reached = {u for u, place in micro.items() if metres(place, here[code]) <= 500}
        assert choice["gain"] == len(reached - covered)
        covered |= reached
    assert plan["objective"] == len(covered)
    assert plan["uncovered"]["totalCount"] == len(micro) - len(covered)
    assert set(codes(plan["uncovered"])) <= set(micro) - covered
    assert plan["gap"] <= 0.04


def test_asked_again_the_plan_is_the_same(ask: Any) -> None:
    asked: dict[str, Any] = {"objective": "MAX_COVER", "budget": 12, "meters": 400}
    plans = [planned(ask, **asked) for _ in range(2)]
    for plan in plans:
        del plan["seconds"]
    assert plans[0] == plans[1]


def test_who_may_say_no_is_planned_for(ask: Any, known: Known) -> None:
    """A plan for what is expected expects more than one for those who all come."""
    asked: dict[str, Any] = {"budget": 30, "meters": 500}
    micro = [unit.place for unit in known.levels["MICRO"] if unit.place]
    expecting, nominal = (
        planned(ask, objective=objective, **asked) for objective in ("EXPECTED", "MAX_COVER")
    )
    figures = [_expected(codes(plan["selected"]), micro, known) for plan in (expecting, nominal)]
    assert expecting["objective"] == pytest.approx(figures[0])
    assert figures[0] > figures[1]
    draw, drawn = random.Random(7), []
    chances, reached = _reached(codes(expecting["selected"]), micro, known)
    for _ in range(2_000):
        comes = [draw.random() < chance for chance in chances]
        drawn.append(sum(any(comes[i] for i in near) for near in reached))
    mean = sum(drawn) / len(drawn)
    error = (sum((x - mean) ** 2 for x in drawn) / (len(drawn) - 1) / len(drawn)) ** 0.5
    assert abs(mean - expecting["objective"]) < 4 * error


def _reached(
    chosen: list[str], units: list[Place], known: Known
) -> tuple[list[float], list[list[int]]]:
    people = [known.people.volunteers[code] for code in chosen]
    near = [
        [i for i, p in enumerate(people) if p.place and metres(unit, p.place) <= 500]
        for unit in units
    ]
    return [person.acceptance for person in people], near


def _expected(chosen: list[str], units: list[Place], known: Known) -> float:
    chances, near = _reached(chosen, units, known)
    return sum(1 - prod(1 - chances[i] for i in each) for each in near)


# Few people: every choice is tried

SKILLS = ["law", "psychology", "sign-language"]


class Small:
    """The holders of a skill in Shifo, the micro grids of an L2 grid, and who reaches what."""

    def __init__(self, ask: Any, known: Known, skill: str, meters: int) -> None:
        people = known.people.volunteers
        held = sorted(set(known.people.meeting(Requirement(skill))) & known.people.shifo)
        self.places = {c: place for c in held if (place := people[c].place)}
        self.chance = {code: people[code].acceptance for code in self.places}
        found = units(ask, SHIFO, "L2")
        self.units = {unit.code: unit.place for unit in found if unit.place}
        self.far = {
            (u, p): metres(at, place)
            for u, at in self.units.items()
            for p, place in self.places.items()
        }
        self.near = {u: [p for p in self.places if self.far[u, p] <= meters] for u in self.units}

    def choices(self, budget: int) -> Iterator[tuple[str, ...]]:
        for size in range(min(budget, len(self.places)) + 1):
            yield from combinations(self.places, size)

    def count(self, u: str, chosen: tuple[str, ...]) -> int:
        return sum(p in chosen for p in self.near[u])

    def worth(self, objective: str, chosen: tuple[str, ...], k: int) -> float | None:
        """None where the choice does not do what is asked."""
        if objective == "MAX_COVER":
            return float(sum(self.count(u, chosen) >= k for u in self.units))
        if objective == "EXPECTED":
            return sum(
                1 - prod(1 - self.chance[p] for p in self.near[u] if p in chosen)
                for u in self.units
            )
        if objective == "P_MEDIAN":
            if not chosen:
                return None
            return sum(min(self.far[u, p] for p in chosen) for u in self.units)
        able = [u for u in self.units if len(self.near[u]) >= k]
        return float(len(chosen)) if all(self.count(u, chosen) >= k for u in able) else None


CASES = [
    ("MAX_COVER", 3, 1),
    ("MAX_COVER", 4, 2),
    ("EXPECTED", 3, 1),
    ("SET_COVER", None, 1),
    ("K_COVER", None, 2),
    ("P_MEDIAN", 3, 1),
]


@pytest.mark.parametrize("skill", SKILLS)
@pytest.mark.parametrize("meters", [700, 1_500, 2_600])
@pytest.mark.parametrize(("objective", "budget", "k"), CASES)
def test_no_choice_is_better(
    objective: str, budget: int | None, k: int, meters: int, skill: str, ask: Any, known: Known
) -> None:
    small = Small(ask, known, skill, meters)
    size = budget or min(6, len(small.places))
    worths = [w for c in small.choices(size) if (w := small.worth(objective, c, k)) is not None]
    asked: dict[str, Any] = {"skill": {"skill": skill}, "k": k, "budget": budget}
    if objective != "P_MEDIAN":
        asked["meters"] = meters
    plan = planned(ask, level="L2", objective=objective, **asked)
    honest(plan, more=objective in MAXIMISED)
    if worths:
        best = max(worths) if objective in MAXIMISED else min(worths)
        assert plan["status"] == "OPTIMAL"
        assert plan["objective"] == pytest.approx(best)
    else:  # then more than six have to be chosen
        assert plan["objective"] > size
    chosen = tuple(codes(plan["selected"]))
    assert small.worth(objective, chosen, k) == pytest.approx(plan["objective"])


# The same, where each serves so many units at most


class Rooms(Small):
    """What a choice is worth when each of the chosen serves `room` units."""

    def served(self, chosen: tuple[str, ...], room: int, k: int, able: list[str]) -> int:
        """The most coverings by different people, k for a unit: the maximum flow."""
        n, m = len(chosen), len(able)
        lines = [(0, 1 + i, room) for i in range(n)]
        lines += [(1 + i, 1 + n + j, 1) for i, p in enumerate(chosen) for j in self.at(p, able)]
        lines += [(1 + n + j, 1 + n + m, k) for j in range(m)]
        rows, columns, most = zip(*lines, strict=True)
        shape = (n + m + 2, n + m + 2)
        ways = csr_array((np.array(most, np.int32), (rows, columns)), shape=shape)
        return int(maximum_flow(csr_matrix(ways), 0, n + m + 1).flow_value)

    def at(self, person: str, able: list[str]) -> list[int]:
        return [j for j, u in enumerate(able) if person in self.near[u]]

    def roomy(self, objective: str, chosen: tuple[str, ...], k: int, room: int) -> float | None:
        """None where the choice does not do what is asked."""
        able = [u for u in self.units if len(self.near[u]) >= k]
        if objective == "P_MEDIAN":
            if len(chosen) * room < len(self.units):
                return None
            far = np.array([[self.far[u, p] for u in self.units] for p in chosen])
            rows, columns = linear_sum_assignment(np.repeat(far, room, axis=0).T)
            return float(np.repeat(far, room, axis=0).T[rows, columns].sum())
        if objective == "EXPECTED":  # one unit each
            ways = product(*(self.at(p, able) or [-1] for p in chosen))
            return max(self.expected(chosen, way, able) for way in ways)
        if objective == "MAX_COVER":
            return float(self.served(chosen, room, 1, able)) if chosen else 0.0
        enough = not able or (chosen and self.served(chosen, room, k, able) == k * len(able))
        return float(len(chosen)) if enough else None

    def expected(self, chosen: tuple[str, ...], way: tuple[int, ...], able: list[str]) -> float:
        return sum(
            1 - prod(1 - self.chance[p] for p, at in zip(chosen, way, strict=True) if at == j)
            for j in range(len(able))
        )


ROOMS = [
    ("MAX_COVER", 3, 1, 2),
    ("EXPECTED", 3, 1, 1),
    ("SET_COVER", None, 1, 4),
    ("K_COVER", None, 2, 6),
    ("P_MEDIAN", 3, 1, 6),
]


@pytest.mark.parametrize("skill", SKILLS)
@pytest.mark.parametrize(("objective", "budget", "k", "room"), ROOMS)
def test_no_choice_of_whom_to_serve_is_better(
    objective: str, budget: int | None, k: int, room: int, skill: str, ask: Any, known: Known
) -> None:
    small = Rooms(ask, known, skill, 2_600)
    size = budget or len(small.places)
    worths = [
        worth
        for chosen in small.choices(size)
        if (worth := small.roomy(objective, chosen, k, room)) is not None
    ]
    asked: dict[str, Any] = {"skill": {"skill": skill}, "k": k, "budget": budget}
    if objective != "P_MEDIAN":
        asked["meters"] = 2_600
    how: dict[str, Any] = {"nodes": 20_000, "seconds": 20.0, "capacity": room}
    plan = planned(ask, level="L2", objective=objective, **asked, **how)
    if not worths:
        assert (plan["status"], plan["objective"]) == ("INFEASIBLE", None)
        return
    honest(plan, more=objective in MAXIMISED)
    best = max(worths) if objective in MAXIMISED else min(worths)
    assert (plan["status"], plan["objective"]) == ("OPTIMAL", pytest.approx(best, abs=0.01))
    serves = [edge["serves"] for edge in plan["choices"]["edges"]]
    assert max(serves, default=0) <= room
    covered = sum(serves) if k == 1 and objective != "EXPECTED" else None
    assert covered in (None, len(small.units) - plan["uncovered"]["totalCount"])


def test_one_person_has_a_capacity_of_their_own(ask: Any) -> None:
    asked: dict[str, Any] = {"objective": "MAX_COVER", "budget": 1, "level": "L2", "meters": 2_600}
    asked |= {"skill": {"skill": "law"}, "nodes": 1_000}
    free = planned(ask, **asked)
    assert {edge["serves"] for edge in free["choices"]["edges"]} == {None}
    first = free["choices"]["edges"][0]
    person = global_id("Person", first["node"]["code"])
    own = [{"person": person, "units": 1}]
    bound = planned(ask, **asked, mustInclude=[person], capacities=own)
    (edge,) = [each for each in bound["choices"]["edges"] if each["node"] == first["node"]]
    assert edge["serves"] == 1
    assert bound["objective"] == 1 < free["objective"]
    none = planned(ask, **asked, capacity=0, capacities=own)
    assert (none["objective"], codes(none["selected"])) == (1, [first["node"]["code"]])


def test_whom_all_may_serve_is_too_much_to_choose(ask: Any) -> None:
    asked: dict[str, Any] = {"within": SHIFO, "level": "MICRO", "objective": "P_MEDIAN"}
    answer = ask(QUERY, {"input": {**asked, "budget": 30, "capacity": 30}})
    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == (
        "BAD_USER_INPUT",
        "input.capacity",
    )
    assert "100,000 pairs" in error["message"]


@pytest.mark.parametrize("more", [{}, {"meters": 500}])
def test_too_many_distances_are_refused_with_what_to_ask_for(
    ask: Any, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    """A reach would not help, so that it is not asked for."""
    monkeypatch.setattr(graph.plan, "METRES", 1_000)
    asked = {"objective": "P_MEDIAN", "within": SHIFO, "level": "MICRO", "budget": 3, **more}
    (error,) = ask(QUERY, {"input": asked})["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "input.objective"}
    assert "1,000 distances at most" in error["message"]
    assert "a smaller territory" in error["message"]
    few = planned(ask, level="L2", objective="P_MEDIAN", budget=2, skill={"skill": "psychology"})
    assert few["status"] == "OPTIMAL"


# Who must be there, who must not, and why not


def test_who_must_be_chosen_is_and_who_must_not_is_not(ask: Any) -> None:
    asked: dict[str, Any] = {"objective": "MAX_COVER", "budget": 5, "meters": 500}
    free = codes(planned(ask, **asked)["selected"])
    last = codes(planned(ask, **{**asked, "budget": 40})["selected"])[-1]
    assert last not in free
    must = [global_id("Person", last)]
    without = [global_id("Person", free[0])]
    bent = codes(planned(ask, **asked, mustInclude=must, exclude=without)["selected"])
    assert last in bent
    assert free[0] not in bent


def test_why_somebody_is_not_chosen_can_be_asked(ask: Any) -> None:
    asked: dict[str, Any] = {"objective": "MAX_COVER", "budget": 2, "meters": 500, "within": L2}
    others = codes(planned(ask, **{**asked, "budget": 5})["selected"])
    ids = [global_id("Person", code) for code in others]
    plan = planned(ask, **asked, whyNot=ids)
    chosen = codes(plan["selected"])
    told = {each["person"]["code"]: each for each in plan["exchanges"]}
    assert set(told) == set(others) - set(chosen)
    assert told
    for code, each in told.items():
        assert each["partner"]["code"] in chosen
        swapped = [c for c in chosen if c != each["partner"]["code"]] + [code]
        forced = planned(ask, **{**asked, "mustInclude": [global_id("Person", c) for c in swapped]})
        assert forced["objective"] == plan["objective"] + each["change"]
        more = planned(
            ask,
            **{
                **asked,
                "budget": 3,
                "mustInclude": [global_id("Person", c) for c in [*chosen, code]],
            },
        )
        assert more["objective"] == plan["objective"] + each["gain"]


def test_where_more_must_be_chosen_than_may_there_is_no_plan(ask: Any) -> None:
    two = codes(planned(ask, objective="MAX_COVER", budget=2, meters=500)["selected"])
    must = [global_id("Person", code) for code in two]
    plan = planned(ask, objective="MAX_COVER", budget=1, meters=500, mustInclude=must)
    assert (plan["status"], plan["proof"]) == ("INFEASIBLE", "NONE")
    assert plan["objective"] is None
    assert codes(plan["selected"]) == []


def test_a_budget_larger_than_the_people_chooses_no_more_than_help(ask: Any) -> None:
    asked: dict[str, Any] = {"objective": "MAX_COVER", "meters": 900, "skill": {"skill": "law"}}
    plan = planned(ask, budget=100_000, **asked)
    honest(plan)
    assert plan["status"] == "OPTIMAL"
    assert plan["selected"]["totalCount"] <= plan["candidates"] < 100
    assert all(edge["gain"] > 0 for edge in plan["choices"]["edges"])


def test_where_there_is_nobody_and_nothing_the_plan_is_empty(ask: Any) -> None:
    shangjie = global_id("Division", "ZZ-SJ")
    plan = planned(ask, within=shangjie, objective="MAX_COVER", budget=3, meters=500)
    assert (plan["status"], plan["objective"], plan["units"]) == ("OPTIMAL", 0, 0)


@pytest.mark.parametrize("objective", Objective)
def test_a_level_that_the_territory_has_not_asks_for_nobody(objective: str, ask: Any) -> None:
    plan = planned(ask, level="RURAL", objective=objective, budget=3, meters=500)
    assert (plan["status"], plan["proof"], plan["units"]) == ("OPTIMAL", "EXACT", 0)
    assert (plan["objective"], plan["bound"], codes(plan["selected"])) == (0, 0, [])


@pytest.mark.parametrize("objective", ["MAX_COVER", "EXPECTED"])
def test_with_a_budget_of_nobody_nothing_is_covered(objective: str, ask: Any) -> None:
    plan = planned(ask, level="L2", objective=objective, budget=0, meters=2_600)
    assert (plan["status"], plan["proof"]) == ("OPTIMAL", "EXACT")
    assert (plan["objective"], plan["bound"], codes(plan["selected"])) == (0, 0, [])
    assert plan["uncovered"]["totalCount"] == plan["units"] > 0


@pytest.mark.parametrize("objective", ["SET_COVER", "K_COVER", "P_MEDIAN"])
def test_with_a_budget_of_nobody_not_everything_is_covered(objective: str, ask: Any) -> None:
    plan = planned(ask, level="L2", objective=objective, budget=0, meters=2_600)
    assert (plan["status"], plan["proof"]) == ("INFEASIBLE", "NONE")
    assert (plan["objective"], codes(plan["selected"])) == (None, [])


PERSON = global_id("Person", "P-SF-V0001")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"objective": "MAX_COVER", "meters": 5}, "input.budget"),
        ({"objective": "P_MEDIAN"}, "input.budget"),
        ({"objective": "MAX_COVER", "budget": 5}, "input.meters"),
        ({"objective": "SET_COVER"}, "input.meters"),
        ({"objective": "SET_COVER", "meters": -1}, "input.meters"),
        ({"objective": "SET_COVER", "minutes": -1}, "input.minutes"),
        ({"objective": "SET_COVER", "meters": 5, "k": 2}, "input.k"),
        ({"objective": "SET_COVER", "meters": 5, "capacity": -1}, "input.capacity"),
        (
            {
                "objective": "SET_COVER",
                "meters": 5,
                "capacities": [{"person": PERSON, "units": -1}],
            },
            "input.capacities",
        ),
        (
            {
                "objective": "SET_COVER",
                "meters": 5,
                "capacities": [{"person": PERSON, "units": 1}] * 2,
            },
            "input.capacities",
        ),
        ({"objective": "K_COVER", "meters": 5, "k": 0}, "input.k"),
        ({"objective": "MAX_COVER", "meters": 5, "budget": -1}, "input.budget"),
        ({"objective": "SET_COVER", "meters": 5, "seconds": 0}, "input.seconds"),
        ({"objective": "SET_COVER", "meters": 5, "seconds": 21}, "input.seconds"),
        ({"objective": "SET_COVER", "meters": 5, "nodes": -1}, "input.nodes"),
        ({"objective": "SET_COVER", "meters": 5, "skill": {"skill": "no-such"}}, "input.skill"),
        ({"objective": "SET_COVER", "meters": 5, "mustInclude": ["x"]}, "input.mustInclude"),
        ({"objective": "SET_COVER", "meters": 5, "exclude": [SHIFO]}, "input.exclude"),
        (
            {"objective": "SET_COVER", "meters": 5, "exclude": [PERSON], "mustInclude": [PERSON]},
            "input.exclude",
        ),
        (
            {"objective": "SET_COVER", "meters": 5, "mustInclude": [global_id("Person", "NO")]},
            "input.mustInclude",
        ),
        (
            {"objective": "SET_COVER", "meters": 5, "within": global_id("Grid", "NO")},
            "input.within",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_meant_names_the_field(said: dict[str, Any], field: str, ask: Any) -> None:
    answer = ask(QUERY, {"input": {"within": SHIFO, "level": "MICRO", **said}})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": field}


# The process that solves

LONG: dict[str, Any] = {
    "objective": "SET_COVER",
    "meters": 500,
    "nodes": 20_000,
    "within": SHIFO,
    "level": "MICRO",
}


def test_the_clock_ends_a_search(ask: Any) -> None:
    planned(ask, objective="SET_COVER", meters=2_000)
    began = time.monotonic()
    plan = planned(ask, **{**LONG, "seconds": 1.0})
    assert time.monotonic() - began < 1.2 * 1.0 + 1.0  # and two readings
    assert plan["status"] == "TIME_LIMIT"
    assert plan["seconds"] <= 1.2


def test_who_no_longer_waits_has_the_search_ended(ask: Any) -> None:
    async def leave() -> None:
        context = Context(ask.graph, DEVELOPER, date(2026, 11, 24), "a-test")
        request = Request(QUERY, {"input": {**LONG, "seconds": 20.0}})
        question = ask.operations.question(request)
        asked = asyncio.create_task(ask.operations.answer(question, context))
        await asyncio.sleep(1.5)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    began = time.monotonic()
    ask.run(leave())
    assert planned(ask, objective="MAX_COVER", budget=2, meters=500)["objective"] > 0
    assert time.monotonic() - began < 15


def test_what_preparing_took_is_no_time_to_search(
    ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clients say how long an answer may take, not a search."""
    planned(ask, objective="MAX_COVER", budget=3, meters=300)
    left: list[float] = []
    prepared, solve = graph.plan._question, SOLVERS.solve

    def slowly(*asked: Any) -> Any:
        time.sleep(1.5)
        return prepared(*asked)

    async def solved(question: Any, limits: Any, others: Any, patience: Any) -> Any:
        left.append(limits.seconds)
        return await solve(question, limits, others, patience)

    monkeypatch.setattr(graph.plan, "_question", slowly)
    monkeypatch.setattr(SOLVERS, "solve", solved)
    planned(ask, objective="MAX_COVER", budget=3, meters=300, seconds=4.0)
    assert 0.5 < left[0] <= 2.5
    began = time.monotonic()
    asked = {"objective": "MAX_COVER", "budget": 3, "meters": 300, "seconds": 0.25}
    answer = ask(QUERY, {"input": {"within": SHIFO, "level": "MICRO", **asked}})
    assert time.monotonic() - began < 1.2
    assert answer["errors"][0]["extensions"]["field"] == "input.seconds"


def test_a_plan_is_in_time_even_if_the_solver_is_not(ask: Any) -> None:
    planned(ask, objective="MAX_COVER", budget=2, meters=500)
    for process in SOLVERS.idle:
        process.child.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    found = planned(ask, objective="MAX_COVER", budget=2, meters=500, seconds=1.0)
    assert time.monotonic() - began < 2.5  # by the clock of a machine that does other things, too
    assert (found["status"], found["proof"], found["objective"]) == ("TIME_LIMIT", "NONE", None)
    assert found["selected"]["totalCount"] == 0
    assert planned(ask, objective="MAX_COVER", budget=2, meters=500, seconds=15.0)["objective"] > 0


def test_a_solver_that_dies_is_told_and_replaced(ask: Any) -> None:
    planned(ask, objective="MAX_COVER", budget=2, meters=500)
    for process in SOLVERS.idle:
        process.child.kill()
        process.child.wait()
    asked: dict[str, Any] = {"objective": "MAX_COVER", "budget": 2, "meters": 500}
    answers = [
        ask(QUERY, {"input": {"within": SHIFO, "level": "MICRO", **asked}}) for _ in range(3)
    ]
    assert "errors" not in answers[-1]
    for answer in answers[:-1]:
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert codes <= {"UNAVAILABLE"}
