"""What the embedded engine promises: one per home, on loopback, back after a crash.

Each test that starts an engine pays about two seconds for it, so a test follows one life.
"""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import uvloop
from neo4j import AsyncDriver, AsyncGraphDatabase

from graph import engine as module
from graph.child import answer
from graph.engine import Endpoint, Engine, EngineError, EngineSettings, running
from graph.home import Home

ROOT = Path(module.__file__).parent.parent
KEEPER = """
import asyncio, sys, uvloop
from pathlib import Path
from graph.engine import EngineSettings, running

async def main():
    async with running(EngineSettings(Path(sys.argv[1]))) as engine:
        print(engine.owner, engine.pid, engine.endpoint.user, flush=True)
        await asyncio.to_thread(sys.stdin.read)

uvloop.run(main())
"""


def settings(home: Path) -> EngineSettings:
    return EngineSettings(home, heap="256m", start_seconds=30.0)


@contextmanager
def keeper(home: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Another process of ours on the same home (under uvloop, as the server is), until its stdin
    closes; with its first words: owner, pid of the engine, user."""
    command = [sys.executable, "-c", KEEPER, str(home)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().split()
        finally:
            process.kill()


def driver(endpoint: Endpoint) -> AsyncDriver:
    return AsyncGraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password))


async def count(bolt: AsyncDriver) -> int:
    records, _, _ = await bolt.execute_query(
        "MATCH (n:Kept) RETURN count(n) AS kept", database_="commongrid"
    )
    return int(records[0]["kept"])


async def add(bolt: AsyncDriver) -> None:
    await bolt.execute_query("CREATE (:Kept)", database_="commongrid")


async def eventually(true: Callable[[], Awaitable[bool] | bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        answer = true()
        if answer if isinstance(answer, bool) else await answer:
            return
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether the process has ended (an unreaped one counts as ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def listening(pid: int) -> set[tuple[str, int]]:
    """Addresses (kernel's hexadecimal) and ports on which the process listens."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # a connection that ended meanwhile
            inodes.add(os.readlink(link).removeprefix("socket:[").rstrip("]"))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A" and rest[5] in inodes:
                address, port = local.split(":")
                found.add((address, int(port, 16)))
    return found


def ports(engine: Engine) -> set[int]:
    assert engine.endpoint.admin
    return {
        int(address.rpartition(":")[2]) for address in (engine.endpoint.uri, engine.endpoint.admin)
    }


def test_an_engine_answers_in_private_and_its_store_outlives_it(tmp_path: Path) -> None:
    """A home with spaces and Chinese: progress, data, modes, sockets, and a second life."""
    home, words = tmp_path / "网格 home", list[str]()

    async def first() -> tuple[Endpoint, int]:
        async with running(settings(home), words.append) as engine:
            assert (engine.owner, engine.alive, engine.generation) == (True, True, 1)
            async with driver(engine.endpoint) as bolt:
                await add(bolt)
            heard = listening(engine.pid)
            assert {port for _, port in heard} == ports(engine)
            loopback = {"0100007F", "0000000000000000FFFF00000100007F"}
            assert {address for address, _ in heard} <= loopback
            assert os.getsid(engine.pid) == engine.pid != os.getsid(0)
            visible = Path(f"/proc/{engine.pid}/cmdline").read_bytes()
            visible += Path(f"/proc/{engine.pid}/environ").read_bytes()
            secrets = {engine.endpoint.password, (home / "root.password").read_text()}
            assert not any(secret.encode() in visible for secret in secrets)
            assert engine.endpoint.password not in repr(engine.endpoint)
            open_to_others = [path for path in home.rglob("*") if path.stat().st_mode & 0o077]
            assert open_to_others == []
            assert home.stat().st_mode & 0o777 == 0o700
        assert engine.state == "stopped"
        return engine.endpoint, engine.pid

    async def second() -> Endpoint:
        began = time.monotonic()
        async with running(settings(home)) as engine:
            assert time.monotonic() - began < 10.0  # 2 s when quiet, 5.7 s seen under load
            async with driver(engine.endpoint) as bolt:
                assert await count(bolt) == 1
            return engine.endpoint

    endpoint, pid = asyncio.run(first())
    assert gone(pid)
    assert words[0] == "starting the graph engine … 0.0 s"
    assert words[-1].startswith("the graph engine answers after")
    assert endpoint == asyncio.run(second())


def test_a_second_process_attaches_and_leaves_the_engine_running(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(settings(tmp_path)) as engine, driver(engine.endpoint) as bolt:
            await add(bolt)
            with keeper(tmp_path) as (other, words):
                assert words == ["False", str(engine.pid), engine.endpoint.user]
                assert other.stdin
                other.stdin.close()
                assert await asyncio.to_thread(other.wait, 10) == 0
            assert await count(bolt) == 1
            assert engine.generation == 1

    asyncio.run(scenario())


def test_who_guesses_passwords_locks_out_root_and_not_us(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(settings(tmp_path)) as engine:
            root = Endpoint(
                engine.endpoint.uri, "root", "guess", "commongrid", engine.endpoint.admin
            )
            assert {answer(root) for _ in range(6)} == {403}
            password = (tmp_path / "root.password").read_text()
            known = Endpoint(root.uri, "root", password, "commongrid", root.admin)
            assert answer(known) == 403
            assert answer(engine.endpoint) == 200

    asyncio.run(scenario())


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_killed_engine_is_back_on_the_same_endpoint(
    tmp_path: Path, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    """The driver's pool made before the crash goes on working; acknowledged data is there."""

    async def scenario() -> None:
        async with running(settings(tmp_path)) as engine, driver(engine.endpoint) as bolt:
            before, pid = engine.endpoint, engine.pid
            await add(bolt)
            os.kill(pid, signal.SIGKILL)
            await eventually(lambda: engine.generation == 2)
            assert (engine.endpoint, engine.alive) == (before, True)
            assert engine.pid != pid
            assert await count(bolt) == 1

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(scenario())


def test_an_engine_that_is_killed_again_and_again_comes_back_each_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(settings(tmp_path)) as engine, driver(engine.endpoint) as bolt:
            await add(bolt)
            for generation in range(2, 6):
                os.kill(engine.pid, signal.SIGKILL)
                await eventually(lambda g=generation: engine.generation == g)  # type: ignore[misc]
                assert engine.alive
            assert await count(bolt) == 1

    asyncio.run(scenario())


def test_an_engine_that_cannot_be_started_again_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that stands where the engine keeps its data lets no engine start."""
    monkeypatch.setattr(module, "BACKOFF", (0.0,))
    monkeypatch.setattr(module, "FAILED_STARTS", 2)

    async def scenario() -> None:
        async with running(settings(tmp_path)) as engine:
            databases = tmp_path / "engine" / "databases"
            shutil.move(databases, databases.with_name("aside"))
            databases.write_text("no folder")
            os.kill(engine.pid, signal.SIGKILL)
            await eventually(lambda: engine.state == "failed", seconds=60.0)
            assert not engine.alive
            assert engine.error
            assert "cannot be started again" in engine.error

    asyncio.run(scenario())


def test_a_killed_owner_takes_its_engine_along_and_another_takes_over(tmp_path: Path) -> None:
    """The attached process finds the same endpoint again, with the data."""

    async def scenario() -> None:
        with keeper(tmp_path) as (owner, words):
            async with running(settings(tmp_path)) as engine, driver(engine.endpoint) as bolt:
                assert [str(not engine.owner), str(engine.pid)] == words[:2]
                before, orphan = engine.endpoint, engine.pid
                await add(bolt)
                owner.kill()
                await eventually(lambda: gone(orphan), seconds=3.0)
                await eventually(lambda: engine.owner and engine.alive)
                assert engine.endpoint == before
                assert await count(bolt) == 1

    asyncio.run(scenario())


def test_stale_files_taken_ports_and_a_long_log_do_not_hinder_a_start(tmp_path: Path) -> None:
    """What a machine that lost power leaves behind, with strangers on the old ports since."""
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "engine.log").write_bytes(b"old\n" * 3_000_000)

    async def scenario() -> None:
        async with running(settings(tmp_path)) as engine:
            assert not ports(engine) & {bolt.getsockname()[1], http.getsockname()[1]}
            assert answer(engine.endpoint) == 200
            record = json.loads((tmp_path / "endpoint.json").read_text())
            assert (record["pid"], record["endpoint"]["uri"]) == (engine.pid, engine.endpoint.uri)

    with (
        socket.create_server(("127.0.0.1", 0)) as bolt,
        socket.create_server(("127.0.0.1", 0)) as http,
    ):
        taken = Endpoint(
            f"bolt://127.0.0.1:{bolt.getsockname()[1]}",
            "service_stale",
            "stale-password",
            "commongrid",
            f"http://127.0.0.1:{http.getsockname()[1]}",
        )
        Home(tmp_path).keep(taken, os.getpid())
        asyncio.run(scenario())
    assert (tmp_path / "log" / "engine.log.1").stat().st_size == 12_000_000
    assert (tmp_path / "log" / "engine.log").stat().st_size < 100_000


def started(home: Path, heap: str = "256m") -> None:
    async def scenario() -> None:
        async with running(EngineSettings(home, heap=heap)):
            pytest.fail("it cannot have started")

    asyncio.run(scenario())


def test_a_start_that_fails_says_why_with_the_end_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="ended before its first answer") as caught:
        started(tmp_path, heap="much")
    assert "Invalid maximum heap size: -Xmxmuch" in str(caught.value)
    assert str(tmp_path / "log" / "engine.log") in str(caught.value)


def test_a_broken_store_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "databases").write_text("not a folder")
    with pytest.raises(EngineError, match="is not a directory"):
        started(tmp_path)


def test_a_package_without_java_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "site" / "arcadedb_embedded"
    broken.mkdir(parents=True)
    (broken / "__init__.py").touch()
    monkeypatch.syspath_prepend(broken.parent)
    with pytest.raises(EngineError, match="No such file or directory"):
        started(tmp_path / "home")


def test_a_home_that_cannot_be_a_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(EngineError, match="cannot live in"):
        started(tmp_path / "home")
