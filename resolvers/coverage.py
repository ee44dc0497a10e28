"""Who may ask how well a territory is covered, and what must be said to ask it."""

from datetime import date
from typing import Annotated

import strawberry

import graph.coverage
from graph.analysis import sphere
from graph.coverage import Question
from graph.model import Finding
from resolvers import identity
from resolvers.auth import policy
from resolvers.context import TERRITORIES, Info, iso
from resolvers.enum import CoverageKind, GridLevel
from resolvers.errors import bad_input
from resolvers.point import SkillRequirementInput, reach

MOST_K = 1_000


@strawberry.input(description="覆盖问题 · What to ask of every unit of a territory")
class CoverageInput:
    kind: CoverageKind = strawberry.field(description="类别 · What is asked of each unit")
    within: strawberry.ID = strawberry.field(description="辖区 · Id of the division or grid")
    level: GridLevel = strawberry.field(description="级别 · Level of the units")
    as_of: date | None = strawberry.field(
        default=None, description="日期 · The day that is asked about; today if not given"
    )
    k: int = strawberry.field(
        default=1, description="人数 · SKILL: how many different volunteers cover a unit"
    )
    skill: SkillRequirementInput | None = strawberry.field(
        default=None, description="技能 · SKILL: the skill that must be held"
    )
    meters: int | None = strawberry.field(
        default=None, description="米 · SKILL: within so many metres of the unit's centroid"
    )
    minutes: int | None = strawberry.field(
        default=None, description="分钟 · SKILL: within so many walking minutes of the centroid"
    )


@policy("territory:read")
def coverage(
    info: Info,
    input: Annotated[CoverageInput, strawberry.argument(description="问题 · What is asked")],
) -> Finding:
    if not 1 <= input.k <= MOST_K:
        raise bad_input(f"k is from 1 to {MOST_K}", "input.k")
    skill = input.skill.requirement("input.skill") if input.skill else None
    if (input.kind is CoverageKind.SKILL) != (skill is not None):
        needed = "needs" if skill is None else "takes no"
        raise bad_input(f"{input.kind.value} {needed} skill", "input.skill")
    limit = reach(input.meters, input.minutes, "input")
    if limit is not None and skill is None:
        raise bad_input(f"{input.kind.value} takes no distance", "input.meters")
    within = identity.key(input.within, "input.within", *TERRITORIES)
    method = _method(input, limit)
    question = Question(input.kind, within, input.level.value, input.k, skill, limit, method)
    return graph.coverage.report(question, iso(input.as_of))


def _method(input: CoverageInput, limit: float | None) -> str:
    if input.kind is CoverageKind.HEAD_ASSIGNED:
        return "VALID_HEAD"
    if limit is None:
        return "BELONGS_TO_UNIT"
    return "GREAT_CIRCLE" if input.minutes is None else sphere.METHOD
