"""Which grids touch: found again, within the write, whenever a boundary changes.

ADJACENT_TO joins two grids of one level once, with the length of their common border.
"""

from collections.abc import Mapping
from typing import Any

from graph.adjacency import adjacent
from graph.bolt import Transaction

OWN = (
    "MATCH (n:Grid {code: $code}) "
    "RETURN [n.boundary, n.level, n.west, n.south, n.east, n.north] AS own"
)
PART = "MATCH (:Grid {code: $code})-[r:ADJACENT_TO]-(:Grid) DELETE r"
# The box of a boundary is indexed; whether the boundaries touch is judged exactly, by us.
AROUND = (
    "MATCH (m:Grid) WHERE m.west <= $east AND m.east >= $west AND m.south <= $north "
    "AND m.north >= $south AND m.level = $level AND m.code <> $code "
    "RETURN [m.code, m.boundary] AS other"
)
JOIN = (
    "MATCH (n:Grid {code: $code}) UNWIND $rows AS row MATCH (m:Grid {code: row.other}) "
    "CREATE (n)-[:ADJACENT_TO {meters: row.meters}]->(m)"
)


async def settle(tx: Transaction, parameters: Mapping[str, Any]) -> None:
    """Joins the grid of `$code` to those its boundary touches; to none if it has none."""
    code = {"code": parameters["code"]}
    (own,) = await tx.run("grid.boundary", OWN, code)
    await tx.run("grid.neighbors", PART, code)
    boundary, level, west, south, east, north = own
    if boundary is None:
        return
    box = {"west": west, "south": south, "east": east, "north": north, "level": level}
    others = await tx.run("grid.around", AROUND, {**code, **box})
    pairs = adjacent([boundary, *(other for _, other in others)])
    rows = [{"other": others[j - 1][0], "meters": meters} for i, j, meters in pairs if i == 0]
    await tx.run("grid.neighbors", JOIN, {**code, "rows": rows})
