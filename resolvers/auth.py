"""Who asks, and what they may do where: roles, what each permits, and over which territories.

A root field declares the permission it needs; what is selected below it may need more (people are
not for every role). It is answered over the territories in which one role of the caller grants all
of that, and nowhere else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Never, TypeVar

from graphql import OperationType

from graph import audit
from graph.grant import Role
from resolvers.demand import demanded
from resolvers.errors import Code, Refusal

F = TypeVar("F", bound=Callable[..., Any])
Scope = tuple[str, ...] | None  # paths of territories, None = all of them

ANYONE = "anyone"  # of whoever is known: no role is needed
READ, PEOPLE, GRANT, AUDIT = "network:read", "person:read", "scope:grant", "audit:read"
PERMISSIONS = frozenset(
    (
        *(READ, PEOPLE, GRANT, AUDIT),
        *("account:write", "alliance:write", "appointment:write", "dictionary:write", "need:write"),
        *("organization:write", "person:merge", "person:write", "plan:write", "territory:write"),
        *("invitation:write", "visit:write"),
    )
)

# What it takes to write a kind of node, …
WRITE: Mapping[str, str] = {
    "Account": "account:write",
    "Alliance": "alliance:write",
    "BusinessDistrict": "alliance:write",
    "Certificate": "dictionary:write",
    "Department": "dictionary:write",
    "Division": "territory:write",
    "Grid": "territory:write",
    "Invitation": "invitation:write",
    "Merchant": "alliance:write",
    "Need": "need:write",
    "PartyOrganization": "organization:write",
    "PatrolNote": "visit:write",
    "Person": "person:write",
    "Place": "territory:write",
    "PlanRun": "plan:write",
    "ServiceCenter": "territory:write",
    "Skill": "dictionary:write",
    "SocialOrganization": "organization:write",
    "Term": "dictionary:write",
    "Visit": "visit:write",
    "VolunteerTeam": "organization:write",
}
# … and to begin and end a relationship, where that is not what it takes to write the node shown.
RELATE: Mapping[str, str] = {
    "HEADS": "appointment:write",
    "SERVES_AS": "appointment:write",
    "IN_CHARGE_OF": "appointment:write",
    "PARTNER_OF": "alliance:write",
}

_ASKER = frozenset((READ, PEOPLE, "invitation:write", "need:write", "person:write"))
_WORKER = _ASKER | {"visit:write"}
_LEADER = _WORKER | {"appointment:write", "organization:write", "plan:write"}
ROLES: Mapping[Role, frozenset[str]] = {
    Role.VIEWER: frozenset((READ,)),
    Role.ORGANIZER: _ASKER | {"organization:write", "plan:write"},
    Role.ALLIANCE_COORDINATOR: frozenset((READ, "alliance:write", "need:write")),
    Role.GRID_WORKER: _WORKER,
    Role.GRID_LEADER: _LEADER,
    Role.COMMUNITY_ADMIN: _LEADER | {"alliance:write", "person:merge", "territory:write", GRANT},
    Role.AUDITOR: frozenset((READ, AUDIT)),
    Role.SYSTEM_ADMIN: frozenset(
        (READ, "account:write", "dictionary:write", "territory:write", AUDIT, GRANT)
    ),
}
# Which roles a role may grant; a community's admin makes no other admin.
GRANTS: Mapping[Role, frozenset[Role]] = {
    Role.SYSTEM_ADMIN: frozenset(Role),
    Role.COMMUNITY_ADMIN: frozenset(
        (
            *(Role.VIEWER, Role.ORGANIZER, Role.ALLIANCE_COORDINATOR),
            *(Role.GRID_WORKER, Role.GRID_LEADER),
        )
    ),
}


@dataclass(frozen=True)
class Granted:
    """What one role permits, and where."""

    role: str
    permissions: frozenset[str]
    scope: Scope


@dataclass(frozen=True)
class Caller:
    """One who asks. `account`: the code of the account in the graph, None for one of our own."""

    name: str
    grants: tuple[Granted, ...] = ()
    account: str | None = None

    @property
    def identity(self) -> str:
        """What tells this caller from all others; several accounts may have one name."""
        return self.account or self.name

    @property
    def roles(self) -> list[str]:
        return sorted({granted.role for granted in self.grants})

    @property
    def administers(self) -> bool:
        """Whether they keep the system, and may see how it works."""
        return any(granted.role == Role.SYSTEM_ADMIN for granted in self.grants)

    @property
    def everywhere(self) -> Scope:
        """Wherever the caller has any role."""
        return _union(granted.scope for granted in self.grants)

    def over(self, permissions: frozenset[str]) -> Scope:
        """Where one role permits all of this; Refusal as FORBIDDEN if none does."""
        scopes = [granted.scope for granted in self.grants if permissions <= granted.permissions]
        if not scopes:
            lacking = sorted(permissions - self._any()) or sorted(permissions)
            said = f"{' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'}"
            raise Refusal(Code.FORBIDDEN, f"{said} not among your permissions")
        return _union(scopes)

    def uniform(self, permission: str, more: frozenset[str]) -> bool:
        """Whether every role that permits the one permits all the others."""
        return all(
            more <= granted.permissions
            for granted in self.grants
            if permission in granted.permissions
        )

    def _any(self) -> frozenset[str]:
        return frozenset().union(*(granted.permissions for granted in self.grants))


def _union(scopes: Any) -> Scope:
    found: set[str] = set()
    for scope in scopes:
        if scope is None:
            return None
        found.update(scope)
    return tuple(sorted(found))


DEVELOPER = Caller("developer", (Granted(Role.SYSTEM_ADMIN, PERMISSIONS, None),))

# What it takes to see anything of a kind of node beyond that it is counted.
SEE: Mapping[str, str] = {
    "Person": PEOPLE,
    "Invitation": PEOPLE,
    "Account": GRANT,
    "Grant": GRANT,
    "AuditEntry": AUDIT,
}

SEEN = frozenset(SEE.values())


def grantable(caller: Caller) -> frozenset[Role]:
    """The roles that one of the caller's roles grants, and revokes."""
    return frozenset().union(*(GRANTS.get(Role(each.role), ()) for each in caller.grants))


