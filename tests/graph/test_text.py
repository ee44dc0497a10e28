"""Names that can be shown, codes that can be spelled, credit codes whose check sign is right."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import text

# Published examples: the one of GB 32100-2015, and registered companies.
CREDIT_CODES = ("91350100M000100Y43", "91110000600037341L", "914403001922038216")


@given(st.text(max_size=80))
def test_a_cleaned_text_is_clean(written: str) -> None:
    cleaned = text.clean(written)
    if cleaned is not None:
        assert cleaned == text.clean(cleaned) == unicodedata.normalize("NFC", cleaned).strip()
        assert 1 <= len(cleaned) <= 64
        assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in cleaned)


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "\u3000",
        "\u200b",
        "a\0",
        "a\x1bb",
        "a\nb",
        "\ud800",
        "a\u202eb",
        "a\u2067b",
        "a" * 65,
    ],
)
def test_what_cannot_be_shown_is_no_name(written: str) -> None:
    assert text.clean(written) is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  李 雷\u3000", "李 雷"),
        ("e\u0301", "é"),
        ("阿不都热合曼·买买提", "阿不都热合曼·买买提"),
        ("👩\u200d🔧", "👩\u200d🔧"),
        ("\U00020bb7" * 64, "\U00020bb7" * 64),
        ("e\u0301" * 64, "é" * 64),
    ],
)
def test_names_keep_every_script(written: str, kept: str) -> None:
    assert kept == text.clean(written)


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_published_credit_codes_are_right(code: str) -> None:
    assert code == text.credit_code(code.lower())


@given(st.sampled_from(CREDIT_CODES), st.integers(0, 17), st.sampled_from(text.SIGNS))
def test_any_one_sign_mistyped_is_noticed(code: str, place: int, sign: str) -> None:
    typed = code[:place] + sign + code[place + 1 :]
    assert (typed == code) is (text.credit_code(typed) is not None)


@pytest.mark.parametrize("written", ["", "9", CREDIT_CODES[0] + "0", "O" * 18, "９" * 17, "Ⅷ" * 18])
def test_what_is_spelled_otherwise_is_no_credit_code(written: str) -> None:
    assert text.credit_code(written) is None
