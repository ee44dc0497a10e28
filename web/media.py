"""Media types: what a client sends, and which of two forms of JSON it takes."""

from collections.abc import Iterator, Sequence

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
UTF_8 = ("utf-8", "utf8")


def accepted(accept: Sequence[str]) -> str | None:
    """The media type to answer in, by the values of `Accept`; None if neither will do.

    The more wanted one, and the newer one if both are named and wanted alike; JSON without a wish.
    """
    wishes = ",".join(accept)
    if not wishes.strip():
        return JSON
    ranges = dict(_ranges(wishes))
    wanted = {kind: _quality(kind, ranges) for kind in (GRAPHQL_JSON, JSON)}
    if wanted[GRAPHQL_JSON] == wanted[JSON] > 0:
        return GRAPHQL_JSON if GRAPHQL_JSON in ranges else JSON
    best = max(wanted, key=lambda kind: wanted[kind])
    return best if wanted[best] > 0 else None


def is_json(content_type: str) -> bool:
    """Whether a `Content-Type` says JSON in UTF-8."""
    kind, parameters = _parsed(content_type)
    return kind == JSON and parameters.get("charset", "utf-8") in UTF_8


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
