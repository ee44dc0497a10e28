"""The web application: which path leads where."""

from starlette.applications import Starlette
from starlette.routing import Route

from resolvers.operation import Operations
from web.endpoint import ContextOf, Endpoint
from web.health import Health
from web.page import graphiql


def application(operations: Operations, context_of: ContextOf | None, health: Health) -> Starlette:
    """`context_of` None: the production profile, without pages and without callers yet."""
    endpoint = Endpoint(operations, context_of)
    pages = graphiql() if context_of else []
    return Starlette(
        routes=[
            Route("/graphql", endpoint_of(endpoint), methods=["POST"]),
            *health.routes(),
            *pages,
        ]
    )


def endpoint_of(endpoint: Endpoint):  # type: ignore[no-untyped-def]
    async def graphql(request):  # type: ignore[no-untyped-def]
        return await endpoint(request)

    return graphql
