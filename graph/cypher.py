"""A selection becomes one Cypher statement: canonical, without values, aliases or limits in it.

The forms are the ones that Neo4j and ArcadeDB answer alike: a projection is bound to a name of
its own clause, never written inside a map; a list is limited inside its CALL and sorted again
after a nested one. Knows no value and nobody who asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, LiteralString

from graph import registry
from graph.kind import plain
from graph.model import Link, Node, Order, Page, Parameter, Reading, Selection, Tally, Use
from graph.predicate import Predicates, Texts, Told, arrow, bounds, digits, known, pattern, where

TOTAL_CAP = 25_001
# Absent sorts last when ascending, as Cypher's null does; a value, so that a cursor can hold it.
LAST_TEXT: LiteralString = "'\uffff'"
LAST_NUMBER: LiteralString = "9007199254740991"
HOT = 4  # on Neo4j: of benchmarks/wire.py, asking one row cost as much as binding four or so

Entries = list[tuple[LiteralString, LiteralString]]
Sort = list[tuple[LiteralString, bool]]  # expression, descending


@dataclass(frozen=True)
class Statement:
    """Text and the places of its values, in order: `$p0`, `$p1`, …"""

    name: str
    text: LiteralString
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True)
class Source:
    """Where the rows of a list come from: `n` found by `match` under `bound`, over `e`."""

    bound: LiteralString
    match: LiteralString
    tests: tuple[LiteralString, ...]
    node: Node
    n: LiteralString
    once: bool
    link: Link | None = None
    e: LiteralString = ""

    @property
    def anywhere(self) -> bool:
        """Whether every node of the label is a row, if nothing is asked of it."""
        return self.match == f"MATCH ({self.n}:{self.node.label})"


def one(reading: Reading, selection: Selection, bounded: bool, sets: bool = False) -> Statement:
    """Reads at most one node: its row `{node, l0, l0total, …, c0, …}`, or no row.

    `sets`: the engine finds rows fast that are among a set (`Text.led`).
    """
    text = Text(bounded, sets)
    node = registry.node(selection.label)
    head = where(reading.match, [reading.where, text.inside("n", node)])
    calls, bind, row = text.node("n", selection, [])
    return text.statement(f"{node.label}.one", [head, *calls, bind, f"RETURN {row} AS row"])


def many(reading: Reading, use: Use, bounded: bool, sets: bool = False) -> Statement:
    """Reads a page of a list: `{rows: […], total: n}`, of these what is asked."""
    text = Text(bounded, sets)
    node = registry.node(use.node.label)
    inside = "" if reading.scoped else text.inside("n", node)
    source = Source(reading.bound, reading.match, (reading.where, inside), node, "n", reading.once)
    if _plain(source, use):
        return text.statement(f"{node.label}.many", text.page(source, use))
    calls, entries = text.listing(source, use)
    clauses: Texts = [reading.ground] if reading.ground else []
    clauses.extend(calls)
    clauses.append(f"RETURN {_map(entries)} AS row")
    return text.statement(f"{node.label}.many", clauses)


def keyed(selections: tuple[Selection, ...], bounded: bool, sets: bool = False) -> Statement:
    """Reads nodes of several labels by code: `{n0: [rows], n1: [rows]}`, rows in no order.

    The codes of the i-th selection are the parameter `$codes0`, `$codes1`, …
    """
    text = Text(bounded, sets)
    clauses: Texts = []
    entries: Entries = []
    for i, selection in enumerate(selections):
        n, v, node = text.name("n"), text.name("v"), registry.node(selection.label)
        head = where(f"MATCH ({n}:{node.label} {{code: code}})", [text.inside(n, node)])
        calls, bind, row = text.node(n, selection, [])
        body = " ".join([f"UNWIND $codes{digits(i)} AS code", head, *calls, bind])
        clauses.append(f"CALL () {{ {body} RETURN collect({row}) AS {v} }}")
        entries.append((f"n{digits(i)}", v))
    name = "+".join(selection.label for selection in selections) + ".keyed"
    return text.statement(name, [*clauses, f"RETURN {_map(entries)} AS row"])


class Text(Predicates):
    """One statement in the making."""

    def __init__(self, bounded: bool, sets: bool) -> None:
        super().__init__(bounded)
        self.sets = sets

    def statement(self, name: str, clauses: Texts) -> Statement:
        return Statement(name, "\n".join(clauses), tuple(self.parameters))

    def node(
        self, n: LiteralString, selection: Selection, extra: Entries
    ) -> tuple[Texts, LiteralString, LiteralString]:
        """What hangs on `n` as CALLs; the clause that binds its parts; the map made of them."""
        node = registry.node(selection.label)
        calls: Texts = []
        entries: Entries = []
        for i, use in enumerate(selection.uses):
            found, parts = self.listing(self.hop(n, node, use), use)
            calls += found
            for kind, v in parts:
                entries.append((f"l{digits(i)}total" if kind == "total" else f"l{digits(i)}", v))
        for i, tally in enumerate(selection.tallies):
            c = self.name("c")
            calls.append(f"CALL ({n}) {{ RETURN {self.tally(n, node, tally)} AS {c} }}")
            entries.append((f"c{digits(i)}", c))
        own: Entries = [("node", projection(n, node.properties, selection.properties)), *extra]
        bind = ", ".join([*(f"{v} AS {k}" for k, v in own), *(v for _, v in entries)])
        return calls, f"WITH {bind}", _map([*((k, k) for k, _ in own), *entries])

    def hop(self, n: LiteralString, node: Node, use: Use) -> Source:
        link = node.links[known(use.link, node.links)]
        m, e, target = self.name("n"), self.name("e"), registry.node(link.target)
        tests = (*bounds(link, m, e), self.inside(m, target))
        return Source(n, f"MATCH {pattern(n, link, m, e)}", tests, target, m, link.once, link, e)

    def listing(self, source: Source, use: Use) -> tuple[Texts, Entries]:
        """The CALLs of a list, and the names of what they return: `rows` and `total`."""
        calls: Texts = []
        entries: Entries = []
        if use.page or not use.total:
            v = self.name("v")
            body, found = self.rows(source, use)
            calls.append(f"CALL ({source.bound}) {{ {' '.join(body)} RETURN {found} AS {v} }}")
            entries.append(("rows", v))
        if use.total:
            t = self.name("t")
            calls.append(f"CALL ({source.bound}) {{ {self.total(source, use)} AS {t} }}")
            entries.append(("total", t))
        return calls, entries

    def found(self, source: Source, use: Use, seek: LiteralString = "") -> Texts:
        """What binds the rows of a list, each once.

        The targets that a condition tells by their codes are matched first, and the rows in a CALL
        of their own: engines would else start anywhere, and ask everything of each row. Where any
        node is a row, those that lead to the first target are few; else those at the bound end.
        """
        n, node = source.n, source.node
        told, others = self.told(node, use.condition)
        asked: Texts = [self.condition(n, node, each) for each in others]
        if not told:
            match = where(source.match, [*source.tests, *asked, seek])
            return [match, f"WITH DISTINCT {n}"] if source.once else [match]
        names: Texts = [*([source.bound] if source.bound else []), *(each.name for each in told)]
        first, *rest = told
        for each in rest:
            asked += each.tests(n)
        if source.anywhere:
            carried = ", ".join([n, *(each.name for each in rest)])
            body = f"{first.leading(n, node.label)} WITH DISTINCT {carried}"
            body = f"{where(body, [*source.tests, *asked, seek])} RETURN {n}"
        else:
            leading = self.led if self.sets and source.link else self.each
            body = leading(source, told, [*source.tests, seek], asked)
        return [*(each.match for each in told), f"CALL ({', '.join(names)}) {{ {body} }}"]

    def each(
        self, source: Source, told: tuple[Told, ...], tests: Texts, asked: Texts
    ) -> LiteralString:
        """The rows at the bound end, each asked whether it leads to the first target."""
        once: LiteralString = "DISTINCT " if source.once else ""
        found = where(source.match, [*told[0].tests(source.n), *tests, *asked])
        return f"{found} RETURN {once}{', '.join(_kept(source))}"

    def led(
        self, source: Source, told: tuple[Told, ...], tests: Texts, asked: Texts
    ) -> LiteralString:
        """The same by a set, where that is faster.

        To ask a row for its relationship costs an engine more than all else. So all that lead to
        the target are bound first, and a row has to be among them, if they are fewer than `HOT`
        times as many as the rows, which degrees tell. DISTINCT keeps the parts from being joined.
        """
        assert source.link
        first, n, u, k = told[0], source.n, self.name("u"), self.name("k")
        kept, targets = ", ".join(_kept(source)), ", ".join(each.name for each in told)
        ends: LiteralString = f"{source.bound}, {targets}"
        below = source.link.below
        above: LiteralString = f"MATCH ({source.bound})<-[:WITHIN]-({u}) " if below else ""
        size = f"COUNT {{ {arrow(u if below else source.bound, source.link, '', '')} }}"
        many: LiteralString = f"{above}WITH {ends}, {f'sum({size})' if below else size} AS size"
        hot: LiteralString = f"COUNT {{ (){first.bare} }} < {digits(HOT)} * size AS hot"
        among = where(source.match, [f"{n} IN {k}s", *tests])
        rest = where(f"WITH DISTINCT {kept}, {targets}", [first.validly(n), *asked])
        return (
            f"{many} WITH {ends}, {hot} CALL ({ends}, hot) {{ "
            f"WITH {ends}, hot WHERE NOT hot {self.each(source, told, tests, asked)} "
            f"UNION ALL WITH {ends}, hot WHERE hot MATCH ({k}){first.bare} "
            f"WITH {ends}, collect({k}) AS {k}s {among} {rest} RETURN {kept} }} RETURN {kept}"
        )

    def rows(self, source: Source, use: Use) -> tuple[Texts, LiteralString]:
        """MATCH … WITH …, and the list of the rows that are then bound."""
        kept = _kept(source)
        counted, sort = self.sort(source, use)
        seek = self.seek(source, sort, use.page)
        clauses = self.found(source, use, "" if counted else seek)
        if counted:
            added: Texts = [f"{key} AS {name}" for name, key in counted]
            clauses.append(where(f"WITH {', '.join([*kept, *added])}", [seek]))
            kept.extend(name for name, _ in counted)
        order = _ordered(sort, use.page is not None and use.page.backwards)
        limit: LiteralString = self.value(use.page.limit) if use.page else "1"
        clauses.append(f"WITH {', '.join(kept)}{order} LIMIT {limit}")
        calls, bind, row = self.node(source.n, use.node, self.extra(source, use, sort))
        if calls and order:
            returned: Texts = [call.removesuffix(" }").rpartition(" AS ")[2] for call in calls]
            calls.append(f"WITH {', '.join([*kept, *returned])}{order}")
        return [*clauses, *calls, bind], f"collect({row})"

    def page(self, source: Source, use: Use) -> Texts:
        """A plain list: no CALL, in which ArcadeDB would not use the bound (graph/wire/page.py)."""
        bound: LiteralString = f"{source.n}.code <= $end_"
        body, found = self.rows(replace(source, tests=(bound, *source.tests)), use)
        return [" ".join(body), f"RETURN {{rows: {found}}} AS row"]

    def extra(self, source: Source, use: Use, sort: Sort) -> Entries:
        """Beside the node: properties of the relationship, and the row's place in the order."""
        entries: Entries = []
        if use.edge and source.link:
            entries.append(("edge", projection(source.e, source.link.properties, use.edge)))
        if use.keyed:
            entries.append(("key", f"[{', '.join(key for key, _ in sort)}]"))
        return entries

    def sort(self, source: Source, use: Use) -> tuple[Entries, Sort]:
        """Counts to compute (name, expression), and the sort keys, the code last."""
        if not use.page:
            nearest = source.link is not None and source.link.nearest
            return [], [
                (f"{source.e}.depth", False),
                (f"{source.n}.code", False),
            ] if nearest else []
        counted: Entries = []
        sort: Sort = []
        for order in use.order:
            key = self.key(source, order)
            if order.name not in source.node.properties:
                counted.append((self.name("o"), key))
                key = counted[-1][0]
            sort.append((key, order.descending))
        if not any(order.name == "code" for order in use.order):
            sort.append((f"{source.n}.code", False))
        return counted, sort

    def key(self, source: Source, order: Order) -> LiteralString:
        node = source.node
        if order.name not in node.properties:
            return self.tally(source.n, node, Tally(order.name))
        name = known(order.name, node.properties)
        if not node.nullable(name):
            return f"{source.n}.{name}"
        last = LAST_TEXT if plain(node.properties[name]) is str else LAST_NUMBER
        return f"coalesce({source.n}.{name}, {last})"

    def seek(self, source: Source, sort: Sort, page: Page | None) -> LiteralString:
        """Rows between the cursors.

        Where any node is a row, `> ''` lets an engine read them in the order of their index; in
        another list it would find nodes by the index that the way there has found already.
        """
        if not page:
            return ""
        if not (page.after or page.before):
            ordered = source.anywhere and len(sort) == 1
            return f"{sort[0][0]} > ''" if ordered else ""
        sides = [(page.after, False), (page.before, True)]
        return " AND ".join(self.beyond(sort, values, flip) for values, flip in sides if values)

    def beyond(self, sort: Sort, place: tuple[Parameter, ...], flip: bool) -> LiteralString:
        """Behind a place in the order (before it, if flipped); the first key guards for its index.

        `a >= $a AND (a > $a OR (a = $a AND id > $id))`
        """
        text: LiteralString = ""
        values: Texts = [self.value(parameter) for parameter in place]
        for (key, down), value in reversed(list(zip(sort, values, strict=True))):
            sign: LiteralString = "<" if down != flip else ">"
            rest: LiteralString = f" OR ({key} = {value} AND {text})" if text else ""
            text = f"({key} {sign} {value}{rest})"
        first, place_of_first = sort[0][0], values[0]
        guard: LiteralString = "<=" if sort[0][1] != flip else ">="
        return f"{first} {guard} {place_of_first} AND {text}"

    def total(self, source: Source, use: Use) -> LiteralString:
        """How many rows there are, counted up to the cap."""
        n, cap = source.n, digits(TOTAL_CAP)
        return f"{' '.join(self.found(source, use))} WITH {n} LIMIT {cap} RETURN count({n})"


