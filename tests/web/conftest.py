"""The web application on the real graph: asked in memory, and served on a real socket."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

import server
from graph.bolt import Graph
from graph.grant import Role
from resolvers import machine
from resolvers.machine import Order
from resolvers.operation import Operations
from web.app import application
from web.asking import Asking
from web.health import Health
from web.listener import Listener
from web.media import JSON

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Send = Callable[..., httpx2.Response]
Served = Callable[..., AbstractAsyncContextManager[tuple[int, Asking]]]
ASKED = b'{"query": "{ __typename }"}'
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
CLEAR: Any = (
    "MATCH (a:Account) WHERE a.code STARTS WITH $prefix OPTIONAL MATCH (g:Grant)-[:FOR]->(a) "
    "OPTIONAL MATCH (k:ApiKey)-[:OPENS]->(a) DETACH DELETE g, k, a"
)


@pytest.fixture
def chosen() -> server.Settings:
    return server.settings(os.environ)


@pytest.fixture
def sender(run: Run) -> Callable[[server.Service], Send]:
    """Makes what sends one request to the application, in the loop that the graph lives in."""

    def sending(service: server.Service) -> Send:
        app = server.app(service)

        async def sent(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
            transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
            async with httpx2.AsyncClient(
                transport=transport, base_url="http://localhost"
            ) as client:
                # httpx names media types of its own; a header given as "" is left out.
                asked = client.build_request(method, path, headers=headers, content=body)
                for name in ("accept", "content-type", "host"):
                    if headers.get(name, "-" if name == "host" else "") == "":
                        asked.headers.pop(name, None)
                return await client.send(asked)

        def send(
            body: bytes = ASKED,
            headers: dict[str, str] | None = None,
            method: str = "POST",
            path: str = "/graphql",
        ) -> httpx2.Response:
            kind = {"content-type": JSON, **(headers or {})}
            found: httpx2.Response = run(sent(method, path, kind, body))
            return found

        return send

    return sending


@pytest.fixture
def send(sender: Callable[[server.Service], Send], graph: Graph, chosen: server.Settings) -> Send:
    return sender(server.Service(chosen, graph))


@pytest.fixture
def production(chosen: server.Settings, graph: Graph) -> server.Service:
    settings = chosen.model_copy(update={"profile": "production"})
    return server.Service(settings, graph)


@pytest.fixture
def key(graph: Graph, run: Any, prefix: str) -> Iterator[Callable[..., str]]:
    def made(role: Role = Role.VIEWER, within: str | None = "ZZ-GX-SF") -> str:
        order = Order(f"{prefix}-{role}".lower().replace("_", "-"), role, within)
        found: str = run(machine.make(graph, order, TODAY))
        return f"Bearer {found}"

    yield made
    run(graph.write(lambda tx: tx.run("test", CLEAR, {"prefix": prefix})))


@pytest.fixture
def code() -> Callable[[httpx2.Response], str]:
    """The code of the only error; the answer must be a GraphQL response and nothing else."""

    def found(answer: httpx2.Response) -> str:
        assert answer.headers["content-type"].endswith("json; charset=utf-8")
        [error] = answer.json()["errors"]
        assert "data" not in answer.json()
        assert {"message", "extensions"} <= set(error)
        return str(error["extensions"]["code"])

    return found


@pytest.fixture
def served(graph: Graph, chosen: server.Settings) -> Served:
    """Serves on a real socket, in the loop it is entered in; gives the port and what answers.

    Keywords: `operations`, `context_of`, another `app`, and any member of the wire.
    """

    @asynccontextmanager
    async def serving(
        operations: Operations | None = None, context_of: Any = None, app: Any = None, **limits: Any
    ) -> AsyncIterator[tuple[int, Asking]]:
        service = server.Service(chosen, graph)
        wire = replace(chosen.wire, **limits)
        asking = Asking(operations or service.operations, context_of or service.context, wire)
        app = app or application(asking, Health(service.ready))
        listener = Listener(app, wire, asking.stopping, drain=5.0)
        at = socket.create_server(("127.0.0.1", 0), backlog=2048)
        port = at.getsockname()[1]
        serving = asyncio.create_task(listener.serve([at]))
        while not listener.started:  # noqa: ASYNC110  (uvicorn has no event for it)
            await asyncio.sleep(0.005)
        try:
            yield port, asking
        finally:
            listener.should_exit = True
            await serving

    return serving
