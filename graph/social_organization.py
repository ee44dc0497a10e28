"""How social organizations are kept and found, and who is a member of them."""

from graph.intent import Intent
from graph.model import ROLE, Count, Key, Link, Node, Reading
from graph.registry import declare
from graph.write import OVERLAPS, Change, Check, overlap

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
                {**ROLE, "role": str | None},
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


NEW = "CREATE (n:SocialOrganization {code: $code, version: 1}) SET n += $properties"
# (:SocialOrganization)-[:LOCATED_IN {since, method}]->(:Grid)
LOCATE = (
    "MATCH (n:SocialOrganization {code: $code}), (g:Grid {code: $grid}) "
    "CREATE (n)-[:LOCATED_IN {since: date($today), method: 'DECLARED'}]->(g)"
)


def add(intent: Intent, code: str, name: str, grid: Key | None) -> Change:
    """A new organization, located in the grid from today on."""
    intent.located("grid", grid)
    return Change(
        intent,
        "socialOrganization",
        Key("SocialOrganization", intent.code(code)),
        (NEW, LOCATE) if grid else (NEW,),
        {"properties": {"name": intent.text("name", name)}},
        creates=True,
        needs={"grid": grid},
    )


# (:Person {code: $person})-[r:MEMBER_OF {since, until}]->(:SocialOrganization {code: $code})
IS_MEMBER = (
    "MATCH (:Person {code: $person})-[r:MEMBER_OF]->(:SocialOrganization {code: $code}) "
    f"WHERE {OVERLAPS} RETURN true LIMIT 1"
)
ENROL = (
    "MATCH (n:SocialOrganization {code: $code}), (p:Person {code: $person}) "
    "CREATE (p)-[r:MEMBER_OF]->(n) SET r.since = date($since), r.until = date($until)"
)


def add_member(
    intent: Intent, organization: Key, person: Key, since: str, until: str | None
) -> Change:
    """A member from `since` until before `until`."""
    intent.interval(since, until)
    member = overlap(
        "since", "this person is a member at that time already", "该人员在此期间已是该组织成员"
    )
    return Change(
        intent,
        "socialOrganization",
        organization,
        (ENROL,),
        {"since": since, "until": until},
        named="organization",
        needs={"person": person},
        checks=(Check(IS_MEMBER, member),),
    )
