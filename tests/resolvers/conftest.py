"""What tests of several answers read of the demo network, and a town of their own."""

from collections.abc import Iterator
from typing import Any

import pytest

from graph.demo.draft import Draft
from graph.load import load
from tests.resolvers.covering import Known, known_of
from tests.resolvers.town import Town


@pytest.fixture
def known(ask: Any) -> Known:
    return known_of(ask)


@pytest.fixture
def town(ask: Any, prefix: str) -> Iterator[Town]:
    town, draft = Town(ask, prefix), Draft()
    draft.node("Division", prefix, name="Town", level="DISTRICT")
    for side in ("N", "S"):
        division, grid = town.code(side), town.code(f"{side}-1")
        draft.node("Division", division, name=side, level="SUBDISTRICT")
        draft.link("PART_OF", "Division", "Division", division, prefix)
        draft.node("Grid", grid, name=grid, level="L2", codeScheme="TEST")
        draft.link("PART_OF", "Grid", "Division", grid, division)
    for person, grid in (("ANN", "N-1"), ("BEN", "N-1"), ("SUE", "S-1")):
        draft.node("Person", town.code(person), name=person, isVolunteer=False, isInvented=True)
        draft.link("LOCATED_IN", "Person", "Grid", town.code(person), town.code(grid))
    for label, name in (("SocialOrganization", "ORG"), ("Merchant", "SHOP"), ("Alliance", "ALLY")):
        extra = {"trade": "PHARMACY"} if label == "Merchant" else {}
        draft.node(label, town.code(name), name=name, **extra)
        draft.link("LOCATED_IN", label, "Grid", town.code(name), town.code("N-1"))
    draft.node("Skill", town.code("SKILL"), name="Skill")
    ask.run(load(ask.graph, "demo", draft, lambda *_: None))
    yield town
    for label in (*draft.nodes, "Event", "AuditEntry"):
        town.forget(label)
