"""The rows of a load on disk, in a temporary SQLite file: said, then judged, then written.

A place is one number: the sheet's in the upper half, the row's in the lower. Knows no rule.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.intake.fault import Fault

BATCH = 5_000
SCHEMA = """
CREATE TABLE sheet (id INTEGER PRIMARY KEY, file TEXT, name TEXT, source TEXT, UNIQUE (file, name));
-- What each row says of a node.
CREATE TABLE said (label TEXT, code TEXT, place INTEGER, properties TEXT,
                   PRIMARY KEY (label, code, place)) WITHOUT ROWID;
-- What is to be written of it: NEW, CHANGED, UNCHANGED, or MERGED into another.
CREATE TABLE node (label TEXT, code TEXT, state TEXT, properties TEXT, version INTEGER, kept TEXT,
                   PRIMARY KEY (label, code)) WITHOUT ROWID;
-- An end is a code of one label, or a text (code or name) that one of several labels may have.
CREATE TABLE link (id INTEGER PRIMARY KEY, type TEXT, place INTEGER, since TEXT, until TEXT,
                   properties TEXT, start_labels TEXT, start_text TEXT, start_column TEXT,
                   end_labels TEXT, end_text TEXT, end_column TEXT, make TEXT,
                   first TEXT, start TEXT, last TEXT, stop TEXT, state TEXT, ends TEXT,
                   moved INTEGER DEFAULT 0);
CREATE TABLE reference (labels TEXT, text TEXT, make TEXT, place INTEGER,
                        label TEXT, code TEXT, hits INTEGER DEFAULT 0,
                        PRIMARY KEY (labels, text)) WITHOUT ROWID;
-- What the graph holds between the same nodes already.
CREATE TABLE known (type TEXT, first TEXT, start TEXT, last TEXT, stop TEXT, since TEXT,
                    until TEXT, properties TEXT, joined TEXT, taken INTEGER DEFAULT 0);
CREATE TABLE person (code TEXT, place INTEGER, name TEXT, sound TEXT, phone TEXT,
                     longitude REAL, latitude REAL, x INTEGER, y INTEGER);
CREATE TABLE fault (place INTEGER, file TEXT, sheet TEXT, row INTEGER, col TEXT, message TEXT);
CREATE INDEX fault_place ON fault (place);
CREATE INDEX link_ends ON link (type, first, start, last, stop);
CREATE UNIQUE INDEX known_once ON known
    (type, first, start, last, stop, coalesce(since, ''));
CREATE TABLE candidate (labels TEXT, text TEXT, label TEXT, code TEXT,
                        PRIMARY KEY (labels, text, label, code)) WITHOUT ROWID;
"""


class Stage:
    """What files say, kept while it is judged; gone when it is closed.

    `resuming`: the same load was begun before and not ended, so that what follows of rows that are
    unchanged may be left to do.
    """

    def __init__(self, path: Path, resuming: bool) -> None:
        self.resuming = resuming
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
            f"PRAGMA temp_store = FILE; BEGIN; {SCHEMA}"
        )
        path.unlink()  # open without a name: names and places are gone with the process, killed too
        self.waiting: dict[str, list[Sequence[Any]]] = {}
        self.spoiled = 0  # the place that was told of last

    def close(self) -> None:
        self.db.close()

    def sheet(self, file: str, name: str, source: str) -> int:
        """The number of a sheet, which is added where it is new."""
        self.run(
            "INSERT OR IGNORE INTO sheet (file, name, source) VALUES (?, ?, ?)", file, name, source
        )
        return int(self.one("SELECT id FROM sheet WHERE file = ? AND name = ?", file, name))

    def say(self, label: str, code: str, place: int, properties: Mapping[str, Any]) -> None:
        self.add("said", (label, code, place, dumped(properties)))

    def add(self, table: str, row: Sequence[Any]) -> None:
        """Adds a row with the next others; `flush` sees to the last."""
        waiting = self.waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        for table, rows in self.waiting.items():
            if rows:
                places = ", ".join("?" * len(rows[0]))
                names = LINK if table == "link" else ""
                self.db.executemany(
                    f"INSERT OR IGNORE INTO {table} {names} VALUES ({places})", rows
                )
                rows.clear()

    def note(self, place: int, column: str, message: str) -> None:
        """Notes what is wrong with a row that was staged."""
        self.flush()
        self.run(
            "INSERT INTO fault SELECT ?, file, name, ?, ?, ? FROM sheet WHERE id = ?",
            *(place, place & ROW, column, message, place >> 32),
        )

    def refuse(self, fault: Fault) -> None:
        """Notes what is wrong with a file, a sheet or a row of it."""
        number = self.one(
            "SELECT id FROM sheet WHERE file = ? AND name = ?", fault.file, fault.sheet
        )
        place = 0 if number is None or not fault.row else (number << 32) | fault.row
        self.spoiled = place
        told = (fault.file, fault.sheet, fault.row, fault.column, fault.message)
        self.run("INSERT INTO fault VALUES (?, ?, ?, ?, ?, ?)", place, *told)

    def faults(self, most: int) -> tuple[list[Fault], int]:
        """What is wrong, in the order of the files, the first so many; and how many there are."""
        self.flush()
        text = """SELECT DISTINCT f.file, sheet, row, col, message FROM fault f
                  ORDER BY (SELECT min(id) FROM sheet s WHERE s.file = f.file), place, row, rowid
                  LIMIT ?"""
        found = [Fault(*row) for row in self.db.execute(text, (most,))]
        every = "SELECT count(*) FROM (SELECT DISTINCT file, sheet, row, col, message FROM fault)"
        return found, int(self.one(every))

    def run(self, text: str, *values: Any) -> None:
        self.db.execute(text, values)

    def one(self, text: str, *values: Any) -> Any:
        """The first value of the first row, None without one."""
        row = self.db.execute(text, values).fetchone()
        return None if row is None else row[0]

    def rows(self, text: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Rows, streamed; what is read must not be changed meanwhile."""
        self.flush()
        cursor = self.db.execute(text, values)
        while found := cursor.fetchmany(BATCH):
            yield from found

    def batches(
        self, text: str, *values: Any, size: int = 2_000
    ) -> Iterator[list[tuple[Any, ...]]]:
        self.flush()
        cursor = self.db.execute(text, values)
        while found := cursor.fetchmany(size):
            yield found

    def where(self, place: int) -> tuple[str, str, int]:
        """Source, sheet and row of a place."""
        text = "SELECT source, name FROM sheet WHERE id = ?"
        source, name = self.db.execute(text, (place >> 32,)).fetchone()
        return source, name, place & ROW

    def told(self, place: int) -> str:
        """A place in words, for the message of another."""
        text = "SELECT file, name FROM sheet WHERE id = ?"
        file, name = self.db.execute(text, (place >> 32,)).fetchone()
        return ":".join(part for part in (file, name, str(place & ROW)) if part)


ROW = (1 << 32) - 1
LINK = (
    "(type, place, since, until, properties, start_labels, start_text, start_column, "
    "end_labels, end_text, end_column, make, first, start, last, stop)"
)


def dumped(properties: Mapping[str, Any]) -> str:
    return json.dumps(properties, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
