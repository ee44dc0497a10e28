"""Who may ask how many volunteers can be expected, and what must be said to ask it."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import strawberry

import graph.response
from graph.candidate import Near
from graph.crs import to_wgs84
from graph.model import Finding
from graph.response import Question
from resolvers.asked import AskedInput, asked
from resolvers.auth import PEOPLE, policy
from resolvers.context import Info, iso
from resolvers.coverage import MOST_K
from resolvers.errors import bad_input
from resolvers.point import PointInput, SkillRequirementInput, reach
from resolvers.volunteer import MOST_SKILLS


@strawberry.input(description="响应问题 · Who is asked for, and how many of them must accept")
class ResponseInput:
    point: PointInput = strawberry.field(description="点 · Where help is needed")
    skills: list[SkillRequirementInput] = strawberry.field(
        description="技能 · Skills of which ALL must be held, one at least; count has no effect"
    )
    at: datetime | None = strawberry.field(
        default=None,
        description="时刻 · When: only volunteers whose weekly hours include it, in the service's "
        "time zone. Who never told their hours is counted: unknown hours are no refusal. Its day "
        "is the day that is asked about; today, at any hour, if not given",
    )
    k: int = strawberry.field(default=1, description="人数 · How many must accept, 1 to 1,000")
    asked: AskedInput | None = strawberry.field(
        default=None,
        description="邀请情形 · When and how they are asked; if not given, only how often each of "
        "them accepted in all",
    )
    minutes: int = strawberry.field(
        description="分钟 · Within so many walking minutes (metres × 1.3 / 75) of the point, "
        "inclusive; who has no known place is in no reach"
    )


Input = Annotated[ResponseInput, strawberry.argument(description="问题 · What is asked")]


@policy(PEOPLE)
def expected_response(info: Info, input: Input) -> Finding:
    if not 1 <= input.k <= MOST_K:
        raise bad_input(f"k is from 1 to {MOST_K:,}", "input.k")
    if not 1 <= len(input.skills) <= MOST_SKILLS:
        raise bad_input(f"1 to {MOST_SKILLS} skills are required together", "input.skills")
    point, at = input.point, _local(info, input.at)
    limit = reach(None, input.minutes, "input")
    question = Question(
        Near(*to_wgs84(point.longitude, point.latitude, point.crs), limit),
        tuple(skill.requirement("input.skills") for skill in input.skills),
        input.k,
        asked(input.asked, "input.asked"),
        at,
    )
    return graph.response.expected(question, iso(at.date()) if at else None)


def _local(info: Info, at: datetime | None) -> datetime | None:
    """The moment on the clocks of the service."""
    try:
        return at and at.astimezone(ZoneInfo(info.context.zone))
    except OverflowError:
        raise bad_input("at is in no year of the calendar here", "input.at") from None
