"""What is asked: GraphQL fields become selections of the graph, and parts of the answer's shape.

A plan is made for the structure of a request (its document, and of its variables the keys, nulls,
booleans and enums) and holds no value: values are read from each request when it runs.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_subfields
from graphql.execution.values import VariableValues

from graph import registry
from graph.model import Condition, Key, Link, Page, Parameter, Selection, Tally, Use
from resolvers.arguments import Arguments
from resolvers.condition import condition, kinds, order
from resolvers.connection import Connection, typename
from resolvers.graft import GRAFTS, Asked
from resolvers.identity import global_id, order_tag
from resolvers.page import Paging
from resolvers.shape import Answer, Part, Read, checked, each_of, itself, record, typed

Details = list[FieldDetails]
MOST_LISTED = 20  # records of a link that is shown whole


class Occurrence:
    """A field where it is asked: its arguments can be read for every request of the plan."""

    __slots__ = ("arguments", "definition", "node", "path")

    def __init__(self, definition: GraphQLField, node: FieldNode, path: tuple[str, ...]) -> None:
        self.definition, self.node, self.path = definition, node, path
        self.arguments = Arguments(definition, node)


class Bound:
    """What one request brought to a plan: the arguments at each occurrence, read once."""

    def __init__(self, variables: VariableValues) -> None:
        self.variables = variables
        self._read: dict[Occurrence, dict[str, Any]] = {}

    def arguments(self, at: Occurrence) -> dict[str, Any]:
        found = self._read.get(at)
        if found is None:
            found = self._read[at] = at.arguments.of(self.variables)
        return found


class Slot:
    """Where in a row a use or a tally arrives; known once the selection is in canonical order."""

    name: str


@dataclass
class Wanted:
    """What is asked of nodes of one label, gathered from wherever it is asked."""

    label: str
    properties: set[str] = field(default_factory=set)
    uses: list[tuple[Use, Slot]] = field(default_factory=list)
    tallies: dict[Tally, Slot] = field(default_factory=dict)

    def use(self, use: Use) -> Slot:
        self.uses.append((use, Slot()))
        return self.uses[-1][1]

    def selection(self) -> Selection:
        """The selection in canonical order; from now on the slots have names."""
        uses = sorted(self.uses, key=lambda entry: repr(entry[0]))
        tallies = sorted(self.tallies.items(), key=lambda entry: repr(entry[0]))
        for letter, slots in (("l", [s for _, s in uses]), ("c", [s for _, s in tallies])):
            for i, slot in enumerate(slots):
                slot.name = f"{letter}{i}"
        declared = registry.node(self.label).properties
        return Selection(
            self.label,
            tuple(name for name in declared if name in self.properties),
            tuple(use for use, _ in uses),
            tuple(tally for tally, _ in tallies),
        )


@dataclass(eq=False)
class Place:
    """A place of a computed answer at which nodes hang, by the labels they may have."""

    wanted: dict[str, Wanted] = field(default_factory=dict)


@dataclass(frozen=True)
class Grafted:
    """A computed field of nodes where it is asked."""

    asked: Asked
    at: Occurrence


@dataclass
class Planner:
    """Walks what one root field asks; `places` fills up with where computed answers hold nodes."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDetails]
    operation: OperationDefinitionNode
    bound: Bound
    places: list[Place] = field(default_factory=list)
    grafts: list[Grafted] = field(default_factory=list)

    def below(
        self, kind: GraphQLObjectType, details: Details, path: tuple[str, ...]
    ) -> list[tuple[str, Occurrence, Details]]:
        """The fields asked of a type: merged, with @skip and @include applied, keys in order."""
        found = collect_subfields(
            self.schema, self.fragments, self.bound.variables, self.operation, kind, details
        ).grouped_field_set
        fields: list[tuple[str, Occurrence, Details]] = []
        for key, merged in found.items():
            name = merged[0].node.name.value
            definition = self.schema.get_field(kind, name)
            assert definition is not None
            fields.append((key, Occurrence(definition, merged[0].node, (*path, key)), merged))
        return fields

    # Nodes of the graph

    def node(
        self, wanted: Wanted, kind: GraphQLObjectType, details: Details, path: tuple[str, ...]
    ) -> tuple[Read, Any]:
        """How a node of this type is read from its row, and its Struct."""
        parts = [self.part(wanted, kind, *entry) for entry in self.below(kind, details, path)]
        return record(kind.name, parts)

    def part(
        self, wanted: Wanted, kind: GraphQLObjectType, key: str, at: Occurrence, details: Details
    ) -> Part:
        name, node = at.node.name.value, registry.node(wanted.label)
        if name == "__typename":
            return typename(key, kind)
        if name == "id":
            wanted.properties.add("code")
            return Part(key, lambda row, _: global_id(wanted.label, row["node"]["code"]), str)
        if (wanted.label, name) in GRAFTS:
            return self.graft(wanted, key, at, details)
        if name in node.derived:
            return self.derived(wanted, key, at, details)
        if name in node.links:
            return self.link(wanted, node.links[name], key, at, details)
        if node.count(name):
            return self.tally(wanted, key, at)
        wanted.properties.add(name)
        return Part(key, lambda row, _: row["node"].get(name), typed(at.definition.type), name)

    def derived(self, wanted: Wanted, key: str, at: Occurrence, details: Details) -> Part:
        derived = registry.node(wanted.label).derived[at.node.name.value]
        wanted.properties.update(derived.needs)
        read, kind = self.value(at.definition.type, details, at)
        return Part(
            key,
            lambda row, answer: read(derived.make(row["node"], answer.bound.arguments(at)), answer),
            kind,
        )

    def graft(self, wanted: Wanted, key: str, at: Occurrence, details: Details) -> Part:
        wanted.properties.add("code")
        number = len(self.grafts)
        self.grafts.append(Grafted(GRAFTS[wanted.label, at.node.name.value], at))
        read, kind = self.value(at.definition.type, details, at)

        def graft(row: Any, answer: Answer) -> Any:
            code = row["node"]["code"]
            if answer.asked is not None:
                answer.asked[number][code] = None
            return read(answer.grafted[number].get(code), answer) if answer.grafted else None

        return Part(key, graft, kind)

    def tally(self, wanted: Wanted, key: str, at: Occurrence) -> Part:
        name = at.node.name.value
        declared = registry.node(wanted.label).count(name)
        given = self.bound.arguments(at)
        when = tuple(sorted(n for n in declared.when if given.get(n))) if declared else ()
        slot = wanted.tallies.setdefault(Tally(name, when), Slot())
        return Part(key, lambda row, _: row[slot.name], typed(at.definition.type))

    def link(self, wanted: Wanted, link: Link, key: str, at: Occurrence, details: Details) -> Part:
        target = get_named_type(at.definition.type)
        assert is_object_type(target)
        if link.listed:
            return self.listed(wanted, link, key, at, self.below(target, details, at.path))
        if link.many:
            use, read, kind = self.connection(link.target, at.node.name.value, target, at, details)
            slot = wanted.use(use)
            return Part(key, lambda row, answer: read(_listing(row, slot), answer), kind)
        inner = Wanted(link.target)
        read, kind = self.node(inner, target, details, at.path)
        slot = wanted.use(Use(at.node.name.value, inner.selection()))
        return Part(
            key,
            lambda row, answer: read(row[slot.name][0], answer) if row[slot.name] else None,
            typed(at.definition.type, kind),
        )

    def listed(
        self,
        wanted: Wanted,
        link: Link,
        key: str,
        at: Occurrence,
        fields: list[tuple[str, Occurrence, Details]],
    ) -> Part:
        """A link shown whole, as records: its properties, and its target under a field."""
        kind, inner, parts = get_named_type(at.definition.type), Wanted(link.target), list[Part]()
        assert is_object_type(kind)
        edge: set[str] = set()
        for name, here, merged in fields:
            of = here.node.name.value
            target = get_named_type(here.definition.type)
            if of == "__typename":
                parts.append(typename(name, kind))
            elif is_object_type(target):
                parts.append(Part(name, *self.node(inner, target, merged, here.path)))
            else:
                edge.add(of)
                parts.append(Part(name, partial(_edge, of), typed(here.definition.type)))
        page = Page(Parameter(lambda _: MOST_LISTED))
        use = Use(at.node.name.value, inner.selection(), page=page, edge=tuple(sorted(edge)))
        slot, (read, struct) = wanted.use(use), record(kind.name, parts)
        return Part(
            key,
            lambda row, answer: [read(each, answer) for each in row[slot.name]],
            typed(at.definition.type, struct),
        )

    # Lists of nodes

    def connection(
        self, label: str, link: str, kind: GraphQLObjectType, at: Occurrence, details: Details
    ) -> tuple[Use, Read, Any]:
        """What a connection asks of its list, and how its page is read from `{rows, total}`."""
        given = self.bound.arguments(at)
        orders = order(label, given.get("orderBy"))
        tag = order_tag(f"{label} {orders}")
        wanted, paging = Wanted(label), Paging(at, given)
        walked = Connection(self, paging, lambda *asked: self.node(wanted, *asked))
        read, struct = walked.walk(kind, at, details)
        use = Use(
            link,
            wanted.selection(),
            condition(label, given.get("filter"), lambda bound: bound.arguments(at)["filter"]),
            orders,
            paging.page(tag, kinds(label, orders)) if paging.rows else None,
            paging.total,
            tuple(sorted(walked.edge)),
            paging.keyed,
        )
        return use, lambda found, ans: read(paging.cut(found, tag, ans.bound), ans), struct

    # Computed answers

    def narrowed(self, at: Occurrence) -> Condition | None:
        """What the filter of a computed list asks of its nodes."""
        given = self.bound.arguments(at).get("filter")
        named = get_named_type(at.definition.type)
        if given is None or not is_object_type(named):
            return None
        label = get_named_type(named.fields["nodes"].type).name
        return condition(label, given, lambda bound: bound.arguments(at)["filter"])

    def value(self, kind: GraphQLOutputType, details: Details, at: Occurrence) -> tuple[Read, Any]:
        """How a value of any type is read from a record, and its msgspec type."""
        named = get_named_type(kind)
        if is_leaf_type(named):
            return _told if named.name == "ID" else (lambda value, _: value), typed(kind)
        read, inner = self.object(named, details, at)
        return each_of(kind, read), typed(kind, inner)

    def object(self, kind: Any, details: Details, at: Occurrence) -> tuple[Read, Any]:
        if is_abstract_type(kind) or registry.knows(kind.name):
            return self.hung(Place(), kind, details, at.path)
        if "edges" in kind.fields:
            paging, place = Paging(at, self.bound.arguments(at)), Place()
            walked = Connection(
                self, paging, lambda kind, below, path: self.hung(place, kind, below, path, "node")
            )
            read, struct = walked.walk(kind, at, details)
            return (lambda found, ans: read(paging.cut_of(found, ans.bound), ans)), struct
        fields = self.below(kind, details, at.path)
        return record(kind.name, [self.member(kind, *field) for field in fields], itself)

    def member(self, kind: GraphQLObjectType, key: str, at: Occurrence, details: Details) -> Part:
        """A field of a record; a callable value is a part that is computed only when asked."""
        name = at.node.name.value
        if name == "__typename":
            return typename(key, kind)
        read, inner = self.value(at.definition.type, details, at)
        named = get_named_type(at.definition.type)

        def member(found: Any, answer: Answer) -> Any:
            value = found.get(name)
            if callable(value):
                value = answer.once((id(found), at), lambda: value(answer.bound.arguments(at)))
            return read(value, answer)

        told = is_leaf_type(named) and named.name != "ID"  # as it is
        return Part(key, member, inner, name if told else None)

    def hung(
        self,
        place: Place,
        kind: Any,
        details: Details,
        path: tuple[str, ...],
        of: str = "",
    ) -> tuple[Read, Any]:
        """A node to which a computed answer holds a key: noted first, read later with others."""
        if place not in self.places:
            self.places.append(place)
        number = self.places.index(place)
        types = self.schema.get_possible_types(kind) if is_abstract_type(kind) else [kind]
        known: dict[str, tuple[Read, Any]] = {}
        for possible in types:
            wanted = place.wanted.setdefault(possible.name, Wanted(possible.name))
            wanted.properties.add("code")  # a row that is read by its key must tell whose it is
            known[possible.name] = self.node(wanted, possible, details, path)

        def read(value: Any, answer: Answer) -> Any:
            key = value[of] if of else value
            if key is None or answer.wanted is not None:
                answer.note(number, key)
                return None
            row = answer.rows[number].get(key)
            found = None if row is None else known[key.label][0](row, answer)
            whole = answer.checked and answer.asked is None
            return checked(found, known[key.label][1]) if whole else found

        return read, known[kind.name][1] if kind.name in known else Any


def _edge(name: str, row: Any, _: Answer) -> Any:
    return row["edge"][name]


def _told(value: Any, _: Answer) -> Any:
    """An id of a node to which there is only a key."""
    return global_id(value.label, value.code) if isinstance(value, Key) else value


def _listing(row: Any, slot: Slot) -> dict[str, Any]:
    """What a row holds of one of its lists."""
    return {"rows": row.get(slot.name), "total": row.get(f"{slot.name}total")}
