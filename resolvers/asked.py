"""When and how people are asked, as clients say it."""

import strawberry

from graph.asked import ANYHOW, Asked
from resolvers.enum import InvitationChannel
from resolvers.errors import bad_input

LAST_HOUR = 23


@strawberry.input(
    description="邀请情形 · When and how people are asked. What each of them is known to accept is "
    "moved by how much more often, or more rarely, the same people accept so than otherwise "
    "(`responseCalibration` tells by how much); left out, or empty, it does not matter"
)
class AskedInput:
    hour: int | None = strawberry.field(
        default=None,
        description="小时 · To come at this hour of the day, 0 to 23, on the service's clocks",
    )
    channel: InvitationChannel | None = strawberry.field(
        default=None, description="邀请方式 · By which means they are asked"
    )


def asked(given: AskedInput | None, field: str) -> Asked:
    """Refusal, naming `field`, for an hour that no day has."""
    if given is None:
        return ANYHOW
    if given.hour is not None and not 0 <= given.hour <= LAST_HOUR:
        raise bad_input(f"hour is from 0 to {LAST_HOUR}", f"{field}.hour")
    return Asked(given.hour, given.channel)
