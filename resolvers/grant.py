"""Who may grant which role to whom, and where: never to themselves, never more than they may."""

from datetime import date
from typing import Annotated

import strawberry

import graph.grant
from graph.grant import Role
from graph.write import Change
from resolvers.auth import GRANT, grantable, policy
from resolvers.change import Resolver, built, may, needed
from resolvers.context import Info
from resolvers.errors import Code, Refusal
from resolvers.intent import INPUT, given, intended, key, own_code, said_of
from resolvers.kept import kept
from resolvers.lookup import by_code, listed

grant = by_code("Grant", GRANT)
grants = listed("Grant", GRANT)


def give() -> Resolver:
    made = built(
        "GrantScopeInput",
        "授予角色 · A role for an account, over a territory and all below it",
        {
            "account": (strawberry.ID, needed("账户 · The account, which is not your own")),
            "role": (Role, needed("角色 · The role")),
            "territory": may(
                strawberry.ID,
                "辖区 · Over this division or grid and all below; left out or null = everywhere, "
                "which only those grant who see everything",
            ),
            "since": may(date, "起始日 · First day on which it holds; today if left out"),
            "until": may(date, "截止日 · First day on which it holds no more; null = open"),
        },
    )

    @policy(GRANT)
    def resolver(info: Info, input: Annotated[made, INPUT]) -> Change:  # type: ignore[valid-type]
        intent, context = intended(info, input), info.context
        account = key(intent, "account", said_of(input, "account"), "Account")
        role, where = Role(said_of(input, "role")), given(said_of(input, "territory"))
        territory = key(intent, "territory", where, "Division", "Grid") if where else None
        if account.code == context.caller.account:
            raise Refusal(Code.FORBIDDEN, "nobody grants themselves a role", "account")
        if territory is None and context.bounded:
            raise Refusal(Code.FORBIDDEN, "you cannot grant a role everywhere", "territory")
        if role not in grantable(context.caller):
            raise Refusal(Code.FORBIDDEN, f"none of your roles grants {role}", "role")
        since = kept(given(said_of(input, "since"))) or intent.asking.today
        until = kept(given(said_of(input, "until")))
        code = own_code(context.caller.identity, intent, "G")
        return graph.grant.give(intent, code, account, role, territory, since, until)

    return resolver


def end() -> Resolver:
    made = built(
        "RevokeScopeInput",
        "撤销角色 · A role that an account holds no more",
        {
            "grant": (strawberry.ID, needed("授权 · The grant")),
            "until": may(
                date, "截止日 · First day on which it holds no more; today if left out or null"
            ),
        },
    )

    @policy(GRANT)
    def resolver(info: Info, input: Annotated[made, INPUT]) -> Change:  # type: ignore[valid-type]
        intent = intended(info, input)
        until = kept(given(said_of(input, "until"))) or intent.asking.today
        which = key(intent, "grant", said_of(input, "grant"), "Grant")
        roles = sorted(grantable(info.context.caller))
        return graph.grant.end(intent, which, until, roles)

    return resolver
