"""How social organizations are kept and found, and who is a member of them."""

from enum import StrEnum

from graph.model import LOCATED, Count, Link, Node, Vocabulary
from graph.registry import declare
from graph.relationship import End, Relationship, relate
from graph.role import ROLE


class Sector(StrEnum):
    """«Two-new» organizations (两新): whether of the new economy or new in society."""

    NEW_ECONOMIC = "NEW_ECONOMIC"
    NEW_SOCIAL = "NEW_SOCIAL"


SOCIAL_ORGANIZATION = declare(
    Node(
        "SocialOrganization",
        place=("LOCATED_IN",),
        terms={"category": Vocabulary("ORGANIZATION_CATEGORY")},
        properties={
            "code": str,
            "name": str,
            "category": str | None,
            "sector": Sector | None,
            "version": int,
        },
        links={
            "members": Link(
                "MEMBER_OF",
                "in",
                "Person",
                {**ROLE, "role": str | None},
                validity=True,
            ),
            "grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True),
        },
        counts={
            "memberCount": Count("members", when={"partyMembersOnly": {"isPartyMember": True}}),
            "partyMemberCount": Count("members", only={"isPartyMember": True}),
        },
        given=("name", "category", "sector"),
        ties={"grid": LOCATED},
    )
)


MEMBER_OF = relate(
    Relationship(
        "MEMBER_OF",
        End("person", "Person"),
        End("organization", "SocialOrganization"),
        touched="end",
        properties={"role": str | None},
    )
)
