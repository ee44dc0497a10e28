"""How business districts are kept and found."""

from graph.model import LOCATED, Link, Node
from graph.registry import declare
from graph.relationship import End, Relationship, relate
from graph.role import ROLE

BUSINESS_DISTRICT = declare(
    Node(
        "BusinessDistrict",
        place=("LOCATED_IN",),
        properties={"code": str, "name": str, "version": int},
        links={
            "alliance": Link("IN_DISTRICT", "in", "Alliance", many=False, validity=True),
            "merchants": Link(
                "IN_DISTRICT",
                "in",
                "Merchant",
                ROLE,
                validity=True,
                count="merchantCount",
            ),
            "grid": Link("LOCATED_IN", "out", "Grid", many=False, validity=True),
        },
        given=("name",),
        ties={"grid": LOCATED},
    )
)


IN_DISTRICT = relate(
    Relationship(
        "IN_DISTRICT",
        End("merchant", "Merchant"),
        End("district", "BusinessDistrict"),
        touched="end",
    )
)
