"""What each kind of coverage counts for a unit, and when a unit is covered.

Units and volunteers are those of the snapshot. What else a kind needs it reads by one statement, of
which it writes two pieces: an expression over the unit `u`, and a subquery over the territory `t`
for what is read once for all units. It then judges the units; the definitions are those of the
contract and are told to clients in `resolvers/enum.py`.
"""

from collections.abc import Mapping

from graph.measure import activity, office, place, volunteer
from graph.measure.mode import MODES
from graph.measure.question import CoverageKind, GridPlusMode, Measure

MEASURES: Mapping[CoverageKind | GridPlusMode, Measure] = {
    **MODES,
    CoverageKind.HEAD_ASSIGNED: Measure(office.headed, office.heads),
    CoverageKind.ORGANIZATION: Measure(activity.organized, office.leading, activity.of_members),
    CoverageKind.WORK: Measure(activity.worked, office.either, activity.done("Visit|PatrolNote")),
    CoverageKind.SKILL: Measure(volunteer.skilled),
    CoverageKind.TIME: Measure(volunteer.available),
    CoverageKind.VISIT: Measure(activity.recorded("走访", "visits"), others=activity.done("Visit")),
    CoverageKind.PATROL: Measure(
        activity.recorded("巡查", "patrol notes"), others=activity.done("PatrolNote")
    ),
    CoverageKind.MERCHANT: Measure(place.joined, others=place.merchants),
    CoverageKind.RESPONSE: Measure(volunteer.responding),
    CoverageKind.SERVICE: Measure(place.served, others=place.centers),
}
