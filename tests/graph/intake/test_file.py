"""Files are read as they are, or it is told what is wrong with which row of them."""

import gc
import os
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from graph.intake import file
from graph.intake.fault import Fault

Rows = list[tuple[int, dict[str, Any]]]
SHEET = "xl/worksheets/sheet1.xml"
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def read(path: Path, header_row: int = 1) -> tuple[Rows, list[Fault]]:
    faults: list[Fault] = []
    rows: Rows = []
    for sheet in file.sheets(path, lambda _: header_row, faults.append):
        rows += [(number, dict(cells)) for number, cells in sheet.rows]
    return rows, faults


def told(faults: list[Fault]) -> list[tuple[str, int, str]]:
    return [(fault.sheet, fault.row, fault.column) for fault in faults]


def csv(folder: Path, data: str | bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_in_use_are_told_apart(tmp_path: Path, encoding: str) -> None:
    text = "姓名,备注\n张三丰,联通\n李四,𠮷\n"
    rows, faults = read(csv(tmp_path, text.encode(encoding)))
    assert [(2, {"姓名": "张三丰", "备注": "联通"}), (3, {"姓名": "李四", "备注": "𠮷"})] == rows
    assert [] == faults


def test_a_file_that_is_broken_is_told_with_its_row(tmp_path: Path) -> None:
    data = "姓名\n张三丰和李四\n".encode() + b"\xe5\xff\n"
    rows, faults = read(csv(tmp_path, data))
    assert ([], [("", 3, "")]) == (rows, told(faults))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("rows.csv", b""),
        ("rows.csv", b"name,code\n"),
        ("rows.csv", b"\n\n"),
        ("rows.csv", "姓名\n".encode("utf-16")),
        ("rows.csv", b"PK\x03\x04rest"),
        ("rows.txt", b"name\nx\n"),
        ("rows.xls", b"name\nx\n"),
        ("rows.xlsx", b"name\nx\n"),
        ("rows.xlsx", b""),
        ("rows.jsonl", b""),
        ("rows.jsonl", b"\n\n"),
    ],
)
def test_what_holds_no_rows_is_told(tmp_path: Path, name: str, data: bytes) -> None:
    rows, faults = read(csv(tmp_path, data, name))
    assert [] == rows
    assert 1 == len(faults)
    assert name == faults[0].file


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("a,b\n1\n2,3\n", [("", 2, "")], [3]),  # too few cells
        ("a,b\n1,2,3\n2,3\n", [("", 2, "")], [3]),  # too many
        ("a,b\n1,2,\n", [], [2]),  # an empty one too many says nothing
        ("a,b\n1,\0x\n", [("", 2, "b")], [2]),  # NUL
        ("a,a\n1,2\n", [("", 1, "a")], []),  # duplicate header
        ("a,,b\n1,2,3\n4,,5\n", [("", 2, "")], [2, 3]),  # a cell without header
        ('a,b\n1,2\n"3,4\n5,6\n', [("", 3, "")], [2]),  # a quote that does not end
        ("a,b\n\n1,2\n", [], [3]),  # rows are numbered as a spreadsheet shows them
    ],
)
def test_what_is_wrong_with_a_row_is_told(
    tmp_path: Path, text: str, wrong: list[Any], right: list[int]
) -> None:
    rows, faults = read(csv(tmp_path, text))
    assert wrong == told(faults)
    assert right == [number for number, _ in rows]


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    rows, faults = read(csv(tmp_path, "名单\na,b\n1,2\n"), header_row=2)
    assert ([(3, {"a": "1", "b": "2"})], []) == (rows, faults)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("{", ""),
        ("[1]", ""),
        ('{"a": 1, "a": 2}', ""),
        ('{"a": NaN}', ""),
        ('{"a": "x\\u0000"}', "a"),
        ("[" * 100_000, ""),
    ],
)
def test_a_line_that_is_no_object_is_told(tmp_path: Path, line: str, column: str) -> None:
    rows, faults = read(csv(tmp_path, f'{{"a": 1}}\n{line}\n{{"a": 2}}\n', "rows.jsonl"))
    assert [("", 2, column)] == told(faults)
    assert [(1, {"a": 1}), (3, {"a": 2})] == rows


