"""A board of coverage: a row for each unit, a column for each question that is asked of all.

Cells of a page are counted for its rows only; figures of a column for all units, if they are asked.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from graph.analysis import coverage
from graph.analysis.coverage import STATUSES, Statuses
from graph.bolt import Graph
from graph.hours import shown
from graph.lazy import Lazy
from graph.measure.board import Board, HourBoard, KindBoard, Part, SkillBoard, hourly
from graph.measure.count import counted_in, current, known, units
from graph.measure.question import CoverageKind, GridPlusMode, Question
from graph.model import Asking, Finding, Key, Missing, Ranking, Unfit
from graph.requirement import Requirement
from graph.snapshot.snapshot import Snapshot

AT_ONCE = 4  # statements
BLOCK = 100  # rows that are counted together
MOST = 500  # columns
NAMES = [each.value for each in STATUSES]
FIGURES = ("numerator", "effective", "denominator", "unknown", "ratio")


@dataclass(frozen=True)
class Wanted:
    """What the columns are, of which one is given; `question` says the rest.

    `skills`: none = every skill that has no narrower one. `hours`: spans of the week, none = each
    hour of it. `kinds`: a question each.
    """

    question: Question
    skills: tuple[Requirement, ...] | None = None
    hours: tuple[str, ...] | None = None
    kinds: tuple[Question, ...] | None = None


def matrix(wanted: Wanted, day: str | None = None) -> Finding:
    """`{territory, level, asOf, revision, columns, rows}`.

    Raises Missing for a territory out of sight or a skill that does not exist.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        snapshot = await current(graph, asking)
        columns, board = await _board(graph, snapshot, wanted, asking)
        question = wanted.question

        @cache
        def whole() -> Statuses:
            return board.part(np.arange(len(board.units))).status

        return {
            "territory": question.within,
            "level": question.level,
            "asOf": asking.day,
            "revision": snapshot.revision,
            "columns": [
                {**column, **_figures(whole, number)} for number, column in enumerate(columns)
            ],
            "rows": _rows(board, [column["key"] for column in columns], wanted),
        }

    return Finding(find, day)


async def _board(
    graph: Graph, snapshot: Snapshot, wanted: Wanted, asking: Asking
) -> tuple[list[dict[str, Any]], Board]:
    """What is told of each column, and the board."""
    question = wanted.question
    if wanted.kinds is not None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def of(asked: Question) -> Any:
            async with gate:
                return await counted_in(snapshot, graph, asked, asking)

        found = await asyncio.gather(*(of(asked) for asked in wanted.kinds))
        return [_told(asked.kind) for asked in wanted.kinds], KindBoard(found[0].units, found)
    rows = units(snapshot, question, asking)
    if wanted.hours is not None:
        known(snapshot, question.skill)
        spans = wanted.hours or hourly()
        hourly_board = HourBoard(snapshot, question, asking, rows, spans)
        return [_column(span, hours=[shown(span)]) for span in spans], hourly_board
    skills = wanted.skills or _leaves(snapshot)
    for number, skill in enumerate(skills):
        if skill.skill not in snapshot.skills.index:
            raise Missing(f"input.skills.{number}")
    board = SkillBoard(snapshot, question, asking, rows, skills)
    return [_column(each.name, skill=Key("Skill", each.skill)) for each in skills], board


def _leaves(snapshot: Snapshot) -> list[Requirement]:
    broad = snapshot.skills.narrower
    found = [Requirement(code) for code in sorted(snapshot.skills.codes) if code not in broad]
    if len(found) > MOST:
        raise Unfit("input.skills", f"there are {len(found)} skills; name up to {MOST} of them")
    return found


def _column(key: str, **about: Any) -> dict[str, Any]:
    return {"key": key, "skill": None, "hours": None, "kind": None, "mode": None, **about}


def _told(kind: CoverageKind | GridPlusMode) -> dict[str, Any]:
    name = "kind" if isinstance(kind, CoverageKind) else "mode"
    return _column(kind.value, **{name: kind.value})


def _figures(whole: Callable[[], Statuses], column: int) -> dict[str, Any]:
    """The figures of a column, counted when the first is asked for."""
    summed = cache(lambda: coverage.summary(whole()[:, column]))
    return {name: lambda _, name=name: summed()[name] for name in FIGURES}


def _rows(board: Board, keys: Sequence[str], wanted: Wanted) -> Ranking:
    """The units by code, each with a cell for each column."""

    @cache
    def block(number: int) -> Part:
        last = min(len(board.units), (number + 1) * BLOCK)
        return board.part(np.arange(number * BLOCK, last))

    @cache
    def edge(i: int) -> dict[str, Any]:
        part, row = block(i // BLOCK), i % BLOCK
        last = [each[row] if each else None for each in part.last or [None] * len(keys)]
        found = zip(keys, part.status[row].tolist(), part.count[row].tolist(), last, strict=True)
        return {
            "cells": [
                {"key": key, "status": NAMES[status], "count": count, "lastActivity": day}
                for key, status, count, day in found
            ]
        }

    return Ranking(
        Lazy(len(board.units), board.units.key),
        Lazy(len(board.units), lambda i: (board.units.codes[i],)),
        edge,
        f"matrix {replace(wanted.question, day='')}",
    )
