"""Media types: what a client sends, and in which form it takes what is answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
EVENTS = "text/event-stream"
UTF_8 = ("utf-8", "utf8")


@dataclass(frozen=True)
class Wish:
    """What a client takes. `media`: the better of two forms of JSON, None if it takes neither.

    `events`: it named event streams. `streamed`: it likes them better than any JSON.
    """

    media: str | None
    events: bool = False
    streamed: bool = False


def accepted(accept: Sequence[str]) -> Wish:
    """What the values of `Accept` wish for.

    Of JSON the more wanted form, and the newer one if both are named and wanted alike; JSON
    without a wish. Who names event streams among others, and not above them, is answered in JSON.
    """
    return _wished(",".join(accept))


@lru_cache(maxsize=256)
def _wished(wishes: str) -> Wish:
    if not wishes.strip():
        return Wish(JSON)
    ranges = dict(_ranges(wishes))
    wanted = {kind: _quality(kind, ranges) for kind in (GRAPHQL_JSON, JSON)}
    events = ranges.get(EVENTS, 0.0)
    most = max(wanted.values())
    return Wish(_better(wanted, ranges) if most > 0 else None, events > 0, events > most)


@lru_cache(maxsize=256)
def is_json(content_type: str) -> bool:
    """Whether a `Content-Type` says JSON in UTF-8."""
    kind, parameters = _parsed(content_type)
    return kind == JSON and parameters.get("charset", "utf-8") in UTF_8


def _better(wanted: dict[str, float], ranges: dict[str, float]) -> str:
    if wanted[GRAPHQL_JSON] == wanted[JSON]:
        return GRAPHQL_JSON if GRAPHQL_JSON in ranges else JSON
    return max(wanted, key=lambda kind: wanted[kind])


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        kind, parameters = _parsed(part)
        if kind and parameters.get("charset", "utf-8") in UTF_8:
            try:
                yield kind, min(max(float(parameters.get("q", "1")), 0.0), 1.0)
            except ValueError:
                continue


def _quality(kind: str, ranges: dict[str, float]) -> float:
    """The most specific range decides."""
    for name in (kind, "application/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0


def _parsed(value: str) -> tuple[str, dict[str, str]]:
    kind, *rest = value.lower().split(";")
    pairs = (each.partition("=") for each in rest)
    return kind.strip(), {name.strip(): text.strip().strip('"') for name, _, text in pairs}
