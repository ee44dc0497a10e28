"""What the wire allows: names, sizes, deadlines and numbers, each of them a setting."""

from dataclasses import dataclass

KIB = 1024


@dataclass(frozen=True)
class Wire:
    """The defaults of the production profile. Sizes are in bytes, times in seconds.

    `draft`: status codes of the GraphQL-over-HTTP draft of 2026 instead of those that the
    graphql-http audits ask for. `development`: queries by GET, GraphiQL, and pages of this machine
    as origins. `hosts`: the names this server goes by; None = any. `origins`: whose pages may ask,
    as «https://name[:port]»; those of the server's own origin always may.
    """

    draft: bool = False
    development: bool = False
    hosts: frozenset[str] | None = None
    origins: frozenset[str] = frozenset()
    # A request: its head (request line and headers), its body; then a connection between requests.
    head_bytes: int = 32 * KIB
    head_seconds: float = 10.0
    body_bytes: int = 1024 * KIB
    body_seconds: float = 30.0
    bodies_bytes: int = 64 * 1024 * KIB  # of all bodies that are being read
    idle_seconds: float = 30.0
    # How long a client may leave unread what was sent to it.
    stall_seconds: float = 20.0
    connections: int = 10_000
    # Operations: executed at once, of them by one caller, and waiting for their turn.
    running: int = 64
    running_per_caller: int = 8
    waiting: int = 128
    # WebSockets, and streams of events.
    sockets: int = 1_000
    sockets_per_caller: int = 20
    socket_operations: int = 20
    socket_bytes: int = 64 * KIB
    socket_init_seconds: float = 10.0
    ping_seconds: float = 15.0
