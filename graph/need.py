"""How needs are kept and found: which skills, how many people, when and where."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from graph import entity, geometry
from graph.intent import Intent, Problem
from graph.kind import Level, Moment, Prose, Whole
from graph.model import LOCATED, Derived, Key, Link, Node
from graph.registry import declare
from graph.requirement import Requirement
from graph.write import Change, Check


class NeedStatus(StrEnum):
    """Who sees a need: its makers, those who may answer, nobody any more."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    CLOSED = "CLOSED"


def _period(row: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    return {"from": row["from"], "until": row["until"]}


NEED = declare(
    Node(
        "Need",
        place=("LOCATED_IN",),
        properties={
            "code": str,
            "name": str,
            "status": NeedStatus,
            "description": Prose | None,
            "from": Moment,
            "until": Moment,
            "longitude": float | None,
            "latitude": float | None,
            "version": int,
        },
        links={
            "requirements": Link(
                "REQUIRES", "out", "Skill", {"minLevel": Level, "count": Whole}, listed=True
            ),
            "grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True),
        },
        derived={
            "period": Derived(("from", "until"), _period),
            "place": Derived(("longitude", "latitude"), geometry.point),
        },
        given=("name", "status", "description", "from", "until", "place"),
        fresh={"status": NeedStatus.DRAFT.value},
        ties={"grid": LOCATED},
    )
)

MOST_REQUIREMENTS = 20
MOST_PEOPLE = 1_000


# (:Need)-[:REQUIRES {minLevel, count}]->(:Skill)
REQUIRE = (
    "MATCH (n:Need {code: $code}) UNWIND $requirements AS want MATCH (s:Skill {code: want.skill}) "
    "CREATE (n)-[:REQUIRES {minLevel: want.minLevel, count: want.count}]->(s)"
)
REQUIRE_NO_MORE = "MATCH (:Need {code: $code})-[r:REQUIRES]->(:Skill) DELETE r"
UNKNOWN_SKILL = (
    "UNWIND $requirements AS want WITH want "
    "WHERE NOT EXISTS { MATCH (:Skill {code: want.skill}) } RETURN true LIMIT 1"
)
NO_SUCH_SKILL = Problem(
    "NOT_FOUND", ("requirements",), "a skill of these does not exist", "所需技能不存在"
)
ENDS_EARLY = Problem(
    "INVALID", ("until",), "until must be later than from", "截止时刻须晚于开始时刻"
)
# An update may say one end only.
STILL_EARLY = (
    "MATCH (n:Need {code: $code}) "
    "WHERE coalesce($from, n.from) >= coalesce($until, n.until) RETURN true"
)


def add(
    intent: Intent,
    code: str,
    properties: Mapping[str, Any],
    ties: Mapping[str, Key | None],
    requirements: Sequence[tuple[Requirement, int]],
) -> Change:
    """A new need; each requirement with the number of people who must meet it."""
    if properties["until"] <= properties["from"]:
        intent.problems.append(ENDS_EARLY)
    wanted = _wanted(intent, requirements)
    known = (Check(UNKNOWN_SKILL, NO_SUCH_SKILL),)
    made = entity.add(intent, "Need", code, properties, ties, (REQUIRE,), known)
    return made.saying({"requirements": wanted})


def change(
    intent: Intent,
    key: Key,
    properties: Mapping[str, Any],
    ties: Mapping[str, Key | None],
    requirements: Sequence[tuple[Requirement, int]] | None,
) -> Change:
    """What is given changes; requirements that are given take the place of all before."""
    wanted = _wanted(intent, requirements) if requirements is not None else []
    again = (REQUIRE_NO_MORE, REQUIRE) if requirements is not None else ()
    made = entity.change(intent, key, properties, ties, again)
    ends = {name: properties.get(name) for name in ("from", "until")}
    checks = (Check(UNKNOWN_SKILL, NO_SUCH_SKILL), Check(STILL_EARLY, ENDS_EARLY))
    return made.saying({"requirements": wanted, **ends}, checks)


def _wanted(
    intent: Intent, requirements: Sequence[tuple[Requirement, int]]
) -> list[dict[str, Any]]:
    if not 1 <= len(requirements) <= MOST_REQUIREMENTS:
        said = f"a need has 1 to {MOST_REQUIREMENTS} requirements"
        intent.refuse("requirements", said, f"需求须有 1 至 {MOST_REQUIREMENTS} 项技能要求")
    if len({each.skill for each, _ in requirements}) < len(requirements):
        intent.refuse("requirements", "a skill is required once", "同一技能只能要求一次")
    if any(not 1 <= count <= MOST_PEOPLE for _, count in requirements):
        said = f"count is from 1 to {MOST_PEOPLE:,}"
        intent.refuse("requirements.count", said, f"人数须为 1 至 {MOST_PEOPLE}")
    return [
        {"skill": each.skill, "minLevel": each.level, "count": count}
        for each, count in requirements
    ]
