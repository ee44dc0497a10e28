"""Which bearer tokens are believed: the issuer's own, and no other whatever they say."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from resolvers import token
from resolvers.token import Issuer, NotBelieved

ISSUER, AUDIENCE = "https://id.example.org", "commongrid"
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
OTHER = RSAKey.generate_key(2048, {"kid": "rsa"})


@dataclass
class Published:
    """The issuer's public keys, and how often they were asked for."""

    keys: list[Any] = field(default_factory=lambda: [RSA, EC])
    asked: int = 0

    async def __call__(self) -> dict[str, Any]:
        self.asked += 1
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u-1", "iat": now, "exp": now + 600, **changed}
    return {name: value for name, value in said.items() if value is not None}


def signed(said: dict[str, Any], key: Any = RSA, **header: Any) -> str:
    algorithm = "ES256" if key is EC else "RS256"
    return jwt.encode({"alg": algorithm, "kid": key.kid, **header}, said, key)


def believed(text: str, source: Published | None = None) -> tuple[str, float]:
    return asyncio.run(Issuer(ISSUER, AUDIENCE, source or Published()).subject(text))


@pytest.mark.parametrize("key", [RSA, EC], ids=["RS256", "ES256"])
def test_a_token_of_the_issuer_is_believed_until_it_ends(key: Any) -> None:
    said = claims(nbf=int(time.time()))
    assert believed(signed(said, key)) == ("u-1", said["exp"])
    assert believed(signed({**said, "aud": ["other", AUDIENCE]}, key))[0] == "u-1"


NOW = int(time.time())
WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example.org"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "other"},
    "no audience": {"aud": None},
    "expired": {"exp": NOW - 60},
    "no end": {"exp": None},
    "an end that never comes": {"exp": 1e308},
    "an end after two days": {"exp": NOW + 2 * 86_400},
    "an end that is a text": {"exp": "tomorrow"},
    "issued in the future": {"iat": NOW + 3_000, "exp": NOW + 3_600},
    "not before tomorrow": {"nbf": NOW + 86_400},
    "no beginning": {"iat": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is a list": {"sub": ["u-1"]},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG.keys())
def test_a_token_with_wrong_claims_is_not_believed(changed: dict[str, Any]) -> None:
    with pytest.raises(NotBelieved):
        believed(signed(claims(**changed)))


def part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(header: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """A token with any header, signed as said."""
    body = ".".join(part(json.dumps(each).encode()) for each in (header, claims()))
    return f"{body}.{part(sign(body.encode()))}"


def by(key: RSAKey) -> Callable[[bytes], bytes]:
    private: Any = key.private_key
    return lambda body: private.sign(body, PKCS1v15(), SHA256())


def by_public(body: bytes) -> bytes:
    """By HMAC with the public key, which everybody has."""
    return hmac.digest(RSA.as_pem(private=False), body, "sha256")


HEADERS: dict[str, dict[str, Any]] = {
    "its own key": {"jwk": OTHER.as_dict(private=False)},
    "the address of a key": {"jku": "https://evil.example.org/keys"},
    "the address of a certificate": {"x5u": "https://evil.example.org/cert"},
    "a path": {"kid": "../../etc/passwd"},
    "an address": {"kid": "https://evil.example.org/keys"},
    "an unknown kid": {"kid": "nobody"},
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_a_token_that_brings_a_key_or_names_an_unknown_one_is_not_believed(
    header: dict[str, Any],
) -> None:
    for key in (RSA, OTHER):
        with pytest.raises(NotBelieved):
            believed(forged({"alg": "RS256", "kid": "rsa", **header}, by(key)))


def test_a_forged_token_differs_from_a_right_one_in_what_is_forged_alone() -> None:
    assert believed(forged({"alg": "RS256", "kid": "rsa"}, by(RSA)))[0] == "u-1"


@pytest.mark.parametrize(
    "text",
    [
        forged({"alg": "none"}, lambda _: b""),
        forged({"alg": "NONE", "kid": "rsa"}, lambda _: b""),
        forged({"alg": "HS256", "kid": "rsa"}, by_public),
        forged({"alg": "RS512", "kid": "rsa"}, by(RSA)),
        forged({"alg": "RS256", "kid": "rsa", "crit": ["x"], "x": 1}, by(RSA)),
        signed(claims(), OTHER),
        signed(claims()) + "x",
        signed(claims()).rpartition(".")[0] + ".",
        "a.b.c",
        "....",
        "",
        "\x00",
        "eyJhbGciOiJSUzI1NiJ9",
    ],
)
def test_what_the_issuer_did_not_sign_is_not_believed(text: str) -> None:
    with pytest.raises(NotBelieved):
        believed(text)


LARGE = "x" * 2_000_000
COSTLY: dict[str, Callable[[], str]] = {
    "signed by another": lambda: signed(claims(), OTHER),
    "no token": lambda: LARGE,
    "a large subject": lambda: f"{part(b'{}')}.{part(LARGE.encode())}.x",
    "a large header": lambda: forged({"alg": "RS256", "kid": LARGE}, lambda _: b"x"),
    "very many parts": lambda: "." * 2_000_000,
    "a deep header": lambda: f"{part(b'[' * 1_000_000)}.e30.x",
}


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY)
def test_it_costs_little_not_to_believe(text: Callable[[], str]) -> None:
    made, times = text(), []
    issuer = Issuer(ISSUER, AUDIENCE, Published())

    async def refused() -> None:
        for _ in range(5):
            began = time.process_time()
            with pytest.raises(NotBelieved):
                await issuer.subject(made)
            times.append(time.process_time() - began)

    asyncio.run(refused())
    assert min(times) < 0.01
    assert believed(signed(claims()))[0] == "u-1"


def test_new_keys_of_the_issuer_are_looked_for_once_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = Published(keys=[EC])
    issuer = Issuer(ISSUER, AUDIENCE, source)

    async def work() -> None:
        assert (await issuer.subject(signed(claims(), EC)))[0] == "u-1"
        source.keys = [RSA]
        for _ in range(5):
            with pytest.raises(NotBelieved):
                await issuer.subject(signed(claims()))
        assert source.asked == 1
        monkeypatch.setattr(issuer, "next", 0.0)
        assert (await issuer.subject(signed(claims())))[0] == "u-1"
        assert source.asked == 2
        with pytest.raises(NotBelieved):
            await issuer.subject(signed(claims(), EC))

    asyncio.run(work())


def test_of_a_key_of_a_machine_only_a_digest_is_kept() -> None:
    given, identifier, digest = token.made()
    assert token.parts(given) == (identifier, digest)
    assert digest not in given
    assert given != token.made()[0]
    for other in (given[:-1], given + "a", given.replace("cg_", "cg-"), f" {given}"):
        assert token.parts(other) is None
