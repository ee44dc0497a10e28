"""How social organizations are kept and found, and who is a member of them."""

from datetime import date

from graph.model import Count, Link, Node, Reading
from graph.registry import declare

SOCIAL_ORGANIZATION = declare(
    Node(
        "SocialOrganization",
        place=("LOCATED_IN",),
        properties={"code": str, "name": str, "category": str | None, "version": int},
        links={
            "members": Link(
                "MEMBER_OF",
                "in",
                "Person",
                {"since": date | None, "until": date | None, "role": str | None},
                validity=True,
            ),
        },
        counts={
            "memberCount": Count("members", when={"partyMembersOnly": {"isPartyMember": True}}),
            "partyMemberCount": Count("members", only={"isPartyMember": True}),
        },
    )
)

BY_CODE = "MATCH (n:SocialOrganization {code: $code})"


def by_code(code: str) -> Reading:
    return Reading("SocialOrganization", BY_CODE, parameters={"code": code})
