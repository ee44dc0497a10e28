"""Who may ask whether the grids of a territory tile it."""

from typing import Annotated

import strawberry

import graph.tiling
from graph.model import Finding
from resolvers import identity
from resolvers.auth import READ, policy
from resolvers.context import TERRITORIES, AsOf, Info, iso
from resolvers.enum import GridLevel


@policy(READ)
def tiling(
    info: Info,
    within: Annotated[strawberry.ID, strawberry.argument(description="辖区 · Its id")],
    level: Annotated[GridLevel, strawberry.argument(description="级别 · Level of the units")],
    as_of: AsOf = None,
) -> Finding:
    key = identity.key(within, "within", *TERRITORIES)
    return graph.tiling.tiling(key, level.value, iso(as_of))
