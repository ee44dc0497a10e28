"""How alliances of business districts are kept and found, and which merchants joined them."""

from graph.intent import Intent
from graph.model import ROLE, Key, Link, Node, Reading
from graph.registry import declare
from graph.write import OVERLAPS, Change, Check, overlap

ALLIANCE = declare(
    Node(
        "Alliance",
        place=("LOCATED_IN",),
        properties={"code": str, "name": str, "version": int},
        links={
            "district": Link("IN_DISTRICT", "out", "BusinessDistrict", many=False, validity=True),
            "merchants": Link(
                "MEMBER_OF_ALLIANCE", "in", "Merchant", validity=True, count="merchantCount"
            ),
            "seats": Link(
                "MEMBER_OF_ALLIANCE", "in", "Merchant", {**ROLE, "seat": str | None}, validity=True
            ),
            "partyOrganizations": Link(
                "LEADS",
                "in",
                "PartyOrganization",
                ROLE,
                validity=True,
                count="partyOrganizationCount",
            ),
        },
    )
)

BY_CODE = "MATCH (n:Alliance {code: $code})"


def by_code(code: str) -> Reading:
    return Reading("Alliance", BY_CODE, parameters={"code": code})


# (:Merchant {code: $merchant})-[r:MEMBER_OF_ALLIANCE {since, until}]->(:Alliance {code: $code})
JOINED = (
    "MATCH (:Merchant {code: $merchant})-[r:MEMBER_OF_ALLIANCE]->(:Alliance {code: $code}) "
    f"WHERE {OVERLAPS} RETURN true LIMIT 1"
)
JOIN = (
    "MATCH (n:Alliance {code: $code}), (m:Merchant {code: $merchant}) "
    "CREATE (m)-[r:MEMBER_OF_ALLIANCE]->(n) SET r.since = date($since), r.until = date($until)"
)


def join(intent: Intent, alliance: Key, merchant: Key, since: str, until: str | None) -> Change:
    """A merchant in the alliance from `since` until before `until`."""
    intent.interval(since, until)
    joined = overlap(
        "since",
        "this merchant is in the alliance at that time already",
        "该商户在此期间已加入该联盟",
    )
    return Change(
        intent,
        "alliance",
        alliance,
        (JOIN,),
        {"since": since, "until": until},
        named="alliance",
        needs={"merchant": merchant},
        checks=(Check(JOINED, joined),),
    )
