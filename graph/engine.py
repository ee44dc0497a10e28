"""Keeps the embedded graph engine alive, once per home, and says where it answers.

Knows neither Bolt nor what the graph holds: it speaks to its child by command line, signal
and a health question over HTTP.
"""

import asyncio
import base64
import contextlib
import fcntl
import importlib.util
import json
import os
import secrets
import shutil
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

DATABASE = "commongrid"  # never "neo4j": ArcadeDB may answer that name from another database
UNNEEDED = ("mcp", "graphql", "postgresw", "redisw", "console", "python-bridge", "studio")
LEFT_OUT = tuple(f"arcadedb-{jar}" for jar in UNNEEDED)  # less code, and no MCP endpoint
BACKOFF = (0.0, 1.0, 5.0)  # seconds before each restart; one crash more within the window: failed
CRASH_WINDOW = 300.0
POLL = 0.1
FOLLOW = 0.5  # how often an attached process looks whether the owner still holds the home
LOG_CHECK = 600.0
LOG_BYTES = 10 << 20
MESSAGE_BYTES = 64 << 20  # over the limit ArcadeDB answers nothing and the client hangs
# Below the ephemeral range: a client that retries a dead port up there can be connected to
# itself, and then holds the port that the restarted engine needs.
PORTS = range(20_000, 32_000)
# The JVM stays alive, deaf, when its main thread dies (a taken port, for example).
MAIN_DIED = b'Exception in thread "main"'

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

State = Literal["starting", "running", "restarting", "failed", "stopped"]


class EngineError(Exception):
    """The embedded engine does not start or does not stay up; ends with the log's last lines."""


