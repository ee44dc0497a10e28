"""What the rows say against what the graph holds: new, changed, unchanged, or not possible.

Only what is said is compared: an empty cell leaves a value as it is. A node that was merged into
another is not written again; what is said of its relationships is said of the other.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, LiteralString

from graph import merge, registry
from graph.bolt import Graph
from graph.cypher import projection
from graph.intake import relation
from graph.intake.header import words
from graph.intake.row import COMPANIONS
from graph.intake.stage import Stage, dumped
from graph.kind import optional
from graph.load import types
from graph.model import Node
from graph.predicate import known
from graph.relationship import relationship

NEW, CHANGED, UNCHANGED, MERGED = "NEW", "CHANGED", "UNCHANGED", "MERGED"
SIZE = 2_000
MISSING = "新建时必填 · it is needed for a new one"

Said = tuple[str, dict[str, Any], list[int]]  # code, properties, places


async def nodes(stage: Stage, graph: Graph) -> None:
    """Judges every node that the files say something of."""
    stage.flush()
    stage.run("DELETE FROM node")
    labels = [row[0] for row in stage.rows("SELECT DISTINCT label FROM said")]
    for label in labels:
        former = label in merge.MERGEABLE and await merge.any_former(graph)
        for batch in _batches(_said(stage, label)):
            codes = [code for code, _, _ in batch]
            held = await _held(graph, label, codes, {n for _, said, _ in batch for n in said})
            kept: dict[str, str] = {}
            if former:
                found = await graph.read("intake.former", merge.FORMER, {"codes": codes})
                kept = dict(found)
            rows = [_judged(stage, label, each, held.get(each[0]), kept) for each in batch]
            stage.db.executemany("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?)", rows)


def _batches(every: Iterator[Said]) -> Iterator[list[Said]]:
    batch: list[Said] = []
    for each in every:
        batch.append(each)
        if len(batch) == SIZE:
            yield batch
            batch = []
    if batch:
        yield batch


def _said(stage: Stage, label: str) -> Iterator[Said]:
    """All that the files say of each node; what contradicts an earlier row is noted."""
    text = "SELECT code, place, properties FROM said WHERE label = ? ORDER BY code, place"
    for code, rows in groupby(stage.rows(text, label), key=lambda row: row[0]):
        properties: dict[str, Any] = {}
        by: dict[str, int] = {}
        places: list[int] = []
        for _, place, said in rows:
            places.append(place)
            for name, each in json.loads(said).items():
                if name not in properties:
                    properties[name], by[name] = each, place
                elif properties[name] != each and name not in COMPANIONS:
                    told = stage.told(by[name])
                    stage.note(place, name, f"与 {told} 不一致 · {told} says otherwise")
        yield code, properties, places


async def _held(
    graph: Graph, label: str, codes: Sequence[str], names: set[str]
) -> dict[str, dict[str, Any]]:
    node = registry.node(label)
    asked = [name for name in node.properties if name in names or name in ("code", "version")]
    text: LiteralString = (
        f"UNWIND $codes AS code MATCH (n:{node.label} {{code: code}}) "
        f"WITH {projection('n', node.properties, asked)} AS node RETURN collect(node) AS row"
    )
    found = await graph.read("intake.held", text, {"codes": codes})
    return {row["code"]: row for row in found}


def _judged(
    stage: Stage, label: str, each: Said, held: Mapping[str, Any] | None, kept: Mapping[str, str]
) -> tuple[Any, ...]:
    code, said, places = each
    node = registry.node(label)
    if held is None and code in kept:
        return label, code, MERGED, "{}", None, kept[code]
    if held is None:
        missing = _defaults(said, label, node.properties, node.fresh)
        for name in missing:
            if not stage.one("SELECT 1 FROM fault WHERE place = ?", places[0]):
                stage.note(places[0], name, MISSING)
        return label, code, NEW, dumped(said), None, None
    changed = _difference(said, held, node)
    state = CHANGED if changed else UNCHANGED
    return label, code, state, dumped(changed), held.get("version"), None


def _defaults(
    said: dict[str, Any],
    owner: str,
    declared: Mapping[LiteralString, Any],
    fresh: Mapping[LiteralString, Any],
) -> list[str]:
    """Fills in what a new one has unless it is said; the names of what is still missing."""
    start = f"{owner}."
    for name, given in fresh.items():
        said.setdefault(name, given)
    for name, given in words()["defaults"].items():
        if name.startswith(start):
            said.setdefault(name.removeprefix(start), given)
    missing: list[str] = []
    for name, hint in declared.items():
        if name in ("code", "version") or name in said or optional(hint):
            continue
        if hint is bool:
            said[name] = False
        else:
            missing.append(name)
    return missing


def _difference(said: Mapping[str, Any], held: Mapping[str, Any], node: Node) -> dict[str, Any]:
    changed = {
        name: each
        for name, each in said.items()
        if name in node.properties and plain(held.get(name)) != each
    }
    also = {name: said[name] for name, main in COMPANIONS.items() if main in changed}
    return changed | also


def plain(held: Any) -> Any:
    """A value of the graph as rows say it: instants as ISO text in UTC."""
    if hasattr(held, "to_native"):
        held = held.to_native()
    if isinstance(held, datetime):
        return held.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return held.isoformat() if isinstance(held, date) else held


# Relationships

MOVE = """
UPDATE link SET moved = 1, {code} = (SELECT kept FROM node
    WHERE label = link.{first} AND code = link.{code} AND state = 'MERGED')
