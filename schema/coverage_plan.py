"""What a client sees of a plan: whom to choose, what that reaches, and how far from the best."""

import strawberry

import resolvers.coverage_plan
from resolvers.enum import PlanStatus, Proof
from schema.ref import GridRef, PersonRef
from schema.relay import PAGE, Connection, Edge, answered, asked


@strawberry.type(description="入选 · One who is chosen, and what they add")
class PlanChoiceEdge(Edge[PersonRef]):
    gain: float = strawberry.field(
        description="边际贡献 · What they add to those before them. MAX_COVER: units; EXPECTED: "
        "expected units; SET_COVER, K_COVER: coverings that were missing; P_MEDIAN: metres saved"
    )
    serves: int | None = strawberry.field(
        description="服务单元数 · How many units they serve; null where no capacity is given"
    )


@strawberry.type(description="替换 · Why somebody is not chosen")
class PlanExchange:
    person: PersonRef = strawberry.field(description="人员 · Who is not chosen")
    gain: float = strawberry.field(
        description="增益 · By how much they would better the objective if nobody left"
    )
    partner: PersonRef | None = strawberry.field(
        description="替换对象 · In whose place they do best; null where nobody may leave"
    )
    change: float | None = strawberry.field(
        description="变化 · By how much the objective then rises or falls"
    )


@strawberry.type(description="规划 · Whom to choose, and a bound on what anybody could reach")
class Plan:
    status: PlanStatus = strawberry.field(description="状态 · How the search ended")
    proof: Proof = strawberry.field(description="证明 · What is known of the best plan")
    objective: float | None = strawberry.field(
        description="目标值 · MAX_COVER, EXPECTED: (expected) units covered; SET_COVER, K_COVER: "
        "people chosen; P_MEDIAN: sum over units of metres to the nearest chosen, with a capacity "
        "to who serves it; null = no plan"
    )
    bound: float | None = strawberry.field(
        description="界 · No plan is better than this: an upper bound where more is better"
    )
    gap: float | None = strawberry.field(
        description="间隙 · |bound - objective| / max(|objective|, 1e-9)"
    )
    seconds: float = strawberry.field(description="用时 · How long the search took")
    method: str = strawberry.field(description="方法 · How the plan and the bound were found")
    candidates: int = strawberry.field(
        description="候选人数 · Volunteers who could be chosen: with a place, and the skill if any"
    )
    units: int = strawberry.field(description="单元数 · Units with a centroid")
    unknown: int = strawberry.field(description="未知数 · Units without one, which nobody reaches")
    selected: Connection[Edge[PersonRef], PersonRef] = asked(
        "入选人员 · Who is chosen, those who add most first", **PAGE
    )
    uncovered: Connection[Edge[GridRef], GridRef] = asked(
        "未覆盖单元 · Units with a centroid that the chosen do not cover", **PAGE
    )
    choices: Connection[PlanChoiceEdge, PersonRef] = asked(
        "入选说明 · The same, with what each adds", **PAGE
    )
    exchanges: list[PlanExchange] = strawberry.field(
        description="替换说明 · Why those named in whyNot are not chosen"
    )


@strawberry.type
class Query:
    coverage_plan: Plan = answered(
        resolvers.coverage_plan.coverage_plan,
        "覆盖规划 · Whom to choose so that a territory is covered, with a bound and a proof",
    )
