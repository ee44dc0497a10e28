"""The whole service as a process: it starts, answers, and stops when it is told to."""

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from websockets.asyncio.client import connect

import server
from graph.bolt import Graph, GraphError
from graph.roster import Roster
from graph.snapshot.snapshot import Snapshots

ROOT = Path(server.__file__).parent
NAMES = b'{"query": "{ division(code: \\"ZZ-SJ\\") { name } }"}'
ANSWER = '{"data":{"division":{"name":"上街区"}}}'.encode()


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings of ours and no others."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith("COMMONGRID_")}
    return kept | {f"COMMONGRID_{name.upper()}": value for name, value in settings.items()}


def command(*words: str) -> list[str]:
    return [sys.executable, str(ROOT / "server.py"), *words]


def finished(*words: str, said: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """A command that ended by itself."""
    return subprocess.run(
        command(*words),
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(**settings),
    )


@dataclass
class Served:
    """A server that listens; whether it is ready is another question."""

    process: subprocess.Popen[str]
    home: Path
    url: str

    def status(self, path: str) -> int:
        return httpx2.get(self.url + path).status_code

    def heard(self, word: str) -> str:
        """The first line of its output that holds the word."""
        assert self.process.stdout
        for line in self.process.stdout:
            if word in line:
                return line.strip()
        pytest.fail(f"ended without {word!r}")

    def engine(self) -> int:
        record = json.loads((self.home / "endpoint.json").read_text())
        return int(record["pid"])

    def ended(self) -> int:
        """Its exit code, after which no engine of its home is left."""
        code = self.process.wait(30)
        assert gone(self.engine())
        return code

    @contextmanager
    def in_flight(self) -> Iterator[socket.socket]:
        """A request whose body has not come to its end, but for one byte."""
        at = urlsplit(self.url)
        with socket.create_connection((at.hostname, at.port or 0), timeout=20) as client:
            head = (
                "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Expect: 100-continue\r\nContent-Length: {len(NAMES)}\r\n\r\n"
            )
            client.sendall(head.encode())
            assert client.recv(1000).startswith(b"HTTP/1.1 100 ")  # it is being read
            client.sendall(NAMES[:-1])
            yield client


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    with subprocess.Popen(
        command("serve", "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home=str(home), port="1"),
    ) as process:
        assert process.stderr
        try:
            first = process.stderr.readline()
            assert first.startswith("listening on http://127.0.0.1:"), first
            yield Served(process, home, first.split()[-1])
        finally:
            process.kill()


def gone(pid: int) -> bool:
    """Whether the process has ended, or does so within two seconds (an unreaped one has ended)."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def refuses(url: str) -> bool:
    """Whether new connections are refused within two seconds."""
    at = urlsplit(url)
    for _ in range(100):
        try:
            socket.create_connection((at.hostname, at.port or 0), timeout=1).close()
        except OSError:
            return True
        time.sleep(0.02)
    return False


def counts(answer: str) -> dict[str, int]:
    return {name: found["totalCount"] for name, found in json.loads(answer)["data"].items()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where one test after the other serves the same store, which the first one fills."""
    return tmp_path_factory.mktemp("served")


def test_a_first_start_answers_when_it_says_so_and_stops_when_told(home: Path) -> None:
    """Stopped while it loads, it ends well; started again, it completes what it began."""
    with serving(home) as served:
        assert (200, 503, 503) == (
            served.status("/livez"),
            served.status("/readyz"),
            httpx2.post(served.url + "/graphql", json={"query": "{__typename}"}).status_code,
        )
        assert served.process.stderr
        assert any("loading the demo network" in line for line in served.process.stderr)
        served.process.send_signal(signal.SIGTERM)
        assert 0 == served.ended()

    with serving(home) as served:
        assert f"{served.url}/graphql" == served.heard("/graphql")
        assert f"{served.url}/graphiql" == served.heard("/graphiql")
        assert "619/619" == served.heard("619")
        assert 200 == served.status("/readyz")
        asked = httpx2.post(
            served.url + "/graphql", content=NAMES, headers={"content-type": "application/json"}
        )
        assert ANSWER == asked.content
        assert "GraphiQL" in httpx2.get(served.url + "/graphiql").text

        engine = served.engine()
        beside = finished("ask", "-", said=json.loads(NAMES)["query"], home=str(home))
        assert (0, json.loads(ANSWER)) == (beside.returncode, json.loads(beside.stdout))
        assert "上街区" in beside.stdout
        assert engine == served.engine()

        counted = finished("check", home=str(home))
        assert (0, 6169) < (counted.returncode, counts(counted.stdout)["people"])

        taken = finished("serve", home=str(home), port=served.url.rpartition(":")[2])
        assert 1 == taken.returncode
        assert "Address already in use" in taken.stderr
        assert "Traceback" not in taken.stderr

        with served.in_flight() as client:
            served.process.send_signal(signal.SIGTERM)
            assert refuses(served.url)
            client.sendall(NAMES[-1:])
            assert client.makefile("rb").read().endswith(ANSWER)
        assert 0 == served.ended()


def test_a_second_signal_does_not_wait(home: Path) -> None:
    with serving(home) as served:
        served.heard("/graphql")
        with served.in_flight():
            served.process.send_signal(signal.SIGINT)
            assert refuses(served.url)
            served.process.send_signal(signal.SIGTERM)
            assert 128 + signal.SIGTERM == served.ended()


def test_an_engine_that_does_not_start_is_told_with_its_log(tmp_path: Path) -> None:
    found = finished("serve", home=str(tmp_path), port="0", engine_heap="1k")

    assert 1 == found.returncode
    assert "ended before its first answer" in found.stderr
    assert "Too small maximum heap" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"prot": "80"}, "COMMONGRID_PROT"),
        ({"port": "http"}, "COMMONGRID_PORT"),
        ({"port": "70000"}, "COMMONGRID_PORT"),
        ({"profile": "staging"}, "COMMONGRID_PROFILE"),
        ({"timezone": "Asia/Atlantis"}, "COMMONGRID_TIMEZONE: no such time zone"),
        ({"graph_uri": "http://127.0.0.1"}, "COMMONGRID_GRAPH_URI"),
        ({"engine_heap": "much"}, "COMMONGRID_ENGINE_HEAP"),
        ({"status_codes": "mine"}, "COMMONGRID_STATUS_CODES"),
        ({"body_bytes": "0"}, "COMMONGRID_BODY_BYTES"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], told: str
) -> None:
    monkeypatch.setattr(os, "environ", environment(**settings))

    with pytest.raises(server.SettingsError, match=told):
        server.settings(os.environ)


