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

from resolvers.auth import AUDIT, GRANT
from resolvers.errors import Code, Refusal
from resolvers.trace import Trace
from web import refusal
from web.asking import ContextOf, asker

requests = logging.getLogger("commongrid.request")
statements = logging.getLogger("commongrid.statement")
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)


def logged(trace: Trace) -> None:
    """One line of the request, and one of each statement where those are wanted."""
    if statements.isEnabledFor(logging.INFO):
        for ran in trace.statements:
            said = {"request": trace.request, "statement": ran.name, "rows": ran.rows}
            statements.info("statement", extra={**said, "ms": round(ran.milliseconds, 2)})
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
        self.requests.labels(kind, trace.codes[0] if trace.codes else "OK").inc()
        self.seconds.labels(kind).observe(trace.milliseconds / 1000)
        for limit in trace.limits:
            self.refused.labels(limit).inc()
        for ran in trace.statements:
            self.statements.labels(ran.name).observe(ran.milliseconds / 1000)

    async def figures(self, request: Request) -> Response:
        try:
            context = await self.context_of(asker(request.scope))
            if not any({AUDIT, GRANT} & each.permissions for each in context.caller.grants):
                raise Refusal(Code.FORBIDDEN, "figures are for who administers or audits")
        except Refusal as refused:
            bad = refusal.of(refused)
            return refusal.told(bad, request.headers.getlist("accept"))
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)
