"""Staged rows become batches for `graph.load`: nodes with their sources, then relationships.

A node and what says whence it is are written together, so that no value is without its row.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, LiteralString

from graph import load, registry, territory
from graph.intake import relation
from graph.intake.interval import Kind
from graph.intake.stage import Stage
from graph.kind import plain
from graph.load import Part, Rows, Statements

SOURCE = "DataSource"
Batch = tuple[int, Statements]

NODES = """
SELECT code, state, properties, version FROM node
WHERE label = ? AND state IN ('NEW', 'CHANGED') ORDER BY code
"""
LINKS = """
SELECT start, stop, since, ends, properties, place FROM link
WHERE type = ? AND first = ? AND last = ? AND state IN ('NEW', 'CHANGED')
ORDER BY since IS NULL, ends IS NULL, id
"""
# Nodes of a kind that change, or are told of at all, by themselves or by what leads from them.
TOUCHED = """
SELECT code FROM node WHERE label = ?1 AND (?2 OR state IN ('NEW', 'CHANGED'))
UNION SELECT start FROM link
WHERE first = ?1 AND state IS NOT NULL AND (?2 OR state IN ('NEW', 'CHANGED'))
"""
# A node that is written itself has its version already.
WRITTEN = "SELECT 1 FROM node WHERE label = ? AND code = ? AND state IN ('NEW', 'CHANGED')"


def parts(
    stage: Stage, kinds: Sequence[Kind], within: Rows, sources: Rows
) -> tuple[list[Part], int]:
    """What is to be written, in order, and how many rows that is; nothing if nothing changes."""
    found: list[Part] = []
    labels = "SELECT label, count(*) FROM node WHERE state IN ('NEW', 'CHANGED') GROUP BY label"
    for label, count in list(stage.rows(labels)):
        found.append(Part(label, count, _nodes(stage, label)))
    for kind in kinds:
        text = """SELECT count(*) FROM link
                  WHERE type = ? AND first = ? AND last = ? AND state IN ('NEW', 'CHANGED')"""
        count = stage.one(text, *kind)
        if count:
            found.append(Part(kind[0], count, _links(stage, kind)))
    if within:
        found.append(Part("WITHIN", len(within), _within(within)))
    found += _settled(stage)
    if found and sources:
        statements = load.merge_nodes(SOURCE, sources)
        found.insert(0, Part(SOURCE, len(sources), [(len(sources), statements)]))
    return found, sum(part.count for part in found)


def _settled(stage: Stage) -> Iterator[Part]:
    """What others hold because of what changes; of all that is told when resuming."""
    for node in registry.nodes():
        count = stage.one(f"SELECT count(*) FROM ({TOUCHED})", node.label, stage.resuming)
        if node.settles and count:
            yield Part(f"{node.label} counted", count, _settling(stage, node.label))


def _settling(stage: Stage, label: str) -> Iterator[Batch]:
    text = f"{TOUCHED} ORDER BY 1"
    for batch in stage.batches(text, label, stage.resuming, size=load.BATCH):
        yield len(batch), [(load.settle(label), [{"code": code} for (code,) in batch])]


def _within(rows: Rows) -> Iterator[Batch]:
    for batch in load.batches(rows):
        yield len(batch), [(territory.JOIN, batch)]


def _nodes(stage: Stage, label: str) -> Iterator[Batch]:
    """Batches of nodes, each with the relationships to their sources."""
    node = registry.node(label)
    derived = load.merge_links(registry.DERIVED_FROM, label, SOURCE, (), key="at")
    for batch in stage.batches(NODES, label, size=load.BATCH):
        rows: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        fields: dict[str, set[str]] = {}
        for code, state, text, version in batch:
            properties = json.loads(text)
            fields[code] = {name for name in properties if name in node.properties}
            row = {**properties, "code": code}
            if state == "CHANGED":
                row["version"] = (version or 1) + 1
            rows[_dated(properties, node.properties)].append(row)
        texts: list[tuple[LiteralString, Rows]] = []
        for dated, some in rows.items():
            texts += load.merge_nodes(label, some, dated)
        texts.append((derived, _derived(stage, label, fields)))
        yield len(batch), texts


def _derived(stage: Stage, label: str, fields: Mapping[str, set[str]]) -> list[dict[str, Any]]:
    """From each node to the source of each row that says something that is written."""
    found: list[dict[str, Any]] = []
    text = "SELECT place, properties FROM said WHERE label = ? AND code = ? ORDER BY place"
    for code, written in fields.items():
        rest = set(written)
        for place, properties in stage.db.execute(text, (label, code)).fetchall():
            said = set(json.loads(properties)) & rest
            if said or (not written and rest == written):
                source, sheet, row = stage.where(place)
                at = f"{sheet}!{row}" if sheet else str(row)
                known = {"sheet": sheet or None, "row": row, "fields": sorted(said)}
                link = {name: each for name, each in known.items() if each is not None}
                found.append({"start": code, "end": source, "at": at, "properties": link})
                rest -= said
    return found


def _links(stage: Stage, kind: Kind) -> Iterator[Batch]:
    type_, first, last = kind
    declared = relation.declared(type_, first)
    lasting = any(each.type == type_ and each.validity for each in _views(kind))
    for batch in stage.batches(LINKS, *kind, size=load.BATCH):
        rows: dict[tuple[tuple[str, ...], tuple[str, ...]], list[dict[str, Any]]] = defaultdict(
            list
        )
        for start, stop, since, until, text, place in batch:
            properties = json.loads(text)
            source, sheet, number = stage.where(place)
            whence = {"source": source, "row": number, **({"sheet": sheet} if sheet else {})}
            row = {"start": start, "end": stop, "properties": properties | whence}
            interval = {"since": since, "until": until}
            row |= {name: day for name, day in interval.items() if day}
            dates = tuple(name for name, day in interval.items() if day)
            rows[dates, _dated(properties, declared)].append(row)
        texts: list[tuple[LiteralString, Rows]] = []
        for (dates, dated), some in rows.items():
            if lasting and "since" not in dates:
                made, filled = load.open_links(type_, first, last, dates, dated, declared)
                texts.append((made, some))
                texts.append((filled, some))
            else:
                merged = load.merge_links(type_, first, last, dates, dated, declared)
                texts.append((merged, some))
        texts.append(_raised(stage, kind, batch))
        yield len(batch), texts


def _raised(
    stage: Stage, kind: Kind, batch: Sequence[tuple[Any, ...]]
) -> tuple[LiteralString, Rows]:
    """Counts up the version of each node that only relationships of the batch change."""
    outward = relation.touched(*kind) == "start"
    label = kind[1] if outward else kind[2]
    codes = dict.fromkeys(row[0] if outward else row[1] for row in batch)
    rows = [{"code": code} for code in codes if not stage.one(WRITTEN, label, code)]
    return load.raise_versions(label), rows


def _views(kind: Kind) -> list[relation.Relation]:
    return [*relation.of(kind[1]).values(), *relation.of(kind[2]).values()]


def _dated(properties: Mapping[str, Any], declared: Mapping[LiteralString, Any]) -> tuple[str, ...]:
    """The properties that become dates or instants."""
    return tuple(
        name
        for name, hint in declared.items()
        if name in properties and plain(hint) in (date, datetime)
    )
