"""Digests that mean nothing outside of one graph: codes of rows without one, and phones compared.

The key is random, made for the first load and kept in the graph's Store node. Knows no row.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence

LENGTH = 20  # signs of base 32: 100 bits
NO_DIGIT = re.compile(r"\D+")
COUNTRY = re.compile(r"^(?:00)?86(?=1\d{10}$)")


def code(secret: bytes, prefix: str, label: str, values: Sequence[str]) -> str:
    """A code that the same values get again: «P-k3f9…» for a Person, after the prefix."""
    capitals = "".join(sign for sign in label if sign.isupper())
    return f"{prefix}{capitals}-{digest(secret, label, *values)}"


def digest(secret: bytes, *values: str) -> str:
    """A short keyed digest, in small letters and digits."""
    said = "\x1f".join(values).encode()
    found = hmac.new(secret, said, hashlib.sha256).digest()
    return base64.b32encode(found).decode().lower()[:LENGTH]


def phone(said: str) -> str:
    """The digits of a phone number, without the country's; empty if there are too few."""
    digits = COUNTRY.sub("", NO_DIGIT.sub("", unicodedata.normalize("NFKC", said)))
    return digits if len(digits) >= 7 else ""
