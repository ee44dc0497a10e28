"""Who may ask for Grids, and which reading answers it."""

from datetime import date
from typing import Annotated

import strawberry

import graph.grid
from graph.crs import to_wgs84
from graph.model import Finding, Reading
from graph.scope import listed
from graph.write import Change
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso
from resolvers.enum import GridLevel
from resolvers.intent import (
    EXPECTED,
    INPUT,
    Repeatable,
    day,
    given,
    intended,
    key,
    optional,
    optional_key,
    patch,
    placed,
)
from resolvers.place import Point, PointInput


@policy("territory:read")
def grid(info: Info, code: CodeOf) -> Reading:
    return graph.grid.by_code(code)


@policy("territory:read")
def grids(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
    context = info.context
    return listed("Grid", context.territory(within), context.bounded, iso(as_of))


@policy("territory:read")
def grids_at(
    info: Info,
    point: Point,
    levels: Annotated[
        list[GridLevel] | None,
        strawberry.argument(description="级别 · Only these levels; all if not given"),
    ] = None,
) -> Finding:
    longitude, latitude = to_wgs84(point.longitude, point.latitude, point.crs)
    return graph.grid.at(longitude, latitude, None if levels is None else [*levels])


@strawberry.input(description="新建网格 · A new grid")
class CreateGridInput(Repeatable):
    code: str = strawberry.field(
        description="代码 · Code: 1 to 64 of A-Z a-z 0-9 . _ -, unique, never reused"
    )
    name: str = strawberry.field(description="名称 · Name, 1 to 64 characters")
    level: GridLevel = strawberry.field(description="级别 · Level")
    parent: strawberry.ID | None = optional("上级网格 · The grid it is part of")
    division: strawberry.ID | None = optional(
        "所属区划 · The division it is part of if there is no parent; spanned by a dedicated grid"
    )
    centroid: PointInput | None = optional("中心点 · Centroid")
    households: int | None = optional("户数 · Households, 0 or more; null = unknown")
    population: int | None = optional("人口 · People, 0 or more; null = unknown")


@policy("network:write")
def create_grid(info: Info, input: Annotated[CreateGridInput, INPUT]) -> Change:
    intent = intended(info, input)
    properties = {
        **patch(input, "name", "households", "population"),
        **placed(intent, "centroid", input.centroid),
        "level": input.level.value,
    }
    parent = optional_key(intent, "parent", input.parent, "Grid")
    division = optional_key(intent, "division", input.division, "Division")
    return graph.grid.add(intent, input.code, properties, parent, division)


@strawberry.input(description="修改网格 · What changes of a grid; fields left out stay as they are")
class UpdateGridInput(Repeatable):
    id: strawberry.ID = strawberry.field(description="网格 · The grid")
    name: str | None = optional("名称 · Name, 1 to 64 characters; not null")
    households: int | None = optional("户数 · Households, 0 or more; null = unknown")
    population: int | None = optional("人口 · People, 0 or more; null = unknown")
    centroid: PointInput | None = optional("中心点 · Centroid; null = not surveyed")
    expected_version: int | None = optional(EXPECTED)


@policy("network:write")
def update_grid(info: Info, input: Annotated[UpdateGridInput, INPUT]) -> Change:
    intent = intended(info, input)
    changed = {
        **patch(input, "name", "households", "population"),
        **placed(intent, "centroid", input.centroid),
    }
    return graph.grid.change(intent, key(intent, "id", input.id, "Grid"), changed)


@strawberry.input(description="任命网格长 · A head of a grid, for a time")
class AssignGridHeadInput(Repeatable):
    grid: strawberry.ID = strawberry.field(description="网格 · The grid")
    person: strawberry.ID = strawberry.field(description="人员 · Who heads it")
    since: date = strawberry.field(description="起始日 · First day in office")
    until: date | None = optional("截止日 · First day out of office; null = open")
    deputy: bool | None = optional("副职 · As a deputy; false if left out")


@policy("network:write")
def assign_grid_head(info: Info, input: Annotated[AssignGridHeadInput, INPUT]) -> Change:
    intent = intended(info, input)
    return graph.grid.assign_head(
        intent,
        key(intent, "grid", input.grid, "Grid"),
        key(intent, "person", input.person, "Person"),
        input.since.isoformat(),
        day(input.until),
        bool(given(input.deputy)),
    )
