"""An engine that dies, hangs or is slow while it is asked or written to; a relay makes it so.

Within its deadline a client is told UNAVAILABLE or TIMEOUT; of a change all is kept or nothing; and
the first request after the engine is back is answered, with no help.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from neo4j.exceptions import Neo4jError

from graph.bolt import BoltSettings, Graph, TimedOut, Unavailable, connected
from graph.grant import Role
from graph.home import Endpoint
from resolvers.auth import DEVELOPER, ROLES, Caller, Granted
from resolvers.context import Context
from resolvers.operation import Operations, Request

DEADLINES = BoltSettings(read_seconds=2.0, write_seconds=3.0, pool=4)
SLACK = 5.0  # seconds, on a machine that does other things as well
GRIDS = "{ grids(first: 1) { totalCount nodes { code name } } }"
SKILL = """mutation ($c: String!) {
  createSkill(input: {code: $c, name: "Skill", idempotencyKey: $c}) {
    skill { code version } userErrors { code } } }"""
FAULTS = ("killed", "hung")


@dataclass
class Relay:
    """Between a graph and its engine. From the `left`th message of a client on, `fault` befalls it.

    «killed»: connections are cut, and refused; «hung»: what is said is swallowed; «slow»: each
    message takes a while.
    """

    engine: Endpoint
    fault: str = ""
    left: int = 0
    links: set[asyncio.StreamWriter] = field(default_factory=set)

    async def served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        at = urlsplit(self.engine.uri)
        ours, theirs = await asyncio.open_connection(at.hostname, at.port)
        self.links |= {writer, theirs}
        with suppress(OSError):
            await asyncio.gather(self.said(reader, theirs), self.passed(ours, writer))

    async def said(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """What a client says."""
        while data := await source.read(1 << 16):
            self.left -= 1
            await self.on(data, sink)
        sink.transport.abort()

    async def passed(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(1 << 16):
            await self.on(data, sink)
        sink.transport.abort()

    async def on(self, data: bytes, sink: asyncio.StreamWriter) -> None:
        now = self.fault if self.left < 0 else ""
        if now == "killed":
            self.cut()
        if now == "slow":
            await asyncio.sleep(0.05)
        if now not in ("killed", "hung"):
            sink.write(data)

    def cut(self) -> None:
        for each in self.links:
            each.transport.abort()
        self.links.clear()

    def befall(self, fault: str, left: int = 0) -> None:
        self.fault, self.left = fault, left

    def heal(self) -> None:
        """The engine is back; what was said to the old one is lost with it."""
        if self.fault in FAULTS:
            self.cut()
        self.befall("")


@dataclass
class Asked:
    """Asks the graph behind the relay."""

    relay: Relay
    graph: Graph
    operations: Operations

    async def __call__(self, query: str, code: str = "", caller: Caller = DEVELOPER) -> Any:
        """The response map, which must come within the deadline."""
        context = Context(self.graph, caller, date(2026, 11, 24), "request-of-a-test")
        question = self.operations.question(Request(query, {"c": code} if code else {}))
        async with asyncio.timeout(DEADLINES.write_seconds + DEADLINES.read_seconds + SLACK):
            response = await self.operations.answer(question, context)
        return msgspec.json.decode(msgspec.json.encode(response.body))

    async def refused(self, query: str, code: str = "", caller: Caller = DEVELOPER) -> None:
        answer = await self(query, code, caller)
        [error] = answer["errors"]
        assert error["extensions"]["code"] in ("UNAVAILABLE", "TIMEOUT")
        assert {*error["extensions"]} == {"code"}
        assert answer["data"] is None

    async def good(self) -> None:
        answer = await self(GRIDS)
        assert "errors" not in answer
        assert len(answer["data"]["grids"]["nodes"]) == 1


@asynccontextmanager
async def relayed(engine: Endpoint, operations: Operations) -> AsyncIterator[Asked]:
    relay = Relay(engine)
    at = await asyncio.start_server(relay.served, "127.0.0.1", 0)
    port = at.sockets[0].getsockname()[1]
    here = Endpoint(f"bolt://127.0.0.1:{port}", engine.user, engine.password, engine.database)
    try:
        async with connected(lambda: here, DEADLINES) as graph:
            asked = Asked(relay, graph, operations)
            await asked.good()
            yield asked
            relay.heal()
    finally:
        at.close()
        relay.cut()


@pytest.fixture
def kept(graph: Graph, run: Any, prefix: str) -> Iterator[Any]:
    """How many skills, events and audit entries there are of a code."""
    text: Any = (
        "OPTIONAL MATCH (s:Skill {code: $c}) WITH count(s) AS skills "
        "OPTIONAL MATCH (e:Event {code: $c}) WITH skills, count(e) AS events "
        "OPTIONAL MATCH (a:AuditEntry {touched: $c}) WITH skills, events, count(a) AS entries "
        "RETURN [skills, events, entries] AS kept"
    )
    yield lambda code: graph.read("test", text, {"c": code})
    gone: Any = "MATCH (n) WHERE coalesce(n.touched, n.code) STARTS WITH $c DETACH DELETE n"
    run(graph.write(lambda tx: tx.run("test", gone, {"c": prefix})))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("left", [0, 1])
def test_a_question_meanwhile_is_told_and_the_next_is_answered(
    run: Any, engine: Endpoint, operations: Operations, fault: str, left: int
) -> None:
    async def scenario() -> None:
        async with relayed(engine, operations) as asked:
            asked.relay.befall(fault)
            began = time.monotonic()
            await asked.refused(GRIDS)
            assert time.monotonic() - began < DEADLINES.read_seconds + SLACK
            for _ in range(left):
                await asked.refused(GRIDS)
            asked.relay.heal()
            await asked.good()

    run(scenario())


@pytest.mark.parametrize("fault", FAULTS)
def test_of_a_change_all_is_kept_or_nothing_wherever_it_is_cut(
    run: Any, engine: Endpoint, operations: Operations, prefix: str, kept: Any, fault: str
) -> None:
    """At each message of it in turn, until it is through; repeated, it is done once."""

    async def scenario() -> int:
        left, through = 0, False
        async with relayed(engine, operations) as asked:
            while not through:
                code = f"{prefix}-{fault}-{left}"
                asked.relay.befall(fault, left)
                answer = await asked(SKILL, code)
                asked.relay.heal()
                through = "errors" not in answer
                if not through:
                    told = [error["extensions"]["code"] for error in answer["errors"]]
                    assert told in (["UNAVAILABLE"], ["TIMEOUT"])
                    await asked.good()
                    assert await kept(code) in ([0, 0, 0], [1, 1, 1])
                    again = (await asked(SKILL, code))["data"]["createSkill"]
                    assert again == {"skill": {"code": code, "version": 1}, "userErrors": []}
                assert await kept(code) == [1, 1, 1]
                left += 1
        return left

    assert run(scenario()) > 4


def test_a_slow_engine_is_waited_for(
    run: Any, engine: Endpoint, operations: Operations, prefix: str, kept: Any
) -> None:
    async def scenario() -> None:
        async with relayed(engine, operations) as asked:
            asked.relay.befall("slow")
            await asked.good()
            assert "errors" not in await asked(SKILL, prefix)
            assert await kept(prefix) == [1, 1, 1]

    run(scenario())


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_audited_is_refused_all_the_same(
    run: Any, engine: Endpoint, operations: Operations, prefix: str, kept: Any, fault: str
) -> None:
    caller = Caller("viewer", (Granted(Role.VIEWER, ROLES[Role.VIEWER], None),))

    async def scenario() -> None:
        async with relayed(engine, operations) as asked:
            asked.relay.befall(fault)
            await asked.refused(SKILL, prefix, caller)
            asked.relay.heal()
            assert await kept(prefix) == [0, 0, 0]
            await asked.good()

    run(scenario())


@pytest.mark.parametrize(
    "code",
    [
        "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
        "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase",  # of Neo4j 5.26
        "Neo.ClientError.Cluster.NotALeader",
        "Neo.TransientError.General.DatabaseUnavailable",
    ],
)
def test_an_engine_that_only_reads_now_is_told_as_such(
    run: Any, engine: Endpoint, operations: Operations, code: str
) -> None:
    async def work(_: Any) -> None:
        raise Neo4jError._hydrate_neo4j(code=code, message="no")

    async def scenario() -> None:
        async with relayed(engine, operations) as asked:
            began = time.monotonic()
            with pytest.raises((Unavailable, TimedOut)):
                await asked.graph.write(work)
            assert time.monotonic() - began < DEADLINES.write_seconds + SLACK
            await asked.good()

    run(scenario())
