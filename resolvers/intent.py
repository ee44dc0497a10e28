"""What every mutation's input has in common, and how it becomes an Intent of the graph's words."""

import hashlib
import uuid
from dataclasses import fields, is_dataclass
from keyword import iskeyword
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from graph.intent import Intent
from graph.model import Key
from resolvers import identity
from resolvers.context import Info
from resolvers.errors import Refusal

INPUT = strawberry.argument(description="输入 · What is asked, as one object")
EXPECTED = (
    "预期版本 · The version that the change was made for; another one meanwhile is a CONFLICT"
)
# Neither what is done nor to what: how a client keeps order among its own requests.
APART = ("clientMutationId", "idempotencyKey")


def _optional(description: str) -> Any:
    return strawberry.field(default=strawberry.UNSET, description=description)


@strawberry.input(description="可重试的请求 · What every mutation takes")
class Repeatable:
    client_mutation_id: str | None = _optional("客户端请求标识 · Given back as it came")
    idempotency_key: str | None = _optional(
        "幂等键 · A request with the same key and the same input is done once, however often it "
        "is sent; 1 to 128 characters"
    )


def python(name: str) -> str:
    """A field's name as an attribute."""
    return f"{name}_" if iskeyword(name) else name


def said_of(input: Any, name: str) -> Any:
    """What a client said of a field; UNSET where it was left out."""
    return getattr(input, python(name), strawberry.UNSET)


def given(value: Any) -> Any:
    """The value; None where the client left it out."""
    return None if value is strawberry.UNSET else value


def intended(info: Info, input: Repeatable) -> Intent:
    """The mutation of this field, with what came along; no value is checked yet."""
    return Intent(
        name=info.field_name,
        asking=info.context.asking(),
        said={name: said for name, said in _said(input).items() if name not in APART},
        expected_version=given(getattr(input, "expectedVersion", None)),
        idempotency_key=given(input.idempotency_key),
        mutation_id=given(input.client_mutation_id),
        language=info.context.language,
    )


def own_code(actor: str, intent: Intent, prefix: str) -> str:
    """A code for what the actor makes; the same where the same request is sent again."""
    if intent.idempotency_key is None:
        return f"{prefix}-{uuid.uuid4().hex}"
    said = f"{actor} {intent.idempotency_key}"
    return f"{prefix}-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _said(value: Any) -> Any:
    if isinstance(value, list):
        return [_said(each) for each in value]
    if not is_dataclass(value):
        return value
    values = {field.name: getattr(value, field.name) for field in fields(value)}
    return {
        to_camel_case(name.removesuffix("_")): _said(each)
        for name, each in values.items()
        if each is not strawberry.UNSET
    }


def key(intent: Intent, field: str, value: str, *labels: str) -> Key:
    """The key behind an id; what is no such id is noted, and the change is not run."""
    try:
        return identity.key(value, field, *labels)
    except Refusal as refused:
        intent.refuse(field, refused.message, "不是有效的标识")
        return Key(labels[0], "")