def test_a_wrong_setting_ends_the_process_with_2(tmp_path: Path) -> None:
    found = finished("serve", home=str(tmp_path), prot="80")

    assert (2, "") == (found.returncode, found.stdout)
    assert "COMMONGRID_PROT" in found.stderr
    assert [] == list(tmp_path.iterdir())


def test_options_go_before_the_environment_and_that_before_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment(host="0.0.0.0", port="81").items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("COMMONGRID_PROFILE", raising=False)

    found = server.settings(os.environ, port=82)

    assert ("0.0.0.0", 82, "Asia/Shanghai") == (found.host, found.port, found.timezone)
    assert not found.development
    assert server.settings(os.environ, host="127.0.0.1").development


def test_a_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONGRID_GRAPH_PASSWORD", "swordfish")

    assert "swordfish" not in repr(server.settings(os.environ))


@dataclass
class Kept:
    """A service that has opened a graph of which this process remembers nothing yet."""

    service: server.Service
    graph: Graph
    keeping: asyncio.Task[None]
    warmed: asyncio.Event

    @property
    def roster(self) -> Roster:
        return self.graph.kept(Roster)

    async def stopped(self) -> bool:
        self.keeping.cancel()
        await asyncio.wait([self.keeping], timeout=5)
        return self.keeping.cancelled()


@asynccontextmanager
async def keeping(graph: Graph, patch: pytest.MonkeyPatch) -> AsyncIterator[Kept]:
    own = graph.fresh()

    @asynccontextmanager
    async def network(*_: Any) -> AsyncIterator[Graph]:
        yield own

    service, opened, warmed = server.Service(server.settings({})), asyncio.Event(), asyncio.Event()
    warm = service.warm

    async def warming(graph: Graph) -> None:
        await warm(graph)
        warmed.set()

    patch.setattr(server, "network", network)
    patch.setattr(service, "warm", warming)
    task = asyncio.create_task(service.keep(lambda _: None, lambda _: opened.set()))
    try:
        await asyncio.wait_for(opened.wait(), 30)
        yield Kept(service, own, task, warmed)
    finally:
        task.cancel()
        await asyncio.wait([task])
        for each in own.endings:
            each.cancel()
        await asyncio.gather(*own.endings, return_exceptions=True)


