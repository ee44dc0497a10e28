"""What the head of a request says, as it is handed on to whoever judges it."""

import pytest

from resolvers.asker import Asker
from web.asking import asker
from web.head import Head


def head(*headers: tuple[bytes, bytes], query: bytes = b"") -> Head:
    named = [*headers, (b"x-request-id", b"an-id-as-brought")]
    return Head({"type": "http", "headers": named, "query_string": query})


def test_every_value_that_is_shown_is_handed_on() -> None:
    found = asker(head((b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")))

    assert Asker("an-id-as-brought", "en", ("Bearer a", "Bearer b")) == found
    assert ("",) == asker(head((b"authorization", b""))).authorization


def test_a_token_in_the_query_is_never_read() -> None:
    query = b"access_token=secret&authorization=Bearer%20secret"

    assert Asker("an-id-as-brought") == asker(
        head((b"cookie", b"authorization=secret"), query=query)
    )


@pytest.mark.parametrize(
    ("accepted", "language"),
    [(b"zh-CN,zh;q=0.9", "zh"), (b"en-US", "en"), (b"", "en"), (b"ZH", "zh")],
)
def test_the_language_is_chinese_or_english(accepted: bytes, language: str) -> None:
    assert language == asker(head((b"accept-language", accepted))).language
