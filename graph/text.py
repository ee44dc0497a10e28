"""Text as it is kept: names that can be read, codes that can be spelled. Knows no node."""

import re
import unicodedata

LONGEST = 64  # code points
CODE = re.compile(r"[A-Za-z0-9._-]{1,64}")
KEY_LONGEST = 128

# Embeddings, overrides and isolates make a line read otherwise than it is written.
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Controls, halves of surrogate pairs, line and paragraph separators.
REFUSED = frozenset(("Cc", "Cs", "Zl", "Zp"))

# GB 32100-2015: 17 signs without I, O, S, V, Z and a check sign, weights 3^i modulo 31.
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT = re.compile(f"[{SIGNS}]{{18}}")
HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}


def clean(text: str) -> str | None:
    """The text composed (NFC) and stripped, 1 to 64 code points; None if it cannot be shown."""
    composed = unicodedata.normalize("NFC", text).strip()
    kinds = [unicodedata.category(character) for character in composed]
    seen = any(kind[0] not in "CZ" for kind in kinds)
    if not seen or len(composed) > LONGEST or not REFUSED.isdisjoint(kinds):
        return None
    return composed if BIDI.isdisjoint(composed) else None


def is_code(text: str) -> bool:
    return CODE.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Whether it can serve as an idempotency key: something, and not endless."""
    return 1 <= len(text) <= KEY_LONGEST


def credit_code(text: str) -> str | None:
    """A unified social credit code in half-width capitals; None if its check sign is wrong."""
    code = text.translate(HALF_WIDTH).strip().upper()
    if not CREDIT.fullmatch(code):
        return None
    total = sum(SIGNS.index(sign) * pow(3, i, 31) for i, sign in enumerate(code[:17]))
    return code if SIGNS[-total % 31] == code[17] else None
