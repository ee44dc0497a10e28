"""Fields of nodes that are computed: for all nodes at one place of an answer at once.

What a client asks of a node is read from its row; such a field asks further, with the codes of all
rows that were read there.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from graph.bolt import Graph
from graph.model import Asking
from resolvers.context import Context

# Of the nodes with these codes, by code, the record of each.
Find = Callable[[Graph, Asking, Sequence[str]], Awaitable[Mapping[str, Any]]]
# What is asked, of the arguments as graphql-core gives them; whoever asks is told what is wrong.
Asked = Callable[[Context, Asking, Mapping[str, Any]], Find]

GRAFTS: dict[tuple[str, str], Asked] = {}


def graft(label: str, field: str) -> Callable[[Asked], Asked]:
    """Answers a field of a kind of node."""

    def keep(asked: Asked) -> Asked:
        GRAFTS[label, field] = asked
        return asked

    return keep
