"""One file that holds a copy of a store, with a manifest that says what must be in it.

A zip, uncompressed: `manifest.json`, then `store.zip`, which is the engine's own archive. Knows no
engine.
"""

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from graph.home import settled

FORMAT = 1
MANIFEST, STORE = "manifest.json", "store.zip"
BLOCK = 1 << 20
MANIFEST_BYTES = 1 << 20
# What zipfile says of bytes that are not as it expects.
UNREADABLE = (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error)
HEAD = 30  # bytes in a zip before the first name, which tells a cut backup from another file

Report = Callable[[str], None]


class BackupError(Exception):
    """A backup cannot be made or restored; the text says why, and what the user can do."""


@dataclass(frozen=True)
class Manifest:
    """What an archive holds. `made`: UTC, ISO 8601. `size` and `unpacked`: bytes of the store.

    `nodes` and `relationships`: how many there are of each label and type, without zeros; a node
    with two labels counts once, under «One:Other».
    """

    engine: str
    engine_version: str
    made: str
    sha256: str
    size: int
    unpacked: int
    nodes: Mapping[str, int]
    relationships: Mapping[str, int]
    format: int = FORMAT


KINDS = {
    "engine": str,
    "engine_version": str,
    "made": str,
    "sha256": str,
    "size": int,
    "unpacked": int,
    "nodes": dict,
    "relationships": dict,
}


@contextmanager
def draft(target: Path, force: bool) -> Iterator[IO[bytes]]:
    """A file that becomes `target` at the end, whole and for its owner only, or not at all.

    Raises BackupError if it cannot be written, or is there already and not to be replaced.
    """
    _claim(target, force)
    path = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _claim(target, force)
        path.replace(target)
        settled(target.parent)
    except OSError as error:
        named = error.filename or target
        raise BackupError(f"cannot write {named}: {error.strerror}") from error
    finally:
        with _forgiven():
            path.unlink(missing_ok=True)


def _claim(target: Path, force: bool) -> None:
    if target.is_dir():
        raise BackupError(f"cannot write {target}: it is a folder; name a file")
    if target.exists() and not force:
        raise BackupError(f"{target} is there already: choose another name, or say --force")


@contextmanager
def _forgiven() -> Iterator[None]:
    try:
        yield
    except OSError:
        pass  # what led here is told already


def unpacked(store: Path) -> int:
    """How many bytes an engine's archive takes once it is unpacked."""
    with ZipFile(store) as inner:
        return sum(each.file_size for each in inner.infolist())


def digest(store: Path) -> str:
    with store.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(file: IO[bytes], manifest: Manifest, store: Path) -> None:
    with ZipFile(file, "w", ZIP_STORED) as outer:
        outer.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        outer.write(store, STORE)


def checked(path: Path, report: Report) -> Manifest:
    """What the archive holds, after every byte of it was compared with its digest.

    Raises BackupError if it is none of ours, newer, cut, or damaged.
    """
    with _opened(path) as outer:
        manifest = _manifest(path, outer)
        seen, read = hashlib.sha256(), 0
        with outer.open(STORE) as store:
            while block := store.read(BLOCK):
                seen.update(block)
                read += len(block)
                report(f"checking {path.name} {read / 1e6:,.1f} MB")
        if (seen.hexdigest(), read) != (manifest.sha256, manifest.size):
            raise _damaged(path, "its digest is another than its manifest says")
        with outer.open(STORE) as store, ZipFile(store) as inner:
            if any("/" in name or "\\" in name or ".." in name for name in inner.namelist()):
                raise _damaged(path, "it names files outside of the store")
    return manifest


def unpack(path: Path, to: Path) -> None:
    """The engine's own archive, written to `to`, for its owner only."""
    with (
        _opened(path) as outer,
        outer.open(STORE) as store,
        open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
    ):
        shutil.copyfileobj(store, file, BLOCK)


@contextmanager
def _opened(path: Path) -> Iterator[ZipFile]:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD + len(MANIFEST))
        if head[:4] != b"PK\x03\x04" or head[HEAD:] != MANIFEST.encode():
            raise BackupError(f"{path} is not a backup of Commongrid")
        with ZipFile(path) as outer:
            if outer.namelist() != [MANIFEST, STORE]:
                raise _damaged(path, "it is cut or mixed up")
            yield outer
    except UNREADABLE as error:
        raise _damaged(path, f"it is cut or overwritten ({error})") from error
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror or 'it cannot be read'}") from error


def _damaged(path: Path, why: str) -> BackupError:
    return BackupError(f"{path} is damaged: {why}; nothing was changed, take another backup")


def _manifest(path: Path, outer: ZipFile) -> Manifest:
    try:
        found: dict[str, Any] = json.loads(outer.open(MANIFEST).read(MANIFEST_BYTES))
        if int(found["format"]) > FORMAT:
            raise BackupError(
                f"{path} has the format {found['format']} of a newer Commongrid; this one reads "
                f"up to {FORMAT}: restore it with that version"
            )
        if wrong := [name for name, kind in KINDS.items() if type(found[name]) is not kind]:
            raise TypeError(f"{wrong}")
        return Manifest(**found)
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(path, f"its manifest cannot be read ({error})") from error
