"""The only way to write: a Change runs in one transaction, is recorded in it, and can be repeated.

What is changed is locked first, then looked at, then written, with its event and audit entry.
Knows no entity: a Change brings its statements along.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, LiteralString

from graph import audit, registry
from graph.bolt import Graph, NotUnique, Transaction
from graph.intent import Intent, Problem
from graph.model import Key
from graph.predicate import Predicates, where

# A unique value taken at the same moment is met by the next try, which sees what was committed.
TRIES = 5

# What a node of a kind becomes when it is merged into another.
FORMER: Mapping[str, LiteralString] = {"Person": "FormerPerson"}

# Half-open intervals: the relationship `r` and [$since, $until) share a day; absent ends are open.
OVERLAPS: LiteralString = (
    "(r.until IS NULL OR $since IS NULL OR r.until > date($since)) "
    "AND (r.since IS NULL OR $until IS NULL OR r.since < date($until))"
)


@dataclass(frozen=True)
class Check:
    """Refuses the change with `problem` if the statement returns a row that is true."""

    text: LiteralString
    problem: Problem


@dataclass(frozen=True)
class Change:
    """What a mutation does.

    `touched`: the node that is changed, whose version grows and that the payload shows under the
    name `payload`; `named` is the input field that says which. `creates`: it must not exist yet.
    `needs`: nodes that must exist and be in sight, by input field. Statements find the code of
    `touched` as `$code`, of a need under its field's name, and `values`. `work`: what depends on
    what is read under the locks; it runs after the statements, with the same parameters. `turn`:
    takes a lock that such changes have in common, where checks look at what others make.
    """

    intent: Intent
    payload: str
    touched: Key
    statements: tuple[LiteralString, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    named: str = "id"
    creates: bool = False
    needs: Mapping[str, Key | None] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    turn: LiteralString = ""
    work: Callable[[Transaction, Mapping[str, Any]], Awaitable[None]] | None = None

    def saying(self, values: Mapping[str, Any], checks: tuple["Check", ...] = ()) -> "Change":
        """The same with further values for its statements, and further checks."""
        return replace(self, values={**self.values, **values}, checks=(*self.checks, *checks))

    def needed(self) -> dict[str, Key]:
        return {name: key for name, key in self.needs.items() if key}

    def parameters(self) -> dict[str, Any]:
        codes = {name: key.code for name, key in self.needed().items()}
        return {**self.intent.asking.values(), **codes, **self.values, "code": self.touched.code}


class Refused(Exception):
    """Leaves the transaction without a trace."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


async def run(graph: Graph, change: Change, actor: str) -> tuple[dict[str, Any], list[str]]:
    """The payload record (a key where it worked, else userErrors) and the write's bookmarks."""
    problems: Sequence[Problem] = change.intent.problems
    bookmarks: list[str] = []
    if not problems:
        try:
            bookmarks = await _committed(graph, change, actor)
        except Refused as refused:
            # ArcadeDB shows what others commit meanwhile: what stood in the way may be this request
            problems = [] if await _repeated(graph, change, actor) else [refused.problem]
    return _payload(change, problems), bookmarks


def _payload(change: Change, problems: Sequence[Problem]) -> dict[str, Any]:
    chinese = change.intent.language == "zh"
    errors = [
        {
            "code": problem.code,
            "message": problem.chinese if chinese else problem.message,
            "field": list(problem.field),
            "reaching": problem.reaching,
        }
        for problem in problems
    ]
    return {
        change.payload: None if problems else change.touched,
        "userErrors": errors,
        "clientMutationId": change.intent.mutation_id,
    }


async def _committed(graph: Graph, change: Change, actor: str, tries: int = TRIES) -> list[str]:
    try:
        _, bookmarks = await graph.write(lambda tx: _once(tx, change, actor))
    except NotUnique:
        if tries == 1:
            raise
        return await _committed(graph, change, actor, tries - 1)
    return bookmarks


async def _once(tx: Transaction, change: Change, actor: str) -> None:
    if change.intent.idempotency_key and await _replayed(tx, change, actor):
        return
    if change.turn:  # before what checks look at is read: it may be older than what others did
        await tx.run(f"{change.intent.name}.turn", change.turn, {})
    version = await _taken(tx, change)
    parameters = change.parameters()
    for name, key in change.needed().items():
        text = need(key.label, change.intent.asking.bounded)
        if not await tx.run("write.need", text, {**parameters, "code": key.code}):
            raise Refused(_missing(name, change))
    for check in change.checks:
        if any(await tx.run(f"{change.intent.name}.check", check.text, parameters)):
            raise Refused(check.problem)
    for statement in change.statements:
        await tx.run(change.intent.name, statement, parameters)
    if change.work:
        await change.work(tx, parameters)
    await _recorded(tx, change, actor, version)


# The receipt is made first: of two at once, the second waits or fails, and looks again.
RECEIPT: LiteralString = "MATCH (r:Receipt {key: $key}) RETURN r.fingerprint"
KEEP_RECEIPT: LiteralString = (
    "CREATE (r:Receipt {key: $key, fingerprint: $fingerprint, at: datetime()})"
)


