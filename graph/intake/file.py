"""Files become rows: CSV, XLSX and JSON Lines, streamed; UTF-8 or GB18030.

Knows headers as words only, and no kind of node. A text is a text whatever it starts with; a
formula is refused, for its value is whatever the program that saved the file last believed.
"""

import codecs
import csv
import hashlib
import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from graph.intake import archive
from graph.intake.fault import Fault, Wrong

Note = Callable[[Fault], None]
Cells = Mapping[str, Any]

CHUNK = 1 << 20
LINE = 8 << 20  # characters of a line of JSON, and of a cell of CSV: the boundary of a city fits
ROWS = 1_048_576  # what a sheet can have
SURE = 3  # signs of three bytes that are read as UTF-8 before a file is known to be meant so

EMPTY = "空文件:没有数据行 · there is no row of data in it"
FORMULA = "单元格是公式,请粘贴为值 · the cell is a formula; paste its value instead"
NUL = "含有空字符 · it holds a NUL character"


@dataclass(frozen=True)
class Sheet:
    """A list of rows under one header. `rows`: number and cells by header, empty ones left out.

    `headers` of JSON Lines are those of its first row; others may come later.
    """

    file: str
    name: str
    headers: Sequence[str]
    rows: Iterator[tuple[int, Cells]]
    fixed: bool = True


