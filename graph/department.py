"""How departments are kept and found: a dictionary that belongs to no territory."""

from graph.model import Link, Node
from graph.registry import declare
from graph.role import ROLE

DEPARTMENT = declare(
    Node(
        "Department",
        properties={"code": str, "name": str, "version": int},
        links={
            "alliances": Link(
                "PARTNER_OF", "out", "Alliance", ROLE, validity=True, count="allianceCount"
            ),
        },
        given=("name",),
    )
)
