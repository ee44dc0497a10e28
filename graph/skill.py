"""How skills are kept and found: a dictionary that belongs to no territory."""

from graph.kind import Level
from graph.model import Link, Node, Tie
from graph.registry import declare
from graph.role import ROLE

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
                {**ROLE, "level": Level, "verified": bool},
                validity=True,
                count="holderCount",
            ),
        },
        given=("name", "nameEn"),
        ties={"parent": Tie("BROADER", "out", "Skill", dated=False)},
    )
)
