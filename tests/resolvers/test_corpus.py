"""Documents with every trap of reading, each answered alike by both ways and on every engine.

`corpus/*.graphql` are written by hand; others are generated. The answers that are checked in
(`python benchmarks/parity.py --write`) are compared with on whichever engine runs the tests.
"""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    parse,
    validate,
)
from graphql.execution.values import VariableValues
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

import schema
from benchmarks.parity import Document, checked_in, documents, filled, kept
from graph.bolt import BoltSettings
from resolvers.identity import global_id
from resolvers.limits import Limits
from resolvers.operation import Operations
from resolvers.selection import Bound, Occurrence

SCHEMA = schema.build()._schema
QUERY: Any = SCHEMA.query_type
DOCUMENTS = documents()
CHECKED_IN = checked_in()
each = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
quiet = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def patient(ask: Any) -> Any:
    """Asks as `ask` does, but waits: Neo4j plans a deep statement for seconds the first time."""
    ask.graph = replace(ask.graph, settings=BoltSettings(read_seconds=60))
    return ask


@pytest.fixture
def free(patient: Any) -> Any:
    """Asks whatever is generated: nearly every field of that has an alias."""
    patient.operations = Operations(
        SCHEMA,
        Limits(
            aliases=1_000, directives=1_000, fragments=1_000, same_name_fields=1_000, cost=1_000_000
        ),
    )
    return patient


ASKED: dict[tuple[int, str], list[bytes]] = {}


def at_once(ask: Any, document: Document) -> list[bytes]:
    """The answers by the direct way, asked for once of each engine."""
    key = (id(ask.graph.driver), document.name)
    if key not in ASKED:
        ASKED[key] = answers(ask, document)
    return ASKED[key]


def answers(ask: Any, document: Document, direct: bool = True) -> list[bytes]:
    found: list[bytes] = []
    before: Any = None
    for raw in document.requests:
        found.append(ask.bytes(document.text, filled(raw, before), direct=direct))
        before = json.loads(found[-1])
    return found


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(DOCUMENTS) >= 60
    assert sum(len(document.requests) for document in DOCUMENTS) >= 180


@each
def test_a_document_is_valid_unless_its_name_says_otherwise(document: Document) -> None:
    if document.name == "refused_syntax":
        return
    found = validate(SCHEMA, parse(document.text))
    assert document.name.startswith("refused") == bool(found), found


@each
def test_both_ways_of_completion_give_the_same_bytes(document: Document, patient: Any) -> None:
    assert at_once(patient, document) == answers(patient, document, direct=False)


@each
def test_the_answers_are_those_checked_in_from_the_embedded_engine(
    document: Document, patient: Any
) -> None:
    before = CHECKED_IN[document.name]
    now = kept(document, at_once(patient, document))
    for old, new in zip(before, now, strict=True):
        assert new["variables"] == old["variables"]
        assert new["answer"] == old["answer"]
        assert new["sha256"] == old["sha256"]


@each
def test_only_what_should_fails(document: Document) -> None:
    """In the checked-in answers: errors stand where the document's name promises them."""
    may_fail = (
        *("bad_", "coverage", "cursor_of_another", "expected_response", "first_out", "grids_at"),
        *("interface_node_by_id", "merchants_of", "order_one", "order_wrong", "refused"),
        *(
            "response_calibration",
            "skill_fragility",
            "union_search",
            "unknown_within",
            "variables_wrong",
            "volunteers",
        ),
    )
    for found in CHECKED_IN[document.name]:
        codes = {error["extensions"]["code"] for error in found["answer"].get("errors", ())}
        assert "INTERNAL" not in codes
        if codes:
            assert document.name.startswith(may_fail)


def test_arguments_are_those_of_their_place_even_where_another_place_was_in_memory() -> None:
    """A plan is made of many short-lived places; the next one may get a dead one's address."""
    bound = Bound(VariableValues({}, {}))
    definition = QUERY.fields["grids"]
    for number in range(1, 101):
        tree: Any = parse(f"{{ grids(first: {number}) {{ totalCount }} }}")
        node = tree.definitions[0].selection_set.selections[0]
        assert bound.arguments(Occurrence(definition, node, ("grids",)))["first"] == number


# Order of keys


