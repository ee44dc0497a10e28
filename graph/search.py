"""Finds nodes of many kinds by code or name as users type them, within a scope.

The names of this process (`graph.roster`) tell what fits; the graph itself tells which of these lie
in sight, by statements that depend on the kinds that are asked and never on what was found. What is
out of sight leaves no trace: whatever fits is held against the scope before anything is counted or
cut, and what fits badly is listed behind what fits well, never instead of it.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, LiteralString

from graph import registry
from graph.bolt import Graph
from graph.cypher import TOTAL_CAP
from graph.lazy import Lazy
from graph.model import Asking, Finding, Key, Missing, Node, Ranking
from graph.predicate import Predicates, digits, where
from graph.roster import Listed, Roster
from graph.scope import belongs, ground, listed

# To look up one of those found takes five times as long as to list one node of a scope: where many
# were found, the scope is listed, but no more of it than would be worth it, and what is bigger is
# remembered to be so. Few are not worth thinking about; very many are looked up in parts.
FEW, WORTH, PART = 100, 5, 10_000


def search(text: str, labels: tuple[str, ...], within: Key | None) -> Finding:
    """Nodes whose code or name fits `text`, best first; `graph.lexicon` says what fits how well."""

    async def find(graph: Graph, asking: Asking) -> Ranking:
        names = await graph.kept(Roster).current(graph, asking.after)
        found = await asyncio.to_thread(names.find, text, labels)
        if within or asking.bounded:
            found = await seen(graph, asking, found, labels, within)
        return _ranked(text, found.first(TOTAL_CAP))

    return Finding(find)


async def warm(graph: Graph) -> None:
    """Reads the names into this process, which the first search would have to wait for."""
    await graph.kept(Roster).current(graph)


async def seen(
    graph: Graph, asking: Asking, found: Listed, labels: tuple[str, ...], within: Key | None
) -> Listed:
    """What lies in sight, and within; dictionaries lie everywhere. Raises Missing."""
    kinds = placed(labels)
    codes = await asyncio.to_thread(lambda: {kind: found.codes(kind) for kind in kinds})
    count = sum(map(len, codes.values()))
    roster, place = graph.kept(Roster), (asking.scope, within, labels)
    values = {**({"within": within.code} if within else {}), **asking.values()}
    inside: dict[str, list[str]] | None = None
    if count > FEW and roster.size(place) <= WORTH * count:
        most = WORTH * count + 1
        text = everything(kinds, within, asking.bounded)
        inside = await _read(graph, asking, kinds, text, {**values, "most": most})
        roster.sized(place, sum(map(len, inside.values())))
        if any(len(each) == most for each in inside.values()):
            inside = None
    if inside is None:
        inside = {kind: [] for kind in kinds}
        text = those(kinds, within, asking.bounded)
        for start in range(0, max(1, *map(len, codes.values()), 1), PART):
            part: dict[str, Any] = {"most": PART} | {
                f"codes{i}": codes[kind][start : start + PART] for i, kind in enumerate(kinds)
            }
            seen = await _read(graph, asking, kinds, text, {**values, **part})
            inside = {kind: inside[kind] + seen[kind] for kind in kinds}
    return await asyncio.to_thread(found.only, inside)


async def _read(
    graph: Graph, asking: Asking, kinds: list[str], text: LiteralString, values: dict[str, Any]
) -> dict[str, list[str]]:
    found = await graph.read("search", text, values, asking.after)
    if found is None:
        raise Missing("within")
    return dict(zip(kinds, found, strict=True))


def placed(labels: tuple[str, ...]) -> list[str]:
    """The kinds that belong to territories."""
    nodes = (registry.node(label) for label in labels)
    return [node.label for node in nodes if node.territory or node.place]


def those(kinds: Sequence[str], within: Key | None, bounded: bool) -> LiteralString:
    """Of the codes of each kind those that lie in sight and within."""

    def inside(node: Node) -> tuple[LiteralString, LiteralString]:
        test = belongs("n", node) if within else Predicates(bounded).inside("n", node)
        return f"MATCH (n:{node.label} {{code: code}})", test

    return _each(kinds, within, bounded, lambda number, node: (_codes(number), *inside(node)))


def everything(kinds: Sequence[str], within: Key | None, bounded: bool) -> LiteralString:
    """The codes of each kind that lie in sight and within, `$most` of a kind."""

    def start(_: int, node: Node) -> tuple[LiteralString, LiteralString, LiteralString]:
        reading = listed(node.label, within, bounded)
        return "", reading.match, reading.where

    return _each(kinds, within, bounded, start)


Start = Callable[[int, Node], tuple[LiteralString, LiteralString, LiteralString]]


def _each(kinds: Sequence[str], within: Key | None, bounded: bool, start: Start) -> LiteralString:
    """One CALL for each kind, behind the territory that is asked."""
    calls: list[LiteralString] = [ground(within.label, bounded)] if within else []
    names: list[LiteralString] = []
    for number, kind in enumerate(kinds):
        before, match, test = start(number, registry.node(kind))
        name: LiteralString = f"found{digits(number)}"
        calls.append(
            f"CALL ({'t' if within else ''}) {{ {before}{where(match, [test])} "
            f"WITH DISTINCT n.code AS code LIMIT $most RETURN collect(code) AS {name} }}"
        )
        names.append(name)
    return "\n".join([*calls, f"RETURN [{', '.join(names)}] AS row"])


def _codes(number: int) -> LiteralString:
    return f"UNWIND $codes{digits(number)} AS code "


def _ranked(text: str, found: Listed) -> Ranking:
    def sort(i: int) -> tuple[Any, ...]:
        label, code = found.name(i)
        return -found.score(i), code, label

    return Ranking(
        Lazy(len(found), lambda i: Key(*found.name(i))),
        Lazy(len(found), sort),
        lambda i: {"score": found.score(i)},
        f"search {text}",
        (False, False, False),
    )
