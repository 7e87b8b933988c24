"""Workbooks are read as people see them, and written so that nothing in them is reckoned; hostile ones are refused."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from jifen.intake.files import blocks, workbooks
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.sources import open_source
from jifen.worker.writing import WRITERS, Column

DAY = dt.date(2026, 1, 5)


def saved(path: Path, *rows: list[Any]) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    workbook.create_sheet("another").append(["of no interest"])
    workbook.save(path)
    return path


def test_cells_are_read_as_people_see_them(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.xlsx",
        ["order", "said", None, "more"],
        ["o1", 1234567890123, None, None],
        [],
        [7.0, 0.1 + 0.2, True, "顺丰"],
        [
            DAY,
            dt.datetime.combine(DAY, dt.time(10, 30)),
            dt.datetime.combine(DAY, dt.time()),
            "=1+1",
        ],
        ["too", "many", "cells", "in", "a row"],
        ["  ", None, None, -5],
    )
    opened = open_source(path)
    assert opened.columns == ["order", "said", "", "more"]
    (block,) = opened.blocks()
    assert [[*row.values()] for row in block.rows.to_pylist()] == [
        ["o1", "1234567890123", "", ""],
        ["7", "0.3", "true", "顺丰"],
        ["2026-01-05", "2026-01-05 10:30:00", "2026-01-05", ""],  # nobody has reckoned it
        ["  ", "", "", "-5"],
    ]
    assert block.lines == [2, 4, 5, 7]
    assert [(row.line, row.cells[-1]) for row in block.ragged] == [(6, "a row")]
    assert block.progress == 1.0


def test_many_rows_come_block_by_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "ROWS_PER_BLOCK", 2)
    path = saved(tmp_path / "a.xlsx", ["n"], *([number] for number in range(5)))
    found = list(open_source(path).blocks())
    assert [block.lines for block in found] == [[2, 3], [4, 5], [6]]
    assert [block.rows.column(0).to_pylist() for block in found] == [["0", "1"], ["2", "3"], ["4"]]
    assert [block.progress for block in found] == [0.5, 5 / 6, 1.0]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04junk", b"order,carrier\n", b"\xd0\xcf\x11\xe0" * 99]
)
def test_what_is_no_workbook_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileProblem, match=r"a\.xlsx is no workbook that can be read"):
        open_source(path)


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", bytes(workbooks.MOST_BYTES + 1))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(FileProblem, match="holds more than 256 MB, unpacked"):
        open_source(path)


def test_a_sheet_that_breaks_off_is_told_and_so_is_one_without_columns(tmp_path: Path) -> None:
    whole = saved(tmp_path / "whole.xlsx", ["n"], [1])
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as packed:
        for one in source.namelist():
            content = source.read(one)
            packed.writestr(
                one, content[: -len(content) // 4] if one.endswith("sheet1.xml") else content
            )
    with pytest.raises(FileProblem, match="sheet is damaged"):
        list(open_source(broken).blocks())
    for number, rows in enumerate(([], [[None, " "]])):
        with pytest.raises(FileProblem, match="has no header"):
            open_source(saved(tmp_path / f"{number}.xlsx", *rows))
    with pytest.raises(FileProblem, match="names the column 'n' more than once"):
        open_source(saved(tmp_path / "twice.xlsx", ["n", "n"]))


@pytest.mark.parametrize("number", [10**15, -(10**15), 1.2345678901234567e18])
def test_a_number_whose_end_is_forgotten_is_refused(tmp_path: Path, number: float) -> None:
    path = saved(tmp_path / "a.xlsx", ["tracking"], ["SF1"], [number])
    with pytest.raises(FileProblem, match="more than 15 digits in row 3"):
        list(open_source(path).blocks())


@given(st.lists(st.tuples(st.text(), st.integers(-(10**14), 10**14)), min_size=1, max_size=5))
def test_what_is_written_is_text_and_reads_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int]]
) -> None:
    path = tmp_path_factory.mktemp("workbooks") / "a.xlsx"
    columns = [Column("text", pa.string()), Column("number", pa.int64())]
    with WRITERS["xlsx"](path, columns) as write:
        write([("=cmd|' /C calc'!A0", 0)])
        write(rows)
    cells = [cell for row in load_workbook(path).worksheets[0].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}  # which is a formula
    (block,) = open_source(path).blocks()
    assert block.rows.column(0)[0].as_py() == "=cmd|' /C calc'!A0"
    assert block.rows.column(1).to_pylist() == ["0", *(str(number) for _, number in rows)]
    for (text, _), read in zip(rows, block.rows.column(0).to_pylist()[1:], strict=True):
        if text.isprintable():
            assert read == text