@each
def test_keys_come_in_the_order_in_which_they_are_asked(document: Document, patient: Any) -> None:
    before: Any = None
    for raw, answer in zip(document.requests, at_once(patient, document), strict=True):
        variables = filled(raw, before)
        before = json.loads(answer)
        if before.get("data"):
            ordered(document.text, variables, before["data"])


def ordered(text: str, variables: dict[str, Any], data: Any) -> None:
    """AssertionError where the keys of an object are not those asked, in that order."""
    tree = parse(text)
    operation = next(d for d in tree.definitions if isinstance(d, OperationDefinitionNode))
    defaults = {
        definition.variable.name.value: getattr(definition.default_value, "value", None)
        for definition in operation.variable_definitions or ()
    }
    walk = Walk(tree, {**defaults, **variables})
    assert walk.fits([operation.selection_set], QUERY, data), f"{text}\n{data}"


@dataclass
class Walk:
    """CollectFields of the specification, in its simplest form."""

    tree: DocumentNode
    variables: dict[str, Any]

    def fits(self, sets: list[SelectionSetNode], kind: Any, data: Any) -> bool:
        """Whether the data is an answer to what is asked of some type that it may have."""
        if isinstance(data, list):
            return all(self.fits(sets, kind, one) for one in data)
        if not isinstance(data, dict) or is_leaf_type(kind):
            return True
        possible = [kind] if is_object_type(kind) else SCHEMA.get_possible_types(kind)
        return any(self.answers(self.fields(sets, one), one, data) for one in possible)

    def answers(self, asked: dict[str, list[FieldNode]], kind: Any, data: dict[str, Any]) -> bool:
        if list(asked) != list(data):
            return False
        for key, nodes in asked.items():
            definition = SCHEMA.get_field(kind, nodes[0].name.value)
            assert definition
            below = [node.selection_set for node in nodes if node.selection_set]
            if not self.fits(below, get_named_type(definition.type), data[key]):
                return False
        return True

    def fields(self, sets: list[SelectionSetNode], kind: Any) -> dict[str, list[FieldNode]]:
        found: dict[str, list[FieldNode]] = {}
        for node in self.flat(sets, kind, set()):
            key = node.alias.value if node.alias else node.name.value
            found.setdefault(key, []).append(node)
        return found

    def flat(self, sets: list[SelectionSetNode], kind: Any, seen: set[str]) -> Iterator[FieldNode]:
        for node in (node for one in sets for node in one.selections):
            if not self.included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if self.applies(node.type_condition, kind):
                    yield from self.flat([node.selection_set], kind, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = next(
                    d
                    for d in self.tree.definitions
                    if isinstance(d, FragmentDefinitionNode) and d.name.value == node.name.value
                )
                if self.applies(fragment.type_condition, kind):
                    yield from self.flat([fragment.selection_set], kind, seen)

    def applies(self, condition: Any, kind: GraphQLObjectType) -> bool:
        if condition is None:
            return True
        named: Any = SCHEMA.type_map[condition.name.value]
        return named is kind or (
            isinstance(named, GraphQLInterfaceType | GraphQLUnionType)
            and SCHEMA.is_sub_type(named, kind)
        )

    def included(self, node: Any) -> bool:
        for directive in node.directives or ():
            value: Any = directive.arguments[0].value
            said = self.variables[value.name.value] if hasattr(value, "name") else value.value
            if bool(said) == (directive.name.value == "skip"):
                return False
        return True


# Generated documents

ROOTS = (
    ("grid", '(code: "ZZ-GX-SF-L3-007")'),
    ("grid", '(code: "ZZ-GX-SF-M-037")'),
    ("grid", '(code: "ZZ-EQ-TOWER")'),
    ("grid", '(code: "NOWHERE")'),
    ("division", '(code: "ZZ-SJ-XW")'),
    ("person", '(code: "P-SF-V0279")'),
    ("socialOrganization", '(code: "PIONEER-RIDERS")'),
    ("merchant", '(code: "M-HQ-004")'),
    ("alliance", '(code: "HUAQIANG")'),
    ("businessDistrict", '(code: "BD-HUAQIANG")'),
    ("partyOrganization", '(code: "PO-HUAQIANG")'),
    ("skill", '(code: "health")'),
    ("node", "(id: $grid)"),
    ("nodes", "(ids: [$grid, $division, $person, $grid, $nobody])"),
    ("viewer", ""),
)
LISTS = ("grids", "people", "merchants", "socialOrganizations", "partyOrganizations", "divisions")
WITHIN = ("within: $grid", "within: $division")
COMPUTED = ("search", "coverage", "volunteers", "gridsAt")
KEYS = ("class", "from", "in", "all", "node", "edge", "key", "rows", "total", "tag", "l0", "f1")
TEXTS = ("", "华", "示例", "ZZ", "P-SF-V0", "law", "'", "\\", "p0", "n.code")

# A document is drawn from a seed and not field by field: what shrinks becomes dull before it fails.
SEEDS = st.integers(0, 2**32 - 1)


@dataclass
class Names:
    """The response keys of one selection set, fragments and all, so that they can be merged."""

    prefix: str = ""
    taken: dict[str, tuple[str, "Names"]] = field(default_factory=dict)
    types: dict[str, "Names"] = field(default_factory=dict)

    def of(self, concrete: str) -> "Names":
        """Names that meet no other type's in the same place."""
        return self.types.setdefault(concrete, Names(f"{concrete}_"))


class Author:
    """Writes a valid document by chance: selections, aliases, fragments, arguments, variables."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.left = chance.choice([6, 15, 40])  # fields that may still be asked
        self.dated: tuple[str, ...] = ("asOf",)
        self.fragments: list[str] = []
        self.variables: dict[str, tuple[str, Any]] = {
            "grid": ("ID!", global_id("Grid", "ZZ-GX-SF-L2-03")),
            "division": ("ID!", global_id("Division", "ZZ-SJ-XW-C01")),
            "person": ("ID!", global_id("Person", "P-RIDER-01")),
            "nobody": ("ID!", global_id("Person", "NOBODY")),
            "yes": ("Boolean!", chance.random() < 0.5),
        }

    def document(self) -> tuple[str, dict[str, Any]]:
        fields = [self.root(f"r{i}") for i in range(self.chance.randint(1, 2))]
        return self.finished(" ".join(fields))

    def finished(self, body: str) -> tuple[str, dict[str, Any]]:
        """The body as a document, with the fragments and variables that it needs."""
        text = f"{{ {body} }}"
        spread, waiting = set[str](), re.findall(r"\.\.\.F(\d+)", text)
        while waiting:
            number = waiting.pop()
            if number not in spread:
                spread.add(number)
                text = f"{text} {self.fragments[int(number)]}"
                waiting += re.findall(r"\.\.\.F(\d+)", self.fragments[int(number)])
        said = set(re.findall(r"\$(\w+)", text))
        used = {name: v for name, v in self.variables.items() if name in said}
        head = ", ".join(f"${name}: {kind}" for name, (kind, _) in used.items())
        return f"query{f' ({head})' if head else ''} {text}", {n: v for n, (_, v) in used.items()}

    def root(self, key: str) -> str:
        pick = self.chance.random()
        if pick < 0.4:
            name, arguments = self.chance.choice(ROOTS)
        elif pick < 0.8:
            name = self.chance.choice(LISTS)
            arguments = self.arguments(QUERY.fields[name], [self.chance.choice(WITHIN)])
        else:
            name = self.chance.choice(COMPUTED)
            arguments = self.computed(name)
        kind = get_named_type(QUERY.fields[name].type)
        return f"{key}: {name}{arguments} {self.selection(kind, 3, Names())}"

    def computed(self, name: str) -> str:
        if name == "search":
            return f'(text: "{self.chance.choice(["华", "law", "ZZ-GX", "王"])}", first: 3)'
        if name == "gridsAt":
            return "(point: {longitude: 113.54, latitude: 34.81, crs: GCJ02})"
        if name == "volunteers":
            skill = self.chance.choice(["law", "health", "sign-language"])
            return f'(within: $grid, first: 2, skills: [{{skill: "{skill}"}}])'
        level = self.chance.choice(["L3", "MICRO"])
        return f"(input: {{kind: HEAD_ASSIGNED, level: {level}, within: $grid}})"

    def selection(self, kind: GraphQLNamedType, depth: int, names: Names) -> str:
        """`{ … }` on any type; `depth` links at most below it."""
        many = self.chance.randint(1, 4) if self.left > 0 else 1
        parts = [self.part(kind, depth, names) for _ in range(many)]
        return f"{{ {' '.join(parts)} }}"

    def part(self, kind: GraphQLNamedType, depth: int, names: Names) -> str:
        pick = self.chance.random()
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType) and pick < 0.8:
            concrete = self.chance.choice(SCHEMA.get_possible_types(kind))
            own = names.of(concrete.name)
            return f"... on {concrete.name} {self.selection(concrete, depth, own)}"
        if pick < 0.1:
            return "__typename"
        if pick < 0.2:
            return f"... {self.when()} {self.selection(kind, depth, names)}"
        if pick < 0.3:
            self.fragments.append("")
            at = len(self.fragments) - 1
            body = self.selection(kind, depth, names)
            self.fragments[at] = f"fragment F{at} on {kind.name} {body}"
            return f"...F{at}{self.when()}"
        return self.field(kind, depth, names)

    def when(self) -> str:
        said = [""] * 6 + ["@skip(if: $yes)", "@include(if: $yes)", "@include(if: true)"]
        return f" {self.chance.choice(said)} "

    def field(self, kind: GraphQLNamedType, depth: int, names: Names) -> str:
        self.left -= 1
        depth = depth if self.left > 0 else 0
        fields = getattr(kind, "fields", {})
        fitting = [n for n, f in fields.items() if depth or is_leaf_type(get_named_type(f.type))]
        if not fitting:
            return "__typename"
        links = [n for n in fitting if not is_leaf_type(get_named_type(fields[n].type))]
        name = self.chance.choice(links if links and self.chance.random() < 0.5 else fitting)
        target = get_named_type(fields[name].type)
        said = f"{name}{self.arguments(fields[name], [])}"
        key = self.key(name, said, names)
        below = "" if is_leaf_type(target) else self.under(target, depth, names.taken[key][1])
        return f"{key}: {said}{self.when()}{below}"

    def under(self, target: GraphQLNamedType, depth: int, names: Names) -> str:
        # Connections, edges and small records are no step of their own.
        step = 1 if _is_node(target) else 0
        return f" {self.selection(target, depth - step, names)}"

    def key(self, name: str, said: str, names: Names) -> str:
        tries = (self.chance.choice([name, *KEYS]), name, *(f"{name}{i}" for i in range(99)))
        for key in (f"{names.prefix}{each}" for each in tries):
            if key not in names.taken or names.taken[key][0] == said:
                names.taken.setdefault(key, (said, Names()))
                return key
        raise AssertionError("more than a hundred uses of a field")

    def arguments(self, definition: Any, said: list[str]) -> str:
        said = [*said]
        args = definition.args
        if "first" in args:
            said.append(f"{self.chance.choice(['first', 'last'])}: {self.chance.randint(1, 3)}")
        for name in ("filter", "orderBy", "crs", "partyMembersOnly", "status", *self.dated):
            if name in args and self.chance.random() < 0.3:
                value = self.value(args[name].type, 2)
                if self.chance.random() < 0.5:
                    said.append(f"{name}: {self.variable(str(args[name].type), value)}")
                else:
                    said.append(f"{name}: {literal(value)}")
        return f"({', '.join(said)})" if said else ""

    def variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = (kind, plain(value))
        return f"${name}"

    def value(self, kind: Any, depth: int) -> Any:
        named = get_named_type(kind)
        if is_list_type(kind) or is_list_type(getattr(kind, "of_type", None)):
            many = 2 if named.name.endswith("Order") else self.chance.randint(0, 2)
            found = [self.value(named, depth - 1) for _ in range(many)]
            keys = [str(one) if not isinstance(one, dict) else next(iter(one), "") for one in found]
            return found[:1] if len(set(keys)) < len(keys) else found
        if isinstance(named, GraphQLEnumType):
            return Word(self.chance.choice(list(named.values)))
        if isinstance(named, GraphQLInputObjectType):
            return self.input(named, depth)
        return {
            "Int": self.chance.choice([0, 1, 2, 55, 300, -1]),
            "Boolean": self.chance.random() < 0.5,
            "Date": self.chance.choice(["2026-11-24", "2023-05-05", "2024-02-29"]),
            "DateTime": self.chance.choice(["2026-11-24T09:00:00+08:00", "2026-10-01T00:00:00Z"]),
        }.get(named.name, self.chance.choice(TEXTS))

    def input(self, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        names = list(kind.fields)
        if depth <= 0:
            inner = [n for n in names if not _nests(kind.fields[n].type)]
            names = inner or names
        if kind.name.endswith("Order"):
            name = self.chance.choice(names)
            return {name: self.value(kind.fields[name].type, 0)}
        chosen = self.chance.sample(names, min(len(names), self.chance.randint(0, 2)))
        return {
            name: None
            if self.chance.random() < 0.1
            else self.value(kind.fields[name].type, depth - 1)
            for name in chosen
            if depth > -3
        }


class Word(str):
    """An enum value: written without quotes."""


def literal(value: Any) -> str:
    if isinstance(value, Word):
        return str(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k}: {literal(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return json.dumps(value, ensure_ascii=False)


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, Word) else value


def _nests(kind: Any) -> bool:
    return str(get_named_type(kind)).endswith("ListFilter") or is_list_type(kind)


def _is_node(kind: Any) -> bool:
    return "Node" in [i.name for i in getattr(kind, "interfaces", ())] or not is_object_type(kind)


@settings(quiet, max_examples=150)
@given(seed=SEEDS)
def test_generated_documents_give_the_same_bytes_by_both_ways(seed: int, free: Any) -> None:
    text, variables = Author(random.Random(seed)).document()
    assert not validate(SCHEMA, parse(text)), text
    found = free.bytes(text, variables)
    assert found == free.bytes(text, variables, direct=False), text
    answer = json.loads(found)
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes <= {"BAD_USER_INPUT", "LIMIT_EXCEEDED"}, (text, variables, answer)
    event(f"errors: {sorted(codes)}")
    if answer.get("data"):
        ordered(text, variables, answer["data"])


SHORT = 2_500  # characters, that hold fewer than the 1,000 tokens of the limit

# Nested answers are those of their parts; both ways share the shape and could err together


@settings(quiet, max_examples=40)
@given(seed=SEEDS)
def test_what_is_asked_together_is_what_is_asked_one_by_one(seed: int, free: Any) -> None:
    author = Author(random.Random(seed))
    name, arguments = author.chance.choice([root for root in ROOTS if "code:" in root[1]])
    kind = get_named_type(QUERY.fields[name].type)
    parts = [author.field(kind, 3, Names(f"k{i}_")) for i in range(4)]
    document, variables = author.finished(f"r: {name}{arguments} {{ {' '.join(parts)} }}")
    assume(len(document) < SHORT)
    whole = free.data(document, variables)["r"]
    alone = [free.data(*author.finished(f"r: {name}{arguments} {{ {p} }}"))["r"] for p in parts]
    merged = None if None in alone else {key: v for one in alone for key, v in one.items()}
    assert whole == merged


SINGLES = {
    "grids": "grid",
    "people": "person",
    "merchants": "merchant",
    "socialOrganizations": "socialOrganization",
    "partyOrganizations": "partyOrganization",
    "divisions": "division",
}


@settings(quiet, max_examples=40)
@given(seed=SEEDS)
def test_the_nodes_of_a_list_are_those_asked_by_code_in_the_order_of_the_list(
    seed: int, free: Any
) -> None:
    author = Author(random.Random(seed))
    author.dated = ()
    name = author.chance.choice(list(SINGLES))
    definition = QUERY.fields[name]
    kind = get_named_type(get_named_type(definition.type).fields["nodes"].type)
    arguments = author.arguments(definition, [author.chance.choice(WITHIN)])
    part = author.field(kind, 3, Names("k_"))
    bare = free.data(*author.finished(f"r: {name}{arguments} {{ nodes {{ code }} }}"))["r"]
    text = f"r: {name}{arguments} {{ nodes {{ code {part} }} edges {{ node {{ {part} code }} }} }}"
    document, variables = author.finished(text)
    assume(len(document) < SHORT)
    listed = free.data(document, variables)["r"]
    codes = [node["code"] for node in bare["nodes"]]
    assert [node["code"] for node in listed["nodes"]] == codes
    for code, node, edge in zip(codes, listed["nodes"], listed["edges"], strict=True):
        single = f'r: {SINGLES[name]}(code: "{code}") {{ code {part} }}'
        found = free.data(*author.finished(single))["r"]
        assert found == node == edge["node"]
