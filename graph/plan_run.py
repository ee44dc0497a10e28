"""How plans that are searched in the background are kept, begun, called off and gone on with.

A run is a node: what is asked, how far the search is, whom it would choose. Whoever has a server
searches it (`plan_queue.py`); what a client does is a change of the node like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, LiteralString

from graph import registry
from graph.analysis.plan.question import Objective, Proof, Status
from graph.asked import InvitationChannel
from graph.intent import Intent, Problem
from graph.kind import Day, Level, Moment, Whole, moment
from graph.model import Derived, Key, Link, Node
from graph.plan import Wanted
from graph.predicate import Predicates, where
from graph.registry import declare
from graph.write import Change, Check


class PlanRunStatus(StrEnum):
    """How far a run is. INTERRUPTED: the server that searched it is gone."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    STOPPED = "STOPPED"
    INTERRUPTED = "INTERRUPTED"
    FAILED = "FAILED"


MOST_OWN = 3  # of one caller, waiting or running
MOST_ALL = 20


def _asked(row: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    return {"objective": row["goal"], **{name: row.get(name) for name in ASKED[1:]}}


def _gap(row: Mapping[str, Any], _: Mapping[str, Any]) -> float | None:
    objective, bound = row.get("objective"), row.get("bound")
    if objective is None or bound is None:
        return None
    return float(abs(bound - objective) / max(abs(objective), 1e-9))


ASKED = (
    *("goal", "level", "budget", "k", "meters", "capacity", "minLevel", "verifiedOnly"),
    *("hour", "channel"),
)
PLAN_RUN = declare(
    Node(
        "PlanRun",
        ours=True,
        place=("PLANS",),
        properties={
            "code": str,
            "status": PlanRunStatus,
            "goal": Objective,
            "level": str,
            "budget": Whole | None,
            "k": Whole,
            "meters": float | None,
            "capacity": Whole | None,
            "minLevel": Level | None,
            "verifiedOnly": bool | None,
            "hour": Whole | None,
            "channel": InvitationChannel | None,
            "asOf": Day,
            "mostSeconds": float,
            "mostNodes": Whole,
            "objective": float | None,
            "bound": float | None,
            "outcome": Status | None,
            "proof": Proof | None,
            "method": str | None,
            "problem": str | None,
            "seconds": float,
            "startedBy": str,
            "startedAt": Moment,
            "endedAt": Moment | None,
            "version": int,
        },
        links={
            "division": Link("PLANS", "out", "Division", many=False),
            "grid": Link("PLANS", "out", "Grid", many=False),
            "skill": Link("ASKS_FOR", "out", "Skill", many=False),
            "mustInclude": Link("INCLUDES", "out", "Person"),
            "exclude": Link("EXCLUDES", "out", "Person"),
            "capacities": Link("LIMITS", "out", "Person", {"units": Whole}),
            "selected": Link(
                "SELECTS",
                "out",
                "Person",
                {"place": Whole, "gain": float | None, "serves": Whole | None},
                count="selectedCount",
            ),
        },
        derived={
            "asked": Derived(ASKED, _asked),
            "gap": Derived(("objective", "bound"), _gap),
        },
    )
)

MAKE: LiteralString = "CREATE (n:PlanRun {code: $code, version: 1}) SET n += $properties"
OVER: Mapping[str, LiteralString] = {
    "Division": "MATCH (n:PlanRun {code: $code}), (t:Division {code: $within}) "
    "CREATE (n)-[:PLANS]->(t)",
    "Grid": "MATCH (n:PlanRun {code: $code}), (t:Grid {code: $within}) CREATE (n)-[:PLANS]->(t)",
}
FOR: LiteralString = (
    "MATCH (n:PlanRun {code: $code}), (s:Skill {code: $skill}) CREATE (n)-[:ASKS_FOR]->(s)"
)
INCLUDE: LiteralString = (
    "MATCH (n:PlanRun {code: $code}) UNWIND $must AS one MATCH (p:Person {code: one}) "
    "CREATE (n)-[:INCLUDES]->(p)"
)
EXCLUDE: LiteralString = (
    "MATCH (n:PlanRun {code: $code}) UNWIND $without AS one MATCH (p:Person {code: one}) "
    "CREATE (n)-[:EXCLUDES]->(p)"
)
LIMIT: LiteralString = (
    "MATCH (n:PlanRun {code: $code}) UNWIND $capacities AS one "
    "MATCH (p:Person {code: one.person}) CREATE (n)-[:LIMITS {units: one.units}]->(p)"
)
# A run that waits is taken by nobody any more; one that is searched is called off by its searcher.
STOP: tuple[LiteralString, ...] = (
    "MATCH (n:PlanRun {code: $code, status: 'RUNNING'}) SET n.stopping = true",
    "MATCH (n:PlanRun {code: $code, status: 'QUEUED'}) SET n.status = 'STOPPED', n.endedAt = $now",
)
RESUME: LiteralString = "MATCH (n:PlanRun {code: $code}) SET n += $properties"

# Whoever counts those that wait or run does so one after another: a new one is no node to lock yet.
TURN: LiteralString = "MERGE (s:Store {key: 'plans'}) SET s.turn = coalesce(s.turn, 0) + 1"

OWN = Check(
    "MATCH (n:PlanRun) WHERE n.status IN ['QUEUED', 'RUNNING'] AND n.by = $by "
    "WITH count(n) AS several RETURN several >= $own",
    Problem(
        "CONFLICT",
        (),
        f"{MOST_OWN} plans of yours wait or run: stop one, or wait for its end",
        f"您已有 {MOST_OWN} 个规划在排队或运行,请先停止其一或等待其结束",
    ),
)
ALL = Check(
    "MATCH (n:PlanRun) WHERE n.status IN ['QUEUED', 'RUNNING'] "
    "WITH count(n) AS several RETURN several >= $all",
    Problem(
        "CONFLICT",
        (),
        f"{MOST_ALL} plans wait or run: try again later",
        f"已有 {MOST_ALL} 个规划在排队或运行,请稍后再试",
    ),
)
ENDED = Check(
    "MATCH (n:PlanRun {code: $code}) WHERE NOT n.status IN ['QUEUED', 'RUNNING'] RETURN true",
    Problem("CONFLICT", ("id",), "this plan has ended", "该规划已结束"),
)
GOES_ON = Check(
    "MATCH (n:PlanRun {code: $code}) WHERE n.status IN ['QUEUED', 'RUNNING'] RETURN true",
    Problem("CONFLICT", ("id",), "this plan waits or runs", "该规划正在排队或运行"),
)
SETTLED = Check(
    "MATCH (n:PlanRun {code: $code}) WHERE n.outcome IN ['OPTIMAL', 'INFEASIBLE'] RETURN true",
    Problem("CONFLICT", ("id",), "nothing better exists: it is proved", "该规划已证明为最优或无解"),
)


@dataclass(frozen=True)
class By:
    """Whose a run is: what tells them from others, and their name."""

    identity: str
    name: str


def start(intent: Intent, code: str, wanted: Wanted, by: By) -> Change:
    """A new run, which waits for its search."""
    skill = wanted.skill
    asked = {
        "goal": wanted.objective.value,
        "level": wanted.level,
        "budget": wanted.budget,
        "k": wanted.k,
        "meters": wanted.reach,
        "capacity": wanted.capacity,
        "minLevel": skill.level if skill else None,
        "verifiedOnly": skill.verified if skill else None,
        "hour": wanted.asked.hour,
        "channel": wanted.asked.channel,
        "asOf": intent.asking.day,
        "seconds": 0.0,
        "startedBy": by.name,
        "startedAt": now(),
    }
    return Change(
        intent,
        "planRun",
        Key("PlanRun", code),
        (MAKE, OVER[wanted.within.label], *((FOR,) if skill else ()), INCLUDE, EXCLUDE, LIMIT),
        {
            "properties": {**asked, **_queued(intent, by, wanted.seconds, wanted.nodes)},
            "must": list(wanted.must),
            "without": list(wanted.without),
            "capacities": [{"person": who, "units": units} for who, units in wanted.capacities],
            "limited": [person for person, _ in wanted.capacities],
            **_limits(by),
        },
        creates=True,
        needs={"within": wanted.within, "skill": Key("Skill", skill.skill) if skill else None},
        checks=(
            OWN,
            ALL,
            _seen("must", "mustInclude", intent),
            _seen("without", "exclude", intent),
            _seen("limited", "capacities", intent),
        ),
        turn=TURN,
    )


def stop(intent: Intent, run: Key) -> Change:
    """The search ends before long; what it has found by then stays."""
    return Change(intent, "planRun", run, STOP, {"now": now()}, checks=(ENDED,))


def resume(intent: Intent, run: Key, seconds: float, nodes: int | None, by: By) -> Change:
    """The search goes on for so much longer, from what is known."""
    return Change(
        intent,
        "planRun",
        run,
        (RESUME,),
        {"properties": _queued(intent, by, seconds, nodes), **_limits(by)},
        checks=(GOES_ON, SETTLED, OWN, ALL),
        turn=TURN,
    )


def _queued(intent: Intent, by: By, seconds: float, nodes: int | None) -> dict[str, Any]:
    """`scope` and `by`: on whose behalf it is searched."""
    scope = intent.asking.scope
    return {
        "status": PlanRunStatus.QUEUED.value,
        "queuedAt": now(),
        "endedAt": None,
        "problem": None,
        "stopping": False,
        "mostSeconds": seconds,
        "mostNodes": nodes,
        "scope": None if scope is None else list(scope),
        "by": by.identity,
    }


def _limits(by: By) -> dict[str, Any]:
    return {"by": by.identity, "own": MOST_OWN, "all": MOST_ALL}


def _seen(parameter: LiteralString, field: str, intent: Intent) -> Check:
    """That each of the people named exists and is in sight."""
    inside = Predicates(intent.asking.bounded).inside("p", registry.node("Person"))
    known = where("MATCH (p:Person {code: one})", [inside])
    return Check(
        f"UNWIND ${parameter} AS one WITH one WHERE NOT EXISTS {{ {known} }} RETURN true LIMIT 1",
        Problem(
            "NOT_FOUND", (field,), f"{field} names somebody you cannot see", "找不到其中的人员"
        ),
    )


def now() -> str:
    return moment(datetime.now(UTC))
