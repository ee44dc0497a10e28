"""Intervals that must not overlap: of one type between one pair, and of what there is one of.

Half-open ISO dates; an absent end is open. Looks at what the files say together with what the graph
holds; what only the graph holds is not judged.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graph.intake import compare, relation
from graph.intake.stage import Stage

Kind = tuple[str, str, str]

EVERY = """
SELECT {by} AS own, {other} AS other, coalesce(since, '') AS since, ends, properties,
       CASE state WHEN 'UNCHANGED' THEN NULL ELSE place END AS place,
       coalesce(end_column, start_column) AS col
FROM link WHERE type = ?1 AND first = ?2 AND last = ?3 AND state IN ('NEW', 'CHANGED', 'UNCHANGED')
UNION ALL
SELECT {by}, {other}, coalesce(since, ''), until, properties, NULL, NULL
FROM known WHERE type = ?1 AND first = ?2 AND last = ?3 AND taken = 0
ORDER BY 1, {order}
"""
PAIR = EVERY.format(by="start", other="stop", order="2, 3, 6")
BY_START = EVERY.format(by="start", other="stop", order="3, 6")
BY_STOP = EVERY.format(by="stop", other="start", order="3, 6")


def check(stage: Stage, kind: Kind) -> None:
    """Notes every row whose interval overlaps another's where it must not."""
    if _lasting(kind):
        _overlaps(stage, kind, PAIR, lambda row: row[:2], "已有同一关系", "the same holds already")
    by_start, by_stop, only = compare.sole(kind)
    for wanted, text in ((by_start, BY_START), (by_stop, BY_STOP)):
        if wanted:
            chinese, english = "同一时间只能有一个", "there is one at a time, and another holds"
            _overlaps(stage, kind, text, lambda row: row[:1], chinese, english, only)


def _lasting(kind: Kind) -> bool:
    return any(
        each.type == kind[0] and each.validity for each in relation.of(kind[1]).values()
    ) or (any(each.type == kind[0] and each.validity for each in relation.of(kind[2]).values()))


def _overlaps(
    stage: Stage,
    kind: Kind,
    text: str,
    group: Callable[[tuple[Any, ...]], Any],
    chinese: str,
    english: str,
    only: Mapping[str, Any] | None = None,
) -> None:
    """In each group, in the order of their starts, whatever begins before the latest end so far.

    `only` is given where two different nodes are meant: the same pair is told elsewhere.
    """
    last: tuple[Any, ...] | None = None
    for row in _held(stage.rows(text, *kind), only):
        if last is None or group(last) != group(row):
            last = row
            continue
        overlapping = last[3] is None or not row[2] or row[2] < last[3]
        if overlapping and not (only is not None and last[1] == row[1]):
            _note(stage, last, row, chinese, english)
        if last[3] is not None and (row[3] is None or row[3] > last[3]):
            last = row


def _held(
    rows: Iterator[tuple[Any, ...]], only: Mapping[str, Any] | None
) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        if not only or only.items() <= json.loads(row[4]).items():
            yield row


def _note(
    stage: Stage, one: tuple[Any, ...], other: tuple[Any, ...], chinese: str, english: str
) -> None:
    """Tells the later row of the two; a row is told of one that the graph holds as such."""
    places = [row for row in (one, other) if row[5] is not None]
    if not places:
        return
    told = max(places, key=lambda row: row[5])
    rest = [row for row in places if row is not told]
    where = stage.told(rest[0][5]) if rest else "graph"
    stage.note(
        told[5], told[6] or "since", f"{chinese}({where}) · {english} at that time ({where})"
    )
