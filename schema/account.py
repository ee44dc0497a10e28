"""What administrators may see of accounts."""

import strawberry

import graph.account
import resolvers.account
from schema.change import create, mutations, update
from schema.part import Versioned
from schema.ref import GrantRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="账户 · Account of someone or something that asks")
class Account(Node, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    subject: str | None = strawberry.field(
        description="主体 · Subject (sub) of the bearer tokens it is known by; null = by keys only"
    )
    is_suspended: bool = strawberry.field(
        description="已停用 · Whether it is known no more, whatever it was granted"
    )
    grants: Connection[Edge[GrantRef], GrantRef] = connection(
        "Grant", "授权 · Roles it was granted, over territories in your scope"
    )


@strawberry.type
class Query:
    account: Account | None = answered(
        resolvers.account.account, "按代码查账户 · An account by code"
    )
    accounts: Connection[Edge[Account], Account] = connection(
        "Account", "账户 · All accounts", resolvers.account.accounts
    )


Mutation = mutations(
    create(Account, "新建账户 · Add an account, which may do nothing yet", graph.account.add),
    update(Account, "修改账户 · Change what is given of an account", graph.account.change),
)
