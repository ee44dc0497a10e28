"""Who may ask how well a territory is covered, and what must be said to ask it."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Annotated, Any

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.arguments import convert_argument

import graph.coverage
import graph.map
from graph.analysis import sphere
from graph.measure.question import Question
from graph.model import Asking, Finding
from resolvers import hours, identity
from resolvers.asked import AskedInput, asked
from resolvers.auth import READ, policy
from resolvers.context import TERRITORIES, Context, Info, iso
from resolvers.enum import CoverageKind, GridLevel
from resolvers.errors import bad_input
from resolvers.graft import Find, graft
from resolvers.hours import WeeklyHoursInput
from resolvers.point import SkillRequirementInput, reach

MOST_K = 1_000
MOST_DAYS = 3_660
DAYS = 30
# As reliable as ambulances are planned to be (ReVelle & Hogan 1989, Transportation Science 23).
PROBABILITY = 0.9
# What each kind takes; True: it needs it.
TAKES: Mapping[CoverageKind, Mapping[str, bool]] = {
    CoverageKind.HEAD_ASSIGNED: {},
    CoverageKind.ORGANIZATION: {"days": False},
    CoverageKind.WORK: {"days": False},
    CoverageKind.SKILL: {"skill": True, "meters": False, "asked": False},
    CoverageKind.TIME: {"skill": False, "meters": False, "hours": False},
    CoverageKind.VISIT: {"days": False},
    CoverageKind.PATROL: {"days": False},
    CoverageKind.MERCHANT: {},
    CoverageKind.RESPONSE: {"skill": False, "meters": True, "probability": False, "asked": False},
    CoverageKind.SERVICE: {"meters": True},
}
METHODS: Mapping[CoverageKind, str] = {
    CoverageKind.HEAD_ASSIGNED: "VALID_HEAD",
    CoverageKind.ORGANIZATION: "VALID_LEAD_AND_ACTIVITY",
    CoverageKind.WORK: "RECORDED_ACTIVITY",
    CoverageKind.SKILL: "BELONGS_TO_UNIT",
    CoverageKind.TIME: "BELONGS_TO_UNIT",
    CoverageKind.VISIT: "RECORDED_VISITS",
    CoverageKind.PATROL: "RECORDED_PATROL_NOTES",
    CoverageKind.MERCHANT: "VALID_MEMBERSHIP",
}


@strawberry.input(description="覆盖问题 · What to ask of every unit of a territory")
class CoverageInput:
    kind: CoverageKind = strawberry.field(description="类别 · What is asked of each unit")
    within: strawberry.ID = strawberry.field(description="辖区 · Id of the division or grid")
    level: GridLevel = strawberry.field(description="级别 · Level of the units")
    as_of: date | None = strawberry.field(
        default=None, description="日期 · The day that is asked about; today if not given"
    )
    k: int = strawberry.field(
        default=1,
        description="次数 · SKILL, TIME, RESPONSE: how many different volunteers cover a unit; "
        "WORK, VISIT, PATROL: how many records do; the other kinds take no notice of it",
    )
    skill: SkillRequirementInput | None = strawberry.field(
        default=None, description="技能 · SKILL, TIME, RESPONSE: the skill that must be held"
    )
    meters: int | None = strawberry.field(
        default=None,
        description="米 · SKILL, TIME, RESPONSE, SERVICE: within so many metres of the centroid",
    )
    minutes: int | None = strawberry.field(
        default=None,
        description="分钟 · SKILL, TIME, RESPONSE, SERVICE: within so many minutes on foot",
    )
    days: int | None = strawberry.field(
        default=None,
        description="天数 · ORGANIZATION, WORK, VISIT, PATROL: days up to asOf that count; 30 if "
        "not given",
    )
    hours: list[WeeklyHoursInput] | None = strawberry.field(
        default=None,
        description="时段 · TIME: when volunteers are needed; the whole week if not given",
    )
    probability: float | None = strawberry.field(
        default=None,
        description="概率 · RESPONSE: how likely enough people must come, above 0 up to 1; 0.9 if "
        "not given",
    )
    asked: AskedInput | None = strawberry.field(
        default=None,
        description="邀请情形 · SKILL (for `expected`), RESPONSE: when and how volunteers "
        "are asked",
    )


@strawberry.input(description="网格覆盖问题 · What to ask of one grid, as a unit")
class GridCoverageInput:
    kind: CoverageKind = strawberry.field(
        description="类别 · What is asked; MERCHANT counts its merchants that are in an alliance"
    )
    k: int = strawberry.field(
        default=1, description="次数 · How many volunteers cover it, or records do"
    )
    skill: SkillRequirementInput | None = strawberry.field(
        default=None, description="技能 · The skill that must be held"
    )
    meters: int | None = strawberry.field(
        default=None, description="米 · Within so many metres of its centroid"
    )
    minutes: int | None = strawberry.field(
        default=None, description="分钟 · Within so many minutes on foot"
    )
    days: int | None = strawberry.field(
        default=None, description="天数 · Days up to asOf that count; 30 if not given"
    )
    hours: list[WeeklyHoursInput] | None = strawberry.field(
        default=None, description="时段 · TIME: when volunteers are needed"
    )
    probability: float | None = strawberry.field(
        default=None, description="概率 · RESPONSE: how likely enough must come; 0.9 if not given"
    )
    asked: AskedInput | None = strawberry.field(
        default=None, description="邀请情形 · RESPONSE: when and how they are asked"
    )


Input = Annotated[CoverageInput, strawberry.argument(description="问题 · What is asked")]


@policy(READ)
def revision(info: Info) -> Finding:
    return graph.coverage.revision()


@policy(READ)
def coverage(info: Info, input: Input) -> Finding:
    return graph.coverage.report(question(info.context, input), iso(input.as_of))


@policy(READ)
def coverage_map(info: Info, input: Input) -> Finding:
    return graph.map.drawn(question(info.context, input), iso(input.as_of))


@policy(READ)
def coverage_gaps(info: Info, input: Input) -> Finding:
    return graph.coverage.gaps(question(info.context, input), iso(input.as_of))


@graft("Grid", "coverage")
def grid_coverage(context: Context, asking: Asking, arguments: Mapping[str, Any]) -> Find:
    """Of the day of the answer it is part of."""
    if asking.day > context.today.isoformat():
        raise bad_input("coverage is asked of today or earlier", "asOf")
    given: Any = convert_argument(
        arguments["input"], GridCoverageInput, DEFAULT_SCALAR_REGISTRY, StrawberryConfig()
    )
    nowhere = strawberry.ID(identity.global_id("Grid", "-"))
    asked = question(context, alike(given, within=nowhere, level=GridLevel.MICRO))
    if asked.asked and asked.kind is not CoverageKind.RESPONSE:  # a grid has no `expected`
        raise bad_input(f"{asked.kind.value} of a grid takes no asked", "input.asked")
    return graph.coverage.of_grids(replace(asked, day=asking.day))


def alike(given: Any, **more: Any) -> CoverageInput:
    """What another input says in the same words, as the input of a report."""
    names = [each.name for each in fields(CoverageInput) if hasattr(given, each.name)]
    return CoverageInput(**{name: getattr(given, name) for name in names}, **more)


def question(context: Context, input: CoverageInput, name: str = "input") -> Question:
    """What is asked, with whatever the kind needs and nothing that it has no use for.

    `name`: that of the argument, for errors.
    """
    if not 1 <= input.k <= MOST_K:
        raise bad_input(f"k is from 1 to {MOST_K}", f"{name}.k")
    if input.days is not None and not 1 <= input.days <= MOST_DAYS:
        raise bad_input(f"days is from 1 to {MOST_DAYS}", f"{name}.days")
    if input.probability is not None and not 0 < input.probability <= 1:
        raise bad_input("probability is above 0, up to 1", f"{name}.probability")
    if input.as_of and input.as_of > context.today:
        raise bad_input("asOf is today or earlier", f"{name}.asOf")
    skill = input.skill.requirement(f"{name}.skill") if input.skill else None
    limit = reach(input.meters, input.minutes, name)
    how = asked(input.asked, f"{name}.asked")
    given = {
        "skill": skill is not None,
        "meters": limit is not None,
        "days": input.days is not None,
        "hours": input.hours is not None,
        "probability": input.probability is not None,
        "asked": bool(how),
    }
    takes = TAKES[input.kind]
    for each, said in given.items():
        if said and each not in takes:
            raise bad_input(f"{input.kind.value} takes no {each}", f"{name}.{each}")
        if not said and takes.get(each):
            raise bad_input(f"{input.kind.value} needs {each}", f"{name}.{each}")
    within = identity.key(input.within, f"{name}.within", *TERRITORIES)
    return Question(
        input.kind,
        within,
        input.level.value,
        iso(input.as_of) or context.today.isoformat(),
        input.k,
        skill,
        limit,
        input.days or DAYS,
        hours.spans(input.hours, f"{name}.hours"),
        input.probability or PROBABILITY,
        _method(input, limit),
        asked=how,
    )


def _method(input: CoverageInput, limit: float | None) -> str:
    if limit is not None:
        return "GREAT_CIRCLE" if input.minutes is None else sphere.METHOD
    return METHODS[input.kind]