@dataclass(frozen=True)
class Endpoint:
    """Where a graph answers, and as whom. `admin`: HTTP address of the embedded engine, or None."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str
    admin: str | None = None


@dataclass(frozen=True)
class EngineSettings:
    """`home`: a folder of its own (becomes 0700). `heap`: the JVM's `-Xmx`.

    No statement runs longer than `command_timeout_ms`. Start and stop are bounded in seconds.
    """

    home: Path
    heap: str = "1g"
    command_timeout_ms: int = 15_000
    start_seconds: float = 60.0
    stop_seconds: float = 15.0


@asynccontextmanager
async def running(
    settings: EngineSettings, report: Callable[[str], None] | None = None
) -> "AsyncIterator[Engine]":
    """The engine on `settings.home`: started by this process, or another's that it attaches to.

    Enter it from the thread that lives as long as the engine shall (the event loop's): the child
    dies with that thread. `report` is told of the progress in short texts, several a second.
    Raises EngineError if there is no answer within `settings.start_seconds`.
    """
    engine = Engine(settings, report or (lambda text: None))
    try:
        await engine._join()
        watch = asyncio.create_task(engine._watch())
        try:
            yield engine
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
    finally:
        await engine._leave()


class Engine:
    """The engine as this process sees it.

    `owner`: this process started the child and stops it; an attached process becomes the owner
    when the owner goes. `generation` grows with each (re)start. `endpoint` stays the same across
    restarts unless a stranger took a port meanwhile. `error`: why `state` is "failed".
    """

    endpoint: Endpoint

    def __init__(self, settings: EngineSettings, report: Callable[[str], None]) -> None:
        self.state: State = "starting"
        self.owner = False
        self.pid = 0
        self.generation = 0
        self.error: str | None = None
        self._settings = settings
        self._report = report
        self._home = _Home(settings.home)
        self._child: Process | None = None
        self._crashes: list[float] = []

    @property
    def alive(self) -> bool:
        """Whether the engine's process is believed to be up and answering."""
        return self.state == "running"

    async def _join(self) -> None:
        began = time.monotonic()
        while not self._home.lock():
            known = self._home.known()
            if known and _exists(known[1]) and await asyncio.to_thread(_answer, known[0]) == 200:
                return self._adopt(*known)
            await self._wait("waiting for the graph engine of another process", began)
        self.owner = True
        await self._start()

    def _adopt(self, endpoint: Endpoint, pid: int) -> None:
        self.endpoint, self.pid, self.state = endpoint, pid, "running"
        self.generation += 1

    async def _wait(self, what: str, began: float) -> None:
        """One step of patience, told to the user; raises EngineError when it is used up."""
        passed = time.monotonic() - began
        if passed > self._settings.start_seconds:
            raise self._failure(f"{what}: no answer after {passed:.0f} s")
        self._report(f"{what} … {passed:.1f} s")
        await asyncio.sleep(POLL)

    def _failure(self, what: str) -> EngineError:
        return EngineError(f"{what} (log: {self._home.log})\n{self._home.log_tail()}")

    async def _start(self) -> None:
        known = self._home.known()
        self.endpoint = known[0] if known else _new_endpoint()
        while True:
            if not _free(*_ports(self.endpoint)):
                self.endpoint = _moved(self.endpoint)
            try:
                return await self._launch()
            except EngineError:
                await self._stop()
                if _free(*_ports(self.endpoint)):
                    raise
                # else a stranger took a port before the child did: try others

    async def _launch(self) -> None:
        began, mark = time.monotonic(), self._home.rotated()
        command = _command(self._settings, self._home, self.endpoint)
        self._child = child = await _spawn(command, self._home)
        while await asyncio.to_thread(_status, self.endpoint, "/api/v1/ready") != 204:
            if child.returncode is not None or MAIN_DIED in self._home.log_since(mark):
                raise self._failure("the graph engine ended before its first answer")
            await self._wait("starting the graph engine", began)
        await asyncio.to_thread(self._sign_in)
        self._home.keep(self.endpoint, child.pid)
        self._adopt(self.endpoint, child.pid)
        self._report(f"the graph engine answers after {time.monotonic() - began:.1f} s")

    def _sign_in(self) -> None:
        """A user of our own, made where missing: whoever guesses passwords locks `root` out."""
        if _answer(self.endpoint) == 200:
            return
        root = replace(self.endpoint, user="root", password=self._home.root_password())
        user, password = self.endpoint.user, self.endpoint.password
        _answer(root, f"CREATE USER {user} IF NOT EXISTS SET PASSWORD '{password}'")
        if (status := _answer(self.endpoint)) != 200:
            raise self._failure(f"the graph engine does not let its own user in (HTTP {status})")

    async def _watch(self) -> None:
        try:
            while True:
                await (self._guard() if self.owner else self._follow())
        except Exception as error:
            self.state, self.error = "failed", str(error)
            self._report(self.error)
            await self._stop()
            self._home.unlock()

    async def _guard(self) -> None:
        """From one end of the child to its next answer."""
        code, now = await self._ended(), time.monotonic()
        self._crashes = [*(at for at in self._crashes if now - at < CRASH_WINDOW), now]
        if len(self._crashes) > len(BACKOFF):
            raise self._failure(f"the graph engine ended again and again, last with {code}")
        self.state = "restarting"
        self._report(f"the graph engine ended with {code}: restarting it")
        await asyncio.sleep(BACKOFF[len(self._crashes) - 1])
        with contextlib.suppress(EngineError):  # its child has ended: the next round counts it
            await self._start()

    async def _ended(self) -> int:
        assert self._child is not None
        while True:
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(self._child.wait(), LOG_CHECK)
            self._home.rotated()

    async def _follow(self) -> None:
        """One look of an attached process: same engine, restarted by its owner, or orphaned."""
        await asyncio.sleep(FOLLOW)
        if self._home.lock():
            self.owner, self.state = True, "restarting"
            self._report("the process that ran the graph engine is gone: taking over")
            return await self._start()
        known = self._home.known()
        if known and known[1] != self.pid:
            self._adopt(*known)
        self.state = "running" if _exists(self.pid) else "restarting"

    async def _stop(self) -> None:
        child = self._child
        if child is None or child.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), self._settings.stop_seconds)
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()

    async def _leave(self) -> None:
        await self._stop()
        self._home.unlock()
        self.state = "stopped"


