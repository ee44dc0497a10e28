"""How one root field is answered, for every request of one structure; holds no value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graphql import OperationDefinitionNode, get_named_type
from graphql.execution.values import VariableValues

from graph import cypher
from graph.cypher import Statement
from graph.model import Condition, Reading, Selection, Use
from resolvers.selection import Grafted, Occurrence, Planner, Wanted
from resolvers.shape import Read, typed


@dataclass(frozen=True)
class Plan:
    """How one root field is answered, for every request of one structure.

    `sets`: see graph/cypher.py. `statements` keeps what was compiled, here and not for all plans
    together: the same question in another document is the same text, but finds its values there.
    """

    read: Read
    type: Any
    node: Selection | None
    rows: Use | None
    places: tuple[Mapping[str, Selection], ...]
    sets: bool
    condition: Condition | None = None
    grafts: tuple[Grafted, ...] = ()
    statements: dict[Any, Statement] = field(default_factory=dict)

    def statement(self, key: Any, compiled: Callable[[], Statement]) -> Statement:
        if key not in self.statements:
            self.statements[key] = compiled()
        return self.statements[key]

    def anchored(self, reading: Reading, bounded: bool) -> Statement:
        """What reads the nodes that the reading finds."""

        def compiled() -> Statement:
            if self.rows is not None:
                return cypher.many(reading, self.rows, bounded, self.sets)
            assert self.node is not None
            return cypher.one(reading, self.node, bounded, self.sets)

        return self.statement((reading, bounded), compiled)

    def keyed(self, place: int, labels: tuple[str, ...], bounded: bool) -> Statement:
        """What reads nodes of these labels by their codes, to be hung at a place."""
        selections = tuple(self.places[place][label] for label in labels)

        def compiled() -> Statement:
            return cypher.keyed(selections, bounded, self.sets)

        return self.statement((place, labels, bounded), compiled)


def planned(
    planner: Planner, return_type: Any, details: Any, at: Occurrence, label: str, sets: bool
) -> Plan:
    """The plan of a root field: of a Reading of `label`, or of a computed answer if it is empty."""
    named = get_named_type(return_type)
    node: Selection | None = None
    use: Use | None = None
    narrowed: Condition | None = None
    if not label:
        read, kind = planner.value(return_type, details, at)
        narrowed = planner.narrowed(at)
    elif label == named.name:
        wanted = Wanted(label)
        read, inner = planner.node(wanted, named, details, at.path)
        node, kind = wanted.selection(), typed(return_type, inner)
    else:
        use, read, kind = planner.connection(label, "", named, at, details)
    places = tuple(
        {name: wanted.selection() for name, wanted in place.wanted.items()}
        for place in planner.places
    )
    return Plan(read, kind, node, use, places, sets, narrowed, tuple(planner.grafts))


def form(operation: OperationDefinitionNode, variables: VariableValues) -> Any:
    """What of an operation and its variables may shape a plan; plans are kept by it."""
    return operation.loc and operation.loc.start, structure(variables.coerced)


def structure(value: Any) -> Any:
    """What of a value may shape a plan: keys, nulls, booleans, enums; never strings or numbers."""
    kind = type(value)
    if kind is str or kind is int:
        return kind
    if isinstance(value, dict):
        return tuple([(key, structure(value[key])) for key in sorted(value)])
    if isinstance(value, list):
        shaped = [structure(each) for each in value]
        return tuple(shaped) if any(isinstance(each, dict) for each in value) else list
    return value if value is None or isinstance(value, bool | Enum) else kind
