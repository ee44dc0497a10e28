"""Who was asked to come lately: for when, by which means, and what they answered.

The last few of what each volunteer was ever asked are told singly; most people come rather in the
evening, and when somebody speaks to them. A dozen are still to answer, for December 2026.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from random import Random

from graph.demo.census import Resident
from graph.demo.draft import Draft, Row, codes

__all__ = ["calling"]

LAST = datetime(2026, 11, 23, 0, 30, tzinfo=timezone(timedelta(hours=8)))
MOST = 3  # of one person
OPEN = 12
HOURS = (7, 9, 12, 15, 19, 21)
CHANNELS = ("APP", "MESSAGE", "PHONE", "IN_PERSON")
# How many of ten are at each hour, and by each channel, as the answer was yes or not.
BY_HOUR = {True: (1, 1, 1, 1, 4, 2), False: (2, 2, 2, 2, 1, 1)}
BY_CHANNEL = {True: (2, 3, 3, 2), False: (4, 4, 1, 1)}


def calling(draft: Draft, volunteers: Sequence[Resident]) -> None:
    """Draws them; the volunteers are those of Shifo."""
    random, numbers = Random("commongrid calling"), iter(codes("I-SF-", 99_999, 5))
    rows = {row["code"]: row for row in draft.nodes["Person"]}
    settled = [person for person in volunteers if person.cell]
    for person in settled:
        for yes in _answers(random, rows[person.code]):
            on = LAST - timedelta(days=random.randint(0, 300))
            _asked(draft, random, next(numbers), person, on, yes)
    for person in random.sample(settled, OPEN):
        on = LAST + timedelta(days=random.randint(8, 20))
        _asked(draft, random, next(numbers), person, on, None)


def _answers(random: Random, row: Row) -> Iterator[bool]:
    """Some of what a person answered in all is told singly, and no more among their totals."""
    for _ in range(random.randint(0, min(MOST, row["invited"]))):
        yes = random.random() < row["accepted"] / row["invited"]
        row |= {"invited": row["invited"] - 1, "accepted": row["accepted"] - yes}
        yield yes


def _asked(
    draft: Draft, random: Random, code: str, person: Resident, on: datetime, yes: bool | None
) -> None:
    """One invitation, for an hour of that day; `yes` is None as long as it is open."""
    (hour,) = random.choices(HOURS, BY_HOUR[bool(yes)])
    (channel,) = random.choices(CHANNELS, BY_CHANNEL[bool(yes)])
    no = "NO_REPLY" if random.random() < 0.6 else "DECLINED"
    at = (on + timedelta(hours=hour)).astimezone(UTC)
    draft.node(
        "Invitation",
        code,
        at=f"{at:%Y-%m-%dT%H:%M:%S}Z",
        channel=channel,
        answer=None if yes is None else "ACCEPTED" if yes else no,
    )
    assert person.cell
    draft.link("ASKS_TO", "Invitation", "Grid", code, person.cell.code)
    draft.link("INVITES", "Invitation", "Person", code, person.code)
