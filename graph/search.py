"""Finds nodes of many kinds by the beginning of their code or name, within a scope."""

from typing import Any, LiteralString

from graph import registry
from graph.bolt import Graph
from graph.model import Asking, Finding, Key, Missing, Ranking
from graph.predicate import where
from graph.scope import ground, listed

# Of each kind so many at most are ranked; who wants more than these asks more exactly.
MOST = 500

MATCHING: LiteralString = (
    "(n.name STARTS WITH $text OR n.code STARTS WITH $text "
    "OR n.code STARTS WITH $upper OR n.code STARTS WITH $lower)"
)


def search(text: str, labels: tuple[str, ...], within: Key | None) -> Finding:
    """Nodes whose code or name begins with `text`, exact ones first; codes in either case."""

    async def find(graph: Graph, asking: Asking) -> Ranking:
        said = {"most": MOST, "text": text, "upper": text.upper(), "lower": text.lower()}
        place = {"within": within.code} if within else {}
        values = {**said, **place, **asking.values()}
        found = await graph.read("search", statement(labels, within, asking.bounded), values)
        if found is None:
            raise Missing("within")
        return _ranked(text, [tuple(row) for rows in found for row in rows])

    return Finding(find)


def statement(labels: tuple[str, ...], within: Key | None, bounded: bool) -> LiteralString:
    """One CALL for each kind that can lie within what is asked; dictionaries lie everywhere."""
    calls: list[LiteralString] = []
    names: list[LiteralString] = []
    start = ground(within.label, bounded) if within else ""
    for number, label in enumerate(labels):
        node = registry.node(label)
        placed = node.territory or bool(node.place)
        reading = listed(label, within if placed else None, bounded)
        name: LiteralString = f"found{'x' * number}"
        found = where(reading.match, [reading.where, MATCHING])
        calls.append(
            f"CALL ({reading.bound}) {{ {found} WITH DISTINCT n ORDER BY n.code LIMIT $most "
            f"RETURN collect(['{node.label}', n.code, n.name]) AS {name} }}"
        )
        names.append(name)
    return "\n".join([start, *calls, f"RETURN [{', '.join(names)}] AS row"])


def _ranked(text: str, rows: list[tuple[str, str, str]]) -> Ranking:
    scored = sorted((-_score(text, code, name), code, label) for label, code, name in rows)
    sort = [(-score, code, label) for score, code, label in scored]
    keys = [Key(label, code) for _, code, label in scored]
    edges: list[dict[str, Any]] = [{"score": score} for score, _, _ in sort]
    return Ranking(keys, sort, edges.__getitem__, f"search {text}", (True, False, False))


def _score(text: str, code: str, name: str) -> float:
    """How much of the better of code and name was said, 0 to 1."""
    said = text.lower()
    of = [value for value in (code, name) if value.lower().startswith(said)]
    return round(max((len(text) / len(value) for value in of), default=0.0), 4)
