"""Copies of the embedded store while it is in use, and stores made from copies.

An engine of its own opens a copy before anybody relies on it: that proves it, and counts what is in
it. What moves is the graph; a home's user, passwords, log and ports stay its own. Speaks to an
engine as `child` does, and knows no label.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from graph import archive, child, indexes, load
from graph.archive import BackupError, Manifest, Report
from graph.bolt import connected
from graph.child import EngineSettings
from graph.engine import Engine, running
from graph.home import DATABASE, ENGINE, Endpoint, EngineError, Home, aside

COPY = "copy.zip"
POLL = 0.2  # seconds between two words of progress
PATIENCE = 3_600.0  # seconds for a copy, and for an engine that unpacks one
# How many records there are of each type; a node with two labels is of a type «One~Other».
COUNTS = "SELECT name, type, records FROM schema:types WHERE records > 0"

Counts = dict[str, dict[str, int]]


async def back_up(settings: EngineSettings, file: Path, force: bool, report: Report) -> Manifest:
    """Copy the store to `file` as it is at one moment, while others read and write.

    The copy is then opened once, beside the store, which takes its size on disk twice for that
    time. Raises BackupError, or EngineError if an engine does not start.
    """
    home = _known(settings)
    with archive.draft(file, force) as target, aside(home) as place:
        copy = place.store / COPY
        async with running(settings, report) as engine:
            await _copy(engine, home, copy, report)
        _fits(home, archive.unpacked(copy))
        report("opening the copy")
        async with _opened(settings, place, report) as at:
            counts = counted(at)
        manifest = Manifest(
            engine=ENGINE,
            engine_version=child.version(),
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            sha256=archive.digest(copy),
            size=copy.stat().st_size,
            unpacked=archive.unpacked(copy),
            nodes=counts["nodes"],
            relationships=counts["relationships"],
        )
        report("writing the file")
        archive.write(target, manifest, copy)
    return manifest


async def restore(settings: EngineSettings, file: Path, force: bool, report: Report) -> Manifest:
    """Put the store that `file` holds in place of the home's, whole or not at all.

    Until it is opened, has its constraints and indexes, and holds as much as its manifest says,
    the old one is not touched. Raises BackupError if the file is not good, the home is in use, its
    store is not empty and `force` does not say to replace it, or the disk is too small;
    EngineError if the engine does not start.
    """
    manifest = archive.checked(file, report)
    _readable(file, manifest)
    home = Home(settings.home)
    with _held(home):
        pass  # said before anything else is tried
    if home.database.exists() and not force and not await _empty(settings, report):
        raise BackupError(f"{home.path} holds a network already: say --force to replace it")
    with _held(home), aside(home) as place:
        _fits(home, manifest.size + manifest.unpacked)
        report("unpacking the backup")
        archive.unpack(file, place.store / COPY)
        async with _opened(settings, place, report) as at, connected(lambda: at) as graph:
            report("making sure of constraints and indexes")
            await indexes.ensure(graph)
            found = await asyncio.to_thread(counted, at)
        if found != (said := {"nodes": manifest.nodes, "relationships": manifest.relationships}):
            raise BackupError(f"{file} holds {found} and not {said}: the store was left as it was")
        home.take(place)
    return manifest


def counted(at: Endpoint) -> Counts:
    """How many nodes of each label and relationships of each type there are, without zeros."""
    found: Counts = {"nodes": {}, "relationships": {}}
    for row in child.ask(at, COUNTS):
        kind = found["relationships" if row["type"] == "edge" else "nodes"]
        kind[row["name"].replace("~", ":")] = row["records"]
    return found


def _known(settings: EngineSettings) -> Home:
    if not (settings.home.expanduser() / "engine" / "databases" / DATABASE).is_dir():
        raise BackupError(f"there is no network in {settings.home} (COMMONGRID_HOME)")
    return Home(settings.home)


async def _copy(engine: Engine, home: Home, copy: Path, report: Report) -> None:
    """The engine's own archive of its store; it takes a file name there, and no folder."""
    made = home.copies / f"{copy.parent.parent.name}.zip"
    mark = home.log.stat().st_size
    statement = f"BACKUP DATABASE file://{made.name}"
    asked = asyncio.create_task(asyncio.to_thread(child.ask, engine.endpoint, statement, PATIENCE))
    try:
        while not (await asyncio.wait([asked], timeout=POLL))[0]:
            done = made.stat().st_size if made.exists() else 0
            report(f"copying the store {done / 1e6:,.1f} MB")
        await asked
        made.rename(copy)
    except EngineError as error:
        cause = home.cause(mark) or str(error)
        raise BackupError(f"the graph engine could not copy its store: {cause}") from error
    finally:
        made.unlink(missing_ok=True)


@asynccontextmanager
async def _opened(settings: EngineSettings, place: Home, report: Report) -> AsyncIterator[Endpoint]:
    """Where an engine answers that was started from the copy in `place`."""
    chosen = replace(settings, home=place.path, restore=COPY, start_seconds=PATIENCE)
    async with running(chosen, report) as engine:
        yield engine.endpoint


async def _empty(settings: EngineSettings, report: Report) -> bool:
    try:
        async with running(settings, report) as engine, connected(lambda: engine.endpoint) as graph:
            return await load.empty(graph)
    except EngineError as error:
        raise BackupError(
            f"the store in {settings.home} cannot be opened to see whether it is empty (--force "
            f"replaces it unseen): {error}"
        ) from error


@contextmanager
def _held(home: Home) -> Iterator[None]:
    """Nobody else starts an engine on the home meanwhile."""
    if not home.lock():
        raise BackupError(
            f"{home.path} is in use by process {home.holder() or 'unknown'}: stop that server "
            "first, or restore into another folder (COMMONGRID_HOME)"
        )
    try:
        yield
    finally:
        home.unlock()


def _fits(home: Home, needed: int) -> None:
    free = shutil.disk_usage(home.path).free
    if needed > free:
        raise BackupError(
            f"not enough space in {home.path}: {needed / 1e6:,.0f} MB are needed beside the "
            f"present store, {free / 1e6:,.0f} MB are free"
        )


def _readable(file: Path, manifest: Manifest) -> None:
    if manifest.engine != ENGINE:
        raise BackupError(
            f"{file} holds a store of {manifest.engine}; the embedded engine is {ENGINE}"
        )
    if _numbers(manifest.engine_version) > _numbers(child.version()):
        raise BackupError(
            f"{file} was made by {ENGINE} {manifest.engine_version}, newer than the "
            f"{child.version()} here: install the newer arcadedb-embedded first"
        )


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]
