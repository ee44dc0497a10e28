"""What is refused, told in the shape of a GraphQL response and never in text or HTML."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from resolvers.errors import Code, Refusal
from web.media import accepted
from web.reply import Reply

# Of what is refused before anything is executed; every other code is a bad request.
STATUS = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.LIMIT_EXCEEDED: 429,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
    Code.TIMEOUT: 503,
}
HEADERS = {401: {"www-authenticate": "Bearer"}, 503: {"retry-after": "1"}}


class BadRequest(Exception):
    """A request that is not passed on, and what is said to it. `more`: further extensions."""

    def __init__(
        self,
        status: int,
        message: str,
        code: Code = Code.BAD_REQUEST,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code
        self.headers = {**HEADERS.get(status, {}), **(headers or {})}
        self.extensions = {"code": code.value, **more}

    @property
    def body(self) -> dict[str, Any]:
        return {"errors": [{"message": self.message, "extensions": self.extensions}]}


def of(refusal: Refusal) -> BadRequest:
    """How the wire tells a refusal of the caller."""
    more = {name: value for name, value in refusal.extensions.items() if name != "code"}
    return BadRequest(STATUS.get(refusal.code, 400), refusal.message, refusal.code, **more)


def defect(request: str) -> BadRequest:
    """What a client learns of an error of ours: the id under which it was logged."""
    return BadRequest(500, "something went wrong on our side", Code.INTERNAL, requestId=request)


def told(bad: BadRequest, accept: Sequence[str]) -> Reply:
    """The refusal in the media type that the values of `Accept` name."""
    body, media = msgspec.json.encode(bad.body), accepted(accept).media
    return Reply(body, bad.status, media, bad.headers)
