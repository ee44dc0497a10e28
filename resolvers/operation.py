"""One operation: parsed, validated and limited once for each document, then executed."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)
from graphql.execution import execute
from graphql.pyutils import is_awaitable

from resolvers import limits, text
from resolvers.context import Context
from resolvers.documents import Documents, UnknownDocument
from resolvers.errors import Code, formatted
from resolvers.execution import Executor
from resolvers.plan import Plan

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


@dataclass(frozen=True)
class Asks:
    """What an operation is: its kind, and the names of its root fields as the schema has them."""

    kind: str
    fields: tuple[str, ...]


@dataclass
class Prepared:
    """A document that was parsed and validated: either errors, or plans to come."""

    document: DocumentNode | None = None
    errors: list[GraphQLError] = field(default_factory=list)
    introspects: bool = False
    asks: dict[str | None, Asks] = field(default_factory=dict)
    plans: dict[Any, Plan] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """The response map; `executed`: False where the request was refused before execution."""

    body: dict[str, Any]
    executed: bool


class Operations:
    """Answers requests on one schema, and remembers the documents it has seen.

    `open`: the schema tells of itself to everybody, and errors suggest what may have been meant;
    else it tells system administrators, and errors suggest nothing.
    """

    def __init__(
        self, schema: GraphQLSchema, documents: Documents | None = None, open: bool = True
    ) -> None:
        self.schema, self.open = schema, open
        self.documents = documents or Documents()
        self.known: OrderedDict[str, Prepared] = OrderedDict()
        self.registered: dict[str, Prepared] = {}

    def register(self, known: Mapping[str, str]) -> None:
        """From now on these documents (text by id) are the registered ones, ready to be asked."""
        before = self.registered
        self.registered = {t: before.get(t) or self.prepare(t) for t in known.values()}
        self.documents.known = known

    async def answer(self, request: Request, context: Context) -> Response:
        """The response to one request. Never raises for what a client sent."""
        prepared = self.asked(request)
        errors = prepared.errors
        if prepared.introspects and not (self.open or context.caller.administers):
            errors = [_coded(GraphQLError(UNTOLD), {"code": Code.INTROSPECTION_DISABLED.value})]
        if prepared.document and not errors:
            errors = text.variables(prepared.document, request.variables or {})
            errors = errors or limits.exceeded(self.schema, prepared.document, request)
        if errors or prepared.document is None:
            return Response({"errors": [formatted(e, context.request) for e in errors]}, False)
        context.plans = prepared.plans
        result = execute(
            self.schema,
            prepared.document,
            context_value=context,
            variable_values=dict(request.variables or {}),
            operation_name=request.operation_name,
            executor_class=Executor,
            hide_suggestions=not self.open,
        )
        done: Any = await result if is_awaitable(result) else result
        body = _body(done, context.request)
        return Response(body, "data" in body)

    async def events(self, request: Request, context: Context) -> AsyncIterator[Response]:
        """The responses to one request, one after the other: of a query or mutation just one.

        The schema has no subscriptions; each event of one would be a response here.
        """
        yield await self.answer(request, context)

    def kind(self, request: Request) -> str | None:
        """«query», «mutation» or «subscription»; None where nothing would be executed."""
        asks = self.asks(request)
        return asks.kind if asks else None

    def asks(self, request: Request) -> Asks | None:
        """What would be executed; None where nothing would be."""
        prepared = self.asked(request)
        if prepared.errors or (request.operation_name is None and len(prepared.asks) > 1):
            return None
        name = request.operation_name or next(iter(prepared.asks), None)
        return prepared.asks.get(name)

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
        too_long = limits.too_long(query)
        if too_long:
            return Prepared(errors=[too_long])
        if query in self.known:
            self.known.move_to_end(query)
            return self.known[query]
        prepared = self.known[query] = self.prepare(query)
        if len(self.known) > DOCUMENTS:
            self.known.popitem(last=False)
        return prepared

    def prepare(self, query: str) -> Prepared:
        try:
            document = parse(query, max_tokens=limits.TOKENS)
        except GraphQLSyntaxError as error:
            return Prepared(errors=[_coded(error, limits.parse_failure(error))])
        refused = limits.refused(document)
        if refused:
            return Prepared(errors=[refused])
        found = validate(
            self.schema, document, max_errors=limits.ERRORS, hide_suggestions=not self.open
        )
        coded = [limits.validation_failure(error) for error in found]
        errors = coded or text.literals(document)
        asks = {} if errors else told(document)
        return Prepared(document, errors, introspects(document), asks)


def told(document: DocumentNode) -> dict[str | None, Asks]:
    """What each operation of a valid document asks, by its name."""
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }

    def names(selections: Any) -> Iterator[str]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node.name.value
            else:
                spread = isinstance(node, FragmentSpreadNode)
                inner = fragments[node.name.value] if spread else node
                yield from names(inner.selection_set)

    found: dict[str | None, Asks] = {}
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            name = each.name.value if each.name else None
            fields = tuple(sorted({*names(each.selection_set)}))
            found[name] = Asks(each.operation.value, fields)
    return found


def introspects(document: DocumentNode) -> bool:
    """Whether it asks for the schema itself, by whatever name; `__typename` is no such question."""
    waiting: list[Any] = [definition for definition in document.definitions]
    while waiting:
        node = waiting.pop()
        if isinstance(node, FieldNode) and node.name.value in ("__schema", "__type"):
            return True
        waiting.extend(getattr(getattr(node, "selection_set", None), "selections", ()))
    return False


def _coded(error: GraphQLError, extensions: dict[str, Any]) -> GraphQLError:
    error.extensions = {**(error.extensions or {}), **extensions}
    return error


def _body(result: Any, request: str) -> dict[str, Any]:
    """`data` before `errors`; errors in the order of the answer, whichever came first."""
    body: dict[str, Any] = {}
    refused = result.data is None and result.errors and all(not e.path for e in result.errors)
    if not refused:
        body["data"] = result.data
    if result.errors:
        ordered = sorted(result.errors, key=lambda e: [str(step) for step in e.path or ()])
        body["errors"] = [formatted(error, request) for error in ordered]
    return body
