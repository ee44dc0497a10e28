"""Many rows at once: nodes and relationships of any kind, merged by key so that it can be repeated.

Knows declarations, not files and not where rows come from.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString, Protocol

from graph import registry, territory
from graph.bolt import Graph, Transaction
from graph.model import Key
from graph.predicate import known
from graph.write import record

BATCH = 2_000
Rows = Sequence[Mapping[str, Any]]
Report = Callable[[str, int, int], None]


class Network(Protocol):
    """Rows by label, and by (type, start label, end label) with the codes `start` and `end`."""

    @property
    def nodes(self) -> Mapping[str, Rows]: ...
    @property
    def links(self) -> Mapping[tuple[str, str, str], Rows]: ...


# What a load changes is known before its first write; whoever completes it finds the rest only.
BEGIN: LiteralString = (
    "MERGE (s:Store {key: 'network'}) "
    "SET s.changes = CASE WHEN s.loading = $name THEN s.changes ELSE $changes END, "
    "s.loading = $name"
)
CHANGES: LiteralString = "MATCH (s:Store {key: 'network'}) RETURN coalesce(s.changes, [])"
END: LiteralString = (
    "MATCH (s:Store {key: 'network'}) SET s.loaded = $name, s.at = datetime() "
    "REMOVE s.loading, s.changes"
)
LOADING: LiteralString = "MATCH (s:Store {key: 'network'}) RETURN s.loading"
ANY: LiteralString = (
    "MATCH (n) WHERE NOT n:Store AND NOT n:Term AND NOT n:Document RETURN 1 LIMIT 1"
)


async def interrupted(graph: Graph) -> str | None:
    """The name of the network whose loading was begun and not ended, None if there is none."""
    found = await graph.read("load.loading", LOADING, {})
    return None if found is None else str(found)


async def empty(graph: Graph) -> bool:
    """Whether the graph holds nothing but the dictionaries that it begins with."""
    return await graph.read("load.any", ANY, {}) is None


Statements = Sequence[tuple[LiteralString, Rows]]


@dataclass(frozen=True)
class Part:
    """A part of a load: `count` rows in all, in batches.

    A batch tells how many rows it brings and the statements that write them, which are kept as a
    whole or not at all.
    """

    what: str
    count: int
    batches: Iterable[tuple[int, Statements]]


async def load(graph: Graph, name: str, network: Network, report: Report) -> None:
    """Load a whole network; interrupted, it is completed by loading it again.

    `report(what, done, of)` is told of progress in rows.
    """
    steps = _steps(network)
    paths, within = territory.paths(steps), territory.closure(steps)
    parts: list[Part] = []
    for label, rows in network.nodes.items():
        placed = [{**row, **_path(paths, label, row["code"])} for row in rows]
        parts.append(_nodes(label, placed))
    for (kind, start, end), rows in network.links.items():
        for dates, some in _by_dates(rows).items():
            parts.append(_part(kind, merge_links(kind, start, end, dates), some))
    parts.append(_part("WITHIN", territory.JOIN, within))
    for label, rows in network.nodes.items():
        if registry.node(label).settles:
            parts.append(_part(f"{label} counted", settle(label), rows))
    await begin(graph, name)
    await carry(graph, parts, report)
    await finish(graph, name)


async def begin(graph: Graph, name: str, changes: Sequence[str] = ()) -> None:
    """From now until its end, a load of this name is under way; `changes` says of what.

    Begun again, it keeps what it said first.
    """
    said = {"name": name, "changes": list(changes)}
    await graph.write(lambda tx: tx.run("load.begin", BEGIN, said))


async def finish(
    graph: Graph, name: str, sources: Sequence[Key] = (), actor: str = "", today: str = ""
) -> None:
    """It is ended; one that changed something is recorded once, of each source."""

    async def work(tx: Transaction) -> None:
        found = await tx.run("load.changes", CHANGES, {})
        await tx.run("load.end", END, {"name": name})
        changes = found[0] if found else []
        for source in sources if changes else ():
            await record(tx, "load", source, actor, changes, today)

    await graph.write(work)


async def carry(graph: Graph, parts: Sequence[Part], report: Report) -> None:
    """Write the parts one after the other, each batch of them in a transaction of its own."""
    done, total = 0, sum(part.count for part in parts)
    for part in parts:
        for count, statements in part.batches:

            async def work(tx: Transaction, some: Statements = statements) -> None:
                for text, rows in some:
                    if rows:
                        await tx.run("load", text, {"rows": rows})

            await graph.write(work)
            done += count
            report(part.what, done, total)


def _nodes(label: str, rows: Rows) -> Part:
    return Part(label, len(rows), ((len(some), merge_nodes(label, some)) for some in batches(rows)))


def _part(what: str, text: LiteralString, rows: Rows) -> Part:
    return Part(what, len(rows), ((len(batch), [(text, batch)]) for batch in batches(rows)))


def merge_nodes(label: str, rows: Rows, dated: tuple[str, ...] = ()) -> Statements:
    """Nodes of one label, by code; an existing one gets the properties of its row.

    `dated`: the properties that are ISO text in the rows and become dates or instants.
    """
    node = registry.node(label)
    given: LiteralString = f"SET n += row{_dates('n', 'row', node.properties, dated)}"
    if not node.territory:
        text: LiteralString = (
            f"UNWIND $rows AS row MERGE (n:{node.label} {{code: row.code}}) "
            f"ON CREATE SET n.version = 1 {given}"
        )
        return [(text, rows)]
    # A MERGE by two labels looks at every node of the kind on the embedded engine: 8 s for 1,000
    # grids among 10,000, where these two take 0.1 s.
    new: LiteralString = (
        f"UNWIND $rows AS row OPTIONAL MATCH (m:{node.label} {{code: row.code}}) "
        f"WITH row, m WHERE m IS NULL "
        f"CREATE (n:{node.label}:Territory {{code: row.code, version: 1}})"
    )
    match_: LiteralString = f"UNWIND $rows AS row MATCH (n:{node.label} {{code: row.code}}) {given}"
    return [(new, rows), (match_, rows)]


def raise_versions(label: str) -> LiteralString:
    """Of nodes of one label that are changed by what leads to or from them."""
    return (
        f"UNWIND $rows AS row MATCH (n:{registry.node(label).label} {{code: row.code}}) "
        "SET n.version = coalesce(n.version, 1) + 1"
    )


def settle(label: str) -> LiteralString:
    """Sets what others hold because of nodes of one label; may be done again."""
    node = registry.node(label)
    return f"UNWIND $rows AS row MATCH (n:{node.label} {{code: row.code}}) {node.settles}"


def merge_links(
    kind: str,
    start: str,
    end: str,
    dates: tuple[str, ...],
    dated: tuple[str, ...] = (),
    properties: Mapping[LiteralString, Any] = {},
    key: LiteralString = "",
) -> LiteralString:
    """Relationships of one type, by their ends and `since`; `dates`: which ends of it there are.

    `dated`: which of the declared `properties` become dates. `key`: another property than `since`
    by which one is known again.
    """
    first, last = registry.node(start).label, registry.node(end).label
    name = known(kind, dict.fromkeys(types()))
    by: LiteralString = f" {{{key}: row.{key}}}" if key else ""
    if "since" in dates:
        by = " {since: date(row.since)}"
    until: LiteralString = " SET r.until = date(row.until)" if "until" in dates else ""
    also = _dates("r", "row.properties", properties, dated)
    return (
        f"UNWIND $rows AS row MATCH (a:{first} {{code: row.start}}), (b:{last} {{code: row.end}}) "
        f"MERGE (a)-[r:{name}{by}]->(b) SET r += row.properties{until}{also}"
    )


def open_links(
    kind: str,
    start: str,
    end: str,
    dates: tuple[str, ...],
    dated: tuple[str, ...] = (),
    properties: Mapping[LiteralString, Any] = {},
) -> tuple[LiteralString, LiteralString]:
    """Relationships that have an interval, but no `since`: made where there is none, then set.

    MERGE would take one that has a `since` for the same.
    """
    first, last = registry.node(start).label, registry.node(end).label
    name = known(kind, dict.fromkeys(types()))
    until: LiteralString = " SET r.until = date(row.until)" if "until" in dates else ""
    also = _dates("r", "row.properties", properties, dated)
    make: LiteralString = (
        f"UNWIND $rows AS row MATCH (a:{first} {{code: row.start}}), (b:{last} {{code: row.end}}) "
        f"WHERE NOT EXISTS {{ MATCH (a)-[o:{name}]->(b) WHERE o.since IS NULL }} "
        f"CREATE (a)-[r:{name}]->(b)"
    )
    fill: LiteralString = (
        f"UNWIND $rows AS row MATCH (a:{first} {{code: row.start}})-[r:{name}]->(b:{last}) "
        f"WHERE b.code = row.end AND r.since IS NULL SET r += row.properties{until}{also}"
    )
    return make, fill


def _dates(
    variable: LiteralString,
    row: LiteralString,
    declared: Mapping[LiteralString, Any],
    dated: tuple[str, ...],
) -> LiteralString:
    parts: list[LiteralString] = []
    for name, hint in declared.items():
        if name in dated:
            make: LiteralString = "date" if hint in (date, date | None) else "datetime"
            parts.append(f" SET {variable}.{name} = {make}({row}.{name})")
    return "".join(parts)


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


def batches(rows: Rows) -> Iterator[Rows]:
    for i in range(0, len(rows), BATCH):
        yield rows[i : i + BATCH]
