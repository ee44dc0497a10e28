"""One operation: parsed, validated and limited once for each document, then executed."""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    parse,
    validate,
)
from graphql.execution import execute
from graphql.pyutils import is_awaitable

from resolvers import text
from resolvers.asks import Asks, asks
from resolvers.bucket import Buckets
from resolvers.context import Context
from resolvers.direct import Direct, direct
from resolvers.documents import Documents, UnknownDocument
from resolvers.errors import Code, Refusal, formatted
from resolvers.execution import Executor
from resolvers.limits import DEFAULTS, ERRORS, Limits, validation_failures
from resolvers.measure import Measure
from resolvers.meter import Meter
from resolvers.price import Prices

DOCUMENTS = 500
UNTOLD = "the schema is told to system administrators; it is published as schema.graphql"


@dataclass(frozen=True)
class Request:
    """What a client sent, taken apart: the GraphQL-over-HTTP members of the body.

    `document`: the id of a registered document, whose text need not be sent. `ours`: asked by this
    server itself, so that the document need not be registered.
    """

    query: str | None
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    document: str | None = None
    ours: bool = False


@dataclass
class Prepared:
    """A document that was parsed and validated: either errors, or prices and plans to come."""

    document: DocumentNode | None = None
    prices: Prices | None = None
    errors: list[GraphQLError] = field(default_factory=list)
    asks: Mapping[str | None, Asks] = field(default_factory=dict)
    plans: dict[Any, Any] = field(default_factory=dict)
    short: dict[str | None, Direct | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A request with its document. `asks`: what would be executed; None where nothing would be."""

    request: Request
    prepared: Prepared
    asks: Asks | None

    @property
    def kind(self) -> str | None:
        """«query», «mutation» or «subscription»."""
        return self.asks.kind if self.asks else None


@dataclass(frozen=True)
class Response:
    """The response map; `executed`: False where the request was refused before execution.

    `retry_after`: in how many seconds one who asked too much may ask again.
    """

    body: dict[str, Any]
    executed: bool
    retry_after: int | None = None


class Operations:
    """Answers requests on one schema, within limits, and remembers the documents it has seen.

    `open`: the schema tells of itself to everybody, and errors suggest what may have been meant;
    else it tells system administrators, and errors suggest nothing.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits = DEFAULTS,
        documents: Documents | None = None,
        open: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.schema, self.limits, self.open = schema, limits, open
        self.documents = documents or Documents()
        self.buckets = Buckets(self.limits.points_per_minute, clock)
        self.known: OrderedDict[str, Prepared] = OrderedDict()
        self.registered: dict[str, Prepared] = {}

    def register(self, known: Mapping[str, str]) -> None:
        """From now on these documents (text by id) are the registered ones, ready to be asked."""
        before = self.registered
        self.registered = {t: before.get(t) or self.prepare(t) for t in known.values()}
        self.documents.known = known

    def question(self, request: Request) -> Question:
        """The request with the document that it names or brings, prepared."""
        prepared, name = self.asked(request), request.operation_name
        if prepared.errors or (name is None and len(prepared.asks) > 1):
            return Question(request, prepared, None)
        if name is None:
            name = next(iter(prepared.asks), None)
        return Question(request, prepared, prepared.asks.get(name))

    async def answer(self, question: Question, context: Context) -> Response:
        """The response to one request. Never raises for what a client sent."""
        request, prepared = question.request, question.prepared
        cost, errors = self.refused(prepared, request, context)
        if errors or prepared.document is None:
            return Response({"errors": [formatted(e, context.request) for e in errors]}, False)
        try:
            left = self.buckets.spend(context.caller.identity, cost)
        except Refusal as refused:
            return _limited(refused)
        body = await self.executed(question, context)
        if "data" in body and (context.costed or left is not None):
            actual = self.actual(question, body, cost)
            left = self.buckets.refund(context.caller.identity, cost - actual)
            body["extensions"] = {"cost": self.bill(cost, actual, left)}
        return Response(body, "data" in body)

    def refused(
        self, prepared: Prepared, request: Request, context: Context
    ) -> tuple[int, list[GraphQLError]]:
        """What a request costs, and why it is not executed, if it is not."""
        told = self.open or context.caller.administers
        if not told and any(each.introspects for each in prepared.asks.values()):
            code = {"code": Code.INTROSPECTION_DISABLED.value}
            return 0, [_coded(GraphQLError(UNTOLD), code)]
        if prepared.errors:
            return 0, prepared.errors
        if prepared.document:
            errors = text.variables(prepared.document, request.variables or {})
            if errors:
                return 0, errors
        return prepared.prices.of(request) if prepared.prices else (0, [])

    async def executed(self, question: Question, context: Context) -> dict[str, Any]:
        """The response map to a valid request, whatever it costs."""
        context.plans, context.limits = question.prepared.plans, self.limits
        short = self.short(question) if context.direct else None
        done = await short.executed(question.request.variables or {}, context) if short else None
        if done is None:
            done = await self.at_length(question, context)
        return _body(done, context.request)

    def short(self, question: Question) -> Direct | None:
        """The short way to the answer, if there is one, prepared at the first request."""
        asks, prepared = question.asks, question.prepared
        if asks is None or prepared.document is None:
            return None
        name = asks.operation.name.value if asks.operation.name else None
        if name not in prepared.short:
            prepared.short[name] = direct(self.schema, prepared.document, asks)
        return prepared.short[name]

    async def at_length(self, question: Question, context: Context) -> ExecutionResult:
        """The result by graphql-core's executor."""
        assert question.prepared.document is not None
        result: Any = execute(
            self.schema,
            question.prepared.document,
            context_value=context,
            variable_values=dict(question.request.variables or {}),
            operation_name=question.request.operation_name,
            executor_class=Executor,
            hide_suggestions=not self.open,
        )
        done: ExecutionResult = await result if is_awaitable(result) else result
        return done

    def actual(self, question: Question, body: Mapping[str, Any], cost: int) -> int:
        """What the answer cost, for which `cost` was asked."""
        asks, document = question.asks, question.prepared.document
        if asks is None or document is None or body["data"] is None or "errors" in body:
            return cost
        variables = question.request.variables or {}
        meter = Meter(self.schema, document, asks.operation, variables, self.limits)
        return min(cost, meter.answered(body["data"]))

    def bill(self, cost: int, actual: int, left: int | None) -> dict[str, int]:
        """What was asked, what one may, what it cost, and what is left where that is counted."""
        remaining = {} if left is None else {"remaining": left}
        return {"requested": cost, "actual": actual, "limit": self.limits.cost, **remaining}

    async def events(self, question: Question, context: Context) -> AsyncIterator[Response]:
        """The responses to one request, one after the other: of a query or mutation just one.

        The schema has no subscriptions; each event of one would be a response here.
        """
        yield await self.answer(question, context)

    def asked(self, request: Request) -> Prepared:
        """The document that a request names or brings, prepared."""
        if request.ours and request.query is not None:
            return self.prepared(request.query)
        try:
            return self.prepared(self.documents.text(request.document, request.query))
        except UnknownDocument:
            code = {"code": Code.UNKNOWN_DOCUMENT.value}
            return Prepared(errors=[_coded(GraphQLError("no such document is registered"), code)])

    def prepared(self, query: str) -> Prepared:
        """The document parsed and validated, from memory if it was met before."""
        if query in self.registered:
            return self.registered[query]
        if len(query) > self.limits.characters:
            return Prepared(errors=[self.limits.exceeded("characters")])
        if query in self.known:
            self.known.move_to_end(query)
            return self.known[query]
        prepared = self.known[query] = self.prepare(query)
        if len(self.known) > DOCUMENTS:
            self.known.popitem(last=False)
        return prepared

    def prepare(self, query: str) -> Prepared:
        try:
            document = parse(query, max_tokens=self.limits.tokens)
        except GraphQLSyntaxError as error:
            return Prepared(errors=[_coded(error, self.limits.parse_failure(error))])
        measure = Measure(document, self.limits)
        refused = measure.refused()
        if refused:
            return Prepared(errors=[refused])
        found = validate(
            self.schema,
            document,
            measure.rules,
            max_errors=ERRORS,
            hide_suggestions=not self.open,
        )
        errors = validation_failures(found) or text.literals(document)
        prices = Prices(self.schema, document, self.limits)
        return Prepared(document, prices, errors, asks(document))


def _limited(refused: Refusal) -> Response:
    error = {"message": refused.message, "extensions": refused.extensions}
    return Response({"errors": [error]}, False, refused.extensions["retryAfter"])


def _coded(error: GraphQLError, extensions: dict[str, Any]) -> GraphQLError:
    error.extensions = {**(error.extensions or {}), **extensions}
    return error


def _body(result: ExecutionResult, request: str) -> dict[str, Any]:
    """`data` before `errors`; errors in the order of the answer, whichever came first."""
    body: dict[str, Any] = {}
    refused = result.data is None and result.errors and all(not e.path for e in result.errors)
    if not refused:
        body["data"] = result.data
    if result.errors:
        ordered = sorted(result.errors, key=lambda e: [str(step) for step in e.path or ()])
        body["errors"] = [formatted(error, request) for error in ordered]
    return body
