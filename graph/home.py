"""The files of one embedded engine: its lock, its secrets, its log, and who it last was.

`endpoint.json root.password engine.lock log/ engine/`, all for the owner's eyes only. Knows no
process but by its number.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import mkdtemp

ENGINE = "ArcadeDB"  # also in the name by which it answers over Bolt
DATABASE = "commongrid"  # never "neo4j": ArcadeDB may answer that name from another database
LOG_BYTES = 10 << 20
ASIDE = "aside"


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


class Home:
    """The files of one engine: `endpoint.json root.password engine.lock log/ engine/`."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self.log = self.path / "log" / "engine.log"
        self.store = self.path / "engine"
        self.database = self.store / "databases" / DATABASE
        self.replaced = self.store / "replaced"  # the database before, while it is replaced
        self.copies = self.store / "backups" / DATABASE  # where the engine writes its archives
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
        os.truncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        self.lock_fd = lock
        self._mend()
        return True

    def holder(self) -> int | None:
        """The process that locked the home last; None if that is not known."""
        try:
            return int((self.path / "engine.lock").read_bytes())
        except (OSError, ValueError):
            return None

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
        write(self.path / "endpoint.json", json.dumps(record, indent=1))

    def root_password(self) -> str:
        path = self.path / "root.password"
        if not path.exists():
            write(path, secrets.token_urlsafe(24))
        return path.read_text()

    def take(self, other: "Home") -> None:
        """The other's database in place of this one's; both are locked, and no engine runs on them.

        Cut off at any point, the next lock finds the old database or the new one, and whole.
        """
        if self.database.exists():
            self.database.rename(self.replaced)
        self.database.parent.mkdir(mode=0o700, exist_ok=True)
        other.database.rename(self.database)
        for folder in (self.store, self.database.parent):
            settled(folder)
        self._mend()

    def _mend(self) -> None:
        """Undo a replacement that was cut off, end one that was not, drop what the dead left."""
        if self.replaced.exists() and not self.database.exists():
            self.replaced.rename(self.database)
        shutil.rmtree(self.replaced, ignore_errors=True)
        for left in self.path.glob(f"{ASIDE}-*"):
            if (held := _claimed(left)) is not None:
                shutil.rmtree(left, ignore_errors=True)
                os.close(held)
        for left in self.copies.glob(f"{ASIDE}-*"):
            if not (self.path / left.stem).exists():
                left.unlink(missing_ok=True)

    def cause(self, mark: int) -> str | None:
        """The last cause that the log has told since it had the size `mark`, None if it has not."""
        told = self.log_since(mark).decode(errors="replace").splitlines()
        causes = [line for line in told if line.startswith("Caused by: ")]
        return causes[-1].removeprefix("Caused by: ") if causes else None

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


def write(path: Path, text: str) -> None:
    """Replaces the file as a whole; nobody else may read it at any moment."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def aside(home: Home) -> Iterator[Home]:
    """A home of its own within another, on the same disk, for a while; nothing of it is left."""
    path = Path(mkdtemp(prefix=f"{ASIDE}-", dir=home.path))
    held = _claimed(path)
    try:
        yield Home(path)
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if held is not None:
            os.close(held)


def _claimed(folder: Path) -> int | None:
    """A descriptor that holds the folder until it is closed; None if somebody alive holds it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return opened
    except BlockingIOError:
        os.close(opened)
        return None


def settled(folder: Path) -> None:
    """Names changed in the folder outlive a loss of power."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def exists(pid: int) -> bool:
    """Whether there is such a process now."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
