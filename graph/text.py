"""Text as it is kept: names that can be read, codes that can be spelled. Knows no node."""

import re
import unicodedata

LONGEST = 64  # code points
PROSE_LONGEST = 2_000
CODE = re.compile(r"[A-Za-z0-9._-]{1,64}")
TERM_CODE = re.compile(r"[A-Z][A-Z0-9_]*\.[A-Za-z0-9._-]+")
# A regular expression without choices and open repetitions: no text makes it slow.
SET = r"\[(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_])+\]"
PATTERN = re.compile(rf"(?:(?:[A-Za-z0-9_-]|\\\.|{SET})(?:\{{[1-9][0-9]?\}})?)+")
KEY_LONGEST = 128
SUBJECT_LONGEST = 255  # OpenID Connect Core 1.0, 2

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
    return _clean(text, LONGEST, "")


def prose(text: str) -> str | None:
    """The same of a longer text, 1 to 2,000 code points, which may have lines."""
    return _clean(text.replace("\r\n", "\n"), PROSE_LONGEST, "\n\t")


def _clean(text: str, longest: int, also: str) -> str | None:
    composed = unicodedata.normalize("NFC", text).strip()
    kinds = [unicodedata.category(character) for character in composed if character not in also]
    seen = any(kind[0] not in "CZ" for kind in kinds)
    if not seen or len(composed) > longest or not REFUSED.isdisjoint(kinds):
        return None
    return composed if BIDI.isdisjoint(composed) else None


def span(text: str) -> tuple[int, str, str]:
    """Weekday (1 = Monday), first and last time of day of a span of a week, «1 09:00-17:30»."""
    day, _, times = text.partition(" ")
    since, _, until = times.partition("-")
    return int(day), since, until


def is_code(text: str) -> bool:
    return CODE.fullmatch(text) is not None


def is_term_code(text: str) -> bool:
    return is_code(text) and TERM_CODE.fullmatch(text) is not None


def is_pattern(text: str) -> bool:
    """Whether it says what a code looks like, and can be compiled."""
    if len(text) > LONGEST or not PATTERN.fullmatch(text):
        return False
    try:
        re.compile(text)
    except re.error:  # such as a set from z to a
        return False
    return True


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


def payload_name(label: str) -> str:
    """A label as a payload calls its node: `socialOrganization`."""
    return label[0].lower() + label[1:]
