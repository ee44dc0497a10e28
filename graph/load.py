"""Many rows at once: nodes and relationships of any kind, merged by key so that it can be repeated.

Knows declarations, not files and not where rows come from.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, LiteralString, Protocol

from graph import registry, territory
from graph.bolt import Graph
from graph.predicate import known

BATCH = 2_000
Rows = Sequence[Mapping[str, Any]]
Report = Callable[[str, int, int], None]


class Network(Protocol):
    """Rows by label, and by (type, start label, end label) with the codes `start` and `end`."""

    @property
    def nodes(self) -> Mapping[str, Rows]: ...
    @property
    def links(self) -> Mapping[tuple[str, str, str], Rows]: ...


BEGIN: LiteralString = "MERGE (s:Store {key: 'network'}) SET s.loading = $name"
END: LiteralString = (
    "MATCH (s:Store {key: 'network'}) SET s.loaded = $name, s.at = datetime() REMOVE s.loading"
)
LOADING: LiteralString = "MATCH (s:Store {key: 'network'}) RETURN s.loading"
ANY: LiteralString = "MATCH (n) WHERE NOT n:Store RETURN 1 LIMIT 1"


async def interrupted(graph: Graph) -> str | None:
    """The name of the network whose loading was begun and not ended, None if there is none."""
    found = await graph.read("load.loading", LOADING, {})
    return None if found is None else str(found)


async def empty(graph: Graph) -> bool:
    """Whether the graph holds nothing at all."""
    return await graph.read("load.any", ANY, {}) is None


async def load(graph: Graph, name: str, network: Network, report: Report) -> None:
    """Load a whole network; interrupted, it is completed by loading it again.

    `report(what, done, of)` is told of progress in rows.
    """
    steps = _steps(network)
    paths, within = territory.paths(steps), territory.closure(steps)
    work: list[tuple[str, LiteralString, Rows]] = []
    for label, rows in network.nodes.items():
        placed = [{**row, **_path(paths, label, row["code"])} for row in rows]
        work.append((label, merge_nodes(label), placed))
    for (kind, start, end), rows in network.links.items():
        for dates, some in _by_dates(rows).items():
            work.append((kind, merge_links(kind, start, end, dates), some))
    work.append(("WITHIN", territory.JOIN, within))
    done, total = 0, sum(len(rows) for _, _, rows in work)
    await graph.write(lambda tx: tx.run("load.begin", BEGIN, {"name": name}))
    for what, text, rows in work:
        for batch in _batches(rows):
            await graph.write(lambda tx, t=text, b=batch: tx.run("load", t, {"rows": b}))  # type: ignore[misc]
            done += len(batch)
            report(what, done, total)
    await graph.write(lambda tx: tx.run("load.end", END, {"name": name}))


def merge_nodes(label: str) -> LiteralString:
    """Nodes of one label, by code; an existing one gets the properties of its row."""
    node = registry.node(label)
    also: LiteralString = ":Territory" if node.territory else ""
    return (
        f"UNWIND $rows AS row MERGE (n:{node.label}{also} {{code: row.code}}) "
        "ON CREATE SET n.version = 1 SET n += row"
    )


def merge_links(kind: str, start: str, end: str, dates: tuple[str, ...]) -> LiteralString:
    """Relationships of one type, by their ends and `since`; `dates`: which ends of it there are."""
    first, last = registry.node(start).label, registry.node(end).label
    name = known(kind, dict.fromkeys(types()))
    key: LiteralString = " {since: date(row.since)}" if "since" in dates else ""
    until: LiteralString = " SET r.until = date(row.until)" if "until" in dates else ""
    return (
        f"UNWIND $rows AS row MATCH (a:{first} {{code: row.start}}), (b:{last} {{code: row.end}}) "
        f"MERGE (a)-[r:{name}{key}]->(b) SET r += row.properties{until}"
    )


def types() -> list[LiteralString]:
    """Every type of relationship that a declaration names."""
    found: list[LiteralString] = []
    for node in registry.nodes():
        for link in node.links.values():
            found += link.type.split("|")
    return [*dict.fromkeys([*found, *(t for node in registry.nodes() for t in node.place)])]


def _steps(network: Network) -> territory.Steps:
    found: dict[territory.Name, list[tuple[territory.Name, str | None, str | None]]] = {
        (label, row["code"]): []
        for label, rows in network.nodes.items()
        if registry.node(label).territory
        for row in rows
    }
    for (kind, start, end), rows in network.links.items():
        if kind in ("PART_OF", "SPANS"):
            for row in rows:
                above = ((end, row["end"]), row.get("since"), row.get("until"))
                found[start, row["start"]].append(above)
    return found


def _path(paths: Mapping[territory.Name, str], label: str, code: str) -> dict[str, str]:
    return {"path": paths[label, code]} if (label, code) in paths else {}


def _by_dates(rows: Rows) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    """Rows by which ends of the interval they have, with the other properties put together."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    apart = ("start", "end", "since", "until")
    for row in rows:
        dates = tuple(name for name in ("since", "until") if name in row)
        properties = {name: value for name, value in row.items() if name not in apart}
        kept = {name: row[name] for name in apart if name in row}
        found[dates].append({**kept, "properties": properties})
    return found


def _batches(rows: Rows) -> Iterator[Rows]:
    for i in range(0, len(rows), BATCH):
        yield rows[i : i + BATCH]
