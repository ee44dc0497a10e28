"""Boards: many questions asked of the same units at once, of which any rows can be counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from graph.analysis import coverage
from graph.analysis.coverage import Integers, Statuses
from graph.hours import minutes
from graph.measure.found import Found
from graph.measure.pairs import Pairs, volunteers
from graph.measure.question import Question, Units
from graph.measure.volunteer import hours
from graph.model import Asking
from graph.requirement import Requirement
from graph.snapshot.column import Mask, Places, ordinal
from graph.snapshot.snapshot import Snapshot


@dataclass(frozen=True)
class Part:
    """Some rows: counts and statuses, (rows, columns), and when something last happened."""

    count: Integers
    status: Statuses
    last: Sequence[Sequence[str | None] | None] = ()  # of each column


class Board(Protocol):
    """Units, each asked the same questions."""

    @property
    def units(self) -> Units: ...

    def part(self, rows: Places) -> Part:
        """How some of the units are."""
        ...


@dataclass(frozen=True)
class Volunteering:
    """What boards of volunteers have in common; `question` tells territory, reach and k."""

    snapshot: Snapshot
    question: Question
    asking: Asking
    units: Units

    def there(self, rows: Places, chosen: Mask) -> Pairs:
        """Of the chosen people who is there for these units."""
        units, day = self.units.some(rows), ordinal(self.asking.day)
        return volunteers(self.snapshot, units, self.question.reach, day, chosen)

    def rated(self, count: Integers, rows: Places) -> Part:
        known = np.ones(len(rows), np.bool_)
        if self.question.reach is not None:
            known = self.units.placed[rows]
        status = coverage.statuses(count, known[:, None], self.question.k)
        return Part(np.where(known[:, None], count, 0), status)


@dataclass(frozen=True)
class SkillBoard(Volunteering):
    """How many volunteers each unit has for each of some skills."""

    skills: Sequence[Requirement]

    @cached_property
    def holding(self) -> Any:
        """(people, skills)"""
        return self.snapshot.holding(self.asking, self.skills)

    @cached_property
    def chosen(self) -> Mask:
        """Who holds at least one of them."""
        some: Mask = np.diff(self.holding.indptr) > 0
        return self.snapshot.volunteers(self.asking) & some

    def part(self, rows: Places) -> Part:
        there = self.there(rows, self.chosen).matrix(len(self.chosen))
        found = there @ (self.holding > 0).astype(np.int32)
        return self.rated(found.toarray().astype(np.int64), rows)


@dataclass(frozen=True)
class HourBoard(Volunteering):
    """How many volunteers each unit has, at the least, in each of some spans of the week."""

    spans: Sequence[str]

    @cached_property
    def chosen(self) -> Mask:
        """Who has told their hours."""
        people = self.snapshot.volunteers(self.asking, self.question.skill)
        return people & (self.snapshot.people.week >= 0)

    def part(self, rows: Places) -> Part:
        asked = [minutes(text) for text in self.spans]
        free, number = hours(self.snapshot.people, self.there(rows, self.chosen), asked)
        count = [
            number[:, (free.start >= since) & (free.start < until)].min(axis=1)
            for since, until in asked
        ]
        return self.rated(np.stack(count, axis=-1), rows)


@dataclass(frozen=True)
class KindBoard:
    """What was found of the same units by several questions."""

    units: Units
    found: Sequence[Found]

    def part(self, rows: Places) -> Part:
        return Part(
            np.stack([each.count[rows] for each in self.found], axis=-1),
            np.stack([each.status[rows] for each in self.found], axis=-1),
            [each.last and [each.last[i] for i in rows.tolist()] for each in self.found],
        )


def hourly() -> list[str]:
    """Every hour of the week, as a span of it."""
    return [f"{day} {hour:02d}:00-{hour + 1:02d}:00" for day in range(1, 8) for hour in range(24)]