def test_the_names_for_search_are_read_once_the_service_is_open(
    graph: Graph, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with keeping(graph, monkeypatch) as kept:
            assert await kept.service.ready()
            assert kept.roster.held is None
            await asyncio.wait_for(kept.warmed.wait(), 30)
            assert kept.roster.held
            assert 6169 < len(kept.roster.held.settled.entries)
            assert await kept.stopped()

    run(scenario())


def test_what_is_written_past_the_service_is_noticed(
    graph: Graph, run: Any, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relationship, which changes no number of nodes."""
    monkeypatch.setattr(server, "FOLLOWED", 0.05)
    person: Any = "CREATE (:Person {code: $c}) CREATE (:Skill {code: $c})"
    tie: Any = "MATCH (n:Person {code: $c}), (s:Skill {code: $c}) CREATE (n)-[:HAS_SKILL]->(s)"
    gone: Any = "MATCH (n) WHERE n.code = $c DETACH DELETE n"

    async def written(text: Any) -> None:
        await graph.write(lambda tx: tx.run("test", text, {"c": prefix}))

    async def scenario() -> None:
        await written(person)
        async with keeping(graph, monkeypatch) as kept:
            await asyncio.wait_for(kept.warmed.wait(), 30)
            held = kept.graph.kept(Snapshots)
            before = (await held.current(kept.graph)).people.holdings
            await written(tie)
            found = before
            for _ in range(200):
                if held.held:
                    found = held.held.people.holdings
                if len(found) > len(before):
                    break
                await asyncio.sleep(0.1)
            assert len(found) == len(before) + 1
            assert await kept.stopped()

    try:
        run(scenario())
    finally:
        run(written(gone))


def test_a_stop_does_not_wait_until_the_names_are_read(
    graph: Graph, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Roster, "_read", endless)

    async def scenario() -> None:
        async with keeping(graph, monkeypatch) as kept:
            assert await kept.service.ready()
            assert await kept.stopped()

    run(scenario())


def test_a_service_without_the_names_goes_on(
    graph: Graph,
    run: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(*_: Any) -> None:
        raise GraphError("no names today")

    async def scenario() -> None:
        monkeypatch.setattr(Roster, "_read", broken)
        async with keeping(graph, monkeypatch) as kept:
            await asyncio.wait_for(kept.warmed.wait(), 30)
            assert await kept.service.ready()
            assert not kept.keeping.done()

    with caplog.at_level(logging.ERROR):
        run(scenario())
    assert "no names today" in caplog.text


LIVE = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
LIVE += f"Content-Length: {len(NAMES)}\r\n\r\n".encode() + NAMES


@dataclass
class Asked:
    """What one client, asking without a pause until nobody listens any more, met."""

    answered: int = 0
    lost: int = 0

    async def ask(self, port: int) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                return
            await self.connected(reader, writer)
            writer.close()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Asks on one connection until the server says that it closes it."""
        while True:
            writer.write(LIVE)
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(len(ANSWER))
            except (OSError, asyncio.IncompleteReadError):
                self.lost += 1
                return
            assert b" 200 " in head.splitlines()[0]
            self.answered += 1
            if b"connection: close" in head:
                return


async def under_load(port: int, stop: Callable[[], None]) -> tuple[list[Asked], int | None, str]:
    """Many clients and a WebSocket ask while it is stopped: what they met, the socket's end."""
    clients = [Asked() for _ in range(20)]
    how: Any = {"subprotocols": ["graphql-transport-ws"]}
    async with connect(f"ws://127.0.0.1:{port}/graphql", **how) as idle:
        await idle.send('{"type": "connection_init"}')
        acknowledged = await idle.recv()
        asking = [asyncio.create_task(each.ask(port)) for each in clients]
        await asyncio.sleep(1.0)
        stop()
        await asyncio.wait_for(asyncio.gather(*asking), 20)
        await asyncio.wait_for(idle.wait_closed(), 20)
        return clients, idle.close_code, str(acknowledged)


def test_a_stop_under_load_loses_no_request_and_closes_sockets_in_order(home: Path) -> None:
    with serving(home) as served:
        served.heard("/graphql")
        port = urlsplit(served.url).port or 0
        begun = time.monotonic()
        clients, code, acknowledged = asyncio.run(
            under_load(port, lambda: served.process.send_signal(signal.SIGTERM))
        )
        assert 0 == served.ended()
        assert time.monotonic() - begun < 20

    assert (1001, '{"type":"connection_ack"}') == (code, acknowledged)
    assert 0 == sum(each.lost for each in clients)
    assert all(each.answered for each in clients)