async def _replayed(tx: Transaction, change: Change, actor: str) -> bool:
    """Whether the same request was done already; else leaves the receipt for this one."""
    receipt = _receipt(change, actor)
    known = await tx.run("write.receipt", RECEIPT, receipt)
    if known and known[0] != receipt["fingerprint"]:
        raise Refused(REUSED)
    if not known:
        await tx.run("write.receipt", KEEP_RECEIPT, receipt)
    return bool(known)


async def _repeated(graph: Graph, change: Change, actor: str) -> bool:
    if not change.intent.idempotency_key:
        return False
    receipt = _receipt(change, actor)
    return bool(receipt["fingerprint"] == await graph.read("write.receipt", RECEIPT, receipt))


def _receipt(change: Change, actor: str) -> dict[str, str]:
    """By whom and under which key, and what was asked, both as digests: neither has an end."""
    return {
        "key": _digest([actor, change.intent.idempotency_key]),
        "fingerprint": _digest([change.intent.name, change.intent.said]),
    }


def _digest(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


async def _taken(tx: Transaction, change: Change) -> int:
    """Locks what is changed and gives its new version; refuses what is not as expected."""
    key, parameters = change.touched, change.parameters()
    if change.creates:
        if await tx.run("write.exists", taken(key.label), parameters):
            raise Refused(exists(key))
        return 1
    versions = await tx.run("write.lock", lock(key.label, change.intent.asking.bounded), parameters)
    if not versions:
        raise Refused(_missing(change.named, change))
    expected = change.intent.expected_version
    if expected is not None and expected != versions[0] - 1:
        raise Refused(_stale(versions[0] - 1))
    return int(versions[0])


def lock(label: str, bounded: bool) -> LiteralString:
    """Takes the write lock of a node by counting its version up.

    Neo4j makes other writers of the node wait; ArcadeDB lets one of them commit and the others
    start again. Either way what is read of the node's relations afterwards is settled.
    """
    return f"{_found(label, bounded)} SET n.version = coalesce(n.version, 1) + 1 RETURN n.version"


def need(label: str, bounded: bool) -> LiteralString:
    """A row if it is there; what may be merged into another is locked, so that it stays.

    It is looked for again under its lock: Neo4j writes to what another deletes meanwhile and says
    nothing.
    """
    found = _found(label, bounded)
    if label in FORMER:
        found += " SET n.version = coalesce(n.version, 1) WITH count(n) AS locked WHERE locked > 0 "
        found += f"MATCH (n:{registry.node(label).label} {{code: $code}})"
    return f"{found} RETURN true"


def taken(label: str) -> LiteralString:
    """A row if the code is that of a node, or of one that was merged into another: no code is
    used again.
    """
    former, found = FORMER.get(label), f"{_found(label, False)} RETURN true AS taken"
    if former is None:
        return found
    return f"{found} UNION ALL MATCH (s:{former} {{code: $code}}) RETURN true AS taken"


def _found(label: str, bounded: bool) -> LiteralString:
    node = registry.node(label)
    inside = Predicates(bounded).inside("n", node)
    return where(f"MATCH (n:{node.label} {{code: $code}})", [inside])


# No values: what changed is read from the graph, so that a person who is erased is erased.
# By its minute an event is found without a scan; one engine scans an index of times.
RECORD: LiteralString = """
CREATE (e:Event {id: $id, name: $name, label: $label, code: $code, version: $version,
                 fields: $fields, others: $others, at: datetime(),
                 minute: timestamp() / 60000})
"""


async def record(
    tx: Transaction,
    name: str,
    touched: Key,
    actor: str,
    fields: Sequence[str],
    today: str,
    version: int = 1,
    others: Sequence[str] = (),
) -> None:
    """The event and the audit entry of what was done to a node: `name` says what, `fields` where.

    `others`: «name:label:code» of what else was named.
    """
    told = {
        "name": name,
        "label": touched.label,
        "code": touched.code,
        "version": version,
        "fields": list(fields),
        "others": list(others),
        "actor": actor,
        "today": date.fromisoformat(today),
        **audit.stamp(),
    }
    await tx.run("write.record", audit.done(touched.label) + RECORD, told)


async def _recorded(tx: Transaction, change: Change, actor: str, version: int) -> None:
    others = [f"{name}:{key.label}:{key.code}" for name, key in change.needed().items()]
    said = sorted(change.intent.said)
    today = change.intent.asking.today
    await record(tx, change.intent.name, change.touched, actor, said, today, version, others)


REUSED = Problem(
    "IDEMPOTENCY_KEY_REUSED",
    ("idempotencyKey",),
    "this idempotency key was used for another request",
    "此幂等键已用于另一请求",
)


def exists(key: Key) -> Problem:
    return Problem("ALREADY_EXISTS", ("code",), f"{key.code} exists already", f"{key.code} 已存在")


def _missing(name: str, change: Change) -> Problem:
    """Absent and out of sight are told alike, and both audited: else time would tell them apart."""
    said, bounded = f"{name} names nothing that you can see", change.intent.asking.bounded
    return Problem("NOT_FOUND", (name,), said, "找不到该对象", reaching=bounded)


def _stale(version: int) -> Problem:
    return Problem(
        "CONFLICT",
        ("expectedVersion",),
        f"it was changed meanwhile; its version is now {version}",
        f"对象已被他人修改,当前版本为 {version}",
    )


def overlap(field: str, message: str, chinese: str) -> Problem:
    return Problem("OVERLAP", (field,), message, chinese)
