"""What may be asked of this server, as clients read it: a field for each limit there is."""

from dataclasses import fields
from typing import Any

import strawberry

from resolvers.limits import Limits


def _shown() -> Any:
    namespace: dict[str, Any] = {
        "__annotations__": {each.name: each.type for each in fields(Limits)}
    }
    for each in fields(Limits):
        namespace[each.name] = strawberry.field(description=each.metadata["description"])
    described = strawberry.type(description="限额 · How much may be asked; more is refused")
    return described(type("Limits", (), namespace))


SHOWN = _shown()