def _shown(info: Any) -> frozenset[str]:
    """What it takes to see all that a root field shows; the same for all requests of one form."""
    plans, key = info.context.plans, ("shown", info.path.key, info.context.form)
    if key not in plans:
        plans[key] = frozenset(SEE[label] for label in demanded(info, SEE))
    found: frozenset[str] = plans[key]
    return found


async def _audited(info: Any, refused: Refusal) -> Never:
    context = info.context
    caller, code = context.caller, refused.code.value
    await audit.refused(context.graph, info.field_name, caller.identity, code, caller.everywhere)
    raise refused


def policy(permission: str) -> Callable[[F], F]:
    """Declares what a root field needs, and has it answered where the caller's roles permit it.

    Refused as FORBIDDEN if none does, and a mutation leaves an audit entry of that. Without this
    declaration a root field is never answered.
    """
    if permission not in PERMISSIONS | {ANYONE}:
        raise ValueError(f"no such permission: {permission}")

    def guard(resolver: F) -> F:
        def permitted(info: Any, *args: Any, **kwargs: Any) -> Any:
            context, caller = info.context, info.context.caller
            if permission == ANYONE:
                context.permit(frozenset(), caller.everywhere)
            else:
                needed = frozenset((permission,))
                if not caller.uniform(permission, SEEN):
                    needed |= _shown(info)
                context.permit(needed, caller.over(needed))
            return resolver(info, *args, **kwargs)

        @wraps(resolver)
        def guarded(info: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return permitted(info, *args, **kwargs)
            except Refusal as refused:
                changes = info.operation.operation is OperationType.MUTATION
                if changes and refused.code == Code.FORBIDDEN:
                    return _audited(info, refused)
                raise

        guarded.policy = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard
