"""Hours of a week as clients send them: spans within a day, local time."""

import re

import strawberry

from graph.intent import Intent
from resolvers.enum import Weekday

TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
MOST = 100


@strawberry.input(description="每周时段 · A span of a day, every week; local time")
class WeeklyHoursInput:
    weekday: Weekday = strawberry.field(description="星期 · Day of the week")
    from_: str = strawberry.field(name="from", description="起 · Begins at, HH:MM")
    until: str = strawberry.field(
        description="止 · Ends at, HH:MM, later than it begins; 24:00 = midnight"
    )


def week(intent: Intent, field: str, value: list[WeeklyHoursInput]) -> list[str]:
    """Texts such as «1 09:00-17:30», 1 = Monday."""
    if len(value) > MOST:
        intent.refuse(field, f"{field} has up to {MOST} spans", f"时段最多 {MOST} 个")
    if not all(TIME.fullmatch(time) for hours in value for time in (hours.from_, hours.until)):
        intent.refuse(field, "times are written HH:MM, such as 09:30", "时刻格式为 HH:MM")
        return []
    number = {day: i for i, day in enumerate(Weekday, 1)}
    return [f"{number[hours.weekday]} {hours.from_}-{hours.until}" for hours in value]
