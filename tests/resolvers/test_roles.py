"""What each role may ask: every operation, every role, inside and outside of its territory.

`roles.csv` says it; an operation that is missing there fails.
"""

import csv
from pathlib import Path
from typing import Any

import pytest

import schema
from graph.grant import Role
from resolvers.auth import GRANTS, ROLES, Caller, Granted
from resolvers.identity import global_id
from tests.resolvers.test_scope import least, required

ROLES_CSV = Path(__file__).with_name("roles.csv").read_text(encoding="utf-8")
TABLE = list(csv.DictReader(ROLES_CSV.splitlines()))
SHIFO = "/ZZ/ZZ-GX/ZZ-GX-SF/"
SHANGJIE = global_id("Division", "ZZ-SJ")
SCHEMA: Any = schema.build()._schema


def has(role: Role, scope: tuple[str, ...] | None = (SHIFO,)) -> Caller:
    return Caller(role.value, (Granted(role, ROLES[role], scope),))


def fields(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = getattr(SCHEMA, f"{kind}_type").fields
    return found


def test_the_table_names_every_operation_and_every_role() -> None:
    every = {f"{kind} {name}" for kind in ("query", "mutation") for name in fields(kind)}
    assert [row["operation"] for row in TABLE if row["operation"] not in every] == []
    assert every == {row["operation"] for row in TABLE}
    assert {*TABLE[0]} == {"operation", *Role}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["operation"])
def test_who_may_ask_it(ask: Any, row: dict[str, str]) -> None:
    kind, name = row["operation"].split()
    said = ", ".join(f"{n}: {v}" for n, v in required(fields(kind)[name]))
    if kind == "mutation":
        said = said.replace('code: "x"', 'code: "no code"')  # who may is refused for what they say
    query = least(kind, name, fields(kind)[name], said)
    for role in Role:
        answer = ask(query, caller=has(role))
        told = [error["extensions"] for error in answer.get("errors", [])]
        # What names a field is about what was said, not about who says it.
        codes = [each["code"] for each in told if "field" not in each]
        assert ("FORBIDDEN" in codes) == (row[role] == "no"), role
        assert "INTERNAL" not in codes
        assert "write.record" not in [ran.name for ran in ask.ran]
        if row[role] == "no":
            assert [ran.name for ran in ask.ran] == ["audit.refused"] * (kind == "mutation")


WITHIN = [name for name, field in fields("query").items() if "within" in field.args]


@pytest.mark.parametrize("name", WITHIN)
def test_no_role_reaches_out_of_its_territory(ask: Any, name: str) -> None:
    given = {**dict(required(fields("query")[name])), "within": f'"{SHANGJIE}"'}
    said = ", ".join(f"{n}: {v}" for n, v in given.items())
    query = least("query", name, fields("query")[name], said)
    row = next(row for row in TABLE if row["operation"] == f"query {name}")
    for role in (role for role in Role if row[role] == "yes"):
        errors = ask(query, caller=has(role))["errors"]
        assert [error["extensions"].get("field") for error in errors] == ["within"], role


def test_no_role_grants_what_would_let_its_holder_make_more_of_it() -> None:
    for role, granted in GRANTS.items():
        if role != Role.SYSTEM_ADMIN:
            assert not any(each in GRANTS for each in granted)
            assert role not in granted


def test_who_keeps_accounts_or_reads_the_log_sees_no_person() -> None:
    for role in (Role.SYSTEM_ADMIN, Role.AUDITOR, Role.VIEWER, Role.ALLIANCE_COORDINATOR):
        assert "person:read" not in ROLES[role]