def _plain(source: Source, use: Use) -> bool:
    """Whether it is a page, of nodes alone, of all of a label in the order of their codes.

    Its rows tell their codes, so that it is known where it ends.
    """
    page, node = use.page, use.node
    forward = page is not None and not page.backwards and use.order in ((), (Order("code"),))
    alone = not (use.total or use.condition or node.uses or node.tallies)
    told = use.keyed or "code" in node.properties
    return source.anywhere and not source.bound and forward and alone and told


def _kept(source: Source) -> Texts:
    """What is known of a row: its node, and the relationship that led to it."""
    return [source.n] if source.once or not source.e else [source.e, source.n]


def projection(
    variable: LiteralString, declared: Mapping[LiteralString, Any], names: Sequence[str]
) -> LiteralString:
    """`n {.code, since: toString(n.since)}`: dates as ISO text, the same on every engine."""
    parts: Texts = []
    for name, kind in declared.items():
        if name in names:
            dated = plain(kind) is date
            parts.append(f"{name}: toString({variable}.{name})" if dated else f".{name}")
    return f"{variable} {{{', '.join(parts)}}}"


def _map(entries: Entries) -> LiteralString:
    return f"{{{', '.join(f'{key}: {value}' for key, value in entries)}}}"


def _ordered(sort: Sort, backwards: bool) -> LiteralString:
    keys: Texts = [f"{key} DESC" if down != backwards else key for key, down in sort]
    return f" ORDER BY {', '.join(keys)}" if keys else ""
