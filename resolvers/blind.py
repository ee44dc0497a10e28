"""Who may ask where nobody is near, and on which mesh."""

from datetime import date
from typing import Annotated

import strawberry

import graph.blind
from graph.geometry import COARSEST, FINEST
from graph.model import Finding
from resolvers.auth import READ, policy
from resolvers.context import Info, iso
from resolvers.coverage import alike, question
from resolvers.enum import CoverageKind, GridLevel
from resolvers.errors import bad_input
from resolvers.hours import WeeklyHoursInput
from resolvers.point import SkillRequirementInput

KINDS = (CoverageKind.SKILL, CoverageKind.TIME, CoverageKind.RESPONSE, CoverageKind.SERVICE)


@strawberry.input(description="盲区问题 · What to ask of every cell of a mesh, from its centre")
class BlindSpotsInput:
    kind: CoverageKind = strawberry.field(
        description="类别 · What is asked of each cell: SKILL, TIME, RESPONSE or SERVICE"
    )
    within: strawberry.ID = strawberry.field(description="辖区 · Id of the division or grid")
    resolution: int = strawberry.field(
        default=9, description="分辨率 · Of H3, 5 to 11: a cell of 9 has 0.1 km², of 10 0.015 km²"
    )
    level: GridLevel = strawberry.field(
        default=GridLevel.MICRO,
        description="级别 · Whose units tell where people live, by their centroids",
    )
    as_of: date | None = strawberry.field(
        default=None, description="日期 · The day that is asked about; today if not given"
    )
    k: int = strawberry.field(default=1, description="人数 · How many volunteers cover a cell")
    skill: SkillRequirementInput | None = strawberry.field(
        default=None, description="技能 · The skill that must be held"
    )
    meters: int | None = strawberry.field(
        default=None, description="米 · Within so many metres of the cell's centre"
    )
    minutes: int | None = strawberry.field(
        default=None, description="分钟 · Within so many minutes on foot; one of both is needed"
    )
    hours: list[WeeklyHoursInput] | None = strawberry.field(
        default=None, description="时段 · TIME: when they are needed; the whole week if not given"
    )
    probability: float | None = strawberry.field(
        default=None, description="概率 · RESPONSE: how likely enough must come; 0.9 if not given"
    )


Input = Annotated[BlindSpotsInput, strawberry.argument(description="问题 · What is asked")]


@policy(READ)
def blind_spots(info: Info, input: Input) -> Finding:
    if input.kind not in KINDS:
        raise bad_input(f"a cell can be asked {', '.join(KINDS)}", "input.kind")
    if not COARSEST <= input.resolution <= FINEST:
        raise bad_input(f"resolution is from {COARSEST} to {FINEST}", "input.resolution")
    if input.meters is None and input.minutes is None:
        raise bad_input("a cell needs meters or minutes", "input.meters")
    asked = question(info.context, alike(input))
    return graph.blind.spots(asked, input.resolution, iso(input.as_of))
