"""Who may ask whom to choose, and what must be said to ask it."""

from dataclasses import replace
from typing import Annotated

import strawberry

import graph.plan
from graph.model import Finding
from graph.plan import Wanted
from resolvers import identity
from resolvers.asked import AskedInput, asked
from resolvers.auth import PEOPLE, policy
from resolvers.context import TERRITORIES, Info
from resolvers.enum import GridLevel, Objective
from resolvers.errors import bad_input
from resolvers.point import SkillRequirementInput, reach

MOST_BUDGET = 100_000
MOST_K = 100
MOST_SECONDS = 20.0
MOST_NODES = 20_000
MOST_PEOPLE = 1_000
MOST_CAPACITY = 100_000
MOST_EXPLAINED = 20


@strawberry.input(description="个别容量 · How much one person can take on")
class PersonCapacityInput:
    person: strawberry.ID = strawberry.field(description="人员 · Id of the person")
    units: int = strawberry.field(description="单元数 · They serve at most so many units")


@strawberry.input(description="规划问题 · Whom to choose, and what for")
class PlanQuestionInput:
    objective: Objective = strawberry.field(description="目标 · What the plan is to reach")
    within: strawberry.ID = strawberry.field(
        description="辖区 · Id of the division or grid: its units, and volunteers who belong to it"
    )
    level: GridLevel = strawberry.field(description="级别 · Level of the units")
    budget: int | None = strawberry.field(
        default=None,
        description="人数上限 · At most so many are chosen; MAX_COVER, EXPECTED, P_MEDIAN need it",
    )
    meters: int | None = strawberry.field(
        default=None,
        description="米 · Who is within so many metres of a unit's centroid reaches it; all but "
        "P_MEDIAN need this or minutes",
    )
    minutes: int | None = strawberry.field(
        default=None, description="分钟 · The same in minutes on foot"
    )
    k: int = strawberry.field(
        default=1,
        description="重数 · MAX_COVER, K_COVER, EXPECTED: so many different people cover a unit",
    )
    skill: SkillRequirementInput | None = strawberry.field(
        default=None, description="技能 · Only who holds this can be chosen"
    )
    must_include: list[strawberry.ID] | None = strawberry.field(
        default=None, description="必选 · Ids of people who are chosen in any case"
    )
    exclude: list[strawberry.ID] | None = strawberry.field(
        default=None, description="排除 · Ids of people who are not chosen"
    )
    capacity: int | None = strawberry.field(
        default=None,
        description="容量 · Nobody serves more units than this, and who serves whom is chosen as "
        "well; any number if not given. EXPECTED settles that before anyone accepts",
    )
    capacities: list[PersonCapacityInput] | None = strawberry.field(
        default=None,
        description="个别容量 · The same of single people, up to 1,000, in place of `capacity`",
    )
    asked: AskedInput | None = strawberry.field(
        default=None, description="邀请情形 · EXPECTED: when and how they are asked"
    )


@strawberry.input(description="规划问题 · Whom to choose, and what for")
class CoveragePlanInput(PlanQuestionInput):
    seconds: float = strawberry.field(
        default=5.0,
        description="秒 · When the search ends, up to 20 seconds; the answer is there a fifth, or "
        "a tenth of a second, later at the most. Where that is before a first choice is made "
        "(for a city of 70,000 grids after about a second), the plan is TIME_LIMIT: MAX_COVER and "
        "EXPECTED choose whom they have by then, the others nobody",
    )
    nodes: int | None = strawberry.field(
        default=None,
        description="节点数 · Once there is a plan, the search ends after so many nodes of branch "
        "and bound, up to 20,000; if not given, as many as an answer within a second or so allows",
    )
    why_not: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="为何未选 · Ids of people of whom `exchanges` tells why not, up to 20; that is "
        "found out when the search has ended",
    )


Input = Annotated[CoveragePlanInput, strawberry.argument(description="问题 · What is asked")]

SEVERAL_TIMES = (Objective.MAX_COVER, Objective.K_COVER, Objective.EXPECTED)


@policy(PEOPLE)
def coverage_plan(info: Info, input: Input) -> Finding:
    spent(input.seconds, input.nodes, MOST_SECONDS, MOST_NODES)
    why_not = _people(input.why_not, "input.whyNot", MOST_EXPLAINED)
    asked = replace(wanted(input), why_not=why_not, nodes=input.nodes, seconds=input.seconds)
    return graph.plan.plan(asked)


def spent(seconds: float, nodes: int | None, most_seconds: float, most_nodes: int) -> None:
    """Refuses a search that may spend more than this, or nothing."""
    if not 0 < seconds <= most_seconds:
        raise bad_input(f"seconds is above 0, up to {most_seconds:g}", "input.seconds")
    if nodes is not None and not 0 <= nodes <= most_nodes:
        raise bad_input(f"nodes is from 0 to {most_nodes:,}", "input.nodes")


def wanted(input: PlanQuestionInput) -> Wanted:
    """What is asked, whatever may be spent on it; Refusal for what cannot be meant."""
    objective = input.objective
    if input.budget is None and not objective.covers_all:
        raise bad_input(f"{objective.value} needs budget", "input.budget")
    if input.budget is not None and not 0 <= input.budget <= MOST_BUDGET:
        raise bad_input(f"budget is from 0 to {MOST_BUDGET:,}", "input.budget")
    if not 1 <= input.k <= MOST_K:
        raise bad_input(f"k is from 1 to {MOST_K}", "input.k")
    if input.k > 1 and objective not in SEVERAL_TIMES:
        raise bad_input(f"{objective.value} takes no k above 1", "input.k")
    how = asked(input.asked, "input.asked")
    if how and objective is not Objective.EXPECTED:
        raise bad_input(f"{objective.value} takes no asked", "input.asked")
    limit = reach(input.meters, input.minutes, "input")
    if limit is None and objective is not Objective.P_MEDIAN:
        raise bad_input(f"{objective.value} needs meters or minutes", "input.meters")
    must = _people(input.must_include, "input.mustInclude")
    without = _people(input.exclude, "input.exclude")
    if not set(must).isdisjoint(without):
        raise bad_input("nobody is both included and excluded", "input.exclude")
    return Wanted(
        objective,
        identity.key(input.within, "input.within", *TERRITORIES),
        input.level.value,
        input.budget,
        input.k,
        input.skill.requirement("input.skill") if input.skill else None,
        limit,
        must,
        without,
        capacity=_units(input.capacity, "input.capacity"),
        capacities=_capacities(input.capacities or []),
        asked=how,
    )


def _capacities(given: list[PersonCapacityInput]) -> tuple[tuple[str, int], ...]:
    people = _people([each.person for each in given], "input.capacities")
    if len(people) < len(given):
        raise bad_input("a person has one capacity", "input.capacities")
    units = [_units(each.units, "input.capacities") or 0 for each in given]
    return tuple(zip(people, units, strict=True))


def _units(given: int | None, field: str) -> int | None:
    if given is not None and not 0 <= given <= MOST_CAPACITY:
        raise bad_input(f"a capacity is from 0 to {MOST_CAPACITY:,} units", field)
    return given


def _people(
    ids: list[strawberry.ID] | None, field: str, most: int = MOST_PEOPLE
) -> tuple[str, ...]:
    """Their codes, each once."""
    if len(ids or ()) > most:
        raise bad_input(f"{field.removeprefix('input.')} names up to {most:,} people", field)
    return tuple(dict.fromkeys(identity.key(each, field, "Person").code for each in ids or ()))
