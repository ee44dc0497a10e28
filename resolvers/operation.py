"""One operation: parsed, validated and limited once, planned once for each shape, answered.

What resolvers return is read here and nowhere else: a Reading by one planned statement, a Finding
or a Change by its own statements and one for each place at which nodes hang.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    get_named_type,
    parse,
    validate,
)
from graphql.execution import execute
from graphql.pyutils import Path, is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graph import cypher, write
from graph.cypher import Statement
from graph.model import Asking, Condition, Finding, Key, Missing, Reading, Selection, Use
from graph.write import Change
from resolvers import limits, text
from resolvers.context import Context
from resolvers.errors import formatted
from resolvers.selection import Bound, Occurrence, Planner, Wanted
from resolvers.shape import Answer, Read, typed

Returned = Reading | Finding | Change
DOCUMENTS = 500
PLANS_OF_A_DOCUMENT = 50


@dataclass(frozen=True)
class Request:
    """What a client sent, taken apart: the GraphQL-over-HTTP members of the body."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None


@dataclass
class Prepared:
    """A document that was parsed and validated: either errors, or plans to come."""

    document: DocumentNode | None = None
    errors: list[GraphQLError] = field(default_factory=list)
    plans: dict[Any, "Plan"] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """The response map; `executed`: False where the request was refused before execution."""

    body: dict[str, Any]
    executed: bool


@dataclass(frozen=True)
class Plan:
    """How one root field is answered, for every request of one structure.

    `statements` keeps what was compiled. It is kept here and not for all plans together: the same
    question in another document is the same text, but finds its values in that document.
    """

    read: Read
    type: Any
    node: Selection | None
    rows: Use | None
    places: tuple[Mapping[str, Selection], ...]
    condition: Condition | None = None
    statements: dict[Any, Statement] = field(default_factory=dict)

    def statement(self, key: Any, compiled: Callable[[], Statement]) -> Statement:
        if key not in self.statements:
            self.statements[key] = compiled()
        return self.statements[key]


