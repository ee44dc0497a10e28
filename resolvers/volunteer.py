"""Who may look for volunteers, and which answer that is."""

from typing import Annotated

import strawberry

import graph.volunteer
from graph.candidate import Wanted
from graph.model import Finding
from resolvers.auth import PEOPLE, policy
from resolvers.context import AsOf, Info, Within, iso
from resolvers.enum import Direction
from resolvers.errors import bad_input
from resolvers.point import NearInput, SkillRequirementInput, near

MOST_SKILLS = 10


def _by(description: str) -> Direction | None:
    return strawberry.field(default=strawberry.UNSET, description=description)  # type: ignore[no-any-return]


@strawberry.input(one_of=True, description="志愿者排序 · One sort key of volunteers")
class VolunteerOrder:
    distance: Direction | None = _by("距离 · Metres from the point; unknown places last in ASC")
    level: Direction | None = _by("等级 · The smallest of the levels of the required skills")
    acceptance: Direction | None = _by("应邀概率 · How likely they accept")
    score: Direction | None = _by("得分 · The points of all reasons")
    code: Direction | None = _by("代码 · Code")


@policy(PEOPLE)
def volunteers(
    info: Info,
    skills: Annotated[
        list[SkillRequirementInput] | None,
        strawberry.argument(description="技能 · Skills of which ALL must be held"),
    ] = None,
    near_: Annotated[
        NearInput | None,
        strawberry.argument(
            name="near", description="附近 · Only around this point, nearest first"
        ),
    ] = None,
    within: Within = None,
    as_of: AsOf = None,
    order_by: Annotated[
        list[VolunteerOrder] | None,
        strawberry.argument(
            description="排序 · Sort keys; by distance if near is given, then code"
        ),
    ] = None,
) -> Finding:
    if len(skills or ()) > MOST_SKILLS:
        raise bad_input(f"up to {MOST_SKILLS} skills can be required together", "skills")
    wanted = Wanted(
        tuple(skill.requirement("skills") for skill in skills or ()),
        near(near_) if near_ else None,
        info.context.territory(within),
        tuple(_keys(order_by or [])),
    )
    return graph.volunteer.volunteers(wanted, iso(as_of))


def _keys(orders: list[VolunteerOrder]) -> list[tuple[str, bool]]:
    keys = [
        (name, direction is Direction.DESC)
        for order in orders
        for name, direction in vars(order).items()
        if direction is not strawberry.UNSET
    ]
    if len({name for name, _ in keys}) < len(keys):
        raise bad_input("orderBy takes each key once", "orderBy")
    return keys
