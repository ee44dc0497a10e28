"""What every mutation's input has in common, and how it becomes an Intent of the graph's words."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, TypeVar

import strawberry
from strawberry.utils.str_converters import to_camel_case

from graph.intent import NO_PLACE, Intent
from graph.model import Key
from resolvers import identity
from resolvers.context import Info
from resolvers.errors import Refusal
from resolvers.place import PointInput

T = TypeVar("T")

INPUT = strawberry.argument(description="输入 · What is asked, as one object")
EXPECTED = (
    "预期版本 · The version that the change was made for; another one meanwhile is a CONFLICT"
)
# Neither what is done nor to what: how a client keeps order among its own requests.
APART = ("clientMutationId", "idempotencyKey")


def optional(description: str) -> Any:
    """An input field that may be left out, which is told from null."""
    return strawberry.field(default=strawberry.UNSET, description=description)


@strawberry.input(description="可重试的请求 · What every mutation takes")
class Repeatable:
    client_mutation_id: str | None = optional("客户端请求标识 · Given back as it came")
    idempotency_key: str | None = optional(
        "幂等键 · A request with the same key and the same input is done once, however often it "
        "is sent; 1 to 128 characters"
    )


def given(value: T | None) -> T | None:
    """The value; None where the client left it out."""
    return None if value is strawberry.UNSET else value


def intended(info: Info, input: Repeatable) -> Intent:
    """The mutation of this field, with what came along; no value is checked yet."""
    return Intent(
        name=info.field_name,
        asking=info.context.asking(),
        said={name: said for name, said in _said(input).items() if name not in APART},
        expected_version=given(getattr(input, "expected_version", None)),
        idempotency_key=given(input.idempotency_key),
        mutation_id=given(input.client_mutation_id),
        language=info.context.language,
    )


def _said(value: Any) -> Any:
    if not is_dataclass(value):
        return value
    values = {field.name: getattr(value, field.name) for field in fields(value)}
    return {
        to_camel_case(name): _said(each)
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


def optional_key(intent: Intent, field: str, value: str | None, *labels: str) -> Key | None:
    found = given(value)
    return None if found is None else key(intent, field, found, *labels)


def patch(input: Any, *names: str, **spelled: str) -> dict[str, Any]:
    """The input fields that were given, null included; `spelled`: those the graph spells so."""
    every = {**{name: name for name in names}, **spelled}
    found = {spelling: getattr(input, name) for name, spelling in every.items()}
    return {name: value for name, value in found.items() if value is not strawberry.UNSET}


def placed(intent: Intent, field: str, value: PointInput | None) -> Mapping[str, Any]:
    """The properties of a place that was given: removed by null, untouched where left out."""
    if value is strawberry.UNSET:
        return {}
    if value is None:
        return NO_PLACE
    return intent.place(field, value.longitude, value.latitude, value.crs)


def day(value: date | None) -> str | None:
    """An ISO date, None where it was left out or null."""
    found = given(value)
    return None if found is None else found.isoformat()
