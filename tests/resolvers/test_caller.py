"""Who asks: what is shown, the account behind it, what it was granted, and for how long."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from graph import api_key
from graph.demo.draft import Draft
from graph.grant import Role
from graph.load import load
from resolvers import caller as callers
from resolvers import machine
from resolvers.auth import ROLES, Caller
from resolvers.caller import Callers
from resolvers.errors import Code, Refusal
from resolvers.identity import global_id
from resolvers.keys import KeysError
from resolvers.machine import KeyRefused, Order
from resolvers.token import Issuer
from tests.resolvers.test_token import AUDIENCE, ISSUER, Published, claims, signed

TODAY = date(2026, 11, 24)
CLEAR: Any = "MATCH (n) WHERE n.code STARTS WITH $prefix DETACH DELETE n"
GRANTS: Any = (
    "MATCH (a:Account) WHERE a.code STARTS WITH $prefix OPTIONAL MATCH (g:Grant)-[:FOR]->(a) "
    "OPTIONAL MATCH (k:ApiKey)-[:OPENS]->(a) DETACH DELETE g, k"
)


@dataclass
class Office:
    """Two subdistricts of a division with a grid each, and somebody in each grid."""

    ask: Any
    prefix: str

    def id(self, label: str, name: str) -> str:
        return global_id(label, f"{self.prefix}{name}")

    def key(self, name: str, role: Role, within: str | None, **how: Any) -> str:
        over = None if within is None else f"{self.prefix}{within}"
        order = Order(f"{self.prefix}-{name}", role, over, **how)
        found: str = self.ask.run(machine.make(self.ask.graph, order, TODAY))
        return found

    def caller(self, *shown: str, day: date = TODAY, of: Callers | None = None) -> Caller:
        """Found anew each time, unless `of` is given."""
        found = (of or Callers()).caller(shown, self.ask.graph, day)
        known: Caller = self.ask.run(found).caller
        return known

    def has(self, name: str, role: Role, within: str | None) -> Caller:
        return self.caller(f"Bearer {self.key(name, role, within)}")

    def refused(self, *shown: str, **how: Any) -> None:
        with pytest.raises(Refusal) as caught:
            self.caller(*shown, **how)
        assert caught.value.code == Code.UNAUTHENTICATED

    def do(self, name: str, input: dict[str, Any], by: Caller, shown: str = "") -> Any:
        """The payload of a mutation, or the code of the error."""
        kind = f"{name[0].upper()}{name[1:]}Input!"
        query = (
            f"mutation ($input: {kind}) {{ {name}(input: $input) "
            f"{{ {shown} userErrors {{ code field }} }} }}"
        )
        answer = self.ask(query, {"input": input}, caller=by)
        if "errors" in answer:
            return answer["errors"][0]["extensions"]["code"]
        return answer["data"][name]


@pytest.fixture
def office(ask: Any, prefix: str) -> Iterator[Office]:
    draft = Draft()
    draft.node("Division", prefix, name="P", level="DISTRICT")
    for side in ("-N", "-S"):
        draft.node("Division", f"{prefix}{side}", name=side, level="SUBDISTRICT")
        draft.link("PART_OF", "Division", "Division", f"{prefix}{side}", prefix)
        draft.node("Grid", f"{prefix}{side}-1", name=side, level="L2", codeScheme="LOCAL")
        draft.link("PART_OF", "Grid", "Division", f"{prefix}{side}-1", f"{prefix}{side}")
        draft.node(
            "Person", f"{prefix}{side}-P", name=f"{side} P", isVolunteer=True, isInvented=True
        )
        draft.link("LOCATED_IN", "Person", "Grid", f"{prefix}{side}-P", f"{prefix}{side}-1")
        draft.link(
            "HEADS", "Person", "Grid", f"{prefix}{side}-P", f"{prefix}{side}-1", deputy=False
        )
    ask.run(load(ask.graph, "demo", draft, lambda *_: None))
    yield Office(ask, prefix)
    for text in (GRANTS, CLEAR):
        ask.run(ask.graph.write(lambda tx, t=text: tx.run("test", t, {"prefix": prefix})))


# What is shown


def test_a_key_opens_its_account_with_what_it_was_granted(office: Office) -> None:
    found = office.has("dash", Role.VIEWER, "-N")
    assert (found.account, found.roles) == (f"{office.prefix}-dash", ["VIEWER"])
    granted = found.grants[0]
    assert (granted.permissions, granted.scope) == (
        ROLES[Role.VIEWER],
        (f"/{office.prefix}/{office.prefix}-N/",),
    )
    assert office.has("boss", Role.SYSTEM_ADMIN, None).everywhere is None


def test_a_key_of_the_same_account_grants_nothing_twice(office: Office) -> None:
    office.key("dash", Role.VIEWER, "-N")
    office.key("dash", Role.VIEWER, "-S")
    found = office.has("dash", Role.VIEWER, "-N")
    assert len(found.grants) == 2


def test_only_one_bearer_token_that_holds_proves_anything(office: Office) -> None:
    given = office.key("dash", Role.VIEWER, "-N")
    right = f"Bearer {given}"
    assert office.caller(right) == office.caller(f"bearer  {given} ")
    for shown in (
        (),
        ("",),
        ("Bearer",),
        ("Bearer ",),
        (f"Basic {given}",),
        (given,),
        (right, right),
        (f"{right}x",),
        (f"Bearer {given[:-2]}AA",),
        (f"Bearer cg_000000000000_{given[16:]}",),
        ("Bearer " + "a" * 2_000_000,),
        ("Bearer 令牌",),
        (f"Bearer {signed(claims())}",),
    ):
        office.refused(*shown)


def test_a_key_opens_until_its_last_day_or_until_it_is_revoked(office: Office) -> None:
    given = office.key("dash", Role.VIEWER, "-N", days=30)
    shown = f"Bearer {given}"
    assert office.caller(shown, day=TODAY + timedelta(days=29))
    office.refused(shown, day=TODAY + timedelta(days=30))
    identifier = given.split("_")[1]
    graph = office.ask.graph
    assert office.ask.run(api_key.revoke(graph, identifier, TODAY.isoformat()))
    office.refused(shown)
    assert not office.ask.run(api_key.revoke(graph, "no-such-key", TODAY.isoformat()))


def test_no_key_is_made_for_a_territory_that_is_not_there(office: Office) -> None:
    with pytest.raises(KeyRefused):
        office.key("dash", Role.VIEWER, "-X")
    office.refused("Bearer x")


def test_a_subject_of_the_issuer_is_the_account_that_names_it(office: Office) -> None:
    boss = office.has("boss", Role.SYSTEM_ADMIN, None)
    account = {"code": f"{office.prefix}-ann", "name": "Ann", "subject": f"{office.prefix}|ann"}
    assert office.do("createAccount", account, boss)["userErrors"] == []
    twice = {**account, "code": f"{office.prefix}-other"}
    assert office.do("createAccount", twice, boss)["userErrors"] == [
        {"code": "ALREADY_EXISTS", "field": ["subject"]}
    ]
    role = {"account": global_id("Account", account["code"]), "role": "GRID_WORKER"}
    over = {**role, "territory": office.id("Grid", "-S-1")}
    assert office.do("grantScope", over, boss)["userErrors"] == []
    believed = Callers(Issuer(ISSUER, AUDIENCE, Published()))
    token = f"Bearer {signed(claims(sub=account['subject']))}"
    found = office.caller(token, of=believed)
    path = f"/{office.prefix}/{office.prefix}-S/{office.prefix}-S-1/"
    assert (found.name, found.roles, found.everywhere) == ("Ann", ["GRID_WORKER"], (path,))
    office.refused(f"Bearer {signed(claims(sub='nobody'))}", of=believed)
    suspended = {"id": role["account"], "isSuspended": True}
    assert office.do("updateAccount", suspended, boss)["userErrors"] == []
    office.refused(token, of=Callers(Issuer(ISSUER, AUDIENCE, Published())))


def test_what_was_found_out_holds_for_a_moment_only(office: Office) -> None:
    remembering, now = Callers(), time.monotonic()
    given = office.key("dash", Role.VIEWER, "-N")
    assert office.caller(f"Bearer {given}", of=remembering)
    identifier = given.split("_")[1]
    office.ask.run(api_key.revoke(office.ask.graph, identifier, TODAY.isoformat()))
    assert office.caller(f"Bearer {given}", of=remembering)
    for digest, (holds, shown) in remembering.known.items():
        assert 0 < holds - now < callers.HOLDS + 60
        remembering.known[digest] = (0.0, shown)
    office.refused(f"Bearer {given}", of=remembering)


def test_a_token_that_ends_is_believed_no_longer_than_that(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = claims(sub=f"{office.prefix}-x", exp=int(time.time()) + 5)
    boss = office.has("boss", Role.SYSTEM_ADMIN, None)
    account = {"code": f"{office.prefix}-x", "name": "X", "subject": said["sub"]}
    assert office.do("createAccount", account, boss)["userErrors"] == []
    believed = Callers(Issuer(ISSUER, AUDIENCE, Published()))
    shown = office.ask.run(believed.caller((f"Bearer {signed(said)}",), office.ask.graph, TODAY))
    assert shown.until == said["exp"]
    later = time.time() + 60
    monkeypatch.setattr(time, "time", lambda: later)
    office.refused(f"Bearer {signed(said)}", of=believed)


# What is granted


def test_a_role_is_granted_from_a_day_to_a_day_and_revoked(office: Office) -> None:
    boss = office.has("boss", Role.SYSTEM_ADMIN, None)
    given = office.key("ann", Role.VIEWER, "-N")
    account = global_id("Account", f"{office.prefix}-ann")
    input = {"account": account, "role": "ORGANIZER", "territory": office.id("Division", "-S")}
    days = {"since": "2026-12-01", "until": "2027-01-01"}
    shown = "grant { id role since until everywhere division { code } account { code } }"
    made = office.do("grantScope", {**input, **days}, boss, shown)
    assert made["userErrors"] == []
    assert made["grant"] == {
        "id": made["grant"]["id"],
        "role": "ORGANIZER",
        **days,
        "everywhere": False,
        "division": {"code": f"{office.prefix}-S"},
        "account": {"code": f"{office.prefix}-ann"},
    }
    for day, roles in (
        (date(2026, 11, 30), ["VIEWER"]),
        (date(2026, 12, 1), ["ORGANIZER", "VIEWER"]),
        (date(2026, 12, 31), ["ORGANIZER", "VIEWER"]),
        (date(2027, 1, 1), ["VIEWER"]),
    ):
        assert office.caller(f"Bearer {given}", day=day).roles == roles
    ended = {"grant": made["grant"]["id"], "until": "2026-12-10"}
    assert office.do("revokeScope", ended, boss)["userErrors"] == []
    assert office.caller(f"Bearer {given}", day=date(2026, 12, 9)).roles == ["ORGANIZER", "VIEWER"]
    assert office.caller(f"Bearer {given}", day=date(2026, 12, 10)).roles == ["VIEWER"]


def test_a_grant_that_is_sent_again_is_the_same(office: Office) -> None:
    boss = office.has("boss", Role.SYSTEM_ADMIN, None)
    office.key("ann", Role.VIEWER, "-N")
    account = global_id("Account", f"{office.prefix}-ann")
    input = {"account": account, "role": "ORGANIZER", "idempotencyKey": office.prefix}
    made, again = (office.do("grantScope", input, boss, "grant { id role }") for _ in range(2))
    assert made["grant"]["role"] == "ORGANIZER"
    assert again == made


def test_nobody_grants_themselves_nor_more_nor_further_than_they_may(office: Office) -> None:
    boss = office.has("boss", Role.SYSTEM_ADMIN, None)
    north = office.has("north", Role.COMMUNITY_ADMIN, "-N")
    worker = office.has("worker", Role.GRID_LEADER, "-N")
    ann = global_id("Account", f"{office.prefix}-worker")
    there, elsewhere = office.id("Grid", "-N-1"), office.id("Grid", "-S-1")

    def grant(by: Caller, account: str, role: str, over: str | None) -> Any:
        return office.do("grantScope", {"account": account, "role": role, "territory": over}, by)

    own = global_id("Account", f"{office.prefix}-north")
    assert grant(north, own, "VIEWER", there) == "FORBIDDEN"
    assert (
        grant(boss, global_id("Account", f"{office.prefix}-boss"), "AUDITOR", None) == "FORBIDDEN"
    )
    assert grant(worker, ann, "VIEWER", there) == "FORBIDDEN"
    for role in ("COMMUNITY_ADMIN", "SYSTEM_ADMIN", "AUDITOR"):
        assert grant(north, ann, role, there) == "FORBIDDEN"
    assert grant(north, ann, "VIEWER", None) == "FORBIDDEN"
    refused = [{"code": "NOT_FOUND", "field": ["territory"]}]
    assert grant(north, ann, "VIEWER", elsewhere)["userErrors"] == refused
    assert grant(north, ann, "ORGANIZER", there)["userErrors"] == []
    assert grant(boss, ann, "COMMUNITY_ADMIN", elsewhere)["userErrors"] == []


def test_who_administers_a_part_sees_and_ends_the_grants_of_that_part_alone(office: Office) -> None:
    north = office.has("north", Role.COMMUNITY_ADMIN, "-N")
    office.has("ann", Role.VIEWER, "-N")
    office.has("bob", Role.VIEWER, "-S")
    listed = "{ grants(first: 100) { nodes { id account { code } } } }"
    seen = office.ask.data(listed, caller=north)["grants"]["nodes"]
    ours = {f"{office.prefix}-{name}" for name in ("north", "ann")}
    assert {each["account"]["code"] for each in seen} == ours
    boss = office.has("boss", Role.SYSTEM_ADMIN, None)
    filtered = (
        "query ($a: String) { accounts(filter: {code: {eq: $a}}) { nodes "
        "{ grants { nodes { id } } } } }"
    )
    account = {"a": f"{office.prefix}-bob"}
    all_ = office.ask.data(filtered, account, caller=boss)["accounts"]["nodes"]
    assert len(all_[0]["grants"]["nodes"]) == 1
    some = office.ask.data(filtered, account, caller=north)["accounts"]["nodes"]
    assert some[0]["grants"]["nodes"] == []
    peer = office.has("peer", Role.COMMUNITY_ADMIN, "-N-1")
    theirs = office.ask.data(listed, caller=peer)["grants"]["nodes"][0]
    denied = [{"code": "INVALID", "field": ["grant"]}]
    assert office.do("revokeScope", {"grant": theirs["id"]}, north)["userErrors"] == denied
    other = {"grant": all_[0]["grants"]["nodes"][0]["id"]}
    refused = [{"code": "NOT_FOUND", "field": ["grant"]}]
    assert office.do("revokeScope", other, north)["userErrors"] == refused


# What a role sees


def test_people_are_hidden_from_who_may_not_see_them_but_counted(office: Office) -> None:
    viewer = office.has("dash", Role.VIEWER, "-N")
    grid = f'grid(code: "{office.prefix}-N-1")'
    counted = f"{{ {grid} {{ name heads {{ totalCount }} volunteers {{ totalCount }} }} }}"
    assert office.ask.data(counted, caller=viewer)["grid"] == {
        "name": "-N",
        "heads": {"totalCount": 1},
        "volunteers": {"totalCount": 1},
    }
    named = '{name: {startsWith: "-N"}}'
    for query in (
        f"{{ {grid} {{ heads {{ nodes {{ name }} }} }} }}",
        f"{{ {grid} {{ heads {{ edges {{ node {{ id }} }} }} }} }}",
        f"{{ {grid} {{ heads {{ nodes {{ ...P }} }} }} }} fragment P on Person {{ name }}",
        f"{{ {grid} {{ volunteers(filter: {named}) {{ totalCount }} }} }}",
        f"{{ {grid} {{ volunteers(orderBy: [{{name: ASC}}]) {{ totalCount }} }} }}",
        f"{{ grids(filter: {{heads: {{some: {named}}}}}) {{ totalCount }} }}",
        "{ people { totalCount } }",
        "{ volunteers { totalCount } }",
        f'{{ person(code: "{office.prefix}-N-P") {{ id }} }}',
        f'{{ node(id: "{office.id("Person", "-N-P")}") {{ ... on Person {{ name }} }} }}',
        '{ search(text: "-N") { nodes { ... on Person { name } } } }',
        "{ accounts { totalCount } }",
        "{ grants { totalCount } }",
    ):
        answer = office.ask(query, caller=viewer)
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["FORBIDDEN"], query
        assert office.ask.ran == []
    variable = "query ($f: GridFilter) { grids(filter: $f) { totalCount } }"
    some = {"f": {"and": [{"heads": {"some": {"name": {"startsWith": "-N"}}}}]}}
    answer = office.ask(variable, some, caller=viewer)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    plain = {"f": {"headCount": {"gte": 1}}}
    assert office.ask.data(variable, plain, caller=viewer)["grids"]["totalCount"] == 1


def test_ids_of_what_may_not_be_seen_are_ids_of_nothing(office: Office) -> None:
    viewer = office.has("dash", Role.VIEWER, "-N")
    person, grid = office.id("Person", "-N-P"), office.id("Grid", "-N-1")
    account = global_id("Account", f"{office.prefix}-dash")
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    found = office.ask.data(query, {"ids": [person, grid, account]}, caller=viewer)["nodes"]
    assert found == [None, {"__typename": "Grid", "id": grid}, None]
    one = office.ask.data("query ($i: ID!) { node(id: $i) { id } }", {"i": person}, caller=viewer)
    assert one == {"node": None}


def test_of_two_roles_each_holds_where_it_was_granted(office: Office) -> None:
    office.key("two", Role.VIEWER, "")
    both = office.has("two", Role.GRID_WORKER, "-S")
    heads = "{ grids(orderBy: [{code: ASC}]) { nodes { code heads { nodes { name } } } } }"
    seen = office.ask.data(heads, caller=both)["grids"]["nodes"]
    assert [each["code"] for each in seen] == [f"{office.prefix}-S-1"]
    counts = "{ grids(orderBy: [{code: ASC}]) { nodes { code heads { totalCount } } } }"
    seen = office.ask.data(counts, caller=both)["grids"]["nodes"]
    assert [each["heads"]["totalCount"] for each in seen] == [1, 1]
    people = "{ people { nodes { code } } }"
    seen = office.ask.data(people, caller=both)["people"]["nodes"]
    assert [each["code"] for each in seen] == [f"{office.prefix}-S-P"]
    ids = [office.id("Person", side) for side in ("-N-P", "-S-P")]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Person { code } } }"
    seen = office.ask.data(query, {"ids": ids}, caller=both)["nodes"]
    assert seen == [None, {"code": f"{office.prefix}-S-P"}]


def test_accounts_of_one_name_are_told_apart_in_the_log_and_in_what_they_repeat(
    office: Office,
) -> None:
    callers_ = [office.has(name, Role.COMMUNITY_ADMIN, "-N") for name in ("one", "two")]
    parent = {"level": "L2", "parent": office.id("Grid", "-N-1")}
    for by, code in zip(callers_, ("A", "B"), strict=True):
        same = replace(by, name="Ann")
        grid = {**parent, "code": f"{office.prefix}-{code}", "name": code, "idempotencyKey": "k"}
        assert office.do("createGrid", grid, same)["userErrors"] == []
    actors: Any = (
        "MATCH (a:AuditEntry {operation: 'createGrid'}) WHERE a.touched STARTS WITH $prefix "
        "RETURN collect(a.actor)"
    )
    found = office.ask.run(office.ask.graph.read("test", actors, {"prefix": office.prefix}))
    assert sorted(found) == [f"{office.prefix}-one", f"{office.prefix}-two"]


def test_who_holds_no_role_learns_who_they_are_and_nothing_else(office: Office) -> None:
    nobody = replace(office.has("dash", Role.VIEWER, "-N"), grants=())
    viewer = "{ viewer { name roles scopes { code } } }"
    told = {"name": f"{office.prefix}-dash", "roles": [], "scopes": []}
    assert office.ask.data(viewer, caller=nobody)["viewer"] == told
    answer = office.ask("{ grids { totalCount } }", caller=nobody)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_keys_that_cannot_be_had_are_told_as_unavailable(office: Office) -> None:
    async def nowhere() -> dict[str, Any]:
        raise KeysError("down")

    believed = Callers(Issuer(ISSUER, AUDIENCE, nowhere))
    for _ in range(2):
        with pytest.raises(Refusal) as caught:
            office.caller(f"Bearer {signed(claims())}", of=believed)
        assert caught.value.code == Code.UNAVAILABLE
