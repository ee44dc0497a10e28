"""From what a request shows to who asks: a bearer token, an account, what it was granted."""

import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from graph import account, api_key
from graph.bolt import Graph
from graph.grant import Role
from resolvers import token
from resolvers.auth import ROLES, Caller, Granted
from resolvers.errors import Code, Refusal
from resolvers.keys import KeysError
from resolvers.token import Issuer, NotBelieved

# What is found out of a token holds for so many seconds: so long a revoked role may still be used.
HOLDS = 2.0
REMEMBERED = 1_000


@dataclass(frozen=True)
class Shown:
    """A caller, and when (Unix time) the token that shows so expires; None = not by itself."""

    caller: Caller
    until: float | None = None


@dataclass
class Callers:
    """Finds callers and remembers them for a moment. `issuer` None: keys of machines only."""

    issuer: Issuer | None = None
    known: OrderedDict[bytes, tuple[float, Shown]] = field(default_factory=OrderedDict)

    async def caller(self, shown: Sequence[str], graph: Graph, today: date) -> Shown:
        """By the values of `Authorization`; Refusal as UNAUTHENTICATED if they prove nothing."""
        given = bearer(shown)
        digest = hashlib.sha256(f"{today} {given}".encode()).digest()
        holds, found = self.known.get(digest, (0.0, None))
        if found is None or holds <= time.monotonic() or _past(found.until):
            found = await self.found(given, graph, today.isoformat())
            self.known[digest] = time.monotonic() + HOLDS, found
            self.known.move_to_end(digest)
            if len(self.known) > REMEMBERED:
                self.known.popitem(last=False)
        return found

    async def found(self, given: str, graph: Graph, today: str) -> Shown:
        key, until = token.parts(given), None
        if key:
            opened = await api_key.find(graph, key[0], today)
            if opened is None or not hmac.compare_digest(opened[1], key[1]):
                raise unknown()
            known = await account.known(graph, opened[0], today, by_subject=False)
        elif self.issuer:
            subject, until = await self.subject(self.issuer, given)
            known = await account.known(graph, subject, today, by_subject=True)
        else:
            known = None
        if known is None:
            raise unknown()
        return Shown(of(known), until)

    async def subject(self, issuer: Issuer, given: str) -> tuple[str, float]:
        try:
            return await issuer.subject(given)
        except NotBelieved:
            raise unknown() from None
        except KeysError:
            raise Refusal(Code.UNAVAILABLE, "tokens cannot be checked now; try again") from None


def _past(until: float | None) -> bool:
    return until is not None and until + token.LEEWAY <= time.time()


def of(known: account.Known) -> Caller:
    """The caller that an account is; a role that we do not know permits nothing."""
    granted = (
        Granted(held.role, ROLES[Role(held.role)], None if held.path is None else (held.path,))
        for held in known.held
        if held.role in Role.__members__
    )
    return Caller(known.name, tuple(granted), known.code)


def bearer(shown: Sequence[str]) -> str:
    """The one token in the values of `Authorization`."""
    if len(shown) != 1:
        raise unknown()
    scheme, _, given = shown[0].partition(" ")
    given = given.strip()
    if scheme.lower() != "bearer" or not given or len(given) > token.LONGEST or not given.isascii():
        raise unknown()
    return given


def unknown() -> Refusal:
    return Refusal(Code.UNAUTHENTICATED, "say who you are, by one bearer token that holds")
