"""Hours of a week as clients send them: spans within a day, local time."""

import re

import strawberry

from graph.check import checked
from graph.intent import Intent
from graph.kind import Week
from graph.model import Asking
from resolvers.enum import Weekday
from resolvers.errors import bad_input

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


def spans(value: list[WeeklyHoursInput] | None, field: str) -> tuple[str, ...]:
    """The same for a question, which is refused if they cannot be meant."""
    if value is None:
        return ()
    if not value:
        raise bad_input("hours has at least one span", field)
    intent = Intent("hours", Asking(None, "", ""))
    texts = checked(intent, "hours", Week, week(intent, "hours", value))
    if intent.problems:
        raise bad_input(intent.problems[0].message, field)
    return tuple(texts)
