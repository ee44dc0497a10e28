"""The only way to write: a Change runs in one transaction, is recorded in it, and can be repeated.

Locks first, then the checks that refuse, then the statements, then version, event and audit entry.
Knows no entity: a Change brings its statements along.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString

from graph import registry
from graph.bolt import Graph, NotUnique, Transaction
from graph.model import Key


@dataclass(frozen=True)
class Problem:
    """A business failure: a code of the contract, the path of the input field, what is wrong.

    `message` is English and `chinese` Chinese; which one is shown is the caller's to say.
    """

    code: str
    field: str
    message: str
    chinese: str


@dataclass(frozen=True)
class Step:
    """One statement of a Change. A check refuses with `problem` if it returns a row that is true."""

    text: LiteralString
    parameters: Mapping[str, Any]
    problem: Problem | None = None


@dataclass(frozen=True)
class Change:
    """What a mutation does.

    `creates`: the key that must not exist yet. `needs`: keys that must exist and are locked, by
    the input field that names them. `touched`: the key whose version grows and that the payload
    shows as `payload`. `details` are recorded in the event, and told apart by the idempotency key.
    """

    name: str
    payload: str
    touched: Key
    steps: tuple[Step, ...]
    details: Mapping[str, Any]
    creates: bool = False
    needs: Mapping[str, Key] = field(default_factory=dict)
    refused: tuple[Problem, ...] = ()
    expected_version: int | None = None
    idempotency_key: str | None = None
    mutation_id: str | None = None
    language: str = "en"


class Refused(Exception):
    """Leaves the transaction without a trace."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


async def run(graph: Graph, change: Change, actor: str) -> tuple[dict[str, Any], list[str]]:
    """The payload record (a key where it worked, else userErrors) and the write's bookmarks."""
    problem: Problem | None = None
    bookmarks: list[str] = []
    try:
        if change.refused:
            raise Refused(change.refused[0])
        _, bookmarks = await graph.write(lambda tx: _once(tx, change, actor))
    except Refused as refused:
        problem = refused.problem
    except NotUnique:
        problem = _exists(change)
    return _payload(change, problem), bookmarks


def _payload(change: Change, problem: Problem | None) -> dict[str, Any]:
    errors = []
    if problem:
        message = problem.chinese if change.language == "zh" else problem.message
        errors = [{"code": problem.code, "message": message, "field": problem.field.split(".")}]
    return {
        change.payload: None if problem else change.touched,
        "userErrors": errors,
        "clientMutationId": change.mutation_id,
    }


RECEIPT: LiteralString = "MATCH (r:Receipt {key: $key}) RETURN r.fingerprint"
KEEP_RECEIPT: LiteralString = (
    "CREATE (r:Receipt {key: $key, fingerprint: $fingerprint, at: datetime()})"
)


async def _once(tx: Transaction, change: Change, actor: str) -> None:
    key = f"{actor} {change.idempotency_key}" if change.idempotency_key else None
    print_ = _fingerprint(change)
    if key:
        known = await tx.run("receipt", RECEIPT, {"key": key})
        if known and known[0] == print_:
            return
        if known:
            raise Refused(REUSED)
    await _locked(tx, change)
    for step in change.steps:
        rows = await tx.run(change.name, step.text, step.parameters)
        if step.problem and any(rows):
            raise Refused(step.problem)
    await _recorded(tx, change, actor)
    if key:
        await tx.run("receipt", KEEP_RECEIPT, {"key": key, "fingerprint": print_})


REUSED = Problem(
    "IDEMPOTENCY_KEY_REUSED",
    "idempotencyKey",
    "this idempotency key was used for another request",
    "此幂等键已用于另一请求",
)


async def _locked(tx: Transaction, change: Change) -> None:
    """Locks what the change rests on, in one order for all, and refuses what is not as expected."""
    wanted = {**change.needs} if change.creates else {"id": change.touched, **change.needs}
    for name, key in sorted(wanted.items(), key=lambda entry: (entry[1].label, entry[1].code)):
        versions = await tx.run("lock", lock(key.label), {"code": key.code})
        if not versions:
            raise Refused(_missing(name, key))
        stale = change.expected_version not in (None, versions[0])
        if key == change.touched and stale:
            raise Refused(_stale(versions[0]))
    if change.creates:
        if await tx.run("lock", lock(change.touched.label), {"code": change.touched.code}):
            raise Refused(_exists(change))


def lock(label: str) -> LiteralString:
    """Takes the write lock of a node, and tells its version; every later write waits or retries."""
    known = registry.node(label).label
    return f"MATCH (n:{known} {{code: $code}}) SET n.locked = true RETURN coalesce(n.version, 1)"


def bump(label: str) -> LiteralString:
    known = registry.node(label).label
    return (
        f"MATCH (n:{known} {{code: $code}}) SET n.version = coalesce(n.version, 1) + $more "
        "REMOVE n.locked"
    )


RECORD: LiteralString = (
    "CREATE (e:Event {id: $id, name: $name, label: $label, code: $code, details: $details, "
    "at: datetime()}) "
    "CREATE (a:AuditEntry {id: $id, actor: $actor, name: $name, label: $label, code: $code, "
    "fields: $fields, at: datetime()})"
)


async def _recorded(tx: Transaction, change: Change, actor: str) -> None:
    key = change.touched
    more = 0 if change.creates else 1
    await tx.run("version", bump(key.label), {"code": key.code, "more": more})
    details = {name: value for name, value in change.details.items() if value is not None}
    record = {
        "id": str(uuid.uuid4()),
        "name": change.name,
        "label": key.label,
        "code": key.code,
        "details": json.dumps(details, ensure_ascii=False, sort_keys=True, default=str),
        "actor": actor,
        "fields": sorted(details),
    }
    await tx.run("record", RECORD, record)


def _fingerprint(change: Change) -> str:
    """What the client asked, so that the same key with another request is told apart."""
    said = [change.name, change.touched.label, change.touched.code, dict(change.details)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _exists(change: Change) -> Problem:
    code = change.touched.code
    return Problem("ALREADY_EXISTS", "code", f"{code} exists already", f"{code} 已存在")


def _missing(name: str, key: Key) -> Problem:
    return Problem("NOT_FOUND", name, f"there is no such {key.label}", "找不到该对象")


def _stale(version: int) -> Problem:
    return Problem(
        "CONFLICT",
        "expectedVersion",
        f"it was changed meanwhile; its version is now {version}",
        f"对象已被他人修改,当前版本为 {version}",
    )


def invalid(field: str, message: str, chinese: str) -> Problem:
    return Problem("INVALID", field, message, chinese)


def overlapping(field: str, message: str, chinese: str) -> Problem:
    return Problem("OVERLAP", field, message, chinese)


def problems(found: Sequence[Problem | None]) -> tuple[Problem, ...]:
    return tuple(problem for problem in found if problem)
