"""What the head of a request says of the one who asks, before anything of it is believed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Asker:
    """`request`: the request's id. `language`: «en» or «zh». `authorization`: what it shows.

    Every value as sent, such as «Bearer …»: of each Authorization header, and on a WebSocket of
    `authorization` in the payload of connection_init too. More than one is for a caller to refuse.
    `explain`: whether the answer should say which statements ran for it.
    `costed`: whether it wants to know what its answer costs.
    """

    request: str
    language: str = "en"
    authorization: tuple[str, ...] = ()
    explain: bool = False
    costed: bool = False
