"""Who may ask how coverage changes, and over which days."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import strawberry

import graph.coverage_change
from graph.model import Finding
from resolvers.auth import READ, policy
from resolvers.context import Info
from resolvers.coverage import CoverageInput, Input, question
from resolvers.enum import described
from resolvers.errors import bad_input

MOST_POINTS = 60


class TrendStep(StrEnum):
    """How far the days of a trend lie apart."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"


MONTHS: Mapping[TrendStep, int] = {TrendStep.MONTH: 1, TrendStep.QUARTER: 3, TrendStep.YEAR: 12}
described(
    TrendStep,
    "趋势间隔 · How far the days of a trend lie apart",
    {
        "DAY": "日 · A day",
        "WEEK": "周 · Seven days",
        "MONTH": "月 · A month, on the same day of it, or its last",
        "QUARTER": "季 · Three months",
        "YEAR": "年 · A year",
    },
)
Since = Annotated[
    date, strawberry.argument(description="起始日 · The first day that is asked about")
]
Step = Annotated[TrendStep, strawberry.argument(description="间隔 · How far the days lie apart")]
Other = Annotated[
    CoverageInput, strawberry.argument(description="对照问题 · What is asked the other time")
]


@policy(READ)
def coverage_trend(info: Info, input: Input, since: Since, step: Step = TrendStep.MONTH) -> Finding:
    last = input.as_of or info.context.today
    if since > last:
        raise bad_input("since is asOf or earlier", "since")
    days: list[str] = []
    for day in _days(since, last, step):
        if len(days) == MOST_POINTS:
            raise bad_input(f"a trend has up to {MOST_POINTS} days", "since")
        days.append(day.isoformat())
    return graph.coverage_change.trend(question(info.context, input), days)


@policy(READ)
def coverage_comparison(info: Info, a: Input, b: Other) -> Finding:
    return graph.coverage_change.comparison(
        question(info.context, a, "a"), question(info.context, b, "b")
    )


def _days(since: date, last: date, step: TrendStep) -> Iterator[date]:
    """From the first day step by step, and the last."""
    day, number = since, 0
    while day < last:
        yield day
        number += 1
        if step in MONTHS:
            day = _later(since, number * MONTHS[step])
        else:
            day += timedelta(days=7 if step is TrendStep.WEEK else 1)
    yield last


def _later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
