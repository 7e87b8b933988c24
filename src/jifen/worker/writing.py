"""Tables as files: CSV, Parquet or a workbook, some rows at once."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from jifen.spreadsheets import guarded

Format = Literal["csv", "parquet", "xlsx"]
Row = Sequence[Any]
Write = Callable[[Sequence[Row]], None]


class Column(NamedTuple):
    """A column of an export, and its type in Parquet."""

    name: str
    type: pa.DataType


@contextmanager
def _csv(path: Path, columns: Sequence[Column]) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in columns])
        yield lambda rows: writer.writerows([guarded(cell) for cell in row] for row in rows)


@contextmanager
def _parquet(path: Path, columns: Sequence[Column]) -> Iterator[Write]:
    schema = pa.schema([(column.name, column.type) for column in columns])
    with pq.ParquetWriter(path, schema) as writer:

        def write(rows: Sequence[Row]) -> None:
            arrays = [
                pa.array(values, column.type)
                for column, values in zip(columns, zip(*rows, strict=True), strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))

        yield write


@contextmanager
def _workbook(path: Path, columns: Sequence[Column]) -> Iterator[Write]:
    """One sheet; text is written as text, also what looks like a formula."""
    from openpyxl import Workbook  # costs what only who writes one shall pay
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()

    def cell_of(value: object) -> object:
        if not isinstance(value, str):
            return value
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type = "s"
        return cell

    def write(rows: Sequence[Row]) -> None:
        for row in rows:
            sheet.append([cell_of(value) for value in row])

    write([[column.name for column in columns]])
    yield write
    workbook.save(path)


WRITERS: Final = MappingProxyType({"csv": _csv, "parquet": _parquet, "xlsx": _workbook})
