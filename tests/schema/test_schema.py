"""The schema is what is checked in, says what all of it means, and promises what is kept."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

import schema
from graph import registry
from graph.kind import Day, Moment, enumerated, plain, whole
from graph.model import Node
from resolvers.graft import GRAFTS

ROOT = Path(schema.__file__).parent.parent
CONTRACT = ROOT.parent / "shared" / "contract.graphql"
CHECK = ROOT.parent / "shared" / "check" / "contract.py"
HAN = re.compile(r"[\u4e00-\u9fff]")

# Of the contract, what is not built yet.
NOT_BUILT = set(
    """
    TeamInput TeamCost TeamMember TeamResult Query.team
    PeriodInput VolunteerMatchEdge.free VolunteerOrder.load Query.volunteers(freeDuring)
    CandidateConnection CandidateEdge Query.candidates
    InvitationAdvice InvitationPoint Query.invitationAdvice
    """.split()
)


@pytest.fixture(scope="module")
def built() -> GraphQLSchema:
    return schema.build()._schema


def test_the_schema_is_the_one_that_is_checked_in() -> None:
    kept = (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")
    if kept != schema.sdl():
        pytest.fail("schema.graphql is not what the code says: python server.py sdl --write")


def said(built: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Everything that can be described, by name: Type, Type.field, Type.field(argument)."""
    roots = (built.query_type, built.mutation_type, built.subscription_type)
    for name, kind in built.type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Float", "Boolean", "ID"):
            continue
        if kind not in roots:
            yield name, kind.description
        if is_object_type(kind) or is_interface_type(kind):
            for field, definition in kind.fields.items():
                yield f"{name}.{field}", definition.description
                for argument, arg in definition.args.items():
                    yield f"{name}.{field}({argument})", arg.description
        elif is_input_object_type(kind):
            for field, entry in kind.fields.items():
                yield f"{name}.{field}", entry.description
        elif is_enum_type(kind):
            for value, entry in kind.values.items():
                yield f"{name}.{value}", entry.description


def bilingual(text: str | None) -> bool:
    """«中文 · English»."""
    chinese, dot, english = (text or "").partition(" · ")
    return bool(dot and HAN.search(chinese) and re.search(r"[A-Za-z]{2}", english))


def test_everything_is_described_in_both_languages(built: GraphQLSchema) -> None:
    found = dict(said(built))
    assert len(found) > 700
    assert [name for name, text in found.items() if not bilingual(text)] == []


@pytest.mark.parametrize(
    "text", [None, "", "Grid", "网格", "网格 · 网格", "Grid · 网格", "网格 - Grid"]
)
def test_what_is_said_in_one_language_is_found(text: str | None) -> None:
    assert not bilingual(text)


def graph_fields(built: GraphQLSchema) -> Iterator[tuple[Node, str, Any]]:
    for node in registry.nodes():
        kind = built.type_map[node.label]
        assert is_object_type(kind)
        for name, definition in kind.fields.items():
            yield node, name, definition


def nullable(node: Node, name: str) -> bool | None:
    """Whether the declaration lets a field be absent; None where it says nothing of it."""
    if name == "id" or node.count(name):
        return False
    if name in node.derived or (node.label, name) in GRAFTS:
        return None
    if name in node.links:
        return not node.links[name].many
    for declared in node.properties:
        if declared == name:
            return node.nullable(declared)
    raise AssertionError(f"{node.label}.{name} is nothing that graph/ declares")


def test_every_kind_of_node_is_a_type(built: GraphQLSchema) -> None:
    labels = {node.label for node in registry.nodes()}
    assert labels == set(schema.ENTITIES)
    for label in labels:
        assert is_object_type(built.type_map[label])


def test_fields_are_declared_in_the_graph_and_as_nullable_as_there(built: GraphQLSchema) -> None:
    wrong = [
        f"{node.label}.{name}: {definition.type}"
        for node, name, definition in graph_fields(built)
        if nullable(node, name) not in (None, not is_non_null_type(definition.type))
    ]
    assert wrong == []


PLAIN: dict[Any, str] = {str: "String", int: "Int", float: "Float", bool: "Boolean"}
KINDS: dict[Any, str] = {Day: "Date", Moment: "DateTime"}


