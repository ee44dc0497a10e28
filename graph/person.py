"""How people are kept and found: one node a person, roles are relationships with an interval."""

from collections.abc import Mapping
from typing import Any, LiteralString

from graph import geometry
from graph.analysis import acceptance
from graph.intent import Intent, Problem
from graph.model import ROLE, Derived, Key, Link, Node, Reading
from graph.predicate import valid
from graph.registry import declare
from graph.write import OVERLAPS, Change, Check, overlap

HIGHEST = 5  # level of a skill


def _acceptance(row: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    invited, accepted = row["invited"] or 0, row["accepted"] or 0
    mean = acceptance.mean(invited, accepted)
    return {"mean": mean, "invited": invited, "accepted": accepted}


PERSON = declare(
    Node(
        "Person",
        place=("LOCATED_IN", "HEADS", "SERVES_AS", "REPORTED_IN_TO"),
        properties={
            "code": str,
            "name": str,
            "isVolunteer": bool,
            "isPartyMember": bool | None,
            "isInvented": bool,
            "longitude": float | None,
            "latitude": float | None,
            "invited": int | None,
            "accepted": int | None,
            "version": int,
        },
        links={
            "skills": Link(
                "HAS_SKILL",
                "out",
                "Skill",
                {**ROLE, "level": int, "verified": bool},
                validity=True,
                count="skillCount",
            ),
            "organizations": Link(
                "MEMBER_OF",
                "out",
                "SocialOrganization",
                {**ROLE, "role": str | None},
                validity=True,
                count="organizationCount",
            ),
            "partyOrganizations": Link(
                "MEMBER_OF_PARTY_ORGANIZATION",
                "out",
                "PartyOrganization",
                ROLE,
                validity=True,
                count="partyOrganizationCount",
            ),
            "workplaces": Link(
                "WORKS_AT",
                "out",
                "Merchant",
                {**ROLE, "position": str | None},
                validity=True,
                count="workplaceCount",
            ),
            "grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True),
            "headOf": Link(
                "HEADS", "out", "Grid", {**ROLE, "deputy": bool}, validity=True, count="headOfCount"
            ),
            "workerIn": Link(
                "SERVES_AS",
                "out",
                "Grid",
                {**ROLE, "kind": str, "hoursPerWeek": int | None},
                validity=True,
                count="workerInCount",
            ),
            "inChargeOf": Link(
                "IN_CHARGE_OF", "out", "Grid", ROLE, validity=True, count="inChargeOfCount"
            ),
        },
        derived={
            "location": Derived(("longitude", "latitude"), geometry.point),
            "acceptance": Derived(("invited", "accepted"), _acceptance),
        },
    )
)

BY_CODE = "MATCH (n:Person {code: $code})"


def by_code(code: str) -> Reading:
    return Reading("Person", BY_CODE, parameters={"code": code})


NEW = "CREATE (n:Person {code: $code, version: 1}) SET n += $properties"
# (:Person)-[:LOCATED_IN {since, method}]->(:Grid)
LOCATE = (
    "MATCH (n:Person {code: $code}), (g:Grid {code: $grid}) "
    "CREATE (n)-[:LOCATED_IN {since: date($today), method: 'DECLARED'}]->(g)"
)


def add(intent: Intent, code: str, properties: Mapping[str, Any], grid: Key | None) -> Change:
    """A new person, located in the grid from today on.

    `properties`: name, isVolunteer, isPartyMember and the place's.
    """
    fresh = {"isInvented": False, "invited": 0, "accepted": 0}
    intent.located("grid", grid)
    return Change(
        intent,
        "person",
        Key("Person", intent.code(code)),
        (NEW, LOCATE) if grid else (NEW,),
        {"properties": _checked(intent, properties) | fresh},
        creates=True,
        needs={"grid": grid},
    )


SET = "MATCH (n:Person {code: $code}) SET n += $properties"


def change(intent: Intent, key: Key, properties: Mapping[str, Any]) -> Change:
    """Only the properties that are given change; None removes one that may be absent."""
    return Change(intent, "person", key, (SET,), {"properties": _checked(intent, properties)})


def _checked(intent: Intent, properties: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(properties)
    if "name" in kept:
        kept["name"] = intent.text("name", kept["name"])
    if "isVolunteer" in kept:
        intent.present("isVolunteer", kept["isVolunteer"])
    return kept


# (:Person {code: $code})-[r:HAS_SKILL {level, verified, since, until}]->(:Skill {code: $skill})
SKILLED = (
    "MATCH (:Person {code: $code})-[r:HAS_SKILL]->(:Skill {code: $skill}) "
    f"WHERE {OVERLAPS} RETURN true LIMIT 1"
)
TEACH = (
    "MATCH (n:Person {code: $code}), (s:Skill {code: $skill}) "
    "CREATE (n)-[r:HAS_SKILL {level: $level, verified: $verified}]->(s) "
    "SET r.since = date($since), r.until = date($until)"
)


def add_skill(
    intent: Intent,
    person: Key,
    skill: Key,
    level: int,
    verified: bool,
    since: str | None,
    until: str | None,
) -> Change:
    """A skill held at a level from 1 to 5, from `since` until before `until`."""
    intent.interval(since, until)
    if not 1 <= level <= HIGHEST:
        intent.refuse("level", f"level is from 1 to {HIGHEST}", f"等级须为 1 至 {HIGHEST}")
    held = overlap("since", "the skill is held at that time already", "该人员在此期间已具备该技能")
    return Change(
        intent,
        "person",
        person,
        (TEACH,),
        {"level": level, "verified": verified, "since": since, "until": until},
        named="person",
        needs={"skill": skill},
        checks=(Check(SKILLED, held),),
    )


HOLDS: LiteralString = (
    "MATCH (:Person {code: $code})-[r:HAS_SKILL]->(:Skill {code: $skill}) "
    f"WHERE {valid('r', 'today')}"
)
UNSKILLED = f"{HOLDS} RETURN count(r) = 0"
LATER = f"{HOLDS} AND (r.since > date($until) OR r.until < date($until)) RETURN true"
END = f"{HOLDS} SET r.until = date($until)"
# What would never have held is no history.
FORGET = (
    "MATCH (:Person {code: $code})-[r:HAS_SKILL]->(:Skill {code: $skill}) "
    "WHERE r.since = r.until DELETE r"
)


def remove_skill(intent: Intent, person: Key, skill: Key, until: str) -> Change:
    """Ends the interval in which the skill is held today, before `until`."""
    unheld = Problem(
        "NOT_FOUND", ("skill",), "the skill is not held today", "该人员目前不具备该技能"
    )
    outside = Problem(
        "INVALID",
        ("until",),
        "until does not lie in the interval in which the skill is held",
        "截止日不在该技能的有效期内",
    )
    return Change(
        intent,
        "person",
        person,
        (END, FORGET),
        {"until": until},
        named="person",
        needs={"skill": skill},
        checks=(Check(UNSKILLED, unheld), Check(LATER, outside)),
    )
