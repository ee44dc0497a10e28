"""Who may have plans searched in the background, for how long, and stop or resume them."""

from dataclasses import replace
from typing import Annotated

import strawberry

import graph.plan_run
from graph.intent import Intent
from graph.model import Key
from graph.plan import Wanted
from graph.plan_run import By
from graph.write import Change
from resolvers.auth import WRITE, policy
from resolvers.context import Info
from resolvers.coverage_plan import PlanQuestionInput, spent, wanted
from resolvers.errors import Refusal
from resolvers.intent import EXPECTED, INPUT, Repeatable, intended, key, own_code
from resolvers.lookup import by_code, listed

MOST_SECONDS = 3_600.0
MOST_NODES = 100_000_000
SECONDS = "秒 · The search ends after so many seconds, up to 3,600"
NODES = "节点数 · It ends after so many nodes of branch and bound, up to 100,000,000"

plan_run = by_code("PlanRun")
plan_runs = listed("PlanRun")


@strawberry.input(description="后台规划 · Whom to choose, and how long to search for it")
class StartPlanInput(PlanQuestionInput, Repeatable):
    seconds: float = strawberry.field(default=60.0, description=SECONDS)
    nodes: int = strawberry.field(default=MOST_NODES, description=NODES)


@strawberry.input(description="停止规划 · Which search is to end")
class StopPlanInput(Repeatable):
    id: strawberry.ID = strawberry.field(description="标识 · Which one")
    expectedVersion: int | None = strawberry.field(
        name="expectedVersion", default=strawberry.UNSET, description=EXPECTED
    )


@strawberry.input(description="继续规划 · Which search is to go on, and for how much longer")
class ResumePlanInput(StopPlanInput):
    seconds: float = strawberry.field(default=60.0, description=SECONDS)
    nodes: int = strawberry.field(default=MOST_NODES, description=NODES)


@policy(WRITE["PlanRun"])
def start_plan(info: Info, input: Annotated[StartPlanInput, INPUT]) -> Change:
    intent = intended(info, input)
    code, by = own_code(info.context.caller.identity, intent, "P"), _by(info)
    return graph.plan_run.start(intent, code, _wanted(intent, input), by)


@policy(WRITE["PlanRun"])
def stop_plan(info: Info, input: Annotated[StopPlanInput, INPUT]) -> Change:
    intent = intended(info, input)
    return graph.plan_run.stop(intent, key(intent, "id", input.id, "PlanRun"))


@policy(WRITE["PlanRun"])
def resume_plan(info: Info, input: Annotated[ResumePlanInput, INPUT]) -> Change:
    intent = intended(info, input)
    try:
        spent(input.seconds, input.nodes, MOST_SECONDS, MOST_NODES)
    except Refusal as refused:
        _noted(intent, refused)
    run = key(intent, "id", input.id, "PlanRun")
    return graph.plan_run.resume(intent, run, input.seconds, input.nodes, _by(info))


def _wanted(intent: Intent, input: StartPlanInput) -> Wanted:
    """What is asked; what cannot be meant is noted, and the change is not run."""
    try:
        spent(input.seconds, input.nodes, MOST_SECONDS, MOST_NODES)
        return replace(wanted(input), nodes=input.nodes, seconds=input.seconds)
    except Refusal as refused:
        _noted(intent, refused)
        return Wanted(input.objective, Key("Division", ""), input.level.value)


def _noted(intent: Intent, refused: Refusal) -> None:
    field = str(refused.extensions["field"]).removeprefix("input.")
    intent.refuse(field, refused.message, "该字段的取值不适用于此规划")


def _by(info: Info) -> By:
    caller = info.context.caller
    return By(caller.identity, caller.name)
