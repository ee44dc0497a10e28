"""Spans for OpenTelemetry, where it is installed: of each operation, and of each statement in it.

Names are the kind of operation and the statement's own (semantic conventions for GraphQL: a name
that a client chose is none for a span); no document, argument or parameter is told.
"""

from typing import Any

from resolvers.trace import Finished, Trace

NANO = 1_000_000_000


def spans(provider: Any = None) -> Finished | None:
    """Tells the provider (else the process) of each trace; None without OpenTelemetry."""
    try:
        from opentelemetry import trace as api
    except ImportError:
        return None
    if provider is None and isinstance(api.get_tracer_provider(), api.ProxyTracerProvider):
        return None  # installed, but nobody listens
    tracer = api.get_tracer("commongrid", tracer_provider=provider)

    def finished(trace: Trace) -> None:
        kind = trace.kind or "refused"
        told = {"graphql.operation.type": kind, "commongrid.request": trace.request}
        start = int(trace.began * NANO)
        whole = tracer.start_span(kind, attributes=told, start_time=start)
        if trace.codes:
            whole.set_attribute("error.type", trace.codes[0])
        inside = api.set_span_in_context(whole)
        for ran in trace.statements:
            began = int(ran.began * NANO)
            part = tracer.start_span(ran.name, inside, start_time=began)
            part.set_attribute("db.response.returned_rows", ran.rows)
            part.end(began + int(ran.milliseconds * NANO / 1000))
        whole.end(start + int(trace.milliseconds * NANO / 1000))

    return finished
