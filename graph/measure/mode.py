"""The five modes of «grid plus» (网格+), each by what is recorded of it in a unit or below."""

from collections.abc import Mapping
from typing import LiteralString

from graph import registry
from graph.measure.activity import done, recorded
from graph.measure.found import Found, met
from graph.measure.question import CoverageKind, GridPlusMode, Ground, Measure, Question
from graph.predicate import Predicates, match, valid

NIGHT = (18, 6)  # local hours between which the night economy is awake
# What notes of a mode are about.
CATEGORIES: Mapping[CoverageKind | GridPlusMode, list[str]] = {
    GridPlusMode.MEDIATION: ["DISPUTE"],
    GridPlusMode.CIVILIZED_CITY: ["SANITATION", "POSTED_BILLS", "CLUTTER", "PARKING", "FACILITY"],
}


def organizations(question: Question, predicates: Predicates) -> LiteralString:
    """How many social organizations are located in each unit or below."""
    pattern: LiteralString = (
        "(t)<-[w:WITHIN]-(u:Grid {level: $level})<-[v:WITHIN]-(:Grid)<-[r:LOCATED_IN]-"
        "(n:SocialOrganization)"
    )
    tests: list[LiteralString] = [
        *(valid(each, "day") for each in ("w", "v", "r")),
        predicates.inside("u", registry.node("Grid")),
        predicates.inside("n", registry.node("SocialOrganization")),
    ]
    return (
        f"{match(pattern, tests)} WITH u.code AS code, count(DISTINCT n) AS number "
        "RETURN collect([code, number]) AS others"
    )


def present(ground: Ground) -> Found:
    """At least k are located there."""
    count, k = ground.numbers(dict(ground.others)), ground.question.k
    none = lambda i: f"{count[i]} / {k} 个社会组织 · {count[i]} of {k} organizations"  # noqa: E731
    return met(ground.units, count, k, none)


MODES: Mapping[CoverageKind | GridPlusMode, Measure] = {
    GridPlusMode.MEDIATION: Measure(
        recorded("矛盾调解记录", "notes on disputes"),
        others=done("PatrolNote", "a.category IN $categories"),
    ),
    GridPlusMode.NIGHT_ECONOMY: Measure(
        recorded("夜间巡查", "patrols at night"),
        others=done("PatrolNote", "substring(a.at, 11, 2) IN $night"),
    ),
    GridPlusMode.CIVILIZED_CITY: Measure(
        recorded("创文创卫巡查", "notes on the look of the city"),
        others=done("PatrolNote", "a.category IN $categories"),
    ),
    GridPlusMode.SOCIAL_ORGANIZATION: Measure(present, others=organizations),
    GridPlusMode.DOOR_KNOCK: Measure(recorded("敲门走访", "visits"), others=done("Visit")),
}
