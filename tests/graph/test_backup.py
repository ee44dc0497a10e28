"""Real stores, copied while they are written to, and put in place of others.

A start of an engine costs seconds, so one copy serves several tests.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString
from zipfile import ZipFile

import msgspec
import pytest

import server
from benchmarks import parity
from graph import backup
from graph.archive import BackupError, Manifest
from graph.bolt import Graph, NotUnique, Transaction, connected
from graph.child import EngineSettings
from graph.engine import running
from graph.home import Home, aside
from resolvers.auth import DEVELOPER
from resolvers.context import Context
from resolvers.operation import Operations, Request

ROOT = Path(server.__file__).parent

UNIQUE: LiteralString = (
    "CREATE CONSTRAINT Kid_key IF NOT EXISTS FOR (n:Kid) REQUIRE n.key IS UNIQUE"
)
HUB: LiteralString = "MERGE (c:Counter {key: 'hub'}) ON CREATE SET c.count = 0"
COUNT: LiteralString = "MATCH (c:Counter {key: 'hub'}) SET c.count = c.count + $many"
# (:Kid {key})-[:OF]->(:Counter {count})
BEAR: LiteralString = (
    "MATCH (c:Counter {key: 'hub'}) UNWIND range(1, $many) AS i "
    "CREATE (:Kid {key: $key + '-' + toString(i), text: $text})-[:OF]->(c)"
)
FOUND: LiteralString = (
    "MATCH (c:Counter {key: 'hub'}) "
    "RETURN [c.count, COUNT { (:Kid) }, COUNT { (c)<-[:OF]-(:Kid {text: $text}) }]"
)
MANY, TEXT = 20, "网格" * 100
AT_ONCE = 2  # documents of the corpus


def settings(home: Path) -> EngineSettings:
    return EngineSettings(home, heap="256m")


def silent(text: str) -> None:
    pass


@dataclass
class Writers:
    """They write again and again; in each transaction, a counter and as many nodes as it says."""

    graph: Graph
    acknowledged: int = 0
    stopping: bool = False

    async def write(self, writer: int) -> None:
        number = 0
        while not self.stopping:
            number += 1
            await self.one(f"{writer}-{number}")

    async def one(self, key: str) -> None:
        async def work(transaction: Transaction) -> None:
            await transaction.run("count", COUNT, {"many": MANY})
            await transaction.run("bear", BEAR, {"many": MANY, "key": key, "text": TEXT})

        await self.graph.write(work)
        self.acknowledged += MANY


@dataclass(frozen=True)
class Copied:
    """A copy made while writers wrote: what was acknowledged before it, and after."""

    home: Path
    file: Path
    manifest: Manifest
    least: int
    most: int


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Copied:
    """The store of four writers, copied from a process that is attached to its engine."""
    folder = tmp_path_factory.mktemp("网格 store")
    home, file = folder / "home", folder / "network.backup"

    async def scenario() -> Copied:
        async with running(settings(home)) as engine, connected(lambda: engine.endpoint) as graph:
            await graph.command(UNIQUE)
            await graph.write(lambda tx: tx.run("hub", HUB, {}))
            writers = Writers(graph)
            async with asyncio.TaskGroup() as group:
                for writer in range(4):
                    group.create_task(writers.write(writer))
                await asyncio.sleep(1.0)
                least = writers.acknowledged
                manifest = await backup.back_up(settings(home), file, False, silent)
                most = writers.acknowledged
                writers.stopping = True
            assert (await graph.read("found", FOUND, {"text": TEXT}))[0] == writers.acknowledged
            assert most > least
            return Copied(home, file, manifest, least, most + 4 * MANY)

    return asyncio.run(scenario())


async def found(home: Path) -> tuple[int, int, int]:
    """The counter of the home's store, its nodes and its relationships."""
    async with running(settings(home)) as engine, connected(lambda: engine.endpoint) as graph:
        count, nodes, links = await graph.read("found", FOUND, {"text": TEXT})
        return count, nodes, links


def files(home: Home) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.database.iterdir()}


def test_a_copy_holds_one_moment_while_others_write(copied: Copied) -> None:
    """All that was acknowledged before, nothing by half; in place of what was written since."""
    assert copied.manifest == asyncio.run(
        backup.restore(settings(copied.home), copied.file, True, silent)
    )

    count, nodes, links = asyncio.run(found(copied.home))
    assert copied.least <= count <= copied.most
    assert count == nodes == links == copied.manifest.nodes["Kid"]
    assert count == copied.manifest.relationships["OF"]
    assert [] == [*copied.home.glob("aside-*"), *copied.home.glob("engine/backups/*/*")]
    assert [] == [each for each in copied.home.rglob("*") if each.stat().st_mode & 0o077]
    assert 0o600 == copied.file.stat().st_mode & 0o777


def test_a_copy_holds_no_credentials(copied: Copied) -> None:
    record = json.loads((copied.home / "endpoint.json").read_text())["endpoint"]
    users = (copied.home / "engine/config/server-users.jsonl").read_text().splitlines()
    secrets = [json.loads(user)["password"] for user in users]
    secrets += [record["user"], record["password"], (copied.home / "root.password").read_text()]
    with ZipFile(copied.file) as outer, ZipFile(outer.open("store.zip")) as inner:
        held = [outer.read("manifest.json"), *(inner.read(name) for name in inner.namelist())]
    assert not [each for each in secrets if any(each.encode() in part for part in held)]


