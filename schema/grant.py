"""What administrators may see of granted roles, and how they grant and revoke them."""

from datetime import date

import strawberry

import resolvers.grant
from resolvers.enum import Role
from schema.change import Written, mutations
from schema.part import Versioned
from schema.ref import AccountRef, DivisionRef, GridRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="授权 · Role that an account was granted")
class Grant(Node, Versioned):
    code: str = strawberry.field(description="代码 · Code, made when it was granted")
    role: Role = strawberry.field(description="角色 · Role")
    since: date = strawberry.field(description="起始日 · First day on which it holds")
    until: date | None = strawberry.field(
        description="截止日 · First day on which it holds no more; null = open"
    )
    everywhere: bool = strawberry.field(description="全域 · Whether it holds over everything")
    account: AccountRef | None = strawberry.field(description="账户 · Whose it is")
    division: DivisionRef | None = strawberry.field(
        description="区划 · Over this division and all below; null if it is over a grid"
    )
    grid: GridRef | None = strawberry.field(
        description="网格 · Over this grid and all below; null if it is over a division"
    )


@strawberry.type
class Query:
    grant: Grant | None = answered(
        resolvers.grant.grant, "按代码查授权 · A grant by code; null if out of sight"
    )
    grants: Connection[Edge[Grant], Grant] = connection(
        "Grant", "授权 · Grants over territories in your scope", resolvers.grant.grants
    )


Mutation = mutations(
    Written(
        "grantScope",
        Grant,
        resolvers.grant.give(),
        "授予角色 · Grant an account a role over a territory; nobody grants themselves one",
    ),
    Written(
        "revokeScope",
        Grant,
        resolvers.grant.end(),
        "撤销角色 · An account holds a role no more",
    ),
)
