"""Which territories a caller sees at the top of what they may see."""

from collections.abc import Mapping, Sequence
from typing import LiteralString

from graph.bolt import Graph
from graph.model import Asking, Finding, Key

TOP: LiteralString = """
MATCH (t:Territory) WHERE NOT EXISTS { (t)-[:PART_OF|SPANS]->() }
WITH t.code AS code, [label IN labels(t) WHERE label <> 'Territory'][0] AS label
RETURN collect([label, code]) AS found
"""

GIVEN: LiteralString = """
MATCH (t:Territory) WHERE t.path IN $scope
WITH t.code AS code, [label IN labels(t) WHERE label <> 'Territory'][0] AS label
RETURN collect([label, code]) AS found
"""


def viewer(name: str, roles: Sequence[str], limits: Mapping[str, float]) -> Finding:
    """The caller, and the territories of their scope: all that lie within none, if it is all."""

    async def find(graph: Graph, asking: Asking) -> dict[str, object]:
        text = TOP if asking.scope is None else GIVEN
        found = await graph.read("viewer.scopes", text, asking.values())
        scopes = [Key(label, code) for label, code in sorted(found, key=lambda pair: pair[1])]
        return {"name": name, "roles": list(roles), "scopes": scopes, "limits": limits}

    return Finding(find)
