"""graphql-core's executor, for what it completes: mutations, introspection, and whatever needs it.

Root fields are read as everywhere (`reading.py`); what is written already passes through.
"""

import asyncio
from functools import partial
from typing import Any

import msgspec
from graphql.pyutils import Path, is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.plan import form
from resolvers.reading import Returned, Root, answered
from resolvers.selection import Bound, Planner


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
        if path.prev:
            return info
        own = form(self.operation, self.variable_values)
        return info._replace(context=info.context.of_root(own))

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
        if isinstance(result, Returned):
            return self.complete(at, result, position_context)
        return super().complete_value(*at, result, position_context)

    async def complete(
        self, at: tuple[Any, Any, Any, Path], result: Returned, position: Any
    ) -> Any:
        _, details, info, path = at
        root = Root.of(str(path.key), info.parent_type.fields[info.field_name], details)
        planning = partial(Planner, self.schema, self.fragments, info.operation)
        found = await answered(result, root, planning, Bound(self.variable_values), info.context)
        if isinstance(found, msgspec.Raw):
            return found
        completed = super().complete_value(*at, found, position)
        return await completed if is_awaitable(completed) else completed
