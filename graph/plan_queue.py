"""What a server that searches plans in the background takes from the graph, and writes back.

Of several servers one takes a run: it holds a lease, which it renews as long as it lives. A run
whose lease has passed is one whose server is gone.
"""

import hashlib
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

from graph.analysis.plan.question import (
    Limits,
    Objective,
    Plan,
    Proof,
    Question,
    Status,
    Told,
)
from graph.asked import Asked, InvitationChannel
from graph.bolt import Graph, Transaction
from graph.kind import moment
from graph.model import Asking, Key
from graph.plan import Choice, Ground, Wanted
from graph.plan_run import PlanRunStatus, now
from graph.requirement import Requirement
from graph.write import lock, record

LEASE = 20.0  # seconds


@dataclass(frozen=True)
class Claim:
    """A run that this server searches, and what was known of it before."""

    code: str
    wanted: Wanted
    asking: Asking
    limits: Limits
    spent: float
    question: str | None
    chosen: tuple[str, ...]
    told: Told


class _Taken(Exception):
    """Another server was faster."""


LAPSED: LiteralString = (
    "MATCH (n:PlanRun {status: 'RUNNING'}) WHERE n.lease < $now RETURN collect(n.code) AS codes"
)
INTERRUPT: LiteralString = (
    "MATCH (n:PlanRun {code: $code, status: 'RUNNING'}) WHERE n.lease < $now "
    "SET n.status = 'INTERRUPTED', n.endedAt = $now RETURN true"
)
NEXT: LiteralString = (
    "MATCH (n:PlanRun {status: 'QUEUED'}) WITH n ORDER BY n.queuedAt, n.code LIMIT 1 RETURN n.code"
)
TAKE: LiteralString = (
    "MATCH (n:PlanRun {code: $code, status: 'QUEUED'}) "
    "SET n.status = 'RUNNING', n.holder = $holder, n.lease = $lease RETURN true"
)
READ: LiteralString = """
MATCH (n:PlanRun {code: $code})-[:PLANS]->(t:Territory)
OPTIONAL MATCH (n)-[:ASKS_FOR]->(s:Skill)
WITH n, t, [label IN labels(t) WHERE label <> 'Territory'][0] AS label, s.code AS skill
OPTIONAL MATCH (n)-[:INCLUDES]->(p:Person)
WITH n, t, label, skill, collect(p.code) AS must
OPTIONAL MATCH (n)-[:EXCLUDES]->(q:Person)
WITH n, t, label, skill, must, collect(q.code) AS without
OPTIONAL MATCH (n)-[l:LIMITS]->(c:Person)
WITH n, t, label, skill, must, without, collect([c.code, l.units]) AS capacities
OPTIONAL MATCH (n)-[:SELECTS]->(d:Person)
WITH n, t, label, skill, must, without, capacities, collect(d.code) AS chosen
RETURN [properties(n), label, t.code, skill, must, without, capacities, chosen] AS row
"""
MINE: LiteralString = "MATCH (n:PlanRun {code: $code, status: 'RUNNING'}) WHERE n.holder = $holder "
BEAT: LiteralString = f"{MINE} SET n += $properties RETURN coalesce(n.stopping, false)"
END: LiteralString = f"{MINE} SET n += $properties, n.version = n.version + 1 RETURN n.version"
FORGET: LiteralString = "MATCH (:PlanRun {code: $code})-[r:SELECTS]->() DELETE r"
SELECT: LiteralString = (
    "MATCH (n:PlanRun {code: $code}) UNWIND $chosen AS one MATCH (p:Person {code: one.code}) "
    "CREATE (n)-[r:SELECTS {place: one.place}]->(p) SET r.gain = one.gain, r.serves = one.serves"
)


async def interrupt(graph: Graph) -> None:
    """Runs whose server is gone are seen to be interrupted."""
    at = now()
    for code in await graph.read("plan.lapsed", LAPSED, {"now": at}) or []:

        async def one(tx: Transaction, code: str = code) -> None:
            if await tx.run("plan.interrupt", INTERRUPT, {"code": code, "now": at}):
                await _recorded(tx, code, "planInterrupted", 1)

        await graph.write(one)


