"""The head of a request or handshake: its headers by name, read once, and the id it goes by."""

import random
import re

from starlette.types import Scope

IDENTIFIER = re.compile(r"[A-Za-z0-9-]{8,64}")


class Head:
    """`request`: the id that X-Request-Id brings if it is sound, else a new one (no secret)."""

    __slots__ = ("headers", "request")

    def __init__(self, scope: Scope) -> None:
        self.headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            self.headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        brought = self.all("x-request-id")
        sound = len(brought) == 1 and IDENTIFIER.fullmatch(brought[0])
        self.request = brought[0] if sound else f"{random.getrandbits(64):016x}"

    def all(self, name: str) -> list[str]:
        """Every value of a header (its name in lower case), as sent and in that order."""
        return self.headers.get(name, [])

    def first(self, name: str, default: str = "") -> str:
        found = self.headers.get(name)
        return found[0] if found else default


def head(scope: Scope) -> Head:
    """The head of this request; the outermost application has read it."""
    found: Head = scope["state"]["head"]
    return found