class Operations:
    """Answers requests on one schema, and remembers the documents it has seen."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.known: OrderedDict[str, Prepared] = OrderedDict()

    async def answer(self, request: Request, context: Context) -> Response:
        """The response to one request. Never raises for what a client sent."""
        prepared = self.prepared(request.query)
        errors = prepared.errors
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
        )
        done: Any = await result if is_awaitable(result) else result
        body = _body(done, context.request)
        return Response(body, "data" in body)

    def prepared(self, query: str) -> Prepared:
        """The document parsed and validated, from memory if it was met before."""
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
        found = validate(self.schema, document, max_errors=limits.ERRORS)
        coded = [limits.validation_failure(error) for error in found]
        return Prepared(document, coded or text.literals(document))


class Executor(StrawberryGraphQLCoreExecutionContext):
    """graphql-core's executor, which also completes what our resolvers return."""

    def execute_fields(
        self,
        parent_type: Any,
        source_value: Any,
        path: Path | None,
        grouped_field_set: Any,
        position_context: Any,
    ) -> Any:
        if path is None:
            return self.execute_roots(parent_type, source_value, grouped_field_set)
        return super().execute_fields(
            parent_type, source_value, path, grouped_field_set, position_context
        )

    async def execute_roots(self, parent_type: Any, source: Any, fields: Any) -> dict[str, Any]:
        """All root fields at once. Every one ends, so that the same errors are told each time."""
        paths = {key: Path(None, key, parent_type.name) for key in fields}

        async def one(key: str) -> Any:
            value = self.execute_field(parent_type, source, fields[key], paths[key], None)
            return await value if is_awaitable(value) else value

        ended = await asyncio.gather(*map(one, fields), return_exceptions=True)
        results = dict(zip(fields, ended, strict=True))
        failed = [key for key, each in results.items() if isinstance(each, BaseException)]
        for key in failed[1:]:
            self.collected_errors.add(results[key], paths[key])
        if failed:
            raise results[failed[0]]
        return results

    def complete_value(
        self,
        return_type: Any,
        field_details_list: Any,
        info: Any,
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        at = (return_type, field_details_list, info, path)
        if isinstance(result, Reading | Finding | Change):
            return self.complete(at, result, position_context)
        return super().complete_value(*at, result, position_context)

    async def complete(
        self, at: tuple[Any, Any, Any, Path], result: Returned, position: Any
    ) -> Any:
        """Read, put into form, encode; where the check fails, graphql-core locates the error."""
        context: Context = at[2].context
        bound = Bound(self.variable_values)
        plan = self.plan(at, result, bound)
        value, asking = await found(result, plan, bound, context)
        answer = Answer(bound, len(plan.places), checked=context.direct)
        await hang(value, plan, answer, asking, context)
        if context.direct:
            try:
                shaped = msgspec.convert(plan.read(value, answer), plan.type)
                return msgspec.Raw(msgspec.json.encode(shaped))
            except msgspec.ValidationError:
                answer.checked = False
        shaped = plan.read(value, answer)
        completed = super().complete_value(*at, shaped, position)
        return await completed if is_awaitable(completed) else completed

    def plan(self, at: tuple[Any, Any, Any, Path], result: Returned, bound: Bound) -> Plan:
        """The plan for this field, from memory if a request of this structure came before."""
        return_type, details, info, path = at
        plans, label = info.context.plans, result.label if isinstance(result, Reading) else ""
        key = (info.operation.loc, path.key, label, structure(self.variable_values.coerced))
        if key not in plans:
            planner = Planner(self.schema, self.fragments, info.operation, bound)
            definition = info.parent_type.fields[info.field_name]
            here = Occurrence(definition, details[0].node, (str(path.key),))
            if len(plans) >= PLANS_OF_A_DOCUMENT:
                plans.clear()
            plans[key] = planned(planner, return_type, details, here, label)
        found: Plan = plans[key]
        return found


def planned(planner: Planner, return_type: Any, details: Any, at: Occurrence, label: str) -> Plan:
    """The plan of a root field: of a Reading of `label`, or of a computed answer if it is empty."""
    named = get_named_type(return_type)
    node: Selection | None = None
    use: Use | None = None
    narrowed: Condition | None = None
    if not label:
        read, kind = planner.value(return_type, details, at)
        narrowed = planner.narrowed(at)
    elif label == named.name:
        wanted = Wanted(label)
        read, inner = planner.node(wanted, named, details, at.path)
        node, kind = wanted.selection(), typed(return_type, inner)
    else:
        use, read, kind = planner.connection(label, "", named, at, details)
    places = tuple(
        {name: wanted.selection() for name, wanted in place.wanted.items()}
        for place in planner.places
    )
    return Plan(read, kind, node, use, places, narrowed)


async def found(result: Returned, plan: Plan, bound: Bound, context: Context) -> tuple[Any, Asking]:
    """The row or record behind what a resolver returned, and as whom the rest is asked."""
    if isinstance(result, Finding):
        asking = replace(
            context.asking(result.day),
            condition=plan.condition,
            bind=lambda parameter: parameter.source(bound),
        )
        return await result.find(context.graph, asking), asking
    if isinstance(result, Change):
        record, bookmarks = await write.run(context.graph, result, context.caller.name)
        return record, context.asking(None, tuple(bookmarks))
    asking = context.asking(result.day)
    statement = plan.statement((result, context.bounded), lambda: anchored(result, plan, context))
    row = await run(statement, result.parameters, bound, asking, context)
    if row is None and result.missing:
        raise Missing(result.missing)
    return row, asking


def anchored(reading: Reading, plan: Plan, context: Context) -> Statement:
    if plan.rows is not None:
        return cypher.many(reading, plan.rows, context.bounded)
    assert plan.node is not None
    return cypher.one(reading, plan.node, context.bounded)


async def hang(value: Any, plan: Plan, answer: Answer, asking: Asking, context: Context) -> None:
    """Read the nodes to which a computed answer holds keys, those of one place together."""
    if plan.places:
        plan.read(value, answer)
    wanted, answer.wanted = answer.wanted or [], None
    for number, keys in enumerate(wanted):
        labels = sorted({key.label for key in keys})
        if not labels:
            continue
        selections = tuple(plan.places[number][label] for label in labels)
        codes = {
            f"codes{i}": [key.code for key in keys if key.label == label]
            for i, label in enumerate(labels)
        }
        statement = plan.statement(
            (number, *labels, context.bounded), partial(cypher.keyed, selections, context.bounded)
        )
        row = await run(statement, codes, answer.bound, asking, context)
        for i, label in enumerate(labels):
            for each in row[f"n{i}"]:
                answer.rows[number][Key(label, each["node"]["code"])] = each


async def run(
    statement: Statement,
    parameters: Mapping[str, Any],
    bound: Bound,
    asking: Asking,
    context: Context,
) -> Any:
    values = {f"p{i}": place.source(bound) for i, place in enumerate(statement.parameters)}
    return await context.graph.read(
        statement.name, statement.text, {**parameters, **values, **asking.values()}, asking.after
    )


def structure(value: Any) -> Any:
    """What of a value may shape a plan: keys, nulls, booleans, enums; never strings or numbers."""
    if isinstance(value, Mapping):
        return tuple((key, structure(each)) for key, each in sorted(value.items()))
    if isinstance(value, list):
        shaped = [structure(each) for each in value]
        return tuple(shaped) if any(isinstance(each, Mapping) for each in value) else list
    if value is None or isinstance(value, bool | Enum):
        return value
    return type(value)


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
