"""What each kind of coverage counts for a unit, and when a unit is covered.

A measure writes two pieces of the one statement: an expression over the unit `u`, and a subquery
over the territory `t` for what is read once for all units. It then judges the units; the
definitions are those of the contract and are told to clients in `resolvers/enum.py`.
"""

from collections.abc import Mapping

from graph.measure import activity, office, place, volunteer
from graph.measure.question import CoverageKind, Measure, nobody, nothing

MEASURES: Mapping[CoverageKind, Measure] = {
    CoverageKind.HEAD_ASSIGNED: Measure(office.heads, nobody, office.headed),
    CoverageKind.ORGANIZATION: Measure(office.leading, activity.of_members, activity.organized),
    CoverageKind.WORK: Measure(office.either, activity.done("Visit|PatrolNote"), activity.worked),
    CoverageKind.SKILL: Measure(nothing, volunteer.people, volunteer.skilled),
    CoverageKind.TIME: Measure(nothing, volunteer.people, volunteer.available),
    CoverageKind.VISIT: Measure(
        nothing, activity.done("Visit"), activity.recorded("走访", "visits")
    ),
    CoverageKind.PATROL: Measure(
        nothing, activity.done("PatrolNote"), activity.recorded("巡查", "patrol notes")
    ),
    CoverageKind.MERCHANT: Measure(nothing, place.merchants, place.joined),
    CoverageKind.RESPONSE: Measure(nothing, volunteer.people, volunteer.responding),
    CoverageKind.SERVICE: Measure(nothing, place.centers, place.served),
}
