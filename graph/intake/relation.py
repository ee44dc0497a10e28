"""What relationships can be loaded, as the declarations say: from which kinds to which, with what.

Derived ones (WITHIN), provenance and views over several types are left out. Knows no file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, LiteralString

from graph import registry
from graph.model import Link
from graph.relationship import relationship

DERIVED = ("WITHIN", registry.DERIVED_FROM)
INTERVAL = ("since", "until")


@dataclass(frozen=True)
class Relation:
    """A type of relationship as rows state it, from nodes of `starts` to nodes of `ends`.

    `outward`: the column that names it stands in the start's row. `many`: a row may name several.
    `validity`: it has an interval. `properties` are those beside the interval.
    """

    name: str
    type: LiteralString
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    properties: Mapping[LiteralString, Any]
    outward: bool = True
    many: bool = True
    validity: bool = True

    @property
    def targets(self) -> tuple[str, ...]:
        """The kinds that the column names."""
        return self.ends if self.outward else self.starts


def of(label: str) -> dict[str, Relation]:
    """The relations that a row of this label may state, by the name of the column.

    The declared links, and for each way of belonging to a territory one by its own name
    (`locatedIn`, of a territory `partOf`), since that may be a grid or a division.
    """
    node = registry.node(label)
    found: dict[str, Relation] = {}
    if node.ours:
        return found
    for name, link in node.links.items():
        if _plain(link):
            found[name] = _relation(label, name, link)
    territories = tuple(each.label for each in registry.nodes() if each.territory)
    kinds: list[LiteralString] = list(node.place)
    for link in node.links.values():
        up = node.territory and link.direction == "out" and link.target in territories
        if up and _plain(link):
            kinds.append(link.type)
    for kind in kinds:
        name = camel(kind)
        if name not in found:
            properties = declared(kind, label)
            found[name] = Relation(name, kind, (label,), territories, properties)
    return found


def _plain(link: Link) -> bool:
    derived = link.type in DERIVED or "|" in link.type or registry.node(link.target).ours
    return not (derived or link.below or link.once or link.nearest)


def _relation(label: str, name: str, link: Link) -> Relation:
    outward = link.direction == "out"
    start, end = (label, link.target) if outward else (link.target, label)
    return Relation(
        name,
        link.type,
        (start,),
        (end,),
        declared(link.type, start),
        outward,
        link.many,
        link.validity,
    )


def named(kind: str) -> Relation | None:
    """The relation that a file of relationships holds: «MEMBER_OF» or «Person.organizations»."""
    label, dot, name = kind.partition(".")
    if dot:
        return of(label).get(name) if registry.knows(label) else None
    every = [each for node in registry.nodes() for each in of(node.label).values()]
    alike = [each for each in every if each.type == kind]
    if not alike:
        return None
    return Relation(
        kind,
        alike[0].type,
        tuple(dict.fromkeys(label for each in alike for label in each.starts)),
        tuple(dict.fromkeys(label for each in alike for label in each.ends)),
        {name: hint for each in alike for name, hint in each.properties.items()},
        validity=any(each.validity for each in alike),
    )


def declared(kind: str, start: str) -> dict[LiteralString, Any]:
    """The properties of a type of relationship from this label, whichever end declares them."""
    found: dict[LiteralString, Any] = {}
    for node in registry.nodes():
        for link in node.links.values():
            first = node.label if link.direction == "out" else link.target
            if link.type == kind and first == start:
                found |= {n: hint for n, hint in link.properties.items() if n not in INTERVAL}
    return found


def sole(kind: str, label: str, start: bool) -> bool:
    """Whether a node of this label has one such relationship at a time, as its start or its end."""
    direction = "out" if start else "in"
    return any(
        link.type == kind and link.direction == direction and not link.many and not link.nearest
        for link in registry.node(label).links.values()
    )


def touched(kind: str, start: str, end: str) -> Literal["start", "end"]:
    """The end that counts its version up when such a relationship changes."""
    declared = relationship(kind, start, end)
    if declared:
        return declared.touched
    ties = registry.node(end).ties.values()
    return "end" if any(tie.type == kind and tie.direction == "in" for tie in ties) else "start"


def camel(kind: str) -> str:
    """LOCATED_IN as locatedIn."""
    first, *rest = kind.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)
