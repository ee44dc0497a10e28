"""Who may ask what would change if some were gone, moved or added, and of which kinds."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import strawberry

import graph.simulation
from graph.crs import to_wgs84
from graph.model import Finding
from graph.simulation import Added, Moved, Scenario
from resolvers import hours, identity
from resolvers.auth import PEOPLE, policy
from resolvers.context import Info, iso
from resolvers.coverage import CoverageInput, question
from resolvers.enum import CoverageKind
from resolvers.errors import bad_input
from resolvers.hours import WeeklyHoursInput
from resolvers.point import PointInput, SkillRequirementInput

MOST_RECRUITS = 50
VOLUNTEERS = (CoverageKind.SKILL, CoverageKind.TIME, CoverageKind.RESPONSE)
IN_OFFICE = (CoverageKind.HEAD_ASSIGNED, CoverageKind.ORGANIZATION, CoverageKind.WORK)
# Which kinds each part of a scenario can change.
CHANGES: Mapping[str, Sequence[CoverageKind]] = {
    "people": (*VOLUNTEERS, *IN_OFFICE),
    "teams": (*VOLUNTEERS, *IN_OFFICE),
    "merchants": (CoverageKind.MERCHANT,),
    "grids": tuple(CoverageKind),
    "absent_share": (CoverageKind.SKILL, CoverageKind.RESPONSE),
    "moved": VOLUNTEERS,
    "added": VOLUNTEERS,
}
NAMES = {"absent_share": "absentShare"}


@strawberry.input(description="移动 · Someone who is at another place")
class MovedInput:
    person: strawberry.ID = strawberry.field(description="人员 · Who")
    point: PointInput = strawberry.field(description="点 · Where they are then")


@strawberry.input(description="新增志愿者 · A volunteer who is not there yet")
class AddedVolunteerInput:
    point: PointInput = strawberry.field(description="点 · Where they are")
    skills: list[SkillRequirementInput] = strawberry.field(
        default_factory=list,
        description="技能 · What they can do: minLevel is their level, verifiedOnly whether it is "
        "confirmed",
    )
    hours: list[WeeklyHoursInput] | None = strawberry.field(
        default=None, description="时段 · When they are free; null = not said"
    )


@strawberry.input(description="情景 · What would be otherwise; nothing of it is written")
class CoverageSimulationInput:
    question: CoverageInput = strawberry.field(description="问题 · What is asked before and after")
    people: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="离开的人员 · Ids of people who are gone; ORGANIZATION, WORK: and with them "
        "what they did",
    )
    teams: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="缺席的队伍 · Ids of volunteer teams or social organizations whose members are "
        "gone",
    )
    merchants: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="关停的商户 · MERCHANT: ids of merchants that are gone"
    )
    grids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="撤销的网格 · Ids of units that are no more"
    )
    absent_share: float = strawberry.field(
        default=0.0,
        description="缺席比例 · SKILL, RESPONSE: each volunteer is absent with this probability, "
        "independently of the others; 0 up to 1. It changes expectedEffective alone",
    )
    moved: list[MovedInput] = strawberry.field(
        default_factory=list, description="移动 · Volunteers who are elsewhere; needs a distance"
    )
    added: list[AddedVolunteerInput] = strawberry.field(
        default_factory=list, description="新增 · Volunteers to be won; needs a distance"
    )
    recruits: int = strawberry.field(
        default=3, description="替补人数 · SKILL: how many replacements are looked for, 0 to 50"
    )


Input = Annotated[CoverageSimulationInput, strawberry.argument(description="情景 · The scenario")]


@policy(PEOPLE)
def coverage_simulation(info: Info, input: Input) -> Finding:
    asked = question(info.context, input.question, "input.question")
    for name, kinds in CHANGES.items():
        if getattr(input, name) and asked.kind not in kinds:
            shown = NAMES.get(name, name)
            raise bad_input(f"{asked.kind.value} takes no {shown}", f"input.{shown}")
    for name in ("moved", "added"):
        if getattr(input, name) and asked.reach is None:
            raise bad_input(f"{name} needs meters or minutes", "input.question.meters")
    if not 0 <= input.absent_share <= 1:
        raise bad_input("absentShare is from 0 to 1", "input.absentShare")
    if not 0 <= input.recruits <= MOST_RECRUITS:
        raise bad_input(f"recruits is from 0 to {MOST_RECRUITS}", "input.recruits")
    return graph.simulation.simulation(asked, _scenario(input), iso(input.question.as_of))


def _scenario(input: CoverageSimulationInput) -> Scenario:
    teams = [
        identity.key(team, f"input.teams.{i}", "VolunteerTeam", "SocialOrganization")
        for i, team in enumerate(input.teams)
    ]
    return Scenario(
        _codes(input.people, "people", "Person"),
        tuple(teams),
        _codes(input.merchants, "merchants", "Merchant"),
        _codes(input.grids, "grids", "Grid"),
        input.absent_share,
        tuple(_moved(i, each) for i, each in enumerate(input.moved)),
        tuple(_added(i, each) for i, each in enumerate(input.added)),
        input.recruits,
    )


def _codes(ids: Sequence[strawberry.ID], name: str, label: str) -> tuple[str, ...]:
    return tuple(identity.key(id, f"input.{name}.{i}", label).code for i, id in enumerate(ids))


def _moved(number: int, given: MovedInput) -> Moved:
    code = identity.key(given.person, f"input.moved.{number}.person", "Person").code
    point = given.point
    return Moved(code, *to_wgs84(point.longitude, point.latitude, point.crs))


def _added(number: int, given: AddedVolunteerInput) -> Added:
    field, point = f"input.added.{number}", given.point
    skills = [
        each.requirement(f"{field}.skills.{skill}") for skill, each in enumerate(given.skills)
    ]
    return Added(
        *to_wgs84(point.longitude, point.latitude, point.crs),
        tuple(skills),
        hours.spans(given.hours, f"{field}.hours"),
    )
