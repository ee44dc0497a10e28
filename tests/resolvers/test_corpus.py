"""Documents with every trap of reading, each answered alike by both ways and on every engine.

`corpus/*.graphql` are written by hand; others are generated. The answers that are checked in
(`python benchmarks/parity.py --write`) are compared with on whichever engine runs the tests.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    is_object_type,
    parse,
    validate,
)
from graphql.execution.values import VariableValues
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from benchmarks.author import FREE, QUERY, ROOTS, SCHEMA, WITHIN, Author, Names
from benchmarks.parity import Document, checked_in, documents, filled, kept
from graph.bolt import BoltSettings
from resolvers.operation import Operations
from resolvers.selection import Bound, Occurrence

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
    patient.operations = Operations(SCHEMA, FREE)
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
        *(
            "audit_entries",
            "bad_",
            "coverage",
            "cursor_of_another",
            "expected_response",
            "first_out",
            "grids_at",
        ),
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

# A document is drawn from a seed and not field by field: what shrinks becomes dull before it fails.
SEEDS = st.integers(0, 2**32 - 1)


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