def digest(path: Path) -> str:
    """SHA-256 of the file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sheets(path: Path, header_row: Callable[[str], int], note: Note) -> Iterator[Sheet]:
    """The sheets of a file that hold anything, each to be read before the next is asked for.

    `header_row(sheet)`: the number of the row with the headers. What is wrong is noted, and the
    file, sheet or row at fault left out.
    """
    kinds = {".csv": _csv, ".xlsx": _xlsx, ".jsonl": _json_lines, ".ndjson": _json_lines}
    read = kinds.get(path.suffix.lower())

    def at(sheet: str, row: int, column: str, message: str) -> None:
        note(Fault(path.name, sheet, row, column, message))

    if read is None:
        at("", 0, "", "不支持的文件类型 · only .csv, .xlsx and .jsonl files are read")
        return
    if path.stat().st_size == 0:
        at("", 0, "", EMPTY)
        return
    try:
        yield from read(path, header_row, at)
    except Wrong as wrong:
        at("", 0, "", str(wrong))


At = Callable[[str, int, str, str], None]


def _encoding(path: Path, at: At) -> str | None:
    """UTF-8 if it can be, else GB18030; noted where it can be neither."""
    with path.open("rb") as file:
        head = file.read(4)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Wrong("编码为 UTF-16,请另存为 UTF-8 · it is UTF-16; save it as UTF-8")
    if head[:2] == b"PK":
        raise Wrong("内容是 XLSX,请改扩展名 · it is an XLSX workbook under another name")
    line, sure = _undecodable(path, "utf-8-sig")
    if line is None:
        return "utf-8-sig"
    if sure < SURE:
        other, _ = _undecodable(path, "gb18030")
        if other is None:
            return "gb18030"
        line = max(line, other)
    at("", line, "", "既非 UTF-8 也非 GB18030 · it is neither UTF-8 nor GB18030 from here on")
    return None


def _undecodable(path: Path, encoding: str) -> tuple[int | None, int]:
    """The line that cannot be decoded, None if all can; and how many long signs came before."""
    decoder, line, sure = codecs.getincrementaldecoder(encoding)(), 1, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                good = bytes(error.object[: error.start])
                text = good.decode(encoding, "ignore")
                return line + good.count(b"\n"), sure + sum(sign > "\u07ff" for sign in text)
            line += text.count("\n")
            sure += 0 if text.isascii() else sum(sign > "\u07ff" for sign in text)
            if not chunk:
                return None, sure


def _csv(path: Path, header_row: Callable[[str], int], at: At) -> Iterator[Sheet]:
    encoding = _encoding(path, at)
    if encoding is None:
        return
    csv.field_size_limit(LINE)
    with path.open(encoding=encoding, newline="") as file:
        rows = _csv_rows(csv.reader(file, strict=True), at)
        headers = _headers(rows, "", header_row(""), at)
        if headers:
            yield Sheet(path.name, "", _named(headers), _cells(headers, rows, "", at))


def _csv_rows(reader: Any, at: At) -> Iterator[tuple[int, list[Any]]]:
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # What follows cannot be told apart from what is wrong.
            at("", number, "", "CSV 格式有误(引号或超长) · broken CSV: a quote, or a cell too long")
            return
        yield number, row


def _headers(
    rows: Iterator[tuple[int, list[Any]]], sheet: str, wanted: int, at: At
) -> list[str] | None:
    """The headers of the row with this number; '' for a column without one."""
    for number, row in rows:
        if number < wanted:
            continue
        headers = ["" if cell is None else str(cell).strip() for cell in row]
        while headers and not headers[-1]:
            headers.pop()
        twice = sorted({header for header in headers if header and headers.count(header) > 1})
        for header in twice:
            at(sheet, number, header, "表头重复 · two columns have this header")
        if not headers:
            at(sheet, number, "", "没有表头 · there is no header in this row")
        return None if twice or not headers else headers
    at(sheet, 0, "", EMPTY)
    return None


def _named(headers: Sequence[str]) -> list[str]:
    return [header for header in headers if header]


def _cells(
    headers: Sequence[str],
    rows: Iterator[tuple[int, list[Any]]],
    sheet: str,
    at: At,
    open_end: bool = False,
) -> Iterator[tuple[int, Cells]]:
    """Cells by header, without those at fault; a row that is ragged is left out as a whole.

    `open_end`: a row may end before the last header, as a workbook writes it.
    """
    width, none = len(headers), True
    for number, row in rows:
        filled = [cell not in (None, "") for cell in row]
        if not any(filled):
            continue
        none = False
        if any(filled[width:]):
            at(sheet, number, "", "多出单元格 · the row has more cells than there are headers")
            continue
        if len(row) < width and not open_end:
            at(sheet, number, "", "缺少单元格 · the row has fewer cells than there are headers")
            continue
        cells: dict[str, Any] = {}
        for header, cell, some in zip(headers, row, filled, strict=False):
            if not some:
                continue
            if not header:
                at(sheet, number, "", "单元格没有表头 · a cell stands under no header")
            elif isinstance(cell, Wrong):
                at(sheet, number, header, str(cell))
            elif isinstance(cell, str) and "\0" in cell:
                at(sheet, number, header, NUL)
            else:
                cells[header] = cell
        yield number, cells
    if none:
        at(sheet, 0, "", EMPTY)


def _xlsx(path: Path, header_row: Callable[[str], int], at: At) -> Iterator[Sheet]:
    archive.check(path)
    with path.open("rb") as file:  # the library leaves a broken one open
        book = _book(file)
        try:
            yield from _worksheets(path.name, book, header_row, at)
        finally:
            book.close()


def _book(file: BinaryIO) -> openpyxl.Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(file, read_only=True, keep_links=False)
    except Exception as error:
        raise Wrong("XLSX 内容已损坏 · the workbook is broken") from error


def _worksheets(
    name: str, book: openpyxl.Workbook, header_row: Callable[[str], int], at: At
) -> Iterator[Sheet]:
    some = False
    for worksheet in book.worksheets:
        if not isinstance(worksheet, ReadOnlyWorksheet):
            continue
        rows = _sheet_rows(worksheet, at)
        first = next(rows, None)
        if first is None:
            continue
        some = True
        back = _again(first, rows)
        headers = _headers(back, worksheet.title, header_row(worksheet.title), at)
        if headers:
            cells = _cells(headers, back, worksheet.title, at, open_end=True)
            yield Sheet(name, worksheet.title, _named(headers), cells)
    if not some:
        at("", 0, "", EMPTY)


def _again(
    first: tuple[int, list[Any]], rest: Iterator[tuple[int, list[Any]]]
) -> Iterator[tuple[int, list[Any]]]:
    yield first
    yield from rest


def _sheet_rows(worksheet: ReadOnlyWorksheet, at: At) -> Iterator[tuple[int, list[Any]]]:
    """Rows that hold anything; what a sheet says of its own size is not believed."""
    worksheet.reset_dimensions()
    number = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for number, row in enumerate(sheet_cells(worksheet), 1):
                if number > ROWS:
                    raise Wrong("行数超限 · a sheet has at most 1,048,576 rows")
                cells = [_cell(cell) for cell in row]
                while cells and cells[-1] in (None, ""):
                    cells.pop()
                if cells:
                    yield number, cells
    except Wrong as wrong:
        at(worksheet.title, number, "", str(wrong))
    except Exception:  # whatever a broken or malicious sheet makes the library raise
        at(worksheet.title, number + 1, "", "工作表已损坏 · the sheet is broken from here on")


def sheet_cells(worksheet: Any) -> Iterator[Sequence[Any]]:
    found: Iterator[Sequence[Any]] = worksheet.iter_rows()
    return found


def _cell(cell: Any) -> Any:
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if kind == "f":
        return Wrong(FORMULA)
    if kind == "e":
        return Wrong("单元格是错误值 · the cell holds an error value")
    return value.strip() if isinstance(value, str) and not value.strip() else value


def _json_lines(path: Path, header_row: Callable[[str], int], at: At) -> Iterator[Sheet]:
    encoding = _encoding(path, at)
    if encoding is None:
        return
    with path.open(encoding=encoding, newline="\n") as file:
        rows = _json_rows(file, at)
        first = next(rows, None)
        if first is None:
            at("", 0, "", EMPTY)
            return
        yield Sheet(path.name, "", list(first[1]), _objects(first, rows), fixed=False)


def _objects(
    first: tuple[int, Cells], rest: Iterator[tuple[int, Cells]]
) -> Iterator[tuple[int, Cells]]:
    yield first
    yield from rest


def _json_rows(file: TextIO, at: At) -> Iterator[tuple[int, Cells]]:
    number = 0
    while line := file.readline(LINE):
        number += 1
        if len(line) >= LINE:
            at("", number, "", "行过长 · the line is too long")
            return
        if not line.strip():
            continue
        try:
            found = json.loads(line, object_pairs_hook=_pairs, parse_constant=_constant)
        except Wrong as wrong:
            at("", number, "", str(wrong))
            continue
        except (ValueError, RecursionError):
            at("", number, "", "不是 JSON 对象 · the line is no JSON object")
            continue
        if not isinstance(found, dict):
            at("", number, "", "不是 JSON 对象 · the line is no JSON object")
            continue
        nul = [name for name, value in found.items() if "\0" in str(value)]
        for name in nul:
            at("", number, name, NUL)
        cells = {
            name: value
            for name, value in found.items()
            if value not in (None, "", []) and name not in nul
        }
        if cells:
            yield number, cells


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Wrong("键重复 · a key stands twice in the object")
    return found


def _constant(name: str) -> None:
    raise Wrong("不是有限的数 · NaN and Infinity are no numbers")
