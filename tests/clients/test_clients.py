"""The clients that front ends are made with ask a server that runs, by the schema kept here."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import server
from graph.bolt import Graph

HERE = Path(__file__).parent
ROOT = Path(server.__file__).parent
BIN = HERE / "node_modules" / ".bin"
OLDEST = 20  # Node.js
CLEAR: Any = "MATCH (n:Skill) WHERE n.code STARTS WITH $prefix DETACH DELETE n"
FORGET: Any = "MATCH (n) WHERE n:Document OR n.key = 'documents' DELETE n"
Node = Callable[..., None]


def has_node() -> bool:
    """Whether this machine has npm, and a Node.js that is new enough."""
    if not (shutil.which("npm") and shutil.which("node")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, encoding="utf-8").stdout
    return int(said.removeprefix("v").partition(".")[0]) >= OLDEST


pytestmark = pytest.mark.skipif(
    not has_node(),
    reason=f"no npm with Node.js {OLDEST} or newer: nothing is asked by Relay, Apollo, urql, "
    "graphql-codegen, graphql-ws, graphql-sse and the audits of graphql-http",
)


def done(*words: str | Path, within: Path = HERE, env: dict[str, str] | None = None) -> None:
    """Runs a command that must succeed."""
    found = subprocess.run(
        words, cwd=within, env=env, capture_output=True, encoding="utf-8", timeout=240
    )
    if found.returncode:
        pytest.fail(f"{words}\n{found.stdout}{found.stderr}", pytrace=False)


@pytest.fixture(scope="module")
def installed() -> None:
    """The packages that the lock names, and no others."""
    lock, stamp = HERE / "package-lock.json", HERE / "node_modules" / ".installed"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        done("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        shutil.copyfile(lock, stamp)


@pytest.fixture(scope="module")
def environment(graph: Graph, engine_home: Path) -> dict[str, str]:
    """Makes a process of ours use the store of the tests."""
    own = {"HOME": str(engine_home), "PORT": "0", "PROFILE": "development"}
    return os.environ | {f"{server.PREFIX}{name}": value for name, value in own.items()}


@pytest.fixture(scope="module")
def url(environment: dict[str, str]) -> Iterator[str]:
    """Where a server of its own process answers."""
    command: list[str | Path] = [sys.executable, ROOT / "server.py", "serve"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, encoding="utf-8", env=environment
    ) as process:
        assert process.stdout
        try:
            yield next(line.strip() for line in process.stdout if line.endswith("/graphql\n"))
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def node(installed: None, url: str) -> Node:
    """Runs a script of this folder, which is told the URL and ends well if all is as it should."""

    def ran(script: str, *words: str) -> None:
        done("node", HERE / script, url, *words)

    return ran


@pytest.fixture(scope="module")
def compiled(installed: None) -> None:
    """What the Relay compiler, graphql-codegen and tsc make of the apps and of our schema."""
    relay, typed = HERE / "relay", HERE / "typed"
    for made in ("relay/artifacts", "typed/gql", "typed/js"):
        shutil.rmtree(HERE / made, ignore_errors=True)
    (relay / "artifacts").mkdir()
    (relay / "artifacts" / "persisted.json").write_text("{}")  # it wants one that exists
    done(BIN / "relay-compiler", "--noWatchman", "relay.config.json", within=relay)
    done(BIN / "graphql-codegen", "--config", "codegen.json", within=typed)
    done(BIN / "tsc", "-p", ".", within=typed)


@pytest.fixture(scope="module")
def registered(
    compiled: None, url: str, environment: dict[str, str], graph: Graph, run: Any
) -> Iterator[None]:
    """Both apps are deployed: their documents are known by id."""
    registers = ["relay/artifacts/persisted.json", "typed/gql/persisted-documents.json"]
    done(sys.executable, ROOT / "server.py", "documents", "sync", *registers, env=environment)
    yield
    run(graph.write(lambda tx: tx.run("test", FORGET, {})))


@pytest.fixture
def code(prefix: str, graph: Graph, run: Any) -> Iterator[str]:
    """The code of a skill that does not remain."""
    yield f"{prefix}-skill"
    run(graph.write(lambda tx: tx.run("test", CLEAR, {"prefix": prefix})))


def test_all_audits_of_graphql_http_hold(node: Node) -> None:
    node("audits.mjs")


def test_apollo_adds_page_to_page(node: Node) -> None:
    node("apollo.mjs")


@pytest.mark.parametrize("script", ["urql.mjs", "socket.mjs", "events.mjs"])
def test_it_is_read_and_written_by(node: Node, script: str, code: str) -> None:
    node(script, code)


@pytest.mark.parametrize("script", ["relay.mjs", "typed.mjs"])
def test_an_app_is_compiled_registered_and_asks_by_ids(
    node: Node, registered: None, script: str, code: str
) -> None:
    node(script, code)
