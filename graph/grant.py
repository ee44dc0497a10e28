"""How roles are granted to accounts: one role, over one territory or everywhere, for a time."""

from collections.abc import Sequence
from enum import StrEnum
from typing import LiteralString

from graph.intent import Intent, Problem
from graph.kind import Day
from graph.model import Key, Link, Node
from graph.registry import declare
from graph.write import Change, Check


class Role(StrEnum):
    """What an account is, over a territory."""

    VIEWER = "VIEWER"
    ORGANIZER = "ORGANIZER"
    ALLIANCE_COORDINATOR = "ALLIANCE_COORDINATOR"
    GRID_WORKER = "GRID_WORKER"
    GRID_LEADER = "GRID_LEADER"
    COMMUNITY_ADMIN = "COMMUNITY_ADMIN"
    AUDITOR = "AUDITOR"
    SYSTEM_ADMIN = "SYSTEM_ADMIN"


GRANT = declare(
    Node(
        "Grant",
        ours=True,
        place=("OVER",),
        properties={
            "code": str,
            "role": Role,
            "since": Day,
            "until": Day | None,
            "everywhere": bool,
            "version": int,
        },
        links={
            "account": Link("FOR", "out", "Account", many=False),
            "division": Link("OVER", "out", "Division", many=False),
            "grid": Link("OVER", "out", "Grid", many=False),
        },
    )
)

MAKE: LiteralString = (
    "MATCH (a:Account {code: $account}) "
    "CREATE (n:Grant {code: $code, version: 1, role: $role, since: $since, until: $until, "
    "everywhere: $everywhere})-[:FOR]->(a)"
)
OVER_DIVISION: LiteralString = (
    "MATCH (n:Grant {code: $code}), (t:Division {code: $territory}) CREATE (n)-[:OVER]->(t)"
)
OVER_GRID: LiteralString = (
    "MATCH (n:Grant {code: $code}), (t:Grid {code: $territory}) CREATE (n)-[:OVER]->(t)"
)
NOT_YOURS = Check(
    "MATCH (n:Grant {code: $code}) WHERE NOT n.role IN $roles RETURN true",
    Problem(
        "INVALID",
        ("grant",),
        "none of your roles revokes this one",
        "您无权撤销该角色",
        reaching=True,
    ),
)
END: LiteralString = "MATCH (n:Grant {code: $code}) SET n.until = $until"


def give(
    intent: Intent,
    code: str,
    account: Key,
    role: Role,
    territory: Key | None,
    since: str,
    until: str | None,
) -> Change:
    """A role for an account from `since` until before `until`; without a territory, everywhere."""
    intent.interval(since, until)
    over: tuple[LiteralString, ...] = ()
    if territory:
        over = (OVER_DIVISION if territory.label == "Division" else OVER_GRID,)
    return Change(
        intent,
        "grant",
        Key("Grant", code),
        (MAKE, *over),
        {"role": role.value, "since": since, "until": until, "everywhere": territory is None},
        creates=True,
        needs={"account": account, "territory": territory},
    )


def end(intent: Intent, grant: Key, until: str, roles: Sequence[Role]) -> Change:
    """A grant, of one of these roles, that holds from `until` on no more."""
    values = {"until": until, "roles": [role.value for role in roles]}
    return Change(intent, "grant", grant, (END,), values, named="grant", checks=(NOT_YOURS,))
