"""Whom a cell means: a code or a name of a node in the files or in the graph, and of one only.

Codes go before names. What is known nowhere is made where the mapping says so, else it is told.
"""

from collections.abc import Sequence
from typing import LiteralString

from graph import merge, registry, text
from graph.bolt import Graph
from graph.intake import secret, value
from graph.intake.stage import Stage

UNKNOWN = "文件和图中均无此代码或名称 · neither the files nor the graph have this code or name"
SEVERAL = "名称不唯一,请填代码 · several have this name; give the code"
SIZE = 2_000

GATHER = """
INSERT OR IGNORE INTO reference (labels, text, make, place)
SELECT labels, text, max(make), min(place) FROM (
  SELECT start_labels AS labels, start_text AS text, make, place FROM link
  UNION ALL SELECT end_labels, end_text, make, place FROM link)
WHERE labels IS NOT NULL GROUP BY labels, text
"""
IN_FILES = """
INSERT OR IGNORE INTO candidate SELECT r.labels, r.text, s.label, s.code
FROM reference r JOIN said s ON s.label = ? AND s.code = r.text WHERE r.labels = ?
"""
NAMES = """
CREATE TEMP TABLE named AS
SELECT DISTINCT label, code, json_extract(properties, '$.name') AS name FROM said;
CREATE INDEX named_by_name ON named (label, name);
"""
IN_FILES_BY_NAME = """
INSERT OR IGNORE INTO candidate SELECT r.labels, r.text, n.label, n.code
FROM reference r JOIN named n ON n.label = ? AND n.name = r.text
WHERE r.labels = ? AND r.hits = 0
"""
COUNT = """
UPDATE reference SET hits = (SELECT count(*) FROM candidate c
    WHERE c.labels = reference.labels AND c.text = reference.text)
WHERE hits = 0
"""
CHOOSE = """
UPDATE reference SET (label, code) = (SELECT label, code FROM candidate c
    WHERE c.labels = reference.labels AND c.text = reference.text)
WHERE hits = 1 AND code IS NULL
"""
FILL = """
UPDATE link SET {first} = (SELECT label FROM reference
        WHERE labels = {side}_labels AND text = {side}_text),
    {code} = (SELECT code FROM reference WHERE labels = {side}_labels AND text = {side}_text)
WHERE {side}_labels IS NOT NULL
"""


async def resolve(stage: Stage, graph: Graph, key: bytes) -> None:
    """Gives each end of each link its label and code, or notes that it means none or several."""
    stage.flush()
    for table in ("reference", "candidate"):
        stage.run(f"DELETE FROM {table}")
    stage.run("DROP TABLE IF EXISTS named")
    stage.run(GATHER)
    groups = [row[0] for row in stage.rows("SELECT DISTINCT labels FROM reference")]
    for labels in groups:
        for label in labels.split("|"):
            stage.run(IN_FILES, label, labels)
            await _in_graph(stage, graph, labels, label)
    stage.run(COUNT)
    if stage.one("SELECT 1 FROM reference WHERE hits = 0 LIMIT 1"):
        for statement in NAMES.split(";"):
            stage.run(statement)
        for labels in groups:
            for label in labels.split("|"):
                stage.run(IN_FILES_BY_NAME, label, labels)
                await _by_name(stage, graph, labels, label)
        stage.run(COUNT)
    stage.run(CHOOSE)
    _make(stage, key)
    for side, first, code in (("start", "first", "start"), ("end", "last", "stop")):
        _told(stage, side)
        stage.run(FILL.format(side=side, first=first, code=code))


async def _in_graph(stage: Stage, graph: Graph, labels: str, label: str) -> None:
    """Codes that the graph has; one that was merged into another means that other one."""
    wanted = "SELECT text FROM reference WHERE labels = ?"
    former = await merge.any_former(graph) if label in merge.MERGEABLE else False
    for batch in stage.batches(wanted, labels, size=SIZE):
        codes = [said for (said,) in batch if text.is_code(said)]
        if not codes:
            continue
        found = await graph.read("intake.codes", there(label), {"codes": codes})
        rows = [(labels, code, label, code) for code in found]
        if former:
            kept = await graph.read("intake.former", merge.FORMER, {"codes": codes})
            rows += [(labels, code, label, other) for code, other in kept]
            stage.db.executemany(
                "DELETE FROM candidate WHERE labels = ? AND text = ? AND label = ?",
                [(labels, code, label) for code, _ in kept],
            )
        stage.db.executemany("INSERT OR IGNORE INTO candidate VALUES (?, ?, ?, ?)", rows)


async def _by_name(stage: Stage, graph: Graph, labels: str, label: str) -> None:
    wanted = "SELECT text FROM reference WHERE labels = ? AND hits = 0"
    for batch in stage.batches(wanted, labels, size=SIZE):
        names = [said for (said,) in batch]
        found = await graph.read("intake.names", _names(label), {"names": names})
        rows = [(labels, name, label, code) for name, code in found]
        stage.db.executemany("INSERT OR IGNORE INTO candidate VALUES (?, ?, ?, ?)", rows)


def there(label: str) -> LiteralString:
    """Of `$codes`, those that nodes of this label have."""
    node = registry.node(label)
    return (
        f"UNWIND $codes AS code MATCH (n:{node.label} {{code: code}}) RETURN collect(n.code) AS row"
    )


def _names(label: str) -> LiteralString:
    node = registry.node(label)
    return (
        f"UNWIND $names AS name MATCH (n:{node.label} {{name: name}}) "
        "RETURN collect([name, n.code]) AS row"
    )


def _make(stage: Stage, key: bytes) -> None:
    """A node of that name for whatever is to be made, said by the row that names it first."""
    wanted = "SELECT labels, text, make, place FROM reference WHERE hits = 0 AND make IS NOT NULL"
    for labels, name, prefix, place in list(stage.rows(wanted)):
        label = labels.split("|")[0]
        code = secret.code(key, prefix, label, [identifying(name)])
        stage.say(label, code, place, {"name": name})
        change = "UPDATE reference SET label = ?, code = ?, hits = 1 WHERE labels = ? AND text = ?"
        stage.run(change, label, code, labels, name)
    stage.flush()


def identifying(name: str) -> str:
    """A name as it tells one row from another."""
    return "\x1e".join(value.small(part) for part in value.several(name))


def _told(stage: Stage, side: str) -> None:
    text = f"""SELECT l.place, l.{side}_column, r.hits FROM link l JOIN reference r
               ON r.labels = l.{side}_labels AND r.text = l.{side}_text WHERE r.hits != 1"""
    faults: Sequence[tuple[int, str, int]] = list(stage.rows(text))
    for place, column, hits in faults:
        stage.note(place, column, SEVERAL if hits else UNKNOWN)
