"""Global ids and cursors: opaque to clients, made of business keys, checked when they come back."""

import base64
import binascii
import zlib
from collections.abc import Sequence
from typing import Any

import msgspec

from graph import registry
from graph.model import Key
from resolvers.errors import Code, Refusal, bad_input

LONGEST_ID = 512
# A cursor holds up to five sort values; no text that is sorted by has more characters.
LONGEST_CURSOR = 4_096
LONGEST_TEXT = 256


def global_id(label: str, code: str) -> str:
    """base64url of «label:code», the same on every engine and after every reload."""
    return _text(f"{label}:{code}".encode())


def key(value: str, field: str, *labels: str) -> Key:
    """The key behind a global id, of one of `labels` if any are given.

    Refused as BAD_USER_INPUT under the name `field` if it is not an id of ours.
    """
    try:
        label, colon, code = _bytes(value, LONGEST_ID).decode().partition(":")
    except ValueError:
        raise bad_input(f"{field} is not an id", field) from None
    if not colon or not code or not registry.knows(label) or "\0" in code:
        raise bad_input(f"{field} is not an id", field)
    if labels and label not in labels:
        raise bad_input(f"{field} is the id of a {label}, not of a {' or '.join(labels)}", field)
    return Key(label, code)


def order_tag(text: str) -> str:
    """A short name of an order, so that a cursor cannot serve under another one."""
    return f"{zlib.crc32(text.encode()):08x}"


def cursor(tag: str, values: Sequence[Any]) -> str:
    return _text(msgspec.json.encode([tag, *values]))


def cursor_values(text: str, tag: str, kinds: Sequence[type] | None, field: str) -> list[Any]:
    """The sort values in a cursor of this order; refused as BAD_CURSOR if it is none.

    `kinds`: the type of each value, None if the list is empty and any will do.
    """
    try:
        found = msgspec.json.decode(_bytes(text, LONGEST_CURSOR), type=list[str | int | float])
    except (ValueError, msgspec.MsgspecError):
        found = []
    wanted = [str if isinstance(v, str) else int for v in found[1:]] if kinds is None else kinds
    right = len(found) == len(wanted) + 1 and found[0] == tag
    if not right or not all(_fits(v, kind) for v, kind in zip(found[1:], wanted, strict=True)):
        raise Refusal(Code.BAD_CURSOR, f"{field} is not a cursor of this list in this order", field)
    return found[1:]


def _fits(value: Any, kind: type) -> bool:
    if kind is str:
        return isinstance(value, str) and len(value) <= LONGEST_TEXT and "\0" not in value
    return isinstance(value, int | float) and abs(value) < 2**63


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str, longest: int) -> bytes:
    if len(text) > longest or not text.isascii():
        raise ValueError
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError from None