class _Home:
    """The files of one engine: `endpoint.json root.password engine.lock log/ engine/`."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self.log = self.path / "log" / "engine.log"
        self.store = self.path / "engine"
        self.lock_fd = -1
        try:
            for folder in (self.path, self.log.parent, self.store):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)
        except OSError as error:
            raise EngineError(f"the graph engine cannot live in {self.path}: {error}") from error

    def lock(self) -> bool:
        """Whether this process now holds the home.

        The child inherits the lock, so the home is not free before the owner *and* its engine are
        gone. So does a process made by a bare fork: use spawn for workers.
        """
        lock = os.open(self.path / "engine.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self.lock_fd = lock
        return True

    def unlock(self) -> None:
        if self.lock_fd >= 0:
            os.close(self.lock_fd)
            self.lock_fd = -1

    def known(self) -> tuple[Endpoint, int] | None:
        """The endpoint written last and the engine's pid then; both may be stale."""
        try:
            record = json.loads((self.path / "endpoint.json").read_bytes())
            return Endpoint(**record["endpoint"]), int(record["pid"])
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep(self, endpoint: Endpoint, pid: int) -> None:
        record = {"pid": pid, "endpoint": asdict(endpoint)}
        _write(self.path / "endpoint.json", json.dumps(record, indent=1))

    def root_password(self) -> str:
        path = self.path / "root.password"
        if not path.exists():
            _write(path, secrets.token_urlsafe(24))
        return path.read_text()

    def rotated(self) -> int:
        """The log's size in bytes after a long one was moved aside; the engine keeps appending."""
        self.log.touch(mode=0o600)
        if self.log.stat().st_size > LOG_BYTES:
            shutil.copy(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)
        return self.log.stat().st_size

    def log_since(self, mark: int) -> bytes:
        with self.log.open("rb") as log:
            log.seek(mark)
            return log.read()

    def log_tail(self, lines: int = 20) -> str:
        size = self.log.stat().st_size if self.log.exists() else 0
        text = self.log_since(max(0, size - 16_384)) if size else b""
        return "\n".join(text.decode(errors="replace").splitlines()[-lines:])


def _write(path: Path, text: str) -> None:
    """Replaces the file as a whole; nobody else may read it at any moment."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _command(settings: EngineSettings, home: _Home, endpoint: Endpoint) -> list[str]:
    java, class_path = _java()
    bolt, http = _ports(endpoint)
    home.root_password()  # made now if this is the first start: the engine reads the file
    _write(home.path / "logging.properties", LOGGING)
    options = {
        "java.util.logging.config.file": home.path / "logging.properties",
        "arcadedb.server.mode": "production",
        "arcadedb.txWalFlush": 1,
        "arcadedb.command.timeout": settings.command_timeout_ms,
        "arcadedb.bolt.host": "127.0.0.1",
        "arcadedb.bolt.port": bolt,
        "arcadedb.bolt.maxMessageSize": MESSAGE_BYTES,
        "arcadedb.bolt.packstream.maxValueLength": MESSAGE_BYTES,
        "arcadedb.server.httpIncomingHost": "127.0.0.1",
        "arcadedb.server.httpIncomingPort": http,
        "arcadedb.server.rootPath": home.store,
        "arcadedb.server.rootPasswordPath": home.path / "root.password",
        "arcadedb.server.defaultDatabases": f"{DATABASE}[root]",
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


async def _spawn(command: list[str], home: _Home) -> Process:
    log = os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-c", LEASH, str(os.getpid()), *command),
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


def _new_endpoint() -> Endpoint:
    user, password = f"service_{secrets.token_hex(8)}", secrets.token_urlsafe(24)
    return _moved(Endpoint("", user, password, DATABASE))


def _moved(endpoint: Endpoint) -> Endpoint:
    while True:
        bolt, http = secrets.choice(PORTS), secrets.choice(PORTS)
        if bolt != http and _free(bolt, http):
            uri, admin = f"bolt://127.0.0.1:{bolt}", f"http://127.0.0.1:{http}"
            return replace(endpoint, uri=uri, admin=admin)


def _ports(endpoint: Endpoint) -> tuple[int, int]:
    return urlsplit(endpoint.uri).port or 0, urlsplit(endpoint.admin or "").port or 0


def _free(*ports: int) -> bool:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _answer(endpoint: Endpoint, statement: str = "RETURN 1") -> int:
    """HTTP status of a statement run as the endpoint's user; 0 if nobody answers."""
    body = json.dumps({"language": "opencypher", "command": statement})
    return _status(endpoint, f"/api/v1/command/{endpoint.database}", body)


def _status(endpoint: Endpoint, path: str, body: str | None = None) -> int:
    connection = HTTPConnection(urlsplit(endpoint.admin or "").netloc, timeout=5.0)
    login = base64.b64encode(f"{endpoint.user}:{endpoint.password}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
    try:
        connection.request("POST" if body else "GET", path, body, headers if body else {})
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
