"""Who may ask how evenly something is shared."""

from typing import Annotated

import strawberry

import graph.equity
from graph.equity import Share
from graph.model import Finding
from resolvers.auth import READ, policy
from resolvers.context import Info
from resolvers.coverage import Input, question
from resolvers.enum import GridLevel, described

# From the widest units to the narrowest; others are no parts of one another.
NESTED = (GridLevel.L1, GridLevel.L2, GridLevel.L3, GridLevel.MICRO)

described(
    Share,
    "分享者 · Among whom something is shared",
    {
        "POPULATION": "人口 · People of a unit; units of unknown population are left out",
        "POPULATION_UNDER_15": "0–14岁人口 · People of 0 to 14 years, where their number is known",
        "POPULATION_OVER_65": "65岁及以上人口 · People of 65 years and more, where it is known",
        "HOUSEHOLDS": "户数 · Households; units of an unknown number are left out",
        "UNITS": "单元 · Units, each alike",
    },
    name="EquityWeight",
)
By = Annotated[Share, strawberry.argument(description="权重 · Among whom it is shared")]


@policy(READ)
def coverage_equity(info: Info, input: Input, by: By = Share.POPULATION) -> Finding:
    levels: list[str] = []
    if input.level in NESTED:
        i = NESTED.index(input.level)
        levels = [level.value for level in (*NESTED[max(0, i - 1) : i], *NESTED[i + 1 : i + 2])]
    return graph.equity.report(question(info.context, input), by, levels)
