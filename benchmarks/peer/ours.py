"""Contestants of our own: the server without its bypass, and the bare driver with its statements.

    python benchmarks/peer/ours.py PORT (completion|driver|least)

On the graph that the settings name. `driver`: what statement a body leads to is found out the
first time; from then on the driver runs it, and the row is written as JSON without being put into
the answer's form. `least`: it runs `RETURN 1` instead, faster than which no server that asks this
engine by this driver can be.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import server
from graph.bolt import Graph
from graph.wire.page import BOUND, Ends, limited
from resolvers.asker import Asker
from resolvers.context import Context
from web.body import posted

Told = tuple[str, Any, dict[str, Any]]


async def sent(send: Send, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def received(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


class Driver:
    """Answers a body by the statement that the server would run for it."""

    def __init__(self, service: server.Service, graph: Graph) -> None:
        self.service, self.graph = service, graph
        self.known: dict[bytes, Told] = {}
        self.ends = Ends()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await received(receive)
        if body not in self.known:
            self.known[body] = await self.found(body)
        _, text, values = self.known[body]
        await sent(send, msgspec.json.encode(await self.read(body, text, values)))

    async def read(self, body: bytes, text: Any, values: dict[str, Any]) -> Any:
        """A page of a long list up to the same bound that the server gives it."""
        limit = limited(text)
        if limit is None:
            return await self.ran(text, values)
        return await self.ends.read(
            body, values[limit], lambda code: self.ran(text, {**values, BOUND: code})
        )

    async def ran(self, text: Any, values: dict[str, Any]) -> Any:
        """By a session of its own and an auto-commit statement, which is the driver's fastest."""
        async with self.graph.driver.session(
            database=self.graph.database, default_access_mode="READ", fetch_size=-1
        ) as session:
            record = await (await session.run(text, values)).single()
            return record and record[0]

    async def found(self, body: bytes) -> Told:
        told: list[Told] = []
        read = self.graph.read

        async def noted(name: str, text: Any, parameters: Any, after: Any = ()) -> Any:
            told.append((name, text, dict(parameters)))
            return await read(name, text, parameters, after)

        own = replace(self.graph)
        own.read = noted  # type: ignore[method-assign]
        context = await self.service.context(Asker("benchmark"))
        question = self.service.operations.question(posted(body))
        await self.service.operations.answer(question, replace(context, graph=own))
        return told[0]


def completion(service: server.Service, _: Graph) -> ASGIApp:
    """The server, whose answers all go through graphql-core's completion."""
    known = service.context

    async def context(asker: Asker) -> Context:
        return replace(await known(asker), direct=False)

    service.asking.context_of = context
    return server.app(service)


class Least(Driver):
    """Asks the engine for nothing."""

    async def found(self, body: bytes) -> Told:
        return "least", "RETURN 1 AS one", {}


APPS: dict[str, Callable[[server.Service, Graph], ASGIApp]] = {
    "completion": completion,
    "driver": Driver,
    "least": Least,
}


async def main(port: int, way: str) -> None:
    chosen = server.settings(os.environ)
    async with server.connected(chosen, lambda _: None) as graph:
        service = server.Service(chosen, graph)
        app = APPS[way](service, graph)
        config = uvicorn.Config(app, port=port, log_config=None, access_log=False, lifespan="off")
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(int(sys.argv[1]), sys.argv[2]))
