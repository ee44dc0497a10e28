"""What a client may see; the one place where types of entities become a schema."""

import functools
from typing import Any

import strawberry
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    is_abstract_type,
    is_input_object_type,
    is_object_type,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.tools import merge_types
from strawberry.types.base import StrawberryObjectDefinition, StrawberryType

from schema import (
    account,
    alliance,
    audit,
    blind,
    business_district,
    calibration,
    certificate,
    coverage,
    coverage_change,
    coverage_plan,
    data_source,
    department,
    division,
    equity,
    fragility,
    grant,
    grid,
    invitation,
    matrix,
    merchant,
    need,
    node,
    party_organization,
    patrol_note,
    person,
    place,
    plan_run,
    relay,
    response,
    service_center,
    simulation,
    skill,
    social_organization,
    term,
    tiling,
    visit,
    volunteer,
    volunteer_team,
)
from schema.change import shown
from schema.scalar import SCALARS

# The one place of registration: an entity that is named here can be asked for.
ENTITIES = {
    "Division": division,
    "Grid": grid,
    "Person": person,
    "Skill": skill,
    "SocialOrganization": social_organization,
    "PartyOrganization": party_organization,
    "Merchant": merchant,
    "BusinessDistrict": business_district,
    "Alliance": alliance,
    "Place": place,
    "ServiceCenter": service_center,
    "VolunteerTeam": volunteer_team,
    "Department": department,
    "Certificate": certificate,
    "Need": need,
    "Visit": visit,
    "PatrolNote": patrol_note,
    "Invitation": invitation,
    "PlanRun": plan_run,
    "DataSource": data_source,
    "Term": term,
    "Account": account,
    "Grant": grant,
    "AuditEntry": audit,
}
# Questions that no single entity answers.
QUESTIONS = (
    node,
    volunteer,
    response,
    calibration,
    coverage,
    coverage_change,
    coverage_plan,
    matrix,
    simulation,
    blind,
    equity,
    fragility,
    tiling,
)


class Names(NameConverter):
    """`Edge[Grid]` is GridEdge; `Connection[HeadEdge, Person]` is HeadConnection."""

    def from_generic(
        self, generic_type: StrawberryObjectDefinition, types: list[StrawberryType | type]
    ) -> str:
        first = self.get_name_from_type(types[0])
        if generic_type.name == "Connection":
            return first.removesuffix("Edge") + "Connection"
        return first + generic_type.name


@functools.cache
def build() -> strawberry.Schema:
    """The schema of all registered entities; its graph types are read, never resolved."""
    relay.build_inputs({label: shown(getattr(module, label)) for label, module in ENTITIES.items()})
    query = merge_types("Query", tuple(module.Query for module in (*ENTITIES.values(), *QUESTIONS)))
    written = tuple(m.Mutation for m in ENTITIES.values() if hasattr(m, "Mutation"))
    schema = strawberry.Schema(
        query=query,
        mutation=merge_types("Mutation", written),
        types=[getattr(module, label) for label, module in ENTITIES.items()],
        config=StrawberryConfig(name_converter=Names(), scalar_map=SCALARS),
    )
    _read_from_rows(schema._schema)
    return schema


def sdl() -> str:
    """The schema as text, sorted, as it is checked in."""
    from graphql import lexicographic_sort_schema, print_schema

    return print_schema(lexicographic_sort_schema(build()._schema)) + "\n"


def _read_from_rows(schema: GraphQLSchema) -> None:
    """Every field below the roots takes its value from the row, under its response key."""
    roots = (schema.query_type, schema.mutation_type)
    for kind in schema.type_map.values():
        if is_abstract_type(kind):
            kind.resolve_type = _type_of
        elif is_input_object_type(kind):
            # strawberry checks @oneOf itself; graphql-core would also locate the error and print it
            kind.is_one_of = bool(kind.extensions["strawberry-definition"].is_one_of)
        elif is_object_type(kind) and kind not in roots and not kind.name.startswith("__"):
            _read(kind)


def _read(kind: GraphQLObjectType) -> None:
    kind.is_type_of = None
    for field in kind.fields.values():
        field.resolve = _of_row


def _of_row(source: Any, info: Any, **_: Any) -> Any:
    return source.get(info.path.key)


def _type_of(source: Any, *_: Any) -> str:
    return str(source.label)
