"""What every mutation answers: what went wrong, if anything, and the client's own mark."""

import strawberry


@strawberry.type(description="业务错误 · Why a change was not made; nothing of it was kept")
class UserError:
    code: str = strawberry.field(
        description="错误码 · ALREADY_EXISTS, NOT_FOUND (absent or out of sight), CONFLICT (stale "
        "expectedVersion), OVERLAP, CYCLE, INVALID or IDEMPOTENCY_KEY_REUSED"
    )
    message: str = strawberry.field(
        description="说明 · For people, in Chinese or English by Accept-Language"
    )
    field: list[str] | None = strawberry.field(
        description="字段 · Path of the input field at fault; null where none is"
    )


@strawberry.type(description="变更结果 · What every mutation answers")
class Payload:
    user_errors: list[UserError] = strawberry.field(
        description="业务错误 · Empty where the change was made"
    )
    client_mutation_id: str | None = strawberry.field(
        description="客户端请求标识 · As it came with the input; null if none did"
    )
