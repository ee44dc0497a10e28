"""Who asks, and what they may do: a caller with roles, permissions and a territory scope."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from resolvers.errors import Code, Refusal

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Caller:
    """One who asks. `scope`: paths of territories they may see, None = all of them."""

    name: str
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = field(default_factory=frozenset)
    scope: tuple[str, ...] | None = ()


PERMISSIONS = frozenset({"territory:read", "person:read", "network:write"})
DEVELOPER = Caller("developer", ("SYSTEM_ADMIN",), PERMISSIONS, None)


def policy(permission: str) -> Callable[[F], F]:
    """Declares what a caller must be permitted; others are refused as FORBIDDEN."""
    if permission not in PERMISSIONS:
        raise ValueError(f"no such permission: {permission}")

    def guard(resolver: F) -> F:
        @wraps(resolver)
        def guarded(info: Any, *args: Any, **kwargs: Any) -> Any:
            if permission not in info.context.caller.permissions:
                raise Refusal(Code.FORBIDDEN, f"{permission} is not among your permissions")
            return resolver(info, *args, **kwargs)

        guarded.policy = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard
