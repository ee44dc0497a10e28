"""How the embedded engine is started: the wheel's own java, its flags, free ports on loopback.

Knows how to launch one process and how to ask it over HTTP; keeps nothing alive.
"""

import asyncio
import base64
import importlib.metadata
import importlib.util
import json
import os
import secrets
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from graph.home import DATABASE, Endpoint, EngineError, Home, write

UNNEEDED = ("mcp", "graphql", "postgresw", "redisw", "console", "python-bridge", "studio")
LEFT_OUT = tuple(f"arcadedb-{jar}" for jar in UNNEEDED)  # less code, and no MCP endpoint
MESSAGE_BYTES = 64 << 20  # over the limit ArcadeDB answers nothing and the client hangs
# Below the ephemeral range: a client that retries a dead port up there can be connected to
# itself, and then holds the port that the restarted engine needs.
PORTS = range(20_000, 32_000)

# Stands between fork and java, so that no Python runs in a forked copy of a process with
# threads: the kernel kills the engine when the thread that started it is gone.
LEASH = """
import ctypes, os, signal, sys
parent, *command = sys.argv[1:]
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(ctypes.c_int(1), ctypes.c_ulong(signal.SIGKILL))
if os.getppid() != int(parent):
    sys.exit("the process that wanted the engine is gone")
os.umask(0o077)
os.execv(command[0], command)
"""

# Console only: the engine's own file handler would write every line a second time.
LOGGING = """\
handlers=java.util.logging.ConsoleHandler
java.util.logging.ConsoleHandler.formatter=com.arcadedb.log.LogFormatter
.level=INFO
io.undertow.level=WARNING
org.xnio.level=WARNING
org.jboss.level=WARNING
"""


@dataclass(frozen=True)
class EngineSettings:
    """`home`: a folder of its own (becomes 0700). `heap`: the JVM's `-Xmx`.

    No statement runs longer than `command_timeout_ms`. Start and stop are bounded in seconds.
    `restore`: an archive of the engine's own in the home's `engine/`, from which a home without a
    database gets one at its first start.
    """

    home: Path
    heap: str = "1g"
    command_timeout_ms: int = 60_000  # as long as the longest reading may take
    start_seconds: float = 60.0
    stop_seconds: float = 15.0
    restore: str | None = None


def command(settings: EngineSettings, home: Home, endpoint: Endpoint) -> list[str]:
    java, class_path = _java()
    bolt, http = ports(endpoint)
    home.root_password()  # made now if this is the first start: the engine reads the file
    write(home.path / "logging.properties", LOGGING)
    # Named from the folder it runs in: a path may hold signs that mean something here.
    source = f"{{restore:file://{settings.restore}}}" if settings.restore else ""
    options = {
        "java.util.logging.config.file": home.path / "logging.properties",
        "arcadedb.server.mode": "production",
        "arcadedb.txWalFlush": 1,
        "arcadedb.command.timeout": settings.command_timeout_ms,
        # Else two statements a core fill it, and even the one that would end them has to wait.
        "arcadedb.queryMaxConcurrent": 0,
        "arcadedb.bolt.host": "127.0.0.1",
        "arcadedb.bolt.port": bolt,
        "arcadedb.bolt.maxMessageSize": MESSAGE_BYTES,
        "arcadedb.bolt.packstream.maxValueLength": MESSAGE_BYTES,
        "arcadedb.server.httpIncomingHost": "127.0.0.1",
        "arcadedb.server.httpIncomingPort": http,
        "arcadedb.server.rootPath": home.store,
        "arcadedb.server.rootPasswordPath": home.path / "root.password",
        "arcadedb.server.defaultDatabases": f"{DATABASE}[root]{source}",
        "arcadedb.server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
    }
    flags = [f"-Xmx{settings.heap}", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData"]
    defined = [f"-D{name}={value}" for name, value in options.items()]
    return [str(java), *flags, *defined, "-cp", class_path, "com.arcadedb.server.ArcadeDBServer"]


def _java() -> tuple[Path, str]:
    """The wheel's own java, and the class path of the jars that are needed."""
    spec = importlib.util.find_spec("arcadedb_embedded")
    if spec is None or spec.origin is None:
        raise EngineError("no embedded graph engine: the package arcadedb-embedded is missing")
    package = Path(spec.origin).parent
    jars = (jar for jar in package.glob("jars/*.jar") if not jar.name.startswith(LEFT_OUT))
    return package / "jre" / "bin" / "java", os.pathsep.join(sorted(map(str, jars)))


async def spawn(settings: EngineSettings, home: Home, endpoint: Endpoint) -> Process:
    """Launches the engine; it dies with the thread that called this, and writes to home's log."""
    launched = command(settings, home, endpoint)
    log = os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-c", LEASH, str(os.getpid()), *launched),
            stdin=DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home.store,
            env={"LANG": "C.UTF-8"},  # none of our settings, and no JAVA_TOOL_OPTIONS
            start_new_session=True,  # Ctrl-C in a terminal is for us; we stop the child
            pass_fds=(home.lock_fd,),
        )
    finally:
        os.close(log)


def new_endpoint() -> Endpoint:
    user, password = f"service_{secrets.token_hex(8)}", secrets.token_urlsafe(24)
    return moved(Endpoint("", user, password, DATABASE))


def moved(endpoint: Endpoint) -> Endpoint:
    while True:
        bolt, http = secrets.choice(PORTS), secrets.choice(PORTS)
        if bolt != http and free(bolt, http):
            uri, admin = f"bolt://127.0.0.1:{bolt}", f"http://127.0.0.1:{http}"
            return replace(endpoint, uri=uri, admin=admin)


def ports(endpoint: Endpoint) -> tuple[int, int]:
    return urlsplit(endpoint.uri).port or 0, urlsplit(endpoint.admin or "").port or 0


def free(*ports: int) -> bool:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def version() -> str:
    """The version of the embedded engine that this process would start."""
    return importlib.metadata.version("arcadedb-embedded")


def answer(endpoint: Endpoint, statement: str = "RETURN 1") -> int:
    """HTTP status of a statement run as the endpoint's user; 0 if nobody answers."""
    body = json.dumps({"language": "opencypher", "command": statement})
    return status(endpoint, f"/api/v1/command/{endpoint.database}", body)


def ask(endpoint: Endpoint, statement: str, seconds: float = 60.0) -> list[dict[str, Any]]:
    """The rows of an SQL statement of the engine's own, run as the endpoint's user.

    Raises EngineError if it is refused, or not answered within `seconds`.
    """
    body = json.dumps({"language": "sql", "command": statement})
    code, said = _exchange(endpoint, f"/api/v1/command/{endpoint.database}", body, seconds)
    if code != 200:
        said_so = f"refused (HTTP {code})" if code else "did not answer"
        raise EngineError(f"the graph engine {said_so}: {statement}")
    rows: list[dict[str, Any]] = json.loads(said)["result"]
    return rows


def status(endpoint: Endpoint, path: str, body: str | None = None) -> int:
    return _exchange(endpoint, path, body, 5.0)[0]


def _exchange(endpoint: Endpoint, path: str, body: str | None, seconds: float) -> tuple[int, bytes]:
    """HTTP status and content; 0 and nothing if nobody answers within `seconds`."""
    connection = HTTPConnection(urlsplit(endpoint.admin or "").netloc, timeout=seconds)
    login = base64.b64encode(f"{endpoint.user}:{endpoint.password}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
    try:
        connection.request("POST" if body else "GET", path, body, headers if body else {})
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, HTTPException):
        return 0, b""
    finally:
        connection.close()
