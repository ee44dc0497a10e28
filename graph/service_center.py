"""How service centers are kept and found, with their counters and hours."""

from enum import StrEnum

from graph import geometry, hours
from graph.kind import Week
from graph.model import LOCATED, Derived, Link, Node
from graph.registry import declare


class ServiceCenterKind(StrEnum):
    """Whose center it is."""

    PARTY_MASS = "PARTY_MASS"
    CIVILIZATION_PRACTICE = "CIVILIZATION_PRACTICE"
    CONVENIENCE = "CONVENIENCE"
    MOBILE = "MOBILE"


class ServiceWindow(StrEnum):
    """Counters at which residents are served; the eight of a town's hall."""

    CIVIL_AFFAIRS = "CIVIL_AFFAIRS"
    DISABILITY = "DISABILITY"
    SOCIAL_SECURITY = "SOCIAL_SECURITY"
    MEDICAL_INSURANCE = "MEDICAL_INSURANCE"
    LEGAL_SERVICE = "LEGAL_SERVICE"
    SKILLS_TRAINING = "SKILLS_TRAINING"
    REEMPLOYMENT = "REEMPLOYMENT"
    JOB_REGISTRATION = "JOB_REGISTRATION"


SERVICE_CENTER = declare(
    Node(
        "ServiceCenter",
        place=("LOCATED_IN",),
        properties={
            "code": str,
            "name": str,
            "kind": ServiceCenterKind,
            "windows": list[ServiceWindow],
            "hours": Week | None,
            "longitude": float | None,
            "latitude": float | None,
            "version": int,
        },
        links={"grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True)},
        derived={
            "location": Derived(("longitude", "latitude"), geometry.point),
            "hours": Derived(("hours",), hours.of("hours")),
        },
        given=("name", "kind", "windows", "hours", "location"),
        fresh={"windows": []},
        ties={"grid": LOCATED},
    )
)
