"""What somebody is not permitted to change is refused, and leaves an audit entry of the attempt."""

from collections.abc import Iterator
from typing import Any

import pytest

from graph.grant import Role
from resolvers import identity
from resolvers.auth import ROLES, Caller, Granted
from resolvers.identity import global_id
from resolvers.operation import Operations

SHIFO = "/ZZ/ZZ-GX/ZZ-GX-SF/"
HOME = "/ZZ/ZZ-GX/ZZ-GX-SF/ZZ-GX-SF-C01/"
ABOVE = ["/ZZ/", "/ZZ/ZZ-GX/", "/ZZ/ZZ-GX/ZZ-GX-SF/", HOME]
ENTRIES: Any = (
    "MATCH (a:AuditEntry {actor: $actor}) WITH a ORDER BY a.code "
    "RETURN collect(properties(a)) AS entries"
)
ADD = """mutation ($code: String!, $name: String!) {
  createAccount(input: {code: $code, name: $name}) { account { id } userErrors { code } } }"""
GIVE = """mutation ($account: ID!, $territory: ID) {
  grantScope(input: {account: $account, role: AUDITOR, territory: $territory}) {
    grant { id } userErrors { code } } }"""
REVOKE = """mutation ($grant: ID!) {
  revokeScope(input: {grant: $grant}) { userErrors { code field } } }"""
MISTYPED = """mutation ($code: String!, $grid: ID) {
  createGrid(input: {code: $code, name: "x", level: L3, parent: $grid}) {
    userErrors { code field } } }"""
GONE: Any = "MATCH (a:AuditEntry {actor: $actor}) DELETE a"
MOVE = """mutation ($person: ID!, $grid: ID) {
  updatePerson(input: {id: $person, grid: $grid}) { userErrors { code field } } }"""
WIDEN = """mutation ($account: ID!) {
  mine: grantScope(input: {account: $account, role: GRID_WORKER}) { userErrors { code } } }"""


@pytest.fixture
def worker(ask: Any, prefix: str) -> Iterator[Caller]:
    account = f"{prefix}-worker"
    yield Caller("Wang", (Granted(Role.GRID_WORKER, ROLES[Role.GRID_WORKER], (HOME,)),), account)
    ask.run(ask.graph.write(lambda tx: tx.run("test", GONE, {"actor": account})))


def entries(ask: Any, caller: Caller) -> list[dict[str, Any]]:
    """The audit entries of this caller, without their codes and times, which they must have."""
    found = ask.run(ask.graph.read("test", ENTRIES, {"actor": caller.identity}))
    for each in found:
        assert each.pop("code")
        assert each.pop("at")
        each["within"].sort()
    return list(found)


def entry(caller: Caller, name: str, code: str) -> dict[str, Any]:
    told = {"actor": caller.identity, "operation": name, "result": "REFUSED", "refusal": code}
    return {**told, "fields": [], "within": ABOVE}


def test_who_widens_their_own_scope_is_refused_and_audited(ask: Any, worker: Caller) -> None:
    account = global_id("Account", worker.identity)
    answer = ask(WIDEN, {"account": account}, caller=worker)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    assert entries(ask, worker) == [entry(worker, "grantScope", "FORBIDDEN")]
    admin = Caller(
        "Li", (Granted(Role.COMMUNITY_ADMIN, ROLES[Role.COMMUNITY_ADMIN], (HOME,)),), account
    )
    own = {"account": global_id("Account", account)}
    assert ask(WIDEN, own, caller=admin)["errors"][0]["extensions"]["field"] == "account"
    assert entries(ask, admin) == [entry(admin, "grantScope", "FORBIDDEN")]
    ask.run(ask.graph.write(lambda tx: tx.run("test", GONE, {"actor": account})))
    assert "errors" not in ask("{ grids(first: 1) { totalCount } }", caller=worker)


def test_who_moves_a_person_to_a_grid_out_of_sight_is_refused_and_audited(
    ask: Any, worker: Caller
) -> None:
    """And who names a grid that does not exist likewise: the two are not to be told apart."""
    read = "{ people(first: 1) { nodes { id version grid { code } } } }"
    before = ask.data(read, caller=worker)
    person = before["people"]["nodes"][0]["id"]
    elsewhere = ask.data('{ division(code: "ZZ-EQ") { grids(first: 1) { nodes { id } } } }')
    [grid] = elsewhere["division"]["grids"]["nodes"]
    for named in (grid["id"], global_id("Grid", "NOWHERE")):
        moved = ask.data(MOVE, {"person": person, "grid": named}, caller=worker)["updatePerson"]
        assert moved["userErrors"] == [{"code": "NOT_FOUND", "field": ["grid"]}]
    assert entries(ask, worker) == [entry(worker, "updatePerson", "NOT_FOUND")] * 2
    assert ask.data(read, caller=worker) == before


def test_who_revokes_what_they_could_not_grant_is_audited_and_who_mistypes_is_not(
    ask: Any, worker: Caller
) -> None:
    everywhere = Caller("boss", (Granted(Role.SYSTEM_ADMIN, ROLES[Role.SYSTEM_ADMIN], None),))
    code, grid = f"{worker.account}-other", global_id("Grid", "ZZ-GX-SF-L2-01")
    made = ask.data(ADD, {"code": code, "name": "Other"}, caller=everywhere)["createAccount"]
    given = {"account": made["account"]["id"], "territory": grid}
    grant = ask.data(GIVE, given, caller=everywhere)["grantScope"]["grant"]["id"]
    roles = ROLES[Role.COMMUNITY_ADMIN]
    admin = Caller("Li", (Granted(Role.COMMUNITY_ADMIN, roles, (SHIFO,)),), worker.account)
    for refused, wrong in ((grant, "grant"), (global_id("Grant", "NONE"), "grant")):
        payload = ask.data(REVOKE, {"grant": refused}, caller=admin)["revokeScope"]
        assert [each["field"] for each in payload["userErrors"]] == [[wrong]]
    mistyped = {"code": "no code!", "grid": grid}
    assert ask.data(MISTYPED, mistyped, caller=admin)["createGrid"]["userErrors"]
    told = [(each["operation"], each["refusal"]) for each in entries(ask, admin)]
    assert told == [("revokeScope", "INVALID"), ("revokeScope", "NOT_FOUND")]
    gone: Any = (
        "MATCH (n) WHERE n.code = $code OR n.touched = $code OR n.actor = 'boss' DETACH DELETE n"
    )
    for each in (code, identity.key(grant, "grant").code):
        ask.run(ask.graph.write(lambda tx, c=each: tx.run("test", gone, {"code": c})))


def test_a_question_that_is_refused_leaves_no_entry(ask: Any, worker: Caller) -> None:
    answer = ask("{ accounts { totalCount } }", caller=worker)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert entries(ask, worker) == []


def test_no_mutation_touches_what_was_audited(operations: Operations) -> None:
    kind = operations.schema.mutation_type
    assert kind
    assert [
        name for name in kind.fields if "audit" in name.lower() or "event" in name.lower()
    ] == []
