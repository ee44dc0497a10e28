"""Who may ask for Needs, which reading answers it, and how they are written."""

from collections.abc import Sequence
from typing import Annotated

import graph.need
from graph.intent import Intent
from graph.need import NEED
from graph.requirement import Requirement
from graph.write import Change
from resolvers import change
from resolvers.auth import WRITE, policy
from resolvers.context import Info
from resolvers.errors import Refusal
from resolvers.intent import INPUT, given, intended, key, said_of
from resolvers.lookup import by_code, listed
from resolvers.point import SkillRequirementInput

need = by_code("Need")
needs = listed("Need")

Wanted = list[SkillRequirementInput]


def create(said: change.Said) -> change.Resolver:
    fields = {
        **change.created(NEED, said),
        "requirements": (Wanted, change.needed(said["requirements"])),
    }
    made = change.built("CreateNeedInput", "新建需求 · A new need", fields)

    @policy(WRITE["Need"])
    def resolver(info: Info, input: Annotated[made, INPUT]) -> Change:  # type: ignore[valid-type]
        intent = intended(info, input)
        code, properties, ties = change.said(intent, NEED, input)
        wanted = _requirements(intent, said_of(input, "requirements"))
        return graph.need.add(intent, code, properties, ties, wanted)

    return resolver


def update(said: change.Said) -> change.Resolver:
    fields = {
        **change.updated(NEED, said),
        "requirements": change.may(Wanted, said["requirements"]),
    }
    made = change.built("UpdateNeedInput", "修改需求 · What changes of a need", fields)

    @policy(WRITE["Need"])
    def resolver(info: Info, input: Annotated[made, INPUT]) -> Change:  # type: ignore[valid-type]
        intent = intended(info, input)
        found = key(intent, "id", said_of(input, "id"), "Need")
        _, properties, ties = change.said(intent, NEED, input)
        listed = given(said_of(input, "requirements"))
        wanted = None if listed is None else _requirements(intent, listed)
        return graph.need.change(intent, found, properties, ties, wanted)

    return resolver


def _requirements(
    intent: Intent, wanted: Sequence[SkillRequirementInput]
) -> list[tuple[Requirement, int]]:
    found: list[tuple[Requirement, int]] = []
    for each in wanted:
        try:
            requirement = each.requirement("requirements")
        except Refusal as refused:
            intent.refuse("requirements.minLevel", refused.message, "等级须为 1 至 5")
            requirement = Requirement(each.skill)
        found.append((requirement, each.count))
    return found
