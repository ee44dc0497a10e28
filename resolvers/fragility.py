"""Who may ask which skills of a territory hang on one person."""

from typing import Annotated

import strawberry

import graph.fragility
from graph.fragility import Question
from graph.model import Finding
from resolvers import identity
from resolvers.auth import PEOPLE, policy
from resolvers.context import TERRITORIES, AsOf, Info, iso
from resolvers.enum import GridLevel


@policy(PEOPLE)
def skill_fragility(
    info: Info,
    within: Annotated[strawberry.ID, strawberry.argument(description="辖区 · Its id")],
    level: Annotated[
        GridLevel, strawberry.argument(description="级别 · Level of the units")
    ] = GridLevel.MICRO,
    skill: Annotated[
        strawberry.ID | None,
        strawberry.argument(
            description="技能 · Id of the one skill that is asked about; every skill that someone "
            "there holds if not given"
        ),
    ] = None,
    as_of: AsOf = None,
) -> Finding:
    key = identity.key(within, "within", *TERRITORIES)
    asked = None if skill is None else identity.key(skill, "skill", "Skill")
    return graph.fragility.report(Question(key, level.value, asked), iso(as_of))