def test_fields_have_the_type_of_their_property(built: GraphQLSchema) -> None:
    for node, name, definition in graph_fields(built):
        kind = next((k for n, k in node.properties.items() if n == name), None)
        if kind is None or name in node.derived:
            continue
        found = whole(kind)
        item = found.__args__[0] if plain(kind) is list else found  # list[ServiceWindow]
        own = enumerated(item) and item.__strawberry_definition__.name
        wanted = own or KINDS.get(found) or PLAIN[plain(item)]
        assert get_named_type(definition.type).name == wanted, f"{node.label}.{name}"


def test_links_lead_to_the_type_of_their_target(built: GraphQLSchema) -> None:
    for node, name, definition in graph_fields(built):
        if name not in node.links:
            continue
        link, target = (
            next(v for k, v in node.links.items() if k == name),
            get_named_type(definition.type),
        )
        assert is_object_type(target)
        if link.listed:
            shown = [get_named_type(f.type).name for f in target.fields.values()]
            assert link.target in shown
            assert set(link.properties) <= set(target.fields)
            continue
        if link.many:
            assert {"first", "after", "last", "before", "filter", "orderBy"} <= set(definition.args)
            edge = get_named_type(target.fields["edges"].type)
            assert is_object_type(edge)
            assert set(edge.fields) - {"cursor", "node"} <= set(link.properties), (
                f"{node.label}.{name}"
            )
            for field, value in edge.fields.items():
                if field in link.properties:
                    may = type(None) in getattr(link.properties[field], "__args__", ())
                    assert may != is_non_null_type(value.type), f"{edge.name}.{field}"
            target = get_named_type(target.fields["nodes"].type)
        assert target.name == link.target


def test_lists_that_can_grow_are_connections(built: GraphQLSchema) -> None:
    """A plain list holds what the request or the declaration limits."""
    short = {
        "Query.nodes",
        "Query.gridsAt",
        "Viewer.scopes",
        "Viewer.roles",
        "AuditEntry.fields",
        "CoverageReport.byStatus",
        "CoverageReport.byChild",
        "CrossingEdge.territories",
        "VolunteerMatchEdge.reasons",
        "UserError.field",
        "Person.availability",
        "Merchant.hours",
        "ServiceCenter.hours",
        "ServiceCenter.windows",
        "Need.requirements",
        "Grid.cells",
        "Query.coverageTrend",
        "CoveragePoint.byStatus",
        "CoverageEquity.levels",
        "BlindSpots.spots",
        "CoverageMatrix.columns",
        "CoverageColumn.hours",
        "CoverageRowEdge.cells",
        "CoverageEquity.lorenz",
        "Plan.exchanges",
        "ResponseCalibration.by",
        "ResponseCalibration.effects",
        "ResponseCalibration.table",
        "Tiling.faults",
        "TilingFault.grids",
        "SourceEdge.fields",
    }
    found = {
        f"{kind.name}.{name}"
        for kind in built.type_map.values()
        if is_object_type(kind) and not kind.name.startswith("__")
        for name, definition in kind.fields.items()
        if is_list_type(get_nullable_type(definition.type))
        and (name not in ("edges", "nodes", "userErrors") or kind is built.query_type)
    }
    assert found == short


def test_a_sort_entry_is_one_of_its_keys(built: GraphQLSchema) -> None:
    """Told to whoever reads the SDL, and held to by graphql-core, which says where it is not."""
    orders = [kind for name, kind in built.type_map.items() if name.endswith("Order")]
    assert len(orders) >= 10
    for kind in orders:
        assert is_input_object_type(kind)
        assert kind.is_one_of, kind.name
        assert f"input {kind.name} @oneOf" in schema.sdl()


def test_inputs_can_be_made(built: GraphQLSchema) -> None:
    """No input type needs itself: GraphQL could never be given one."""
    for kind in built.type_map.values():
        if is_input_object_type(kind):
            needed = [f for f in kind.fields.values() if is_non_null_type(f.type)]
            assert all(get_named_type(field.type) is not kind for field in needed)


@pytest.mark.skipif(not CONTRACT.exists() or not CHECK.exists(), reason="no contract beside us")
def test_the_schema_keeps_the_contract(tmp_path: Path) -> None:
    printed = tmp_path / "schema.graphql"
    printed.write_text(schema.sdl(), encoding="utf-8")
    command = [sys.executable, str(CHECK), str(CONTRACT), str(printed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    *wrong, summary = done.stdout.splitlines()
    assert re.match(r"\d+ types and fields of the contract", summary), done.stderr
    missing = {line.removesuffix(" is missing") for line in wrong}
    assert missing - NOT_BUILT == set()
