"""What a client sees of plans that are searched in the background, and how they begin and end."""

from datetime import date, datetime

import strawberry

import resolvers.plan_run
from resolvers.enum import GridLevel, InvitationChannel, Objective, PlanRunStatus, PlanStatus, Proof
from schema.change import Written, mutations
from schema.part import Versioned
from schema.ref import DivisionRef, GridRef, PersonRef, SkillRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="规划问题 · What a plan is to reach, beside where and with whom")
class PlanQuestion:
    objective: Objective = strawberry.field(description="目标 · What the plan is to reach")
    level: GridLevel = strawberry.field(description="级别 · Level of the units")
    budget: int | None = strawberry.field(
        description="人数上限 · At most so many are chosen; null = any number"
    )
    k: int = strawberry.field(description="重数 · So many different people cover a unit")
    meters: float | None = strawberry.field(
        description="米 · Who is within so many metres of a unit's centroid reaches it; null = "
        "however far"
    )
    capacity: int | None = strawberry.field(
        description="容量 · Nobody serves more units than this; null = any number"
    )
    min_level: int | None = strawberry.field(
        description="最低等级 · Level of the skill, if one is needed"
    )
    verified_only: bool | None = strawberry.field(
        description="仅限已核实 · Whether somebody must have confirmed the skill, if one is needed"
    )
    hour: int | None = strawberry.field(
        description="小时 · At which hour of the day people are asked to come; null = whichever"
    )
    channel: InvitationChannel | None = strawberry.field(
        description="邀请方式 · By which means they are asked; null = whichever"
    )


@strawberry.type(description="入选 · One whom a plan chooses, and what they add")
class PlanRunSelectedEdge(Edge[PersonRef]):
    place: int = strawberry.field(
        description="次序 · 1 for who adds most, 2 for who adds most to that, …; while it is "
        "searched in no order"
    )
    gain: float | None = strawberry.field(
        description="边际贡献 · What they add to those before them, as in `coveragePlan`; null "
        "while it is searched"
    )
    serves: int | None = strawberry.field(
        description="服务单元数 · How many units they serve; null where no capacity is given"
    )


@strawberry.type(description="个别容量 · One who serves so many units at most")
class PlanRunCapacitiesEdge(Edge[PersonRef]):
    units: int = strawberry.field(description="单元数 · At most so many units")


@strawberry.type(description="后台规划 · Plan that is searched in the background")
class PlanRun(Node, Versioned):
    code: str = strawberry.field(description="代码 · Code, made when it was started")
    status: PlanRunStatus = strawberry.field(description="运行状态 · How far it is")
    asked: PlanQuestion = strawberry.field(description="规划问题 · What is asked")
    division: DivisionRef | None = strawberry.field(
        description="区划 · For the units and volunteers of this division; null if it is a grid"
    )
    grid: GridRef | None = strawberry.field(
        description="网格 · For those of this grid; null if it is a division"
    )
    skill: SkillRef | None = strawberry.field(
        description="技能 · Only who holds this can be chosen; null = anybody"
    )
    must_include: Connection[Edge[PersonRef], PersonRef] = connection(
        "Person", "必选 · Who is chosen in any case"
    )
    exclude: Connection[Edge[PersonRef], PersonRef] = connection(
        "Person", "排除 · Who is not chosen"
    )
    capacities: Connection[PlanRunCapacitiesEdge, PersonRef] = connection(
        "Person", "个别容量 · Who has a capacity of their own"
    )
    as_of: date = strawberry.field(
        name="asOf", description="日期 · The day of which people and units are taken"
    )
    most_seconds: float = strawberry.field(
        description="秒数上限 · How long it may be searched, since it was started or resumed last"
    )
    most_nodes: int = strawberry.field(
        description="节点数上限 · How many nodes of branch and bound it may take, since then"
    )
    objective: float | None = strawberry.field(
        description="目标值 · Of the best plan so far, as in `coveragePlan`; null = none yet"
    )
    bound: float | None = strawberry.field(
        description="界 · No plan is better than this; null = nothing is known yet"
    )
    gap: float | None = strawberry.field(
        description="间隙 · |bound - objective| / max(|objective|, 1e-9)"
    )
    seconds: float = strawberry.field(
        description="用时 · How long it was searched, all resumptions together"
    )
    outcome: PlanStatus | None = strawberry.field(
        description="结果 · How its last search ended; null = it has not ended yet"
    )
    proof: Proof | None = strawberry.field(
        description="证明 · What was then known of the best plan"
    )
    method: str | None = strawberry.field(
        description="方法 · How the plan and the bound were found"
    )
    problem: str | None = strawberry.field(description="问题 · Why it failed; null if it did not")
    started_by: str = strawberry.field(description="发起人 · Name of who started it")
    started_at: datetime = strawberry.field(description="发起时刻 · When it was started")
    ended_at: datetime | None = strawberry.field(
        description="结束时刻 · When it ended; null = it waits or runs"
    )
    selected: Connection[PlanRunSelectedEdge, PersonRef] = connection(
        "Person",
        "入选人员 · Whom the best plan so far chooses; with a capacity known at the end",
    )


@strawberry.type
class Query:
    plan_run: PlanRun | None = answered(
        resolvers.plan_run.plan_run,
        "按代码查后台规划 · A plan in the background by code; null if out of sight",
    )
    plan_runs: Connection[Edge[PlanRun], PlanRun] = connection(
        "PlanRun", "后台规划 · Plans in the background", resolvers.plan_run.plan_runs
    )


Mutation = mutations(
    Written(
        "startPlan",
        PlanRun,
        resolvers.plan_run.start_plan,
        "开始规划 · Have a plan searched in the background, longer than an answer can wait; up to "
        "3 of one caller wait or run at a time",
    ),
    Written(
        "stopPlan",
        PlanRun,
        resolvers.plan_run.stop_plan,
        "停止规划 · End a search; within a second or so it is STOPPED, with the best found so far",
    ),
    Written(
        "resumePlan",
        PlanRun,
        resolvers.plan_run.resume_plan,
        "继续规划 · Search on: what was found and proved before stays, if the people and units are "
        "still the same",
    ),
)
