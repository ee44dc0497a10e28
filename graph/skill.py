"""How skills are kept and found: a dictionary that belongs to no territory."""

from graph.model import ROLE, Link, Node, Reading
from graph.registry import declare

SKILL = declare(
    Node(
        "Skill",
        properties={"code": str, "name": str, "nameEn": str | None, "version": int},
        links={
            "parent": Link("BROADER", "out", "Skill", many=False),
            "children": Link("BROADER", "in", "Skill", count="childCount"),
            "holders": Link(
                "HAS_SKILL",
                "in",
                "Person",
                {**ROLE, "level": int, "verified": bool},
                validity=True,
                count="holderCount",
            ),
        },
    )
)

BY_CODE = "MATCH (n:Skill {code: $code})"


def by_code(code: str) -> Reading:
    return Reading("Skill", BY_CODE, parameters={"code": code})


def everywhere() -> Reading:
    return Reading("Skill", "MATCH (n:Skill)")
