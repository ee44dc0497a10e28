"""The audit log as auditors read it: the last entry first, their territories only, no values."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from graph.demo.draft import Draft
from graph.grant import Role
from graph.load import load
from resolvers.auth import ROLES, Caller, Granted
from resolvers.identity import global_id

LOG = """query ($within: ID, $about: ID, $filter: AuditEntryFilter, $order: [AuditEntryOrder!],
               $first: Int, $after: String, $last: Int, $before: String) {
  auditEntries(within: $within, about: $about, filter: $filter, orderBy: $order,
               first: $first, after: $after, last: $last, before: $before) {
    totalCount
    nodes { id code at actor operation result refusal kind about fields }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
RENAME = """mutation ($id: ID!, $name: String) {
  updatePerson(input: {id: $id, name: $name}) { userErrors { code } } }"""
MOVE = """mutation ($id: ID!, $grid: ID) {
  updatePerson(input: {id: $id, grid: $grid}) { userErrors { code field } } }"""
ADD = """mutation ($code: String!) {
  createSkill(input: {code: $code, name: "Rare"}) { userErrors { code } } }"""
GONE: Any = """MATCH (n) WHERE coalesce(n.touched, n.code) STARTS WITH $prefix
                             OR n.actor STARTS WITH $prefix DETACH DELETE n"""


@dataclass(frozen=True)
class Office:
    """A town of a northern and a southern grid, each with a person who is written about."""

    ask: Any
    prefix: str

    def person(self, side: str) -> str:
        return global_id("Person", f"{self.prefix}-{side}-P")

    def grid(self, side: str) -> str:
        return global_id("Grid", f"{self.prefix}-{side}")

    def path(self, side: str = "") -> str:
        return f"/{self.prefix}/{self.prefix}-{side}/" if side else f"/{self.prefix}/"

    def who(self, role: Role, *sides: str) -> Caller:
        """One of this role over these sides, or over everything."""
        scope = tuple(self.path(side) for side in sides) or None
        return Caller("x", (Granted(role, ROLES[role], scope),), f"{self.prefix}-{role}")

    def rename(self, side: str, caller: Caller) -> None:
        self.ask.data(RENAME, {"id": self.person(side), "name": "Hidden"}, caller=caller)

    def log(self, caller: Caller, **asked: Any) -> Any:
        return self.ask.data(LOG, asked, caller=caller)["auditEntries"]

    def mine(self, *names: str) -> dict[str, Any]:
        """A filter of what these wrote: other tests leave entries too."""
        return {"actor": {"in": [f"{self.prefix}-{name}" for name in names]}}


@pytest.fixture
def office(ask: Any, prefix: str) -> Iterator[Office]:
    draft = Draft()
    draft.node("Division", prefix, name="Town", level="DISTRICT")
    for side in ("N", "S"):
        grid, person = f"{prefix}-{side}", f"{prefix}-{side}-P"
        draft.node("Grid", grid, name=side, level="L2", codeScheme="TEST")
        draft.link("PART_OF", "Grid", "Division", grid, prefix)
        draft.node("Person", person, name="P", isVolunteer=False, isInvented=True)
        draft.link("LOCATED_IN", "Person", "Grid", person, grid)
    ask.run(load(ask.graph, "demo", draft, lambda *_: None))
    yield Office(ask, prefix)
    ask.run(ask.graph.write(lambda tx: tx.run("test", GONE, {"prefix": prefix})))


def test_an_entry_says_who_changed_what_and_no_value(office: Office) -> None:
    leader = office.who(Role.GRID_LEADER, "N")
    office.rename("N", leader)
    log = office.log(office.who(Role.AUDITOR), filter=office.mine("GRID_LEADER"))
    [entry] = log["nodes"]
    assert entry.pop("id") == global_id("AuditEntry", entry.pop("code"))
    assert entry.pop("at").startswith("20")
    assert entry == {
        "actor": f"{office.prefix}-GRID_LEADER",
        "operation": "updatePerson",
        "result": "DONE",
        "refusal": None,
        "kind": "Person",
        "about": office.person("N"),
        "fields": ["id", "name"],
    }


def test_an_auditor_reads_what_was_done_in_their_territory_alone(office: Office) -> None:
    for side in ("N", "S"):
        office.rename(side, office.who(Role.GRID_LEADER, side))
    office.ask.data(ADD, {"code": f"{office.prefix}-K"}, caller=office.who(Role.SYSTEM_ADMIN))
    mine = office.mine("GRID_LEADER", "SYSTEM_ADMIN")
    for sides, seen in (
        (("N",), {"N"}),
        (("S",), {"S"}),
        (("N", "S"), {"N", "S"}),
        ((), {"N", "S", "K"}),
    ):
        log = office.log(office.who(Role.AUDITOR, *sides), filter=mine)
        people = {
            side for side in "NS" if office.person(side) in [e["about"] for e in log["nodes"]]
        }
        kinds = {"K" for each in log["nodes"] if each["kind"] == "Skill"}
        assert people | kinds == seen
        assert log["totalCount"] == len(seen)
    above = Caller("x", (Granted(Role.AUDITOR, ROLES[Role.AUDITOR], (office.path(),)),))
    assert office.log(above, filter=mine)["totalCount"] == 2
    assert office.log(above, filter=mine, within=office.grid("S"))["totalCount"] == 1
    out = office.ask(LOG, {"within": office.grid("S")}, caller=office.who(Role.AUDITOR, "N"))
    assert [e["extensions"]["field"] for e in out["errors"]] == ["within"]


def test_a_move_is_read_where_it_began_and_where_it_ended(office: Office) -> None:
    moved = {"id": office.person("N"), "grid": office.grid("S")}
    office.ask.data(MOVE, moved, caller=office.who(Role.GRID_LEADER, "N", "S"))
    for side in ("N", "S"):
        log = office.log(office.who(Role.AUDITOR, side), filter=office.mine("GRID_LEADER"))
        assert [entry["about"] for entry in log["nodes"]] == [office.person("N")]


def test_a_refusal_is_read_where_who_was_refused_holds_a_role(office: Office) -> None:
    viewer = office.who(Role.VIEWER, "N")
    office.ask(ADD, {"code": f"{office.prefix}-K"}, caller=viewer)
    mine = office.mine("VIEWER")
    [entry] = office.log(office.who(Role.AUDITOR, "N"), filter=mine)["nodes"]
    told = {name: entry[name] for name in ("operation", "result", "refusal", "kind", "about")}
    assert list(told.values()) == ["createSkill", "REFUSED", "FORBIDDEN", None, None]
    assert entry["fields"] == []
    assert office.log(office.who(Role.AUDITOR, "S"), filter=mine)["nodes"] == []


def test_entries_are_found_by_what_an_auditor_asks(office: Office) -> None:
    leader, admin = office.who(Role.GRID_LEADER, "N", "S"), office.who(Role.SYSTEM_ADMIN)
    for side in ("N", "S", "N"):
        office.rename(side, leader)
    office.ask.data(ADD, {"code": f"{office.prefix}-K"}, caller=admin)
    office.ask(ADD, {"code": f"{office.prefix}-L"}, caller=leader)
    mine = office.mine("GRID_LEADER", "SYSTEM_ADMIN")

    def count(**asked: Any) -> int:
        narrowed = {**mine, **asked.pop("filter", {})}
        found: int = office.log(admin, filter=narrowed, **asked)["totalCount"]
        return found

    assert count() == 5
    assert count(about=office.person("N")) == 2
    assert count(about=global_id("Grid", f"{office.prefix}-N-P")) == 0
    assert count(about=office.person("N"), within=office.grid("N")) == 2
    assert count(about=office.person("N"), within=office.grid("S")) == 0
    assert count(filter={"operation": {"eq": "createSkill"}}) == 2
    assert count(filter={"result": {"eq": "REFUSED"}}) == 1
    assert count(filter={"refusal": {"eq": "FORBIDDEN"}}) == 1
    assert count(filter={"kind": {"eq": "Person"}}) == 3
    assert count(filter={"actor": {"eq": admin.identity}}) == 1
    assert count(filter={"at": {"gte": "2001-01-01T00:00:00Z"}}) == 5
    assert count(filter={"at": {"lte": "2001-01-01T00:00:00Z"}}) == 0


def test_the_last_entry_is_the_first_on_every_page(office: Office) -> None:
    """Within one second, too: the codes tell which came later."""
    leader, auditor = office.who(Role.GRID_LEADER, "N", "S"), office.who(Role.AUDITOR)
    sides = "NSNNSSN"
    for side in sides:
        office.rename(side, leader)
    wanted = [office.person(side) for side in reversed(sides)]
    mine = office.mine("GRID_LEADER")
    whole = office.log(auditor, filter=mine)["nodes"]
    assert [entry["about"] for entry in whole] == wanted
    ahead: list[Any] = []
    cursor = None
    while True:
        page = office.log(auditor, filter=mine, first=3, after=cursor)
        ahead += page["nodes"]
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert ahead == whole
    back = office.log(auditor, filter=mine, last=2, before=cursor)
    assert back["nodes"] == whole[-3:-1]
    oldest = office.log(auditor, filter=mine, order=[{"code": "ASC"}])["nodes"]
    assert oldest == whole[::-1]


def test_who_may_not_audit_reads_no_entry_by_its_id(office: Office) -> None:
    office.rename("N", office.who(Role.GRID_LEADER, "N"))
    mine = office.mine("GRID_LEADER")
    [entry] = office.log(office.who(Role.AUDITOR, "N"), filter=mine)["nodes"]
    query = "query ($id: ID!) { node(id: $id) { ... on AuditEntry { operation } } }"
    for role, side, seen in (
        (Role.AUDITOR, "N", {"operation": "updatePerson"}),
        (Role.AUDITOR, "S", None),
        (Role.COMMUNITY_ADMIN, "N", None),
    ):
        found = office.ask(query, {"id": entry["id"]}, caller=office.who(role, side))
        assert found["data"]["node"] == seen


def test_both_ways_of_completion_tell_the_same(office: Office) -> None:
    office.rename("N", office.who(Role.GRID_LEADER, "N"))
    asked = {"filter": office.mine("GRID_LEADER")}
    auditor = replace(office.who(Role.AUDITOR, "N"), account=None)
    at_length = office.ask.bytes(LOG, asked, caller=auditor, direct=False)
    assert office.person("N").encode() in at_length
    assert office.ask.bytes(LOG, asked, caller=auditor) == at_length
