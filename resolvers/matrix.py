"""Who may ask for a board of coverage, and what its columns can be."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import strawberry

import graph.matrix
from graph.matrix import Wanted
from graph.measure.question import Question
from graph.model import Finding
from resolvers import hours
from resolvers.auth import READ, policy
from resolvers.context import Info, iso
from resolvers.coverage import TAKES, CoverageInput, question
from resolvers.enum import CoverageKind, GridLevel, GridPlusMode
from resolvers.errors import bad_input
from resolvers.hours import WeeklyHoursInput
from resolvers.point import SkillRequirementInput


@strawberry.input(
    one_of=True, description="矩阵列 · What the columns are; an empty list = all there are"
)
class CoverageColumnsInput:
    skills: list[SkillRequirementInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="技能 · SKILL for each; none = every skill that has no narrower one",
    )
    hours: list[WeeklyHoursInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="时段 · TIME for each span of the week; none = each hour of it",
    )
    kinds: list[CoverageKind] | None = strawberry.field(
        default=strawberry.UNSET,
        description="类别 · These kinds; none = all for which enough is said (skill, meters)",
    )
    modes: list[GridPlusMode] | None = strawberry.field(
        default=strawberry.UNSET, description="网格+模式 · These modes; none = all five"
    )


@strawberry.input(description="覆盖矩阵问题 · What a board of coverage shows")
class CoverageMatrixInput:
    within: strawberry.ID = strawberry.field(description="辖区 · Id of the division or grid")
    level: GridLevel = strawberry.field(description="级别 · Level of the units, one a row")
    columns: CoverageColumnsInput = strawberry.field(description="列 · What is asked, one a column")
    as_of: date | None = strawberry.field(
        default=None, description="日期 · The day that is asked about; today if not given"
    )
    k: int = strawberry.field(
        default=1, description="次数 · How many volunteers cover a unit, or records do"
    )
    skill: SkillRequirementInput | None = strawberry.field(
        default=None, description="技能 · With hours or kinds: the skill that must be held"
    )
    meters: int | None = strawberry.field(
        default=None,
        description="米 · Volunteers and centers within so many metres of the centroid",
    )
    minutes: int | None = strawberry.field(
        default=None, description="分钟 · The same within so many minutes on foot"
    )
    days: int | None = strawberry.field(
        default=None,
        description="天数 · With kinds or modes: days up to asOf that count; 30 if not given",
    )


Input = Annotated[CoverageMatrixInput, strawberry.argument(description="问题 · What is shown")]


# What columns have a use for.
USES: Mapping[str, tuple[str, ...]] = {
    "skills": ("meters", "minutes"),
    "hours": ("skill", "meters", "minutes"),
    "kinds": ("skill", "meters", "minutes", "days"),
    "modes": ("days",),
}


def _wanted(info: Info, input: CoverageMatrixInput) -> Wanted:
    [name] = [name for name in USES if getattr(input.columns, name) is not strawberry.UNSET]
    given = getattr(input.columns, name)
    if given is None:
        raise bad_input(f"{name} is a list", f"input.columns.{name}")
    for each in ("skill", "meters", "minutes", "days"):
        if getattr(input, each) is not None and each not in USES[name]:
            raise bad_input(f"columns of {name} take no {each}", f"input.{each}")
    if any(each in given[:number] for number, each in enumerate(given)):
        raise bad_input(f"{name} has none twice", f"input.columns.{name}")
    return COLUMNS[name](info, input, given)


def _skills(info: Info, input: CoverageMatrixInput, given: list[SkillRequirementInput]) -> Wanted:
    skills = [
        each.requirement(f"input.columns.skills.{number}") for number, each in enumerate(given)
    ]
    base = replace(_asked(info, input, CoverageKind.TIME), kind=CoverageKind.SKILL)
    return Wanted(base, skills=tuple(skills))


def _hours(info: Info, input: CoverageMatrixInput, given: list[WeeklyHoursInput]) -> Wanted:
    spans = [
        span
        for number, each in enumerate(given)
        for span in hours.spans([each], f"input.columns.hours.{number}")
    ]
    return Wanted(_asked(info, input, CoverageKind.TIME), hours=tuple(spans))


def _kinds(info: Info, input: CoverageMatrixInput, given: list[CoverageKind]) -> Wanted:
    kinds = given or [kind for kind in CoverageKind if _said(input, kind)]
    asked = tuple(_asked(info, input, kind) for kind in kinds)
    return Wanted(asked[0], kinds=asked)


def _modes(info: Info, input: CoverageMatrixInput, given: list[GridPlusMode]) -> Wanted:
    base = _asked(info, input, CoverageKind.VISIT)
    return Wanted(base, kinds=tuple(replace(base, kind=mode) for mode in given or GridPlusMode))


COLUMNS: Mapping[str, Callable[[Info, CoverageMatrixInput, Any], Wanted]] = {
    "skills": _skills,
    "hours": _hours,
    "kinds": _kinds,
    "modes": _modes,
}


def _said(input: CoverageMatrixInput, kind: CoverageKind) -> bool:
    """Whether all is said that the kind needs."""
    given = {
        "skill": input.skill is not None,
        "meters": input.meters is not None or input.minutes is not None,
    }
    return all(given[name] for name, needed in TAKES[kind].items() if needed)


def _asked(info: Info, input: CoverageMatrixInput, kind: CoverageKind) -> Question:
    """What is asked by a column of this kind: of what is said, whatever the kind takes."""
    takes = TAKES[kind]
    return question(
        info.context,
        CoverageInput(
            kind=kind,
            within=input.within,
            level=input.level,
            as_of=input.as_of,
            k=input.k if "k" in takes else 1,
            skill=input.skill if "skill" in takes else None,
            meters=input.meters if "meters" in takes else None,
            minutes=input.minutes if "meters" in takes else None,
            days=input.days if "days" in takes else None,
        ),
    )


@policy(READ)
def coverage_matrix(info: Info, input: Input) -> Finding:
    return graph.matrix.matrix(_wanted(info, input), iso(input.as_of))
