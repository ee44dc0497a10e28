"""How the files that were loaded are kept: whence a node has what values, down to the row."""

from graph.kind import Moment
from graph.model import Node
from graph.registry import declare

DATA_SOURCE = declare(
    Node(
        "DataSource",
        properties={"code": str, "name": str, "sha256": str, "loadedAt": Moment, "version": int},
        ours=True,
    )
)
