"""What a backup's file promises: whole or not there, and refused where a byte of it is wrong."""

import json
import resource
import stat
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest

from graph import archive, child
from graph.archive import BackupError, Manifest
from graph.backup import restore
from graph.child import EngineSettings
from graph.home import ENGINE, Home

STORE = b"\x00\x01 bytes of a store "


def silent(text: str) -> None:
    pass


def packed(names: tuple[str, ...] = ("Person_0.bucket", "schema.json")) -> bytes:
    """An archive as an engine makes it, of no date."""
    held = BytesIO()
    with ZipFile(held, "w") as inner:
        for name in names:
            inner.writestr(ZipInfo(name), STORE)
    return held.getvalue()


def made(path: Path, store: bytes | None = None, **differences: Any) -> Manifest:
    """A backup of a store with two nodes, but for the differences in its manifest."""
    copy = path.with_suffix(".copy")
    copy.write_bytes(store or packed())
    manifest = Manifest(
        engine=ENGINE,
        engine_version=child.version(),
        made="2026-11-24T00:00:00+00:00",
        sha256=archive.digest(copy),
        size=copy.stat().st_size,
        unpacked=archive.unpacked(copy),
        nodes={"Person": 2},
        relationships={},
    )
    manifest = replace(manifest, **differences)
    with archive.draft(path, force=True) as file:
        archive.write(file, manifest, copy)
    copy.unlink()
    return manifest


async def refused(path: Path, home: Path) -> str:
    """Why the file is not restored; nothing is started for that, and nothing left."""
    with pytest.raises(BackupError) as caught:
        await restore(EngineSettings(home), path, False, silent)
    assert not (home / "log" / "engine.log").exists()
    assert [] == [*home.glob("aside-*"), *home.glob("engine/databases/*")]
    return str(caught.value)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path, words = tmp_path / "备份.backup", list[str]()
    manifest = made(path)
    archive.unpack(path, tmp_path / "copy.zip")

    assert manifest == archive.checked(path, words.append)
    assert packed() == (tmp_path / "copy.zip").read_bytes()
    assert words[-1].startswith("checking 备份.backup 0.0 MB")
    for each in (path, tmp_path / "copy.zip"):
        assert 0o600 == stat.S_IMODE(each.stat().st_mode)
    assert {path, tmp_path / "copy.zip"} == set(tmp_path.iterdir())


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "network.backup"
    path.write_bytes(b"precious")

    with pytest.raises(BackupError, match="--force"), archive.draft(path, force=False):
        pytest.fail("it is there")
    assert b"precious" == path.read_bytes()
    with archive.draft(path, force=True) as file:
        file.write(b"new")
        assert b"precious" == path.read_bytes()
    assert b"new" == path.read_bytes()


def test_what_goes_wrong_on_the_way_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "network.backup"

    def interrupted() -> None:
        with archive.draft(path, force=False) as file:
            file.write(STORE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [] == list(tmp_path.iterdir())


def test_a_disk_that_takes_no_more_is_told_and_leaves_no_file(tmp_path: Path) -> None:
    """The system's own limit on the size of a file stands for a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with (
            pytest.raises(BackupError, match=r"cannot write .*network.backup: File too large"),
            archive.draft(tmp_path / "network.backup", force=False) as file,
        ):
            file.write(STORE * 1_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("absent/network.backup", "No such file or directory"),
        ("file/network.backup", "Not a directory"),
        (".", "it is a folder"),
    ],
)
def test_where_nothing_can_be_written_is_told_at_once(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(BackupError, match=f"cannot write .*{why}"),
        archive.draft(tmp_path / name, force=False),
    ):
        pytest.fail("it cannot be written")


def test_a_backup_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "network.backup"
    made(path)
    whole, head = path.read_bytes(), archive.HEAD + len(archive.MANIFEST)
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(BackupError, match="not a backup" if length < head else "is damaged"):
            archive.checked(path, silent)


def test_every_byte_that_is_wrong_is_noticed_where_it_matters(tmp_path: Path) -> None:
    """Dates and the like of the outer zip may differ: what is read is the same all the same."""
    path = tmp_path / "network.backup"
    manifest = made(path)
    whole, unnoticed = path.read_bytes(), list[int]()
    for place in range(len(whole)):
        path.write_bytes(bytes([*whole[:place], whole[place] ^ 0xFF, *whole[place + 1 :]]))
        try:
            assert manifest == archive.checked(path, silent)
            unnoticed.append(place)
        except BackupError:
            pass
    read = [json.dumps(asdict(manifest), indent=1).encode(), packed()]
    spans = [range(at, at + len(each)) for each in read for at in [whole.index(each)]]
    assert [] == [place for place in unnoticed if any(place in span for span in spans)]


@pytest.mark.parametrize("content", [b"", b"PK", b"a dump of another kind" * 20, packed()])
def test_another_file_is_no_backup(tmp_path: Path, run: Any, content: bytes) -> None:
    path = tmp_path / "network.backup"
    path.write_bytes(content)
    assert "is not a backup of Commongrid" in run(refused(path, tmp_path / "home"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path, run: Any) -> None:
    told = run(refused(tmp_path / "absent", tmp_path / "home"))
    assert told.endswith("absent: No such file or directory")


@pytest.mark.parametrize(
    ("differences", "told"),
    [
        ({"format": 2}, "format 2 of a newer Commongrid; this one reads up to 1"),
        ({"engine": "Neo4j"}, "holds a store of Neo4j; the embedded engine is ArcadeDB"),
        ({"engine_version": "26.11.1"}, "made by ArcadeDB 26.11.1, newer than the"),
        ({"engine_version": "27"}, "install the newer arcadedb-embedded first"),
        ({"sha256": "0" * 64}, "its digest is another"),
        ({"size": 1}, "its digest is another"),
        ({"size": "1"}, "its manifest cannot be read"),
        ({"nodes": None}, "its manifest cannot be read"),
        ({"unpacked": 10**18}, "1,000,000,000,00"),
    ],
)
def test_a_manifest_that_does_not_fit_is_told(
    tmp_path: Path, run: Any, differences: dict[str, Any], told: str
) -> None:
    made(tmp_path / "network.backup", **differences)
    assert told in run(refused(tmp_path / "network.backup", tmp_path / "home"))


def test_a_manifest_of_another_shape_is_told(tmp_path: Path) -> None:
    path = tmp_path / "network.backup"
    with ZipFile(path, "w") as outer:
        outer.writestr(archive.MANIFEST, json.dumps([1]))
        outer.writestr(archive.STORE, packed())
    with pytest.raises(BackupError, match="its manifest cannot be read"):
        archive.checked(path, silent)


@pytest.mark.parametrize("name", ["../evil", "/evil", "config/server-users.jsonl"])
def test_a_store_that_names_files_outside_of_it_is_refused(tmp_path: Path, name: str) -> None:
    made(tmp_path / "network.backup", packed((name,)))
    with pytest.raises(BackupError, match="names files outside of the store"):
        archive.checked(tmp_path / "network.backup", silent)


def test_a_home_that_is_in_use_is_not_restored_into(tmp_path: Path, run: Any) -> None:
    """Who uses it is told, and what to do."""
    made(tmp_path / "network.backup")
    user = Home(tmp_path / "home")
    assert user.lock()
    told = run(refused(tmp_path / "network.backup", tmp_path / "home"))
    assert f"in use by process {user.holder()}: stop that server first" in told
    user.unlock()
