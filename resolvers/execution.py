"""What resolvers return is read here and nowhere else.

A Reading by one planned statement, a Finding or a Change by its own statements and one for each
place at which nodes hang.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
from graphql.pyutils import Path, is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graph import write
from graph.bolt import TimedOut
from graph.cypher import Statement
from graph.model import Asking, Finding, Key, Missing, Reading
from graph.write import Change
from resolvers.context import Context
from resolvers.errors import Code, Refusal
from resolvers.plan import Plan, planned, structure
from resolvers.selection import Bound, Occurrence, Planner
from resolvers.shape import Answer

Returned = Reading | Finding | Change
PLANS_OF_A_DOCUMENT = 50


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

    def build_resolve_info(self, field: Any, nodes: Any, parent: Any, path: Path) -> Any:
        info = super().build_resolve_info(field, nodes, parent, path)
        return info if path.prev else info._replace(context=info.context.of_root())

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
        """A root field, all statements of a query's within one deadline; a change has its own."""
        context: Context = at[2].context
        if context.permitted is None:
            raise Refusal(Code.FORBIDDEN, "nobody may ask this: it declares no policy")
        if isinstance(result, Change):
            return await self.read(at, result, position)
        try:
            async with asyncio.timeout(context.graph.settings.read_seconds):
                return await self.read(at, result, position)
        except TimeoutError:
            raise TimedOut(f"the deadline for {at[2].field_name} passed") from None

    async def read(self, at: tuple[Any, Any, Any, Path], result: Returned, position: Any) -> Any:
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
        record, bookmarks = await write.run(context.graph, result, context.caller.identity)
        return record, context.asking(None, tuple(bookmarks))
    asking = context.asking(result.day)
    statement = plan.anchored(result, context.bounded)
    row = await run(statement, result.parameters, bound, asking, context)
    if row is None and result.missing:
        raise Missing(result.missing)
    return row, asking


async def hang(value: Any, plan: Plan, answer: Answer, asking: Asking, context: Context) -> None:
    """Read the nodes to which a computed answer holds keys, those of one place together."""
    if plan.places:
        plan.read(value, answer)
    wanted, answer.wanted = answer.wanted or [], None
    for number, keys in enumerate(wanted):
        met = {key.label for key in keys}
        if not met:
            continue
        # One kind is read by a text of its own, several by that of all: few texts, whoever is met.
        labels = tuple(sorted(met if len(met) == 1 else plan.places[number]))
        codes = {
            f"codes{i}": [key.code for key in keys if key.label == label]
            for i, label in enumerate(labels)
        }
        statement = plan.keyed(number, labels, context.bounded)
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
