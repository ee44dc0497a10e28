"""Whether a workbook's archive can be opened without harm: judged by what it declares of itself.

The declared sizes bind: the reader takes no more of an entry than its size says.
"""

import zipfile
from pathlib import Path

from graph.intake.fault import Wrong

# Bytes: of all entries together, of the table of texts (it is held in memory as a whole), and of
# an entry from which on a ratio says something. A sheet of a million rows takes some 500 MB.
MOST, MOST_TEXTS, SMALL = 2 << 30, 256 << 20, 4 << 20
RATIO = 200  # uncompressed to compressed; sheets of numbers reach 30
ENTRIES = 10_000
TEXTS = "xl/sharedStrings.xml"


def check(path: Path) -> None:
    """Raises Wrong if the file is no workbook, is encrypted, or would unpack to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Wrong("不是可读取的 XLSX 文件 · this is no XLSX file that can be read") from None
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > ENTRIES or packed > path.stat().st_size:
        raise Wrong("压缩包结构异常 · the archive's entries are more than its bytes can hold")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Wrong("文件已加密,请去除密码 · the workbook is encrypted; save it without password")
    if sum(entry.file_size for entry in entries) > MOST:
        raise Wrong(f"解压后过大 · it unpacks to more than {MOST >> 20:,} MB")
    for entry in entries:
        most = MOST_TEXTS if entry.filename.lower() == TEXTS.lower() else MOST
        if entry.file_size > most or (
            entry.file_size > SMALL and entry.file_size > RATIO * max(entry.compress_size, 1)
        ):
            raise Wrong("压缩比异常,疑似压缩炸弹 · an entry unpacks to far more than its size")
