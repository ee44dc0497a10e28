"""The words of a reading: what a node is, what of it is asked, and from where.

Declarations (`Node`, `Link`, …) are written once per entity; `Selection` and its parts are made
for each shape of question and hold no values: a `Parameter` is a place in the statement.
Knows neither Cypher text nor who asks.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, LiteralString
from zoneinfo import ZoneInfo

from graph.kind import Code, moment, optional

if TYPE_CHECKING:
    from graph.bolt import Graph

Row = dict[str, Any]
Operator = Literal["eq", "in", "gte", "lte", "startsWith", "contains"]
Quantifier = Literal["some", "none", "every"]
EARLIEST, LATEST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"  # moments


@dataclass(frozen=True)
class Link:
    """A relationship as one of its ends sees it.

    `type` may join several types by `|`. `validity`: the relationship carries `since` and `until`
    (half-open, an absent end is open) and is seen only where valid at `asOf`. `below`: it hangs on
    this territory or on any territory below. `once`: several relationships may lead to the same
    node, which is listed once (and the edge has no properties). `only`: fixed property values of
    the target. `listed`: few and wanted whole, shown as a plain list of records, the target among
    the properties of the relationship. `nearest`: of several, the one with the smallest `depth`.
    `count`: the name under which the number of links is filtered and ordered.
    """

    type: LiteralString
    direction: Literal["in", "out", "both"]
    target: LiteralString
    properties: Mapping[LiteralString, Any] = field(default_factory=dict)
    many: bool = True
    validity: bool = False
    below: bool = False
    once: bool = False
    nearest: bool = False
    listed: bool = False
    only: Mapping[LiteralString, bool] = field(default_factory=dict)
    count: LiteralString | None = None


@dataclass(frozen=True)
class Count:
    """A number of links, told from the plain number of `link` by fixed property values.

    `only` always holds; the values of `when` hold while the argument of that name is true. `ever`:
    of all there have been or will be, whatever the day; for who sees everything that is the degree
    of the node, which the engine knows without looking at any of them.
    """

    link: LiteralString
    only: Mapping[LiteralString, bool] = field(default_factory=dict)
    when: Mapping[str, Mapping[LiteralString, bool]] = field(default_factory=dict)
    ever: bool = False


@dataclass(frozen=True)
class Derived:
    """A value computed from properties of the row that was read: `make(row, arguments)`."""

    needs: tuple[str, ...]
    make: Callable[[Mapping[str, Any], Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Tie:
    """A relationship that a new node is made with; `needed`: not without it.

    `dated`: it begins on the day it is made, and another may take its place later on; else it is
    part of what the node is.
    """

    type: LiteralString
    direction: Literal["in", "out"]
    target: LiteralString
    needed: bool = False
    dated: bool = True


@dataclass(frozen=True)
class Vocabulary:
    """The dictionary that a property's values are keys of (graph/term.py).

    `closed`: no other value is taken; else what the dictionary lacks stands for itself.
    """

    dictionary: str
    closed: bool = False


# Where most things are: in a grid, from the day on which it is said.
LOCATED = Tie("LOCATED_IN", "out", "Grid")


@dataclass(frozen=True)
class Node:
    """A kind of node: its label is the GraphQL type's name, its property names are the fields'.

    A type `T | None` of a property says that it may be absent. `terms`: the dictionary from which
    a property's values are taken. `place` names the relationships by
    which a node belongs to a territory (`territory`: it is one itself; `paths`: it holds for good
    the paths of those that it belongs to, in the property of this name; none of these: a
    dictionary, open to every caller). `latest_first`: listed from the last code to the first.
    `settles`: a statement that goes on from `n`, one or many, and sets what others hold because of
    it; it is run whenever one is made, changed or loaded, and may be run again. `ours`: what was
    done, searched or permitted here, which no file tells.
    """

    label: LiteralString
    properties: Mapping[LiteralString, Any]
    links: Mapping[LiteralString, Link] = field(default_factory=dict)
    counts: Mapping[LiteralString, Count] = field(default_factory=dict)
    derived: Mapping[str, Derived] = field(default_factory=dict)
    place: tuple[LiteralString, ...] = ()
    territory: bool = False
    paths: LiteralString = ""
    latest_first: bool = False
    given: tuple[LiteralString, ...] = ()
    fresh: Mapping[LiteralString, Any] = field(default_factory=dict)
    ties: Mapping[LiteralString, Tie] = field(default_factory=dict)
    terms: Mapping[LiteralString, Vocabulary] = field(default_factory=dict)
    settles: LiteralString = ""
    ours: bool = False

    def count(self, name: str) -> Count | None:
        """The count of this name: a declared one, or the number of a link's targets."""
        declared = (count for n, count in self.counts.items() if n == name)
        plain = (Count(n) for n, link in self.links.items() if link.count == name)
        return next(declared, None) or next(plain, None)

    def count_names(self) -> list[str]:
        """Every name by which nodes of this kind can be filtered and ordered by number."""
        return [link.count for link in self.links.values() if link.count] + [*self.counts]

    @property
    def coded(self) -> Any:
        """The kind that a code is checked as."""
        kind = self.properties["code"]
        return Code if kind is str else kind

    def needed(self, properties: Mapping[str, Any]) -> dict[str, "Key | None"]:
        """The terms, by property, that closed dictionaries must have for these values."""
        return {
            name: Key("Term", f"{of.dictionary}.{properties[name]}")
            for name, of in self.terms.items()
            if of.closed and properties.get(name) is not None
        }

    def nullable(self, name: LiteralString) -> bool:
        """Whether the property may be absent."""
        return optional(self.properties[name])


