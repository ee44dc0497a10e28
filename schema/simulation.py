"""What a client sees of what would change if some were gone, moved or added."""

import strawberry

import resolvers.simulation
from schema.coverage import CoverageReport
from schema.ref import GridRef, PersonRef
from schema.relay import Connection, Edge, answered, page


@strawberry.type(description="变化单元 · A unit that would be otherwise")
class ChangedUnitEdge(Edge[GridRef]):
    pass


@strawberry.type(description="替补 · Someone who could take the place of those who are gone")
class ReplacementEdge(Edge[PersonRef]):
    gain: int = strawberry.field(
        description="增益 · How many more units would be covered by them, after those before them"
    )


@strawberry.type(
    description="情景模拟 · What would change in coverage; computed in memory, nothing is written"
)
class CoverageSimulation:
    before: CoverageReport = strawberry.field(description="现状 · The report as it is")
    after: CoverageReport = strawberry.field(description="情景 · The report as it would be")
    gone: int = strawberry.field(description="离开人数 · People who are gone, members included")
    effective_change: int = strawberry.field(
        description="有效数变化 · effective of `after` less that of `before`"
    )
    ratio_change: float | None = strawberry.field(
        description="覆盖率变化 · ratio of `after` less that of `before`; null if one has none"
    )
    expected_effective: float | None = strawberry.field(
        description="期望有效数 · SKILL, RESPONSE: how many units would be covered on the average "
        "if every volunteer is absent with absentShare: the sum of P(at least k are there, or "
        "accept), exactly (Poisson-binomial law); null = of other kinds"
    )
    uncovered: Connection[ChangedUnitEdge, GridRef] = page(
        "失去覆盖 · Units that would no longer be covered effectively, by code"
    )
    covered: Connection[ChangedUnitEdge, GridRef] = page(
        "新获覆盖 · Units that would be covered effectively only then, by code"
    )
    single_covered: Connection[ChangedUnitEdge, GridRef] = page(
        "降为单点 · Units that would hang on one, and do not now, by code"
    )
    replacements: Connection[ReplacementEdge, PersonRef] = page(
        "替补 · SKILL: people who do not volunteer yet, or lack the skill, in the order in which "
        "they would cover most units again (greedily: most that lack one only, then most that lack "
        "any, then by code)"
    )


@strawberry.type
class Query:
    coverage_simulation: CoverageSimulation = answered(
        resolvers.simulation.coverage_simulation,
        "情景模拟 · What would change in coverage if some were gone, moved or added",
    )
