"""Bearer tokens: whose they are, if they can be believed. Nothing a token says is fetched.

JWT as RFC 7519 and RFC 8725 have it: signed by a key of the issuer that is configured, by one of
two algorithms, for our audience, not for long. Keys of machines are ours: `cg_<id>_<secret>`, of
which only a digest is kept (graph/api_key.py).
"""

import hashlib
import logging
import re
import secrets
import time
from dataclasses import dataclass
from typing import Any, Protocol

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from resolvers.keys import KeysError

LONGEST = 8_192  # characters of a token
ALGORITHMS = ("RS256", "ES256")
HEADERS = frozenset(("alg", "kid", "typ"))
LEEWAY = 30  # seconds by which clocks may differ
LONGEST_LIFE = 24 * 3600 + LEEWAY  # seconds from `iat` to `exp`
REFRESH = 60.0  # seconds between two looks for keys that are not known, …
AGAIN = 5.0  # … and after a look that found none
log = logging.getLogger("commongrid.token")
KEY = re.compile(r"cg_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class NotBelieved(Exception):
    """A token that is no proof of anything; why is not for who sent it."""


class KeySource(Protocol):
    """Where the issuer's public keys are: a JWK Set (RFC 7517)."""

    async def __call__(self) -> dict[str, Any]: ...


@dataclass
class Issuer:
    """Whose JWTs are believed. Its keys are kept; an unknown `kid` has them looked for again.

    Raises KeysError as long as there are none.
    """

    issuer: str
    audience: str
    source: KeySource
    keys: KeySet | None = None
    next: float = 0.0  # when, by the monotonic clock, they may be looked for

    async def subject(self, token: str) -> tuple[str, float]:
        """The subject of a JWT, and when (Unix time) it expires; NotBelieved otherwise."""
        if self.keys is None:
            await self.look()
        try:
            return self.verified(token)
        except NotBelieved:
            if not await self.look():
                raise
            return self.verified(token)

    async def look(self) -> bool:
        """Fetches the keys, at most once a minute; whether it did. Old ones outlive a failure."""
        if time.monotonic() < self.next:
            if self.keys is None:
                raise KeysError("the issuer's keys could not be had a moment ago")
            return False
        self.next = time.monotonic() + (AGAIN if self.keys is None else REFRESH)
        try:
            self.keys = KeySet.import_key_set(await self.source())  # type: ignore[arg-type]
        except (KeysError, JoseError, ValueError, KeyError, TypeError) as error:
            log.warning("the keys of %s cannot be had: %s", self.issuer, error)
            if self.keys is None:
                raise KeysError("the issuer's keys cannot be had") from None
            return False
        self.next = time.monotonic() + REFRESH
        return True

    def verified(self, token: str) -> tuple[str, float]:
        try:
            assert self.keys is not None
            found = jwt.decode(token, self.keys, algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.audience},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
            ).validate(found.claims)
        except (JoseError, ValueError, TypeError, KeyError, OverflowError) as error:
            raise NotBelieved(type(error).__name__) from None
        return _claimed(found)


def _claimed(found: jwt.Token) -> tuple[str, float]:
    """Subject and end of a token whose signature and audience are right."""
    claims = found.claims
    life = claims["exp"] - claims["iat"]
    if not HEADERS.issuperset(found.header) or not 0 < life <= LONGEST_LIFE:
        raise NotBelieved("header or life")
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject:
        raise NotBelieved("subject")
    return subject, float(claims["exp"])


def made() -> tuple[str, str, str]:
    """A new key of a machine: what it is given, the id that is kept of it, and the digest."""
    identifier, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    return f"cg_{identifier}_{secret}", identifier, digest(secret)


def parts(token: str) -> tuple[str, str] | None:
    """Id and digest of a key of ours; None for another token."""
    found = KEY.fullmatch(token)
    return (found[1], digest(found[2])) if found else None


def digest(secret: str) -> str:
    """256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
