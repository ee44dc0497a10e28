"""The short way to an answer: a query whose root fields we answer, without graphql-core's executor.

It gives what the executor gives, byte for byte; what is not written already (`reading.py`) goes
through the executor's completion.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import msgspec
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    default_field_resolver,
    default_type_resolver,
    is_non_null_type,
    located_error,
)
from graphql.execution.collect_fields import FragmentDetails, collect_fields
from graphql.execution.values import VariableValues
from graphql.pyutils import Path, is_awaitable

from resolvers.arguments import Signatures
from resolvers.asks import Asks
from resolvers.context import Context
from resolvers.execution import Executor
from resolvers.measure import fragments
from resolvers.plan import form
from resolvers.reading import Returned, Root, answered
from resolvers.resolving import resolving
from resolvers.selection import Bound, Planner


class Asked(NamedTuple):
    """What a resolver may know of the field it answers: of graphql-core's info what we need.

    It stands for strawberry's own info too, which is made of that one.
    """

    field_name: str
    field_nodes: list[FieldNode]
    return_type: Any
    parent_type: Any
    path: Path
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    operation: OperationDefinitionNode
    variable_values: Mapping[str, Any]
    context: Context

    @property
    def _raw_info(self) -> "Asked":
        return self


@dataclass
class Ended:
    """How a root field ended; `failed`: the error was not its own alone, but the whole answer's."""

    value: Any = None
    errors: list[GraphQLError] = field(default_factory=list)
    failed: bool = False


class Direct:
    """One operation of a document, ready to be executed."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        kind = schema.query_type
        assert kind is not None
        self.schema, self.operation, self.kind = schema, operation, kind
        self.signatures = Signatures(schema, operation)
        self.definitions = fragments(document)
        self.fragments = {n: FragmentDetails(each, None) for n, each in self.definitions.items()}
        self.planning = partial(Planner, schema, self.fragments, operation)
        nothing = VariableValues({}, {})
        found = collect_fields(schema, self.fragments, nothing, kind, operation).grouped_field_set
        self.roots = [
            Root.of(key, kind.fields[details[0].node.name.value], details)
            for key, details in found.items()
        ]
        self.resolve = {root.key: resolving(root.definition) for root in self.roots}
        self.paths = {root.key: Path(None, root.key, kind.name) for root in self.roots}

    async def executed(self, given: Mapping[str, Any], context: Context) -> ExecutionResult | None:
        """The result; None where the variables are wrong, which graphql-core tells best."""
        variables = self.signatures.values(given)
        if variables is None:
            return None
        bound, own = Bound(variables), form(self.operation, variables)
        each = [self.one(root, bound, context.of_root(own)) for root in self.roots]
        ended = [await each[0]] if len(each) == 1 else await asyncio.gather(*each)
        errors = [error for one in ended for error in one.errors]
        if any(one.failed for one in ended):
            return ExecutionResult(None, errors)
        values = {root.key: one.value for root, one in zip(self.roots, ended, strict=True)}
        return ExecutionResult(values, errors or None)

    async def one(self, root: Root, bound: Bound, context: Context) -> Ended:
        try:
            asked = self.asked(root, bound, context)
            found = self.resolve[root.key](asked, bound.arguments(root.at))
            if isinstance(found, Returned):
                found = await answered(found, root, self.planning, bound, context)
            if isinstance(found, msgspec.Raw):
                return Ended(found)
            return await self.completed(root, asked, found, bound)
        except Exception as error:
            return self.ended(root, error)

    def ended(self, root: Root, error: Exception) -> Ended:
        located = located_error(error, root.nodes, [root.key])
        return Ended(None, [located], is_non_null_type(root.definition.type))

    def asked(self, root: Root, bound: Bound, context: Context) -> Asked:
        return Asked(
            root.at.node.name.value,
            root.nodes,
            root.definition.type,
            self.kind,
            self.paths[root.key],
            self.schema,
            self.definitions,
            self.operation,
            bound.variables.coerced,
            context,
        )

    async def completed(self, root: Root, asked: Asked, found: Any, bound: Bound) -> Ended:
        """What graphql-core makes of a value, with the errors it locates in it."""
        executor = Executor(
            self.schema,
            self.definitions,
            self.fragments,
            None,
            asked.context,
            self.operation,
            bound.variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
        )
        kind, path = root.definition.type, asked.path
        errors = executor.collected_errors.errors
        try:
            done: Any = executor.complete_value(kind, root.details, asked, path, found, None)
            return Ended(await done if is_awaitable(done) else done, errors)
        except Exception as error:
            ended = self.ended(root, error)
            return Ended(None, [*errors, *ended.errors], ended.failed)


def direct(schema: GraphQLSchema, document: DocumentNode, asks: Asks) -> Direct | None:
    """An operation of the document, if it can go the short way."""
    ours = asks.kind == "query" and not any(name.startswith("__") for name in asks.fields)
    if not ours or not asks.steady or asks.operation.directives:
        return None
    return Direct(schema, document, asks.operation)
