"""How kinds of certificate are kept and found: a dictionary that belongs to no territory.

What someone holds of a kind is the relationship HOLDS: its number, when it was issued, when it
expires.
"""

from graph.kind import Code, Whole
from graph.model import Link, Node, Tie
from graph.registry import declare
from graph.role import ROLE

CERTIFICATE = declare(
    Node(
        "Certificate",
        properties={
            "code": str,
            "name": str,
            "issuer": str | None,
            "months": Whole | None,
            "version": int,
        },
        links={
            "skill": Link("CERTIFIES", "out", "Skill", many=False),
            "holders": Link(
                "HOLDS",
                "in",
                "Person",
                {**ROLE, "number": Code | None},
                validity=True,
                count="holderCount",
            ),
        },
        given=("name", "issuer", "months"),
        ties={"skill": Tie("CERTIFIES", "out", "Skill", dated=False)},
    )
)
