"""How volunteer teams are kept and found, and who is in them."""

from enum import StrEnum

from graph.model import LOCATED, Count, Link, Node
from graph.registry import declare
from graph.relationship import End, Relationship, relate
from graph.role import ROLE


class TeamKind(StrEnum):
    """What a team is for; the ten kinds that a published list of a city names, and riders."""

    SAFETY_PATROL = "SAFETY_PATROL"
    ENVIRONMENT = "ENVIRONMENT"
    MEDIATION = "MEDIATION"
    CARE = "CARE"
    POLICY = "POLICY"
    LECTURE = "LECTURE"
    HEALTH = "HEALTH"
    EDUCATION = "EDUCATION"
    LEGAL_AID = "LEGAL_AID"
    CULTURE_AND_SPORTS = "CULTURE_AND_SPORTS"
    RIDERS = "RIDERS"


VOLUNTEER_TEAM = declare(
    Node(
        "VolunteerTeam",
        place=("LOCATED_IN",),
        properties={"code": str, "name": str, "kind": TeamKind | None, "version": int},
        links={
            "members": Link(
                "MEMBER_OF", "in", "Person", {**ROLE, "role": str | None}, validity=True
            ),
            "grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True),
        },
        counts={"memberCount": Count("members")},
        given=("name", "kind"),
        ties={"grid": LOCATED},
    )
)


MEMBER_OF_TEAM = relate(
    Relationship(
        "MEMBER_OF",
        End("person", "Person"),
        End("team", "VolunteerTeam"),
        touched="end",
        properties={"role": str | None},
    )
)
