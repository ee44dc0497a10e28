"""What is told of each operation that was answered: a line in the log, figures, a span.

Never a value, and no name that a client chose.
"""

import logging
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from resolvers.auth import AUDIT, GRANT
from resolvers.errors import Code, Refusal
from resolvers.trace import Trace
from web import refusal
from web.asking import ContextOf, asker
from web.head import head

requests = logging.getLogger("commongrid.request")
statements = logging.getLogger("commongrid.statement")
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)


def logged(trace: Trace) -> None:
    """One line of the request, and one of each statement where those are wanted."""
    if statements.isEnabledFor(logging.INFO):
        for ran in trace.statements:
            said = {
                "request": trace.request,
                "statement": ran.name,
                "rows": ran.rows,
                "shared": ran.shared,
                "ms": round(ran.milliseconds, 2),
            }
            statements.info("statement", extra=said)
    if requests.isEnabledFor(logging.INFO):
        told = {
            "request": trace.request,
            "caller": trace.caller,
            "kind": trace.kind,
            "fields": list(trace.fields),
            "codes": list(trace.codes),
            "ms": round(trace.milliseconds, 2),
            "statements": len(trace.statements),
            "engine_ms": round(trace.engine_milliseconds, 2),
        }
        requests.info("request", extra=told)


@dataclass
class Metrics:
    """Figures for Prometheus at /metrics, for callers who administer or audit."""

    context_of: ContextOf
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    known: dict[tuple[Any, tuple[str, ...]], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where: Any = {"registry": self.registry, "namespace": "commongrid"}
        self.requests = Counter("requests", "Operations answered", ("kind", "code"), **where)
        self.seconds = Histogram(
            "request_seconds", "Time of an operation", ("kind",), buckets=SECONDS, **where
        )
        self.refused = Counter("limits", "Operations refused by a limit", ("limit",), **where)
        self.statements = Histogram(
            "statement_seconds", "Time of a statement", ("name",), buckets=SECONDS, **where
        )

    def finished(self, trace: Trace) -> None:
        kind = trace.kind or "refused"
        self.labelled(self.requests, kind, trace.codes[0] if trace.codes else "OK").inc()
        self.labelled(self.seconds, kind).observe(trace.milliseconds / 1000)
        for limit in trace.limits:
            self.labelled(self.refused, limit).inc()
        for ran in trace.statements:
            if not ran.shared:  # that one is counted where it ran
                self.labelled(self.statements, ran.name).observe(ran.milliseconds / 1000)

    def labelled(self, metric: Any, *values: str) -> Any:
        """The figure under these labels; the client library looks it up under a lock each time."""
        known = self.known.get((metric, values))
        if known is None:
            known = self.known[metric, values] = metric.labels(*values)
        return known

    async def figures(self, request: Request) -> ASGIApp:
        try:
            context = await self.context_of(asker(head(request.scope)))
            if not any({AUDIT, GRANT} & each.permissions for each in context.caller.grants):
                raise Refusal(Code.FORBIDDEN, "figures are for who administers or audits")
        except Refusal as refused:
            bad = refusal.of(refused)
            return refusal.told(bad, head(request.scope).all("accept"))
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)