WHERE EXISTS (SELECT 1 FROM node WHERE label = link.{first} AND code = link.{code}
    AND state = 'MERGED')
"""
KINDS = """
SELECT DISTINCT type, first, last FROM link WHERE start IS NOT NULL AND stop IS NOT NULL
ORDER BY type, first, last
"""
# Ends that may have something of this type in the graph: no node of either end is new.
PAIRS = """
SELECT DISTINCT l.start, l.stop FROM link l
LEFT JOIN node a ON a.label = l.first AND a.code = l.start
LEFT JOIN node b ON b.label = l.last AND b.code = l.stop
WHERE l.type = ? AND l.first = ? AND l.last = ? AND l.start IS NOT NULL AND l.stop IS NOT NULL
AND coalesce(a.state, '') != 'NEW' AND coalesce(b.state, '') != 'NEW'
"""
STARTS = """
SELECT DISTINCT l.start FROM link l LEFT JOIN node a ON a.label = l.first AND a.code = l.start
WHERE l.type = ? AND l.first = ? AND l.last = ? AND l.start IS NOT NULL
AND coalesce(a.state, '') != 'NEW'
"""
STOPS = """
SELECT DISTINCT l.stop FROM link l LEFT JOIN node b ON b.label = l.last AND b.code = l.stop
WHERE l.type = ? AND l.first = ? AND l.last = ? AND l.stop IS NOT NULL
AND coalesce(b.state, '') != 'NEW'
"""
LINKS = """
SELECT id, place, coalesce(end_column, start_column), start, stop, coalesce(since, ''), until,
       properties, moved
FROM link WHERE type = ? AND first = ? AND last = ? AND start IS NOT NULL AND stop IS NOT NULL
ORDER BY start, stop, coalesce(since, ''), moved, place
"""
KNOWN = """
SELECT rowid, until, properties FROM known WHERE type = ? AND first = ? AND last = ?
AND start = ? AND stop = ? AND coalesce(since, '') = ?
"""
JOINED = """
SELECT joined FROM known WHERE type = ? AND first = ? AND last = ? AND start = ? AND stop = ?
AND joined IS NOT NULL
"""
# Rows of new nodes that no row ties to what they need; of a row at fault no more is told.
UNTIED = """
SELECT place FROM (
    SELECT (SELECT min(place) FROM said WHERE label = n.label AND code = n.code) AS place
    FROM node n WHERE n.label = ?1 AND n.state = 'NEW' AND NOT EXISTS (
        SELECT 1 FROM link WHERE type = ?2 AND {near} = ?1 AND {code} = n.code
        AND coalesce({far}, ?3) = ?3))
