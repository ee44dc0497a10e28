"""Territories that files add: their paths, and how they lie within others.

All territories are looked at together, in memory: a city has some ten thousand. What is in the
graph keeps its path; a row that would move it is noted.
"""

from collections.abc import Mapping
from typing import Any, LiteralString

from graph import registry, territory
from graph.analysis.tree import below
from graph.bolt import Graph
from graph.intake.stage import Stage
from graph.territory import Name

UPWARD = ("PART_OF", "SPANS")
PATHS: LiteralString = """
MATCH (t:Territory) WITH [l IN labels(t) WHERE l <> 'Territory'][0] AS label, t
RETURN collect([label, t.code, t.path]) AS row
"""
STEPS: LiteralString = """
MATCH (t:Territory)-[r:PART_OF|SPANS]->(p:Territory)
WITH [l IN labels(t) WHERE l <> 'Territory'][0] AS label, t, r, p,
     [l IN labels(p) WHERE l <> 'Territory'][0] AS above
RETURN collect([label, t.code, above, p.code, toString(r.since), toString(r.until)]) AS row
"""
SAID = """
SELECT first, start, last, stop, since, ends, place, coalesce(end_column, start_column), state
FROM link WHERE type IN ('PART_OF', 'SPANS') AND state IN ('NEW', 'CHANGED', 'UNCHANGED')
"""
MOVED = "现有辖区不能通过导入改变上级 · loading does not move a territory that is there already"
ROUND = "上级关系成环 · it would be part of itself"
TAKEN = "同级已有相同代码 · a territory beside it has this code"

Steps = dict[Name, list[tuple[Name, str | None, str | None]]]


async def within(stage: Stage, graph: Graph) -> list[dict[str, Any]]:
    """The rows of WITHIN to be written; paths go to the staged nodes, what is wrong is noted.

    Of a load that is resumed, an earlier try may have left some out: those of all staged ones are
    given.
    """
    labels = [node.label for node in registry.nodes() if node.territory]
    said = list(stage.rows(SAID))
    marks = ", ".join("?" * len(labels))
    text = f"SELECT label, code, state FROM node WHERE label IN ({marks})"
    staged = {(label, code): state for label, code, state in stage.rows(text, *labels)}
    changed = {(row[0], row[1]) for row in said if stage.resuming or row[8] != "UNCHANGED"}
    changed |= {name for name, state in staged.items() if stage.resuming or state == "NEW"}
    if not changed:
        return []
    before = {
        (label, code): path for label, code, path in await graph.read("intake.paths", PATHS, {})
    }
    steps = await _steps(graph, before, staged, said)
    places = {(row[0], row[1]): row[6:8] for row in said}
    try:
        paths = territory.paths(steps)
    except ValueError:
        _cycles(stage, steps, places)
        return []
    _judge(stage, before, paths, places)
    for name, path in paths.items():
        if staged.get(name) == "NEW":
            change = """UPDATE node SET properties = json_set(properties, '$.path', ?)
                        WHERE label = ? AND code = ?"""
            stage.run(change, path, *name)
    below = {paths[name] for name in _below(steps, changed)}
    return [row for row in territory.closure(steps) if row["below"] in below]


async def _steps(
    graph: Graph,
    before: Mapping[Name, str],
    staged: Mapping[Name, str],
    said: list[tuple[Any, ...]],
) -> Steps:
    steps: Steps = {name: [] for name in [*before, *staged]}
    ours = {(row[0], row[1], row[2], row[3], row[4]) for row in said}
    for label, code, above, parent, since, until in await graph.read("intake.steps", STEPS, {}):
        if (label, code, above, parent, since) not in ours:
            steps[label, code].append(((above, parent), since, until))
    for first, start, last, stop, since, ends, *_ in said:
        if (first, start) in steps and (last, stop) in steps:
            steps[first, start].append(((last, stop), since, ends))
    return steps


def _judge(
    stage: Stage,
    before: Mapping[Name, str],
    paths: Mapping[Name, str],
    places: Mapping[Name, tuple[int, str]],
) -> None:
    taken: dict[str, Name] = {}
    for name, path in paths.items():
        place, column = places.get(name, (0, ""))
        if name in before and before[name] not in (None, path) and place:
            stage.note(place, column, MOVED)
        if path in taken:
            where = place or places.get(taken[path], (0, ""))[0]
            stage.note(where or _first(stage, name), column or "code", TAKEN)
        taken[path] = name


def _first(stage: Stage, name: Name) -> int:
    text = "SELECT min(place) FROM said WHERE label = ? AND code = ?"
    return int(stage.one(text, *name) or 0)


def _cycles(stage: Stage, steps: Steps, places: Mapping[Name, tuple[int, str]]) -> None:
    """Notes each row by which a territory reaches itself."""
    for name, (place, column) in places.items():
        seen: set[Name] = set()
        above = [parent for parent, _, _ in steps.get(name, [])]
        while above:
            each = above.pop()
            if each == name:
                stage.note(place, column, ROUND)
                break
            if each not in seen:
                seen.add(each)
                above += [parent for parent, _, _ in steps.get(each, [])]


def _below(steps: Steps, names: set[Name]) -> set[Name]:
    """These and all that lie within them."""
    children: dict[Name, list[Name]] = {}
    for name, parents in steps.items():
        for parent, _, _ in parents:
            children.setdefault(parent, []).append(name)
    return below(names, children)
