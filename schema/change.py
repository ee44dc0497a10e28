"""Mutations made of what is declared: of a kind of node, and of a kind of relationship.

What the fields of an input mean is taken from the type that shows them.
"""

from typing import Any, NamedTuple

import strawberry
from strawberry.utils.str_converters import to_camel_case

from graph import registry
from graph.relationship import Relationship
from graph.text import payload_name
from resolvers import change
from resolvers.change import Add, Alter, Resolver
from schema.payload import Payload


class Written(NamedTuple):
    """A mutation: its name, what it answers, how it is done, what it is for."""

    name: str
    kind: type  # of the node that is changed
    resolver: Resolver
    description: str


def mutations(*written: Written) -> type:
    """The class of an entity's mutations."""
    namespace: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for each in written:
        namespace["__annotations__"][each.name] = _payload(each)
        namespace[each.name] = strawberry.field(
            resolver=each.resolver, description=each.description, name=each.name
        )
    return strawberry.type(type("Mutation", (), namespace))


def create(kind: type, description: str, add: Add | None = None, /, **said: str) -> Written:
    node = registry.node(kind.__name__)
    resolver = change.create(node, shown(kind) | said, add)
    return Written(f"create{node.label}", kind, resolver, description)


def update(kind: type, description: str, alter: Alter | None = None, /, **said: str) -> Written:
    node = registry.node(kind.__name__)
    resolver = change.update(node, shown(kind) | said, alter)
    return Written(f"update{node.label}", kind, resolver, description)


def relate(
    kind: type,
    relationship: Relationship,
    start: tuple[str, str],
    end: tuple[str, str],
    /,
    **said: str,
) -> tuple[Written, Written]:
    """The mutations that begin and end a relationship: (name, what it is for) of each."""
    made = []
    for (name, description), resolver in ((start, change.start), (end, change.end)):
        told = {"input": description, **said}
        made.append(Written(name, kind, resolver(relationship, name, told), description))
    return made[0], made[1]


def shown(kind: type) -> dict[str, str]:
    """What the fields of a type mean, by their names in GraphQL."""
    fields = kind.__strawberry_definition__.fields  # type: ignore[attr-defined]
    return {
        field.graphql_name or to_camel_case(field.python_name): field.description or ""
        for field in fields
    }


def _payload(written: Written) -> type:
    label, name = written.kind.__name__, f"{written.name[0].upper()}{written.name[1:]}Payload"
    node = payload_name(label)
    told = f"对象 · The {label} as it is now; null where there are errors"
    namespace: dict[str, Any] = {
        "__annotations__": {node: written.kind | None},
        "__module__": __name__,
        node: strawberry.field(description=told, name=node),
    }
    described = f"{written.name} 的结果 · What came of {written.name}"
    return strawberry.type(type(name, (Payload,), namespace), name=name, description=described)
