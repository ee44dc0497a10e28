"""What resolvers return is read here and nowhere else.

A Reading by one planned statement, a Finding or a Change by its own statements and one for each
place at which nodes hang.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from graphql import FieldNode, GraphQLField

from graph import audit, write
from graph.bolt import TimedOut
from graph.cypher import Statement
from graph.model import Asking, Finding, Key, Missing, Reading
from graph.write import Change
from resolvers.context import Context
from resolvers.errors import Code, Refusal
from resolvers.plan import Plan, planned
from resolvers.selection import Bound, Details, Occurrence, Planner
from resolvers.shape import Answer

Returned = Reading | Finding | Change
PLANS_OF_A_DOCUMENT = 50


@dataclass(frozen=True, slots=True)
class Root:
    """A root field where it is asked, with all its occurrences under one response key."""

    key: str
    definition: GraphQLField
    details: Details
    at: Occurrence

    @classmethod
    def of(cls, key: str, definition: GraphQLField, details: Details) -> "Root":
        return cls(key, definition, details, Occurrence(definition, details[0].node, (key,)))

    @property
    def nodes(self) -> list[FieldNode]:
        return [each.node for each in self.details]


Planning = Callable[[Bound], Planner]


async def answered(
    result: Returned, root: Root, planning: Planning, bound: Bound, context: Context
) -> Any:
    """What the client gets, written (msgspec.Raw); else shaped, for graphql-core to complete.

    It is only shaped where the context asks for that, or where the check of its types failed. All
    statements of a query's root have one deadline; a change has its own.
    """
    if context.permitted is None:
        raise Refusal(Code.FORBIDDEN, "nobody may ask this: it declares no policy")
    if not isinstance(result, Finding):  # the one statement of a Reading has the same deadline
        return await read(result, root, planning, bound, context)
    try:
        async with asyncio.timeout(context.graph.settings.read_seconds + result.seconds):
            return await read(result, root, planning, bound, context)
    except TimeoutError:
        raise TimedOut(f"the deadline for {root.key} passed") from None


async def read(
    result: Returned, root: Root, planning: Planning, bound: Bound, context: Context
) -> Any:
    """Read, put into form, encode; where the check fails, graphql-core locates the error."""
    plan = _plan(result, root, planning, bound, context)
    value, asking = await found(result, plan, bound, context)
    answer = Answer(bound, len(plan.places), checked=context.direct)
    await hang(value, plan, answer, asking, context)
    await graft(value, plan, answer, asking, context)
    if isinstance(result, Finding):  # much of it may be computed now that it is asked for
        return await asyncio.to_thread(_written, value, plan, answer, context.direct)
    return _written(value, plan, answer, context.direct)


def _written(value: Any, plan: Plan, answer: Answer, direct: bool) -> Any:
    if direct:
        try:
            shaped = msgspec.convert(plan.read(value, answer), plan.type)
            return msgspec.Raw(msgspec.json.encode(shaped))
        except msgspec.ValidationError:
            answer.checked = False
    return plan.read(value, answer)


def _plan(result: Returned, root: Root, planning: Planning, bound: Bound, context: Context) -> Plan:
    """The plan for this field, from memory if a request of this structure came before."""
    label = result.label if isinstance(result, Reading) else ""
    plans, key = context.plans, (root.key, label, context.form)
    found: Plan | None = plans.get(key)
    if found is None:
        if len(plans) >= PLANS_OF_A_DOCUMENT:
            plans.clear()
        kind, sets = root.definition.type, context.graph.sets
        found = plans[key] = planned(planning(bound), kind, root.details, root.at, label, sets)
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
        await _audited(result, record, context)
        return record, context.asking(None, tuple(bookmarks))
    asking = context.asking(result.day)
    statement = plan.anchored(result, context.bounded)
    row = await run(statement, result.parameters, bound, asking, context)
    if row is None and result.missing:
        raise Missing(result.missing)
    return row, asking


async def _audited(change: Change, record: Mapping[str, Any], context: Context) -> None:
    """Leaves an audit entry where somebody reached for what they do not see or may not change.

    What is wrong in itself leaves none: it is a mistake, and of anybody's.
    """
    caller, name = context.caller, change.intent.name
    reached = [error["code"] for error in record["userErrors"] if error["reaching"]]
    if reached:
        who, where = caller.identity, caller.everywhere
        await audit.refused(context.graph, name, who, reached[0], where)


async def hang(value: Any, plan: Plan, answer: Answer, asking: Asking, context: Context) -> None:
    """Read the nodes to which a computed answer holds keys, those of one place together."""
    if plan.places:
        await asyncio.to_thread(plan.read, value, answer)
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


async def graft(value: Any, plan: Plan, answer: Answer, asking: Asking, context: Context) -> None:
    """Computes what is asked of nodes beyond their rows, for all of one place together."""
    if not plan.grafts:
        return
    answer.asked = [{} for _ in plan.grafts]
    await asyncio.to_thread(plan.read, value, answer)
    asked, answer.asked = answer.asked, None
    for grafted, codes in zip(plan.grafts, asked, strict=True):
        find = grafted.asked(context, asking, answer.bound.arguments(grafted.at))
        answer.grafted.append(await find(context.graph, asking, list(codes)))


async def run(
    statement: Statement,
    parameters: Mapping[str, Any],
    bound: Bound,
    asking: Asking,
    context: Context,
) -> Any:
    values = {f"p{i}": place.source(bound) for i, place in enumerate(statement.parameters)}
    values = {**parameters, **values, **asking.values()}
    return await context.graph.read(statement.name, statement.text, values, asking.after)