WHERE place NOT IN (SELECT place FROM fault WHERE place > 0)
"""
ENDS = {
    "out": {"near": "first", "code": "start", "far": "last"},
    "in": {"near": "last", "code": "stop", "far": "first"},
}
JUDGED = "UPDATE link SET state = ?, properties = ?, ends = ? WHERE id = ?"


async def links(stage: Stage, graph: Graph) -> list[tuple[str, str, str]]:
    """Judges every relationship that the files state; the kinds of them, as type and labels."""
    stage.flush()
    stage.run("DELETE FROM known")
    stage.run("UPDATE link SET state = NULL, ends = NULL")
    for first, code in (("first", "start"), ("last", "stop")):
        stage.run(MOVE.format(first=first, code=code))
    kinds: list[tuple[str, str, str]] = list(stage.rows(KINDS))
    for kind in kinds:
        await _known(stage, graph, kind)
        _links(stage, kind)
    _tied(stage)
    return kinds


def _tied(stage: Stage) -> None:
    """Notes new nodes without a tie that they need."""
    for node in registry.nodes():
        for name, tie in node.ties.items():
            if tie.needed:
                text = UNTIED.format(**ENDS[tie.direction])
                for (place,) in list(stage.rows(text, node.label, tie.type, tie.target)):
                    stage.note(place, name, MISSING)


def sole(kind: tuple[str, str, str]) -> tuple[bool, bool, Mapping[str, Any]]:
    """Whether a start, and an end, may have one at a time; of those with these values only."""
    type_, first, last = kind
    declared = relationship(*kind)
    end, besides = (declared.sole, declared.besides) if declared else ("", "")
    return (
        end == "start" or relation.sole(type_, first, True),
        end == "end" or relation.sole(type_, last, False),
        {besides: False} if besides else {},
    )


async def _known(stage: Stage, graph: Graph, kind: tuple[str, str, str]) -> None:
    """What the graph has between the same nodes; of an end that has one at a time, all it has."""
    by_start, by_stop, _ = sole(kind)
    if by_start:
        await _read(stage, graph, kind, STARTS, _of(kind, "a", ""))
    else:
        await _read(stage, graph, kind, PAIRS, _of(kind, "a", " WHERE b.code = row.stop"))
    if by_stop:
        await _read(stage, graph, kind, STOPS, _of(kind, "b", ""))


async def _read(
    stage: Stage, graph: Graph, kind: tuple[str, str, str], wanted: str, text: LiteralString
) -> None:
    for batch in stage.batches(wanted, *kind, size=SIZE):
        names = ("stop",) if wanted is STOPS else ("start", "stop")
        rows = [dict(zip(names, row, strict=False)) for row in batch]
        found = await graph.read("intake.known", text, {"rows": rows})
        stage.db.executemany(
            "INSERT OR IGNORE INTO known VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            [
                (
                    *(kind[0], kind[1], start, kind[2], stop),
                    *(edge.pop("since"), edge.pop("until")),
                    dumped({name: plain(each) for name, each in edge.items()}),
                    joined and json.dumps(joined),
                )
                for start, stop, edge, joined in found
            ],
        )


def _of(kind: tuple[str, str, str], near: LiteralString, test: LiteralString) -> LiteralString:
    name = known(kind[0], dict.fromkeys(types()))
    first, last = registry.node(kind[1]).label, registry.node(kind[2]).label
    declared: dict[LiteralString, Any] = {
        "since": date | None,
        "until": date | None,
        **relation.declared(kind[0], kind[1]),
    }
    edge = projection("r", declared, list(declared))
    start: LiteralString = (
        f"UNWIND $rows AS row MATCH (a:{first} {{code: row.start}}) "
        f"MATCH (a)-[r:{name}]->(b:{last}){test}"
    )
    if near == "b":
        start = (
            f"UNWIND $rows AS row MATCH (b:{last} {{code: row.stop}}) "
            f"MATCH (b)<-[r:{name}]-(a:{first})"
        )
    return (
        f"{start} WITH DISTINCT a.code AS start, b.code AS stop, r "
        f"WITH start, stop, r.joined AS joined, {edge} AS edge "
        "RETURN collect([start, stop, edge, joined]) AS row"
    )


def _links(stage: Stage, kind: tuple[str, str, str]) -> None:
    """Judges those of one kind; a second row that says the same of the same is nothing more."""
    declared, begun = relation.declared(kind[0], kind[1]), relationship(*kind)
    fresh = begun.fresh if begun else {}
    of_kind = "FROM known WHERE type = ? AND first = ? AND last = ?"
    any_known = stage.one(f"SELECT 1 {of_kind}", *kind)
    any_joined = stage.one(f"SELECT 1 {of_kind} AND joined IS NOT NULL", *kind)
    judged: list[tuple[Any, ...]] = []
    before: tuple[Any, ...] = ()
    for row in stage.rows(LINKS, *kind):
        number, place, column, start, stop, since, until, text, moved = row
        same = (start, stop, since)
        if before and before[0] == same:
            if before[1:3] != (until, text) and not moved:
                told = stage.told(before[3])
                stage.note(place, column, f"与 {told} 不一致 · {told} says otherwise")
            judged.append(("SAME", text, None, number))
            continue
        before = (same, until, text, place)
        said = json.loads(text)
        if any_joined and _joined(stage, kind, start, stop, f"{since}/{until or ''}"):
            judged.append(("SAME", text, None, number))
            continue
        held = stage.db.execute(KNOWN, (*kind, *same)).fetchone() if any_known else None
        if held is not None and moved:
            judged.append(("SAME", text, None, number))
        elif held is not None:
            stage.run("UPDATE known SET taken = 1 WHERE rowid = ?", held[0])
            has = json.loads(held[2])
            changed = any(has.get(name) != each for name, each in said.items())
            changed = changed or (until is not None and until != held[1])
            state = CHANGED if changed else UNCHANGED
            judged.append((state, dumped(has | said), until or held[1], number))
        else:
            for name in _defaults(said, kind[0], declared, fresh):
                stage.note(place, name, MISSING)
            judged.append((NEW, dumped(said), until, number))
        if len(judged) >= SIZE:
            stage.db.executemany(JUDGED, judged)
            judged.clear()
    stage.db.executemany(JUDGED, judged)


def _joined(stage: Stage, kind: tuple[str, str, str], start: str, stop: str, said: str) -> bool:
    """Whether a merge joined just this interval with others."""
    found = stage.db.execute(JOINED, (*kind, start, stop)).fetchall()
    return any(said in json.loads(joined) for (joined,) in found)
