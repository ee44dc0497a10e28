"""What a mapping file says of files and sheets whose headers are not the house's own.

A JSON object; README describes it. Knows no kind of node and no row.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graph.crs import Crs
from graph.intake.fault import IntakeError

HEADER_ROWS = 100


@dataclass(frozen=True)
class Mapped:
    """How one sheet is read. What is not said is found out from its name and headers.

    `columns`: header -> what it is of, None = ignored. `key`: the headers whose values tell one
    row from another where there is no code. `make`: links whose targets are made where nothing of
    that name is known. `defaults`: values where a cell is empty, by the column's meaning.
    """

    kind: str | None = None
    crs: str | None = None
    key: tuple[str, ...] = ()
    prefix: str = ""
    header_row: int = 1
    columns: Mapping[str, str | None] = field(default_factory=dict)
    make: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    """`every`: what holds of every sheet; `sheets`: by a sheet's or file's name, what differs."""

    every: Mapped = field(default_factory=Mapped)
    sheets: Mapping[str, Mapped] = field(default_factory=dict)

    def of(self, file: str, sheet: str) -> Mapped:
        return self.sheets.get(sheet) or self.sheets.get(file) or self.every


SPELLED = {
    "kind": "kind",
    "crs": "crs",
    "key": "key",
    "prefix": "prefix",
    "headerRow": "header_row",
    "columns": "columns",
    "make": "make",
    "defaults": "defaults",
}


def read(path: Path | None, **given: Any) -> Book:
    """The mapping in a file, None = none; `given` are options that hold of every sheet."""
    said = {} if path is None else _object(path)
    sheets = said.pop("sheets", {})
    if not isinstance(sheets, dict) or not all(isinstance(each, dict) for each in sheets.values()):
        raise IntakeError("mapping: «sheets» is an object of objects, by the name of a sheet")
    options = {name: value for name, value in given.items() if value}
    every = _checked(replace(_changed(Mapped(), said), **options))
    return Book(every, {name: _checked(_changed(every, each)) for name, each in sheets.items()})


def _object(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise IntakeError(f"mapping: {path.name} is no JSON that can be read: {error}") from None
    if not isinstance(found, dict):
        raise IntakeError(f"mapping: {path.name} is no JSON object")
    return found


def _changed(before: Mapped, said: Mapping[str, Any]) -> Mapped:
    unknown = sorted(set(said) - set(SPELLED))
    if unknown:
        known = ", ".join([*SPELLED, "sheets"])
        raise IntakeError(f"mapping: unknown {', '.join(unknown)} (known: {known})")
    changes: dict[str, Any] = {}
    for name, value in said.items():
        listed = name in ("key", "make")
        wanted = list if listed else dict if name in ("columns", "defaults") else None
        if wanted and not isinstance(value, wanted):
            raise IntakeError(f"mapping: «{name}» is {'a list' if listed else 'an object'}")
        changes[SPELLED[name]] = tuple(map(str, value)) if listed else value
    return replace(before, **changes)


def _checked(mapped: Mapped) -> Mapped:
    if mapped.crs is not None and mapped.crs not in list(Crs):
        raise IntakeError(f"mapping: «crs» is one of {', '.join(Crs)}")
    if not isinstance(mapped.prefix, str) or len(mapped.prefix) > 32:
        raise IntakeError("mapping: «prefix» is a text of at most 32 signs")
    if type(mapped.header_row) is not int or not 1 <= mapped.header_row <= HEADER_ROWS:
        raise IntakeError(f"mapping: «headerRow» is from 1 to {HEADER_ROWS}")
    if not all(value is None or isinstance(value, str) for value in mapped.columns.values()):
        raise IntakeError("mapping: each of «columns» is a text, or null for one to be ignored")
    return mapped
