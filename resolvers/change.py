"""Mutations that a declaration says all of: a node made or changed, a relationship begun or ended.

Their inputs are built from what `graph/` declares; what the fields mean is told by the schema.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

import strawberry

import graph.entity
import graph.relationship
from graph.intent import Intent
from graph.kind import Day, Moment, Week, optional, plain, whole
from graph.model import Key, Node
from graph.relationship import End, Relationship
from graph.write import Change
from resolvers.auth import RELATE, WRITE, policy
from resolvers.context import Info
from resolvers.hours import WeeklyHoursInput, week
from resolvers.intent import EXPECTED, INPUT, Repeatable, given, intended, key, python, said_of
from resolvers.kept import kept
from resolvers.point import BoundaryInput, PointInput, bounded, placed

Resolver = Callable[..., Change]
Said = Mapping[str, str]  # what fields mean, in both languages
Add = Callable[[Intent, str, Mapping[str, Any], Mapping[str, Key | None]], Change]
Alter = Callable[[Intent, Key, Mapping[str, Any], Mapping[str, Key | None]], Change]
Fields = dict[str, tuple[Any, Any]]  # name -> (type, strawberry field)

CODE = "代码 · Code: 1 to 64 of A-Z a-z 0-9 . _ -, unique, never reused"
SINCE = "起始日 · First day on which it holds"
SINCE_TODAY = "起始日 · First day on which it holds; today if left out, null = since ever"
UNTIL = "截止日 · First day on which it holds no more; null = open"
ENDED = "截止日 · First day on which it holds no more; today if left out or null"

KINDS: Mapping[Any, Any] = {Day: date, Moment: datetime, Week: list[WeeklyHoursInput]}
PARTS: Mapping[tuple[str, ...], Any] = {
    ("longitude", "latitude"): PointInput,
    ("boundary",): BoundaryInput,
}


def create(node: Node, said_: Said, add: Add | None = None) -> Resolver:
    """`createX(input: {code, …})`: the given properties, and the ties it is made with."""
    told = f"新建 {node.label} · A new {node.label}"
    made = built(f"Create{node.label}Input", told, created(node, said_))

    @policy(WRITE[node.label])
    def resolver(info: Info, input: Annotated[made, INPUT]) -> Change:  # type: ignore[valid-type]
        intent = intended(info, input)
        if add:
            return add(intent, *said(intent, node, input))
        return graph.entity.add(intent, node.label, *said(intent, node, input))

    return resolver


def created(node: Node, said: Said) -> Fields:
    """What is said of a new node; `fresh` values and whatever may be absent can be left out."""
    fields: Fields = {"code": (str, needed(CODE))}
    for name in node.given:
        may_lack = _part(node, name) or name in node.fresh or optional(node.properties[name])
        kind = _typed(node, name)
        fields[name] = may(kind, said[name]) if may_lack else (kind, needed(said[name]))
    for name, tie in node.ties.items():
        must = (strawberry.ID, needed(said[name]))
        fields[name] = must if tie.needed else may(strawberry.ID, said[name])
    return fields


def update(node: Node, said_: Said, alter: Alter | None = None) -> Resolver:
    """`updateX(input: {id, …, expectedVersion})`: only what is given changes."""
    told = f"修改 {node.label} · What changes of a {node.label}; fields left out stay as they are"
    made = built(f"Update{node.label}Input", told, updated(node, said_))

    @policy(WRITE[node.label])
    def resolver(info: Info, input: Annotated[made, INPUT]) -> Change:  # type: ignore[valid-type]
        intent = intended(info, input)
        found = key(intent, "id", said_of(input, "id"), node.label)
        _, properties, ties = said(intent, node, input)
        return (alter or graph.entity.change)(intent, found, properties, ties)

    return resolver


def updated(node: Node, said: Said) -> Fields:
    """What can be said of a node that is there."""
    fields: Fields = {"id": (strawberry.ID, needed("标识 · Which one"))}
    for name in node.given:
        fields[name] = may(_typed(node, name), said[name])
    for name, tie in node.ties.items():
        if tie.dated:
            fields[name] = may(strawberry.ID, said[name])
    fields["expectedVersion"] = may(int, EXPECTED)
    return fields


def said(
    intent: Intent, node: Node, input: Any
) -> tuple[str, dict[str, Any], dict[str, Key | None]]:
    """Code, properties and ties that an input says of a node."""
    code = said_of(input, "code")
    return code, _properties(intent, node, input), _ties(intent, node, input)


def start(kind: Relationship, name: str, said: Said) -> Resolver:
    """A relationship that begins; `said` tells its ends and properties."""
    fields = _ends(kind, said)
    for field, of in kind.properties.items():
        must = not optional(of) and field not in kind.fresh
        typed = KINDS.get(whole(of), plain(of))
        fields[field] = (typed, needed(said[field])) if must else may(typed, said[field])
    fields["since"] = (date, needed(SINCE)) if kind.dated else may(date, SINCE_TODAY)
    fields["until"] = may(date, UNTIL)
    made = built(_input(name), said["input"], fields)

    @policy(relating(kind))
    def resolver(info: Info, input: Annotated[made, INPUT]) -> Change:  # type: ignore[valid-type]
        intent = intended(info, input)
        told = {name: said_of(input, name) for name in kind.properties}
        properties = {
            name: kept(value)
            for name, value in told.items()
            if value is not strawberry.UNSET and not (value is None and name in kind.fresh)
        }
        since = said_of(input, "since")
        first = intent.asking.today if since is strawberry.UNSET else kept(since)
        days = (first, kept(given(said_of(input, "until"))))
        return graph.relationship.start(intent, kind, _keys(intent, kind, input), days, properties)

    return resolver


def end(kind: Relationship, name: str, said: Said) -> Resolver:
    """A relationship that holds today and ends."""
    fields = {**_ends(kind, said), "until": may(date, ENDED)}
    made = built(_input(name), said["input"], fields)

    @policy(relating(kind))
    def resolver(info: Info, input: Annotated[made, INPUT]) -> Change:  # type: ignore[valid-type]
        intent = intended(info, input)
        until = kept(given(said_of(input, "until"))) or intent.asking.today
        return graph.relationship.end(intent, kind, _keys(intent, kind, input), until)

    return resolver


def needed(description: str) -> Any:
    return strawberry.field(description=description)


def may(kind: Any, description: str) -> tuple[Any, Any]:
    """A field that may be left out, which is told from null."""
    return kind | None, strawberry.field(default=strawberry.UNSET, description=description)


def built(name: str, description: str, fields: Fields) -> type:
    """A strawberry input of these fields and those of every mutation."""
    namespace: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for field, (kind, value) in fields.items():
        namespace["__annotations__"][python(field)] = kind
        value.graphql_name = field
        namespace[python(field)] = value
    made = type(name, (Repeatable,), namespace)
    return strawberry.input(made, name=name, description=description)


def relating(kind: Relationship) -> str:
    """What it takes to begin and end a relationship."""
    return RELATE.get(kind.type) or WRITE[kind.shown.label]


def _input(name: str) -> str:
    return f"{name[0].upper()}{name[1:]}Input"


def _part(node: Node, name: str) -> Any:
    """The input of what is kept as several properties; None for a plain one."""
    derived = node.derived.get(name)
    return PARTS.get(derived.needs) if derived else None


def _typed(node: Node, name: str) -> Any:
    if part := _part(node, name):
        return part
    kind = dict[str, Any](node.properties)[name]
    found = KINDS.get(whole(kind), whole(kind))
    return plain(kind) if hasattr(found, "__supertype__") else found


def _properties(intent: Intent, node: Node, input: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in node.given:
        value = said_of(input, name)
        if value is strawberry.UNSET:
            continue
        part = _part(node, name)
        if part is PointInput:
            found.update(placed(intent, name, value))
        elif part is BoundaryInput:
            found.update(bounded(intent, name, value))
        elif value is not None and whole(dict[str, Any](node.properties)[name]) is Week:
            found[name] = week(intent, name, value)
        else:
            found[name] = kept(value)
    return found


def _ties(intent: Intent, node: Node, input: Any) -> dict[str, Key | None]:
    found: dict[str, Key | None] = {}
    for name, tie in node.ties.items():
        value = said_of(input, name)
        if value is not strawberry.UNSET:
            found[name] = None if value is None else key(intent, name, value, tie.target)
    return found


def _ends(kind: Relationship, said: Said) -> Fields:
    return {end.name: (strawberry.ID, needed(said[end.name])) for end in (kind.shown, kind.other)}


def _keys(intent: Intent, kind: Relationship, input: Any) -> dict[str, Key]:
    def of(end: End) -> Key:
        return key(intent, end.name, said_of(input, end.name), end.label)

    return {end.name: of(end) for end in (kind.shown, kind.other)}