def test_a_store_that_is_not_empty_stays(copied: Copied) -> None:
    with pytest.raises(BackupError, match="holds a network already: say --force"):
        asyncio.run(backup.restore(settings(copied.home), copied.file, False, silent))


def test_a_store_that_cannot_be_opened_stays(copied: Copied) -> None:
    before = files(Home(copied.home))
    broken = EngineSettings(copied.home, heap="much")
    with pytest.raises(BackupError, match=r"--force replaces it unseen(.|\n)*-Xmxmuch"):
        asyncio.run(backup.restore(broken, copied.file, False, silent))
    assert before == files(Home(copied.home))


def test_a_restore_that_is_killed_leaves_the_old_store(copied: Copied) -> None:
    """Nothing of the new one, which was as good as ready, is left once the home is locked again."""
    moment = "making sure of constraints"
    home = Home(copied.home)
    before = files(home)
    command = [sys.executable, str(ROOT / "server.py"), "restore", str(copied.file), "--force"]
    kept = {n: v for n, v in os.environ.items() if not n.startswith("COMMONGRID_")}
    kept |= {"COMMONGRID_HOME": str(copied.home), "COMMONGRID_ENGINE_HEAP": "256m"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=kept) as process:
        assert process.stderr
        told = next(line for line in process.stderr if line.startswith(moment))
        process.send_signal(signal.SIGKILL)
    assert told
    assert -signal.SIGKILL == process.returncode
    assert 1 == len(list(copied.home.glob("aside-*")))

    assert home.lock()
    home.unlock()
    assert before == files(home)
    assert [] == list(copied.home.glob("aside-*"))


def test_a_replacement_cut_off_anywhere_leaves_one_whole_store(tmp_path: Path) -> None:
    """Before it, between its two steps, and before the old store is dropped."""
    home = Home(tmp_path)

    def now() -> str:
        assert home.lock()
        home.unlock()
        assert not home.replaced.exists()
        return (home.database / "data").read_text()

    home.database.mkdir(parents=True)
    (home.database / "data").write_text("old")
    home.database.rename(home.replaced)
    assert "old" == now()
    home.database.rename(home.replaced)
    home.database.mkdir()
    (home.database / "data").write_text("new")
    assert "new" == now()
    with aside(home) as other:
        other.database.mkdir(parents=True)
        (other.database / "data").write_text("newer")
        home.take(other)
    assert "newer" == now()


def test_what_the_dead_left_is_dropped_and_what_the_living_need_is_not(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / "aside-left").mkdir()
    home.copies.mkdir(parents=True)
    (home.copies / "aside-left.zip").touch()
    with aside(home) as other:
        needed = home.copies / f"{other.path.name}.zip"
        needed.touch()
        assert home.lock()
        home.unlock()
        assert [other.path] == list(tmp_path.glob("aside-*"))
        assert [needed] == list(home.copies.iterdir())
    assert [] == list(tmp_path.glob("aside-*"))


def test_a_home_without_a_store_is_not_copied(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no network in"):
        asyncio.run(backup.back_up(settings(tmp_path / "new"), tmp_path / "file", False, silent))
    assert [] == list(tmp_path.iterdir())


def test_a_file_that_is_there_is_not_overwritten(copied: Copied) -> None:
    whole = copied.file.read_bytes()
    with pytest.raises(BackupError, match="is there already"):
        asyncio.run(backup.back_up(settings(copied.home), copied.file, False, silent))
    assert whole == copied.file.read_bytes()


async def answers(graph: Graph, operations: Operations) -> dict[str, list[bytes]]:
    """The bytes of each answer to every document of the corpus."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def answered(document: parity.Document) -> list[bytes]:
        async with turn:
            return await parity.answered(document, operations, graph)

    asked = parity.documents()
    found = await asyncio.gather(*map(answered, asked))
    return {document.name: each for document, each in zip(asked, found, strict=True)}


@pytest.mark.timeout(600)
@pytest.mark.skipif("COMMONGRID_GRAPH_URI" in os.environ, reason="a Neo4j copies its own store")
def test_a_restored_network_answers_as_the_one_it_was_copied_from(
    run: Any, graph: Graph, operations: Operations, engine_home: Path, tmp_path: Path
) -> None:
    """On another home, where the service has another password; and it can be written to."""
    home, file = tmp_path / "home", tmp_path / "network.backup"

    async def scenario() -> None:
        before = await answers(graph, operations)
        made = await backup.back_up(settings(engine_home), file, False, silent)
        assert made == await backup.restore(settings(home), file, False, silent)
        chosen = server.settings(dict(os.environ))
        chosen.home = home
        async with server.network(chosen, silent) as restored:
            restored.settings = graph.settings
            assert before == await answers(restored, operations)
            assert b"ZZ-NEW" in await created(restored, operations)
            assert b"ALREADY_EXISTS" in await created(restored, operations)
            with pytest.raises(NotUnique):
                await restored.write(lambda tx: tx.run("again", AGAIN, {}))

    run(scenario())


AGAIN: LiteralString = "CREATE (:Skill {code: 'first-aid'})"
NEW = """mutation { createPerson(input: {code: "ZZ-NEW", name: "李雷"}) {
  person { code } userErrors { code } } }"""


async def created(graph: Graph, operations: Operations) -> bytes:
    context = Context(graph, DEVELOPER, parity.TODAY, "request-of-a-test")
    answered = await operations.answer(operations.question(Request(NEW, None)), context)
    return msgspec.json.encode(answered.body)