def book(folder: Path, fill: Callable[[Any], None]) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "名册"  # type: ignore[union-attr]
    fill(made.active)
    made.save(folder / "rows.xlsx")
    return folder / "rows.xlsx"


def test_a_formula_is_refused_and_a_text_that_looks_like_one_is_text(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["a", "b"])
        sheet.append(["=1+1", "x"])
        for row, text in enumerate(("=cmd()", "+1", "-1", "@x"), 3):
            sheet.cell(row, 1, text).data_type = "s"
            sheet.cell(row, 2, "y")
        sheet.append(["#N/A", "z"])
        sheet.cell(7, 1).data_type = "e"

    rows, faults = read(book(tmp_path, fill))
    assert [("名册", 2, "a"), ("名册", 7, "a")] == told(faults)
    assert ["=cmd()", "+1", "-1", "@x"] == [cells["a"] for _, cells in rows if "a" in cells]


def test_cells_of_a_workbook_keep_their_types(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["day", "number", "yes", "text", "last"])
        sheet.append([datetime(2026, 1, 2), 13800000000, True, " ", None])

    rows, faults = read(book(tmp_path, fill))
    assert [] == faults
    assert [(2, {"day": datetime(2026, 1, 2), "number": 13800000000, "yes": True})] == rows


def patched(folder: Path, entries: dict[str, bytes]) -> Path:
    """A workbook some of whose parts are replaced."""
    source = book(folder, lambda sheet: sheet.append(["a"]))
    path = folder / "patched.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, entries.get(name, old.read(name)))
    return path


def sheet_xml(rows: str, before: str = "") -> bytes:
    return f"{before}<worksheet {SPACE}>{rows}</worksheet>".encode()


ROW = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c></row>'


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    rows, faults = read(patched(tmp_path, {SHEET: sheet_xml(" " * (40 << 20))}))
    assert [] == rows
    assert ["压缩比异常"] == [fault.message.partition(",")[0] for fault in faults]


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    data = f"<sheetData>{ROW.format(1, 'a')}{ROW.format(2, '&b;')}</sheetData>"
    rows, faults = read(patched(tmp_path, {SHEET: sheet_xml(data, bomb)}))
    assert [] == rows
    assert 1 == len(faults)


def test_a_sheet_of_empty_cells_is_empty(tmp_path: Path) -> None:
    empty = "".join(
        f'<row r="{r}">{"".join(f"<c r={chr(34)}{c}{r}{chr(34)}/>" for c in "ABCDEFGHIJ")}</row>'
        for r in range(2, 100_002)
    )
    data = f'<dimension ref="A1:XFD1048576"/><sheetData>{ROW.format(1, "a")}{empty}</sheetData>'
    rows, faults = read(patched(tmp_path, {SHEET: sheet_xml(data)}))
    assert ([], [("名册", 0, "")]) == (rows, told(faults))


def test_a_row_with_an_endless_number_is_refused(tmp_path: Path) -> None:
    data = f"<sheetData>{ROW.format(1, 'a')}{ROW.format(2_000_000_000, 'b')}</sheetData>"
    rows, faults = read(patched(tmp_path, {SHEET: sheet_xml(data)}))
    assert [] == rows
    assert ("名册", 1_048_577, "") in told(faults)


def test_a_workbook_that_is_broken_inside_is_told(tmp_path: Path) -> None:
    _, faults = read(patched(tmp_path, {SHEET: b"<worksheet><sheetData><row>"}))
    assert 1 <= len(faults)
    _, faults = read(patched(tmp_path, {"xl/workbook.xml": b"nothing"}))
    assert 1 == len(faults)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_a_workbook_that_is_broken_is_closed_at_once(tmp_path: Path, part: str) -> None:
    """Not when the collector of garbage comes upon it, in the midst of something else."""
    path = patched(tmp_path, {part: b"nothing"})
    gc.disable()
    try:
        _, faults = read(path)
        assert 1 == len(faults)
        assert path not in opened()
    finally:
        gc.enable()


def opened() -> set[Path]:
    """The files that this process holds open."""
    return {Path(os.readlink(each)) for each in Path("/proc/self/fd").iterdir() if each.exists()}
