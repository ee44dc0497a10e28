"""The GraphQL request in a body, a query string or a message, read as strictly as can be."""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl

from resolvers.errors import Code
from resolvers.operation import Request
from web.refusal import BadRequest

NESTING = 50
MALFORMED = 422  # by the draft; 400 by the audits
# What a query string may say; other parameters are let be.
PARAMETERS = ("query", "operationName", "variables", "extensions", "documentId")


def posted(body: bytes) -> Request:
    """The request in the body of a POST; BadRequest if it is none, whatever the bytes are."""
    found = _json(body)
    if isinstance(found, list) and found:
        raise BadRequest(400, "send one operation in each request", Code.BATCHING_DISABLED)
    return read(found)


def queried(query_string: bytes) -> Request:
    """The request in the query string of a GET; BadRequest if it is none."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), errors="strict", max_num_fields=100)
    except ValueError:
        raise BadRequest(400, "the query string is not UTF-8 in percent signs") from None
    known = [(name, value) for name, value in pairs if name in PARAMETERS]
    found: dict[str, Any] = dict(known)
    if len(found) < len(known):
        raise BadRequest(400, "a parameter twice")
    for name in ("variables", "extensions"):
        if name in found:
            found[name] = _json(found[name].encode())
    return read(found)


def read(found: Any) -> Request:
    """The request that a JSON value is; BadRequest if it is none."""
    if not isinstance(found, dict):
        raise _malformed("the request must be an object")
    extensions = found.get("extensions")
    if not isinstance(extensions, dict | None):
        raise _malformed("«extensions» must be an object")
    if "persistedQuery" in (extensions or {}):
        said = "no request registers a document, or names one in this way"
        raise BadRequest(400, said, Code.UNKNOWN_DOCUMENT)
    query, document = found.get("query"), found.get("documentId")
    if not isinstance(document, str | None) or not isinstance(query, str | None):
        raise _malformed("«query» and «documentId» must be texts")
    if query is None and document is None:
        raise _malformed("the request must have a «query» text, or a «documentId»")
    variables, name = found.get("variables"), found.get("operationName")
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise _malformed("«variables» must be an object and «operationName» a text")
    return Request(query, variables, name, document)


def parsed(text: str) -> Any:
    """JSON as strictly as RFC 8259 allows; ValueError for what readers could take in two ways."""
    try:
        found = DECODER.decode(text)
    except RecursionError:
        raise ValueError("too deep") from None
    # Only a text with many brackets can nest too deeply, and only an escape can be half a sign.
    if "\\u" in text or text.count("{") + text.count("[") > NESTING:
        _sound(found, NESTING)
    return found


def _malformed(message: str) -> BadRequest:
    return BadRequest(MALFORMED, message)


def _json(body: bytes) -> Any:
    try:
        return parsed(body.decode())
    except ValueError:
        raise BadRequest(400, "the body is not valid JSON") from None


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


DECODER = json.JSONDecoder(parse_constant=_number, parse_float=_number, object_pairs_hook=_object)


def _sound(value: Any, depth: int) -> None:
    """Refuses what nests deeper than `depth`, and texts that UTF-8 cannot write."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict | list):
        if depth == 0:
            raise ValueError("too deep")
        for each in _parts(value):
            _sound(each, depth - 1)


def _parts(value: dict[str, Any] | list[Any]) -> Iterator[Any]:
    yield from value
    if isinstance(value, dict):
        yield from value.values()
