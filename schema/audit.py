"""What auditors may see of the audit log."""

from datetime import datetime

import strawberry

import resolvers.audit
from resolvers.enum import AuditResult
from schema.relay import Connection, Edge, Node, connection


@strawberry.type(
    description="审计条目 · Change that was done, or refused, without what was said. It belongs to "
    " the territories where it was done, or where who was refused held a role, as they were"
)
class AuditEntry(Node):
    code: str = strawberry.field(description="代码 · Code, which grows with time")
    at: datetime = strawberry.field(description="时刻 · When, to the second")
    actor: str = strawberry.field(
        description="操作者 · Code of the account that asked, or name of a command of the server"
    )
    operation: str = strawberry.field(description="操作 · Mutation, or «load» for a loaded file")
    result: AuditResult = strawberry.field(description="结果 · How it ended")
    refusal: str | None = strawberry.field(
        description="拒绝代码 · Error code under which it was refused; null if it was done"
    )
    kind: str | None = strawberry.field(
        description="对象类型 · Type of the node that was changed; null if it was refused"
    )
    about: strawberry.ID | None = strawberry.field(
        description="对象 · Id of the node that was changed; null if it was refused"
    )
    fields: list[str] = strawberry.field(
        description="字段 · Names of the input fields that were given, without their values; of a "
        "loaded file, how many nodes of a kind are new or changed"
    )


@strawberry.type
class Query:
    audit_entries: Connection[Edge[AuditEntry], AuditEntry] = connection(
        "AuditEntry",
        "审计日志 · The audit log, the last entry first, of territories in your scope",
        resolvers.audit.audit_entries,
    )
