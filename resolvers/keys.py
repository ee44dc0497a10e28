"""Where the issuer's public keys come from: a file, an address, or what the issuer publishes.

Only what is configured is fetched, never what a token names.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

SECONDS = 5.0
LARGEST = 1 << 20
DISCOVERY = "/.well-known/openid-configuration"  # OpenID Connect Discovery 1.0, 4
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class KeysError(Exception):
    """The keys cannot be had now."""


class Staying(HTTPRedirectHandler):
    """Follows nobody elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


OPENER = build_opener(Staying)


@dataclass(frozen=True)
class Source:
    """A JWK Set (RFC 7517): in the file or at the address `where`; None = as the issuer tells."""

    issuer: str
    where: str | None

    async def __call__(self) -> dict[str, Any]:
        """The set; KeysError if it cannot be had."""
        return await asyncio.to_thread(self.read)

    def read(self) -> dict[str, Any]:
        if self.where is None:
            told = fetched(self.issuer.rstrip("/") + DISCOVERY)
            if told.get("issuer") != self.issuer or not isinstance(told.get("jwks_uri"), str):
                raise KeysError("the issuer's configuration is another's")
            return fetched(told["jwks_uri"])
        if urlsplit(self.where).scheme in ("http", "https"):
            return fetched(self.where)
        return parsed(lambda: Path(self.where or "").read_bytes())


def fetched(address: str) -> dict[str, Any]:
    """The JSON object at an address: by HTTPS, or on this very machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise KeysError("keys are fetched by https")

    def read() -> bytes:
        with OPENER.open(address, timeout=SECONDS) as answer:
            body: bytes = answer.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise ValueError("too large")
        return body

    return parsed(read)


def parsed(read: Callable[[], bytes]) -> dict[str, Any]:
    try:
        found = json.loads(read())
    except (OSError, URLError, ValueError) as error:
        raise KeysError(f"{type(error).__name__}: {error}") from None
    if not isinstance(found, dict):
        raise KeysError("no JSON object")
    return found
