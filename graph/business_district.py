"""How business districts are kept and found."""

from graph.model import ROLE, Link, Node, Reading
from graph.registry import declare

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
        },
    )
)

BY_CODE = "MATCH (n:BusinessDistrict {code: $code})"


def by_code(code: str) -> Reading:
    return Reading("BusinessDistrict", BY_CODE, parameters={"code": code})
