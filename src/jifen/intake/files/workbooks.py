"""The first sheet of a workbook (.xlsx) as blocks of text, each cell as people would write it into a CSV.

Nothing in it is reckoned: of a formula the value is read with which it was saved.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from jifen.intake.files import blocks
from jifen.intake.files.blocks import Block, Opened, RaggedRow, refuse_doubles
from jifen.intake.files.problems import FileProblem
from jifen.wording import Said

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WORKBOOK_ENDINGS: Final = (".xlsx", ".xlsm")
MOST_BYTES: Final = 256 << 20
"""A workbook may hold so much, unpacked: some million rows."""
EXACT: Final = 10**15
"""From here on a spreadsheet keeps no number to its last digit."""


def open_workbook(path: Path) -> Opened:
    """Open a workbook. Raises FileProblem for one that cannot be read, is too large, or whose first row names no
    columns."""
    with _first_sheet(path) as sheet:
        header = [_text(path, 1, cell) for cell in next(_rows(sheet), ())]
    while header and not header[-1].strip():
        header.pop()
    if not any(name.strip() for name in header):
        raise FileProblem(
            Said(f"{path.name} has no header", f"{path.name} 没有表头"),
            Said(
                "the first row of its first sheet must name the columns",
                "第一张工作表的第一行须写明各列的名称",
            ),
        )
    refuse_doubles(path, header)
    return Opened(path, header, lambda: _blocks(path, header))


def _blocks(path: Path, header: list[str]) -> Iterator[Block]:
    schema = pa.schema([(name, pa.string()) for name in header])

    def block(progress: float) -> Block:
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in header]
        arrays = [pa.array(column, pa.string()) for column in columns]
        return Block(pa.record_batch(arrays, schema=schema), lines.copy(), ragged.copy(), progress)

    lines: list[int] = []
    rows: list[list[str]] = []
    ragged: list[RaggedRow] = []
    with _first_sheet(path) as sheet:
        total = max(sheet.max_row or 0, 2)
        for line, cells in enumerate(_rows(sheet), 1):
            row = [_text(path, line, cell) for cell in cells] if line > 1 else []
            if not any(row):
                continue
            if any(row[len(header) :]):
                ragged.append(RaggedRow(line, row))
            else:
                lines.append(line)
                rows.append([*row, *[""] * len(header)][: len(header)])
            if len(lines) + len(ragged) == blocks.ROWS_PER_BLOCK:
                yield block(min(1.0, line / total))
                for done in (lines, rows, ragged):
                    done.clear()
    if lines or ragged:
        yield block(1.0)


@contextmanager
def _first_sheet(path: Path) -> Iterator[Worksheet]:
    from openpyxl import load_workbook  # costs what only who reads one shall pay

    _refuse_large(path)
    try:
        workbook = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception:  # whatever its reader stumbles over
        raise _unreadable(path) from None
    try:
        if not workbook.worksheets:
            raise _unreadable(path)
        yield workbook.worksheets[0]
    finally:
        workbook.close()


def _rows(sheet: Worksheet) -> Iterator[Sequence[object]]:
    """The values of each row. FileProblem where the sheet breaks off."""
    try:
        yield from sheet.iter_rows(values_only=True)
    except Exception:
        raise FileProblem(
            Said("the workbook's first sheet is damaged", "文件的第一张工作表已损坏")
        ) from None


def _refuse_large(path: Path) -> None:
    """A small file may unpack into what fills the memory."""
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, OSError):
        raise _unreadable(path) from None
    if unpacked > MOST_BYTES:
        raise FileProblem(
            Said(
                f"{path.name} holds more than {MOST_BYTES >> 20} MB, unpacked",
                f"{path.name} 解压后超过 {MOST_BYTES >> 20} MB",
            ),
            Said("save its sheet as CSV", "请把工作表另存为 CSV"),
        )


def _unreadable(path: Path) -> FileProblem:
    return FileProblem(
        Said(
            f"{path.name} is no workbook that can be read", f"无法把 {path.name} 作为电子表格读取"
        ),
        Said("save it as .xlsx, without a password, or as CSV", "请另存为不加密码的 .xlsx，或 CSV"),
    )


def _text(path: Path, line: int, cell: object) -> str:
    """A cell as people would write it."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case int() | float() if abs(cell) >= EXACT:
            raise FileProblem(
                Said(
                    f"{path.name} has a number of more than 15 digits in row {line}: a spreadsheet forgets the last",
                    f"{path.name} 第 {line} 行有超过 15 位的数字，电子表格已丢失末尾几位",
                ),
                Said("write it as text", "请把该单元格设为文本后重新填写"),
            )
        case float():
            return f"{cell:.15g}"
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case dt.datetime():
            return cell.isoformat(" ", "seconds")
        case _:
            return str(cell)
