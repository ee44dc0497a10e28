"""Which grids of a level touch: computed from the boundaries that were drawn."""

from graph.adjacency import adjacent as touching
from graph.demo.draft import Draft

__all__ = ["adjacent"]


def adjacent(draft: Draft) -> None:
    """ADJACENT_TO between grids of one level with a common border, once a pair."""
    for level in ("L2", "L3", "MICRO"):
        grids = [row for row in draft.nodes["Grid"] if row["level"] == level and "boundary" in row]
        for i, j, meters in touching([row["boundary"] for row in grids]):
            draft.link(
                "ADJACENT_TO", "Grid", "Grid", grids[i]["code"], grids[j]["code"], meters=meters
            )
