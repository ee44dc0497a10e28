"""How relationships are started and ended: with an interval, never two of one pair at a time.

Each kind is declared once by `relate`; what is said here holds for mutations and for loading.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, LiteralString

from graph.check import checked
from graph.intent import Intent, Problem
from graph.model import Key
from graph.predicate import known, valid, where
from graph.text import payload_name
from graph.write import OVERLAPS, Change, Check, overlap


@dataclass(frozen=True)
class End:
    """One end of a relationship: the input field that names it, and its label."""

    name: LiteralString
    label: LiteralString


@dataclass(frozen=True)
class Relationship:
    """(start)-[:type {since, until, …}]->(end), started and ended by mutations.

    `touched`: the end that counts its version up and is shown. `fresh`: values of properties that
    may be left out. `sole`: the end that has one of these at a time, but for those whose boolean
    property `besides` is true. `mutual`: it holds both ways. `acyclic`: no way leads back.
    `dated`: the first day must be said, else today is meant.
    """

    type: LiteralString
    start: End
    end: End
    touched: Literal["start", "end"] = "start"
    properties: Mapping[LiteralString, Any] = field(default_factory=dict)
    fresh: Mapping[LiteralString, Any] = field(default_factory=dict)
    sole: Literal["", "start", "end"] = ""
    besides: LiteralString = ""
    mutual: bool = False
    acyclic: bool = False
    dated: bool = True

    @property
    def shown(self) -> End:
        return self.start if self.touched == "start" else self.end

    @property
    def other(self) -> End:
        return self.end if self.touched == "start" else self.start

    def node(self, end: End) -> LiteralString:
        code: LiteralString = "code" if end == self.shown else end.name
        return f":{end.label} {{code: ${code}}}"

    def pattern(self, start: LiteralString = "", end: LiteralString = "") -> LiteralString:
        """`(:Person {code: $person})-[r:HEADS]->(:Grid {code: $code})`"""
        head: LiteralString = "" if self.mutual else ">"
        return (
            f"({start or self.node(self.start)})-[r:{self.type}]-{head}"
            f"({end or self.node(self.end)})"
        )


_relationships: dict[tuple[str, str, str], Relationship] = {}


def relate(relationship: Relationship) -> Relationship:
    """Register a kind of relationship by its type and the labels of its ends."""
    key = (relationship.type, relationship.start.label, relationship.end.label)
    if key in _relationships:
        raise ValueError(f"{key} is declared twice")
    _relationships[key] = relationship
    return relationship


def relationship(kind: str, start: str, end: str) -> Relationship | None:
    """The declaration of a type between these labels, if it is begun and ended by mutations."""
    return _relationships.get((kind, start, end))


def relationships() -> list[Relationship]:
    return list(_relationships.values())


Days = tuple[str | None, str | None]


def start(
    intent: Intent,
    kind: Relationship,
    ends: Mapping[str, Key],
    days: Days,
    properties: Mapping[str, Any],
) -> Change:
    """One that holds from `days[0]` until before `days[1]`; `ends` by their names."""
    since, until = days
    intent.interval(since, until)
    if kind.start.label == kind.end.label and ends[kind.start.name] == ends[kind.end.name]:
        said = f"{kind.start.name} and {kind.end.name} are the same"
        intent.refuse(
            kind.other.name, said, "两端不能是同一对象", "CYCLE" if kind.acyclic else "INVALID"
        )
    given = {**kind.fresh, **properties}
    values = {
        name: checked(intent, name, kind.properties[known(name, kind.properties)], value)
        for name, value in given.items()
    }
    return Change(
        intent,
        payload_name(kind.shown.label),
        ends[kind.shown.name],
        (_create(kind),),
        {"since": since, "until": until, "properties": values} | values,
        named=kind.shown.name,
        needs={kind.other.name: ends[kind.other.name]},
        checks=_checks(kind),
    )


def _create(kind: Relationship) -> LiteralString:
    return (
        f"MATCH (a{kind.node(kind.start)}), (b{kind.node(kind.end)}) "
        f"CREATE (a)-[r:{kind.type}]->(b) SET r += $properties "
        "SET r.since = date($since), r.until = date($until)"
    )


def _checks(kind: Relationship) -> tuple[Check, ...]:
    held = overlap(
        "since",
        f"this holds at that time already ({kind.type})",
        f"该关系在此期间已存在({kind.type})",
    )
    found = [Check(f"{where(f'MATCH {kind.pattern()}', [OVERLAPS])} RETURN true LIMIT 1", held)]
    if kind.sole:
        end = kind.start if kind.sole == "start" else kind.end
        other: LiteralString = f":{(kind.end if kind.sole == 'start' else kind.start).label}"
        pattern = kind.pattern(end=other) if kind.sole == "start" else kind.pattern(start=other)
        apart: list[LiteralString] = (
            [f"r.{kind.besides} = false", f"NOT ${kind.besides}"] if kind.besides else []
        )
        taken = overlap(
            end.name,
            f"{end.name} has another at that time ({kind.type}): end that first",
            f"该对象在此期间已有另一关系({kind.type}),请先结束",
        )
        text = where(f"MATCH {pattern}", [*apart, OVERLAPS])
        found.append(Check(f"{text} RETURN true LIMIT 1", taken))
    if kind.acyclic:
        way: LiteralString = (
            f"MATCH (b{kind.node(kind.end)})-[:{kind.type}*1..20]->(a{kind.node(kind.start)}) "
            "RETURN true LIMIT 1"
        )
        back = Problem("CYCLE", (kind.end.name,), "this would lead back to itself", "会形成循环")
        found.append(Check(way, back))
    return tuple(found)


def end(intent: Intent, kind: Relationship, ends: Mapping[str, Key], until: str) -> Change:
    """Ends the interval that holds today, before `until`."""
    holds: LiteralString = f"MATCH {kind.pattern()} WHERE {valid('r', 'today')}"
    none = Problem(
        "NOT_FOUND",
        (kind.other.name,),
        f"this does not hold today ({kind.type})",
        "该关系目前不存在",
    )
    outside = Problem(
        "INVALID", ("until",), "until does not lie in its interval", "截止日不在该关系的有效期内"
    )
    return Change(
        intent,
        payload_name(kind.shown.label),
        ends[kind.shown.name],
        (
            f"{holds} SET r.until = date($until)",
            # What would never have held is no history.
            f"MATCH {kind.pattern()} WHERE r.since = r.until DELETE r",
        ),
        {"until": until},
        named=kind.shown.name,
        needs={kind.other.name: ends[kind.other.name]},
        checks=(
            Check(f"{holds} RETURN count(r) = 0", none),
            Check(
                f"{holds} AND (r.since > date($until) OR r.until < date($until)) RETURN true",
                outside,
            ),
        ),
    )