@dataclass(frozen=True)
class Parameter:
    """A place for a value: `source` finds it among what a request brought."""

    source: Callable[[Any], Any] = field(compare=False, repr=False)


@dataclass(frozen=True)
class Compare:
    """A property, or a count, compared with a value."""

    name: str
    operator: Operator
    value: Parameter


@dataclass(frozen=True)
class Related:
    """Some, none or every target of a link meets a condition."""

    link: str
    quantifier: Quantifier
    condition: "Condition | None"


@dataclass(frozen=True)
class Combined:
    """Conditions joined by `and` or `or`; `not` has exactly one part."""

    operator: Literal["and", "or", "not"]
    parts: tuple["Condition", ...]


Condition = Compare | Related | Combined


@dataclass(frozen=True)
class Order:
    """A sort key: a property's or a count's name."""

    name: str
    descending: bool = False


@dataclass(frozen=True)
class Page:
    """At most `limit` rows (one more is read, to see whether there are others).

    `after` and `before`: the sort values to stay between, one for each key with the code last.
    """

    limit: Parameter
    backwards: bool = False
    after: tuple[Parameter, ...] = ()
    before: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class Tally:
    """A count among what is read of a node; `when` names the arguments that were true."""

    name: str
    when: tuple[str, ...] = ()


@dataclass(frozen=True)
class Use:
    """One use of a link (or of the list a reading anchors): which rows, and what of them."""

    link: str
    node: "Selection"
    condition: Condition | None = None
    order: tuple[Order, ...] = ()
    page: Page | None = None
    total: bool = False
    edge: tuple[str, ...] = ()
    keyed: bool = False


@dataclass(frozen=True)
class Selection:
    """What is read of a node, in canonical order: the same question has the same selection."""

    label: str
    properties: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True)
class Key:
    """Points at a node by its business key."""

    label: str
    code: str


@dataclass(frozen=True)
class Reading:
    """Where to read: Cypher that finds the nodes as `n`, and the values it needs.

    `match` and `where` find the nodes. `ground` binds, first and outside of the list, what the
    list hangs on (`bound` names it); without a row of it there is nothing to list and `missing`
    names the argument at fault. `once`: the match may find a node several times. `scoped`: the
    match starts from the caller's territories, so that no test of each row is needed. `day`: the
    ISO date of `asOf`, None = today.
    """

    label: str
    match: LiteralString
    where: LiteralString = ""
    parameters: Mapping[str, Any] = field(default_factory=dict, compare=False)
    ground: LiteralString = ""
    bound: LiteralString = ""
    missing: str | None = None
    once: bool = False
    scoped: bool = False
    day: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Asking:
    """On whose behalf and of which day a question is asked.

    `scope`: paths of territories, None = everything; `day`: ISO date of `asOf`; `today`: the day
    on which scope is judged; `after`: bookmarks that reads must have seen; `zone`: the time zone
    in which a day is a day. `condition` is what the
    client's filter asks of a computed list's nodes, and `bind` finds the value of its parameters.
    """

    scope: tuple[str, ...] | None
    day: str
    today: str
    after: tuple[str, ...] = ()
    zone: str = "Asia/Shanghai"
    condition: Condition | None = None
    bind: Callable[[Parameter], Any] = field(default=lambda parameter: None, compare=False)

    @property
    def bounded(self) -> bool:
        return self.scope is not None

    def window(self, days: int) -> tuple[str, str]:
        """First moment of so many days that end with `day`, and the first moment after it."""
        midnight = datetime.fromisoformat(self.day).replace(tzinfo=ZoneInfo(self.zone))
        return _moved(midnight, 1 - days, EARLIEST), _moved(midnight, 1, LATEST)

    def hours(self, since: int, until: int) -> list[str]:
        """The hours of the day in UTC, as moments are written, from one local hour to another."""
        noon = datetime.fromisoformat(f"{self.day}T12:00").replace(tzinfo=ZoneInfo(self.zone))
        shift = int((noon.utcoffset() or timedelta()).total_seconds()) // 3600
        length = (until - since) % 24
        return [f"{(since + i - shift) % 24:02d}" for i in range(length)]

    def values(self) -> dict[str, Any]:
        """The parameters that validity and scope are written with."""
        day, today = date.fromisoformat(self.day), date.fromisoformat(self.today)
        return {"day": day, "today": today, "scope": list(self.scope or ())}


def _moved(at: datetime, days: int, end: str) -> str:
    """So many days from there as a moment is kept; the end of time where there are not so many."""
    try:
        return moment(at + timedelta(days=days))
    except OverflowError:
        return end


class Missing(LookupError):
    """An argument names nothing that the caller can see; `field` is the argument."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class Unfit(ValueError):
    """An argument that cannot be meant with what the graph holds; `field` is the argument."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Ranking:
    """A computed list of nodes in order, unpaged.

    `sort[i]` are the sort values of row i, each ascending unless `descending` says otherwise, the
    code last; `edge(i)` gives the further fields of its edge; `tag` names the order in cursors.
    """

    keys: Sequence[Key]
    sort: Sequence[tuple[Any, ...]]
    edge: Callable[[int], Mapping[str, Any]]
    tag: str
    descending: tuple[bool, ...] = (False,)


@dataclass(frozen=True)
class Finding:
    """A computed answer: `find` runs its statements and gives a record.

    Where a record points at a node it holds a `Key`; the nodes are read afterwards, all at one
    place of the answer by one statement, with what the client selected of them. `seconds` it may
    take beyond what reading may.
    """

    find: Callable[["Graph", Asking], Awaitable[Any]]
    day: str | None = None
    seconds: float = 0.0
