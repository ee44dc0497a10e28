"""What can be known of the image and the compose file without building: they name what is there."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml
from starlette.applications import Starlette

import server
from web.health import Health

ROOT = Path(server.__file__).parent
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
README = (ROOT / "README.md").read_text()


def said(instruction: str) -> list[str]:
    """What follows each instruction of that name in the Dockerfile."""
    return re.findall(rf"^{instruction} (.*)", DOCKERFILE, re.MULTILINE)


def environment() -> dict[str, str]:
    [settings] = said("ENV")
    return dict(each.split("=") for each in shlex.split(settings))


def copied() -> list[str]:
    return [name for line in said("COPY") for name in line.split()[:-1]]


def test_the_image_gets_every_room_of_the_house_and_nothing_that_is_not_there() -> None:
    wheel = re.search(r"only-include = (\[.*\])", (ROOT / "pyproject.toml").read_text())
    assert wheel
    assert [] == [name for name in copied() if not (ROOT / name).exists()]
    assert set(json.loads(wheel[1])) <= set(copied())


def test_the_builder_is_sent_what_it_copies_and_no_secret() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert set(copied()) == let_in
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()
    assert not any(fnmatch(".env", each) for each in let_in)


def test_the_image_installs_what_the_lock_says_for_a_python_that_is_supported() -> None:
    [image] = said("FROM")
    [version] = re.findall(r"^python:3\.(\d+)-slim$", image)
    supported = re.search(r'requires-python = ">=3\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    assert supported
    assert int(version) >= int(supported[1])
    assert "--require-hashes -r requirements.lock" in said("RUN")[0]


def test_the_image_is_no_root_listens_everywhere_and_keeps_its_store_in_the_volume(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Which makes the production profile."""
    for name in [name for name in os.environ if name.startswith(server.PREFIX)]:
        monkeypatch.delenv(name)
    for name, value in environment().items():
        monkeypatch.setenv(name, value)

    chosen = server.settings(os.environ)

    assert ("0.0.0.0", 8000, "production") == (chosen.host, chosen.port, chosen.profile)
    assert [str(chosen.home)] == said("VOLUME")
    assert [str(chosen.port)] == said("EXPOSE")
    assert ["10001:10001"] == said("USER")
    assert ['["python", "server.py"]'] == said("ENTRYPOINT")


@contextmanager
def answering(ready: bool) -> Iterator[int]:
    """The port at which our own health routes answer."""

    async def answer() -> bool:
        return ready

    with socket.create_server(("127.0.0.1", 0)) as at:
        listener = uvicorn.Server(
            uvicorn.Config(Starlette(routes=Health(answer).routes()), log_level="critical")
        )
        thread = threading.Thread(target=listener.run, kwargs={"sockets": [at]})
        thread.start()
        while not listener.started:
            time.sleep(0.01)
        yield at.getsockname()[1]
        listener.should_exit = True
        thread.join()


def healthy(port: int) -> bool:
    """Whether the image's own check says so."""
    [check] = said("HEALTHCHECK")
    python, *words = json.loads(check.partition(" CMD ")[2])
    assert "python" == python
    kept = {**os.environ, "COMMONGRID_PORT": str(port)}
    return not subprocess.run([sys.executable, *words], env=kept, capture_output=True).returncode


def test_the_image_is_healthy_when_it_is_ready_and_not_before() -> None:
    with answering(ready=True) as port:
        assert healthy(port)
    with answering(ready=False) as port:
        assert not healthy(port)
    assert not healthy(port)  # nobody listens any more


def test_compose_waits_for_a_healthy_neo4j_of_the_supported_version() -> None:
    app, neo4j = COMPOSE["services"]["app"], COMPOSE["services"]["neo4j"]
    image, version, edition = re.split("[:-]", neo4j["image"])
    tested = re.search(r"<neo4j.version>(.*)</", (ROOT / "scripts/neo4j/pom.xml").read_text())
    assert tested
    assert ("neo4j", "community") == (image, edition)
    assert tested[1].startswith(f"{version}.")
    assert f"Neo4j {version} or newer" in README
    assert {"neo4j": {"condition": "service_healthy"}} == app["depends_on"]
    assert "cypher-shell" in neo4j["healthcheck"]["test"][1]


def test_compose_names_our_settings_and_its_own_volumes() -> None:
    known = {f"{server.PREFIX}{name}".upper() for name in server.Settings.model_fields}
    services = COMPOSE["services"].values()
    assert set(COMPOSE["services"]["app"]["environment"]) <= known
    mounted = {each.partition(":")[0] for service in services for each in service["volumes"]}
    assert set(COMPOSE["volumes"]) == mounted
    assert said("VOLUME")[0] in COMPOSE["services"]["app"]["volumes"][0]
    for variable in re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "compose.yaml").read_text()):
        assert variable in known


def test_compose_holds_no_password_and_does_not_start_without_one() -> None:
    app, neo4j = COMPOSE["services"]["app"], COMPOSE["services"]["neo4j"]
    asked = "${COMMONGRID_GRAPH_PASSWORD:?"
    assert app["environment"]["COMMONGRID_GRAPH_PASSWORD"].startswith(asked)
    assert neo4j["environment"]["NEO4J_AUTH"].startswith(f"neo4j/{asked}")
    assert "ports" not in neo4j  # the app's network only
    assert [each for each in app["ports"] if not each.startswith("127.0.0.1:")] == []
