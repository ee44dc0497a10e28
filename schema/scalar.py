"""Scalars and shared records: dates, places, intervals; how they are spelled and checked."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import strawberry
from graphql import GraphQLError, ValueNode, value_from_ast_untyped

from graph.crs import Crs
from graph.kind import GeoJSON, moment
from resolvers.enum import Weekday
from resolvers.errors import Code
from schema.relay import asked


def _refused(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": Code.BAD_USER_INPUT.value})


def _located(parse: Callable[[Any], Any]) -> Callable[..., Any]:
    """Parses a literal, so that what is wrong with it is told where it stands."""

    def literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
        try:
            return parse(value_from_ast_untyped(node, variables))
        except GraphQLError as error:
            raise GraphQLError(error.message, node, extensions=error.extensions) from None

    return literal


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value.isoformat())


def _date(value: Any) -> date:
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        found = None
    if found is None or found.isoformat() != value:  # 2026-W48-2 is ISO 8601, too
        raise _refused("Date is written YYYY-MM-DD, such as 2026-11-24")
    return found


def _datetime(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
        moment(found)  # which is how it is kept
    except (TypeError, ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise _refused("DateTime is written with its zone, such as 2026-11-24T09:00:00+08:00")
    return found


SCALARS: dict[Any, Any] = {
    date: strawberry.scalar(
        name="Date",
        description="日期 · Calendar date, YYYY-MM-DD (ISO 8601)",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=_text,
        parse_value=_date,
        parse_literal=_located(_date),
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="时刻 · Date and time with its offset from UTC (RFC 3339)",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_text,
        parse_value=_datetime,
        parse_literal=_located(_datetime),
    ),
    GeoJSON: strawberry.scalar(
        name="GeoJSON",
        description="地理边界 · GeoJSON geometry (RFC 7946), longitude before latitude, WGS-84",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc7946",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}


@strawberry.type(description="点 · A place")
class Point:
    longitude: float = strawberry.field(description="经度 · Longitude in degrees, east positive")
    latitude: float = strawberry.field(description="纬度 · Latitude in degrees, north positive")
    crs: Crs = strawberry.field(description="坐标系 · The system the numbers are in")


def place(description: str) -> Any:
    """A point that is given out in the system a client asks for."""
    return asked(description, crs=(Crs | None, "坐标系 · System of the answer; WGS84 if not given"))


@strawberry.type(description="每周时段 · A span of a day, every week; local time")
class WeeklyHours:
    weekday: Weekday = strawberry.field(description="星期 · Day of the week")
    from_: str = strawberry.field(name="from", description="起 · Begins at, HH:MM")
    until: str = strawberry.field(description="止 · Ends at, HH:MM; 24:00 = midnight")


@strawberry.type(description="时间段 · From a moment until before another")
class Period:
    from_: datetime = strawberry.field(name="from", description="起 · First moment")
    until: datetime = strawberry.field(description="止 · First moment no longer in it")