async def claim(graph: Graph, holder: str, today: str, zone: str) -> Claim | None:
    """The run that has waited longest, which nobody else searches from now on."""
    code = await graph.read("plan.next", NEXT, {})
    if code is None:
        return None

    async def take(tx: Transaction) -> None:
        await tx.run("plan.lock", lock("PlanRun", False), {"code": code})
        values = {"code": code, "holder": holder, "lease": _lease()}
        if not await tx.run("plan.take", TAKE, values):
            raise _Taken

    try:
        _, bookmarks = await graph.write(take)
    except _Taken:
        return None
    row = await graph.read("plan.run", READ, {"code": code}, tuple(bookmarks))
    return _claim(code, row, today, zone)


def _claim(code: str, row: Any, today: str, zone: str) -> Claim:
    run, label, within, skill, must, without, capacities, chosen = row
    scope = run.get("scope")
    wanted = Wanted(
        Objective(run["goal"]),
        Key(label, within),
        run["level"],
        run.get("budget"),
        run["k"],
        Requirement(skill, run["minLevel"], run["verifiedOnly"]) if skill else None,
        run.get("meters"),
        tuple(must),
        tuple(without),
        capacity=run.get("capacity"),
        capacities=tuple((person, units) for person, units in capacities if person is not None),
        asked=Asked(run.get("hour"), run.get("channel") and InvitationChannel(run["channel"])),
    )
    return Claim(
        code,
        wanted,
        Asking(None if scope is None else tuple(scope), run["asOf"], today, zone=zone),
        Limits(run["mostSeconds"], run["mostNodes"]),
        run["seconds"],
        run.get("question"),
        tuple(chosen),
        Told(run.get("objective"), run.get("bound")),
    )


def stamp(known: Ground, question: Question) -> str:
    """Tells two questions apart: what is known of one says nothing of another."""
    arrays: list[pickle.PickleBuffer] = []
    digest = hashlib.sha256(pickle.dumps((known, question), 5, buffer_callback=arrays.append))
    for array in arrays:  # beside the rest, so that they are not copied first
        digest.update(array.raw())
    return digest.hexdigest()


async def beat(
    graph: Graph,
    claim: Claim,
    holder: str,
    news: Mapping[str, Any],
    chosen: Sequence[Choice] | None = None,
) -> bool | None:
    """Renews the lease and says what is new; whether to stop, None if it is ours no more."""
    values = {"code": claim.code, "holder": holder, "properties": {**news, "lease": _lease()}}

    async def write(tx: Transaction) -> list[Any]:
        found = await tx.run("plan.beat", BEAT, values)
        if found and chosen is not None:
            await _select(tx, claim, chosen)
        return found

    found, _ = await graph.write(write)
    return bool(found[0]) if found else None


async def _select(tx: Transaction, claim: Claim, chosen: Sequence[Choice]) -> None:
    rows = [{**each._asdict(), "place": place} for place, each in enumerate(chosen, 1)]
    await tx.run("plan.forget", FORGET, {"code": claim.code})
    await tx.run("plan.select", SELECT, {"code": claim.code, "chosen": rows})


async def forget(graph: Graph, claim: Claim) -> None:
    """Whom a search of another question chose is chosen no more."""
    await graph.write(lambda tx: tx.run("plan.forget", FORGET, {"code": claim.code}))


async def end(
    graph: Graph,
    claim: Claim,
    holder: str,
    status: PlanRunStatus,
    news: Mapping[str, Any],
    chosen: Sequence[Choice] | None = None,
) -> None:
    """The last that is said of a run; `chosen` None: as before."""
    properties = {**news, "status": status.value, "endedAt": now(), "holder": None}
    values = {"code": claim.code, "holder": holder, "properties": properties}

    async def write(tx: Transaction) -> None:
        versions = await tx.run("plan.end", END, values)
        if not versions:
            return
        if chosen is not None:
            await _select(tx, claim, chosen)
        await _recorded(tx, claim.code, "planEnded", versions[0])

    await graph.write(write)


async def _recorded(tx: Transaction, code: str, name: str, version: int) -> None:
    today = now()[:10]
    await record(tx, name, Key("PlanRun", code), "commongrid", ["status"], today, version)


def said(plan: Plan, reached: Told) -> dict[str, Any]:
    """What a plan says of its run, where this is reached together with what was known before."""
    exact = proved(reached)
    return {
        **reached._asdict(),
        "outcome": (Status.OPTIMAL if exact else plan.status).value,
        "proof": (Proof.EXACT if exact else plan.proof).value,
        "method": plan.method,
    }


def proved(reached: Told) -> bool:
    """Whether nothing better exists."""
    return reached.objective is not None and reached.objective == reached.bound


def _lease() -> str:
    return moment(datetime.now(UTC) + timedelta(seconds=LEASE))
