"""Rows that could not be taken, handed back with line, reason and everything that stood in them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa

from jifen.intake.files.blocks import Opened
from jifen.intake.files.mapping import Mapping, OpeningMapping
from jifen.intake.files.numbers import as_text
from jifen.intake.files.sources import PARQUET_ENDINGS
from jifen.spreadsheets import guarded
from jifen.wording import Said

Reason = Literal["malformed", "ragged", "empty_id", "same_event", "unmatched_return"]
"""`same_event`: nothing is wrong with this row, but with another of the same event."""

REASONS = {
    "malformed": Said("a value that cannot be", "值不对"),
    "ragged": Said("more or fewer cells than the header", "格数与表头不符"),
    "empty_id": Said("without an id", "没有编号"),
    "same_event": Said("another row of the same event is at fault", "同一事件的另一行有问题"),
    "unmatched_return": Said("no sale that it could be of", "找不到对应的消费"),
    "failed": Said("could not be decided", "未能处理"),
}
OWN_COLUMNS = ("reject_line", "reject_reason", "reject_explanation")


@dataclass(frozen=True, slots=True)
class Reject:
    """One row of the file. `line` counts the header as 1; `reason` is a Reason, or a refusal of the bank."""

    line: int
    reason: str
    explanation: Said
    cells: list[str]


def cells_of(rows: pa.RecordBatch, row: int) -> list[str]:
    """What stands in a row, as text."""
    return [as_text(column.slice(row, 1))[0].as_py() or "" for column in rows.columns]


def rejects_file(
    path: Path,
    opened: Opened,
    mapping: Mapping | OpeningMapping,
    *,
    told: Callable[[Said], str],
    resumed: bool,
) -> RejectsFile:
    """A file for the rows of a source, written as its mapping reads them; `resumed` goes on with one.
    `told` chooses the language of the explanations."""
    csv_like = opened.path.suffix.lower() not in PARQUET_ENDINGS
    delimiter, encoding = (mapping.delimiter, mapping.encoding) if csv_like else (",", "utf-8")
    return RejectsFile(
        path, opened.columns, delimiter, encoding,
        guards=csv_like and mapping.guarded, told=told, resumed=resumed,
    )  # fmt: skip


class RejectsFile:
    """A CSV of rejected rows. The reasons stand in columns of their own, which a mapping does not name:
    so the file, corrected, can be read by the same mapping, and is guarded only where that expects it."""

    def __init__(
        self,
        path: Path,
        columns: list[str],
        delimiter: str = ",",
        encoding: str = "utf-8",
        *,
        guards: bool = False,
        told: Callable[[Said], str] = str,
        resumed: bool = False,
    ) -> None:
        self.path = path
        self._kept = [place for place, name in enumerate(columns) if name not in OWN_COLUMNS]
        self._columns = columns
        self._delimiter = delimiter
        self._encoding = encoding
        self._guards = guards
        self._told = told
        self.begun = resumed and path.exists()
        """Whether rows lie in it, also from before an interruption."""

    def write(self, rejects: Iterable[Reject]) -> None:
        """Append; the file begins, with its header, with the first of them."""
        rows = [self._row(reject) for reject in rejects]
        if rows and not self.begun:
            self.begun = True
            names = [self._columns[place] for place in self._kept]
            self._append("w", [[*OWN_COLUMNS, *names]])
        if rows:
            self._append("a", rows)

    def replace(self, withdrawn: Iterable[Reject], written: Iterable[Reject]) -> None:
        """Take rows out, known by their lines, and append others; a file without rows is no file."""
        lines = {str(reject.line) for reject in withdrawn}
        with self.path.open(encoding=self._encoding, newline="") as file:
            header, *rows = csv.reader(file, delimiter=self._delimiter)
        kept = [row for row in rows if row[0] not in lines]
        kept += [self._row(reject) for reject in written]
        if not kept:
            self.begun = False
            self.path.unlink()
            return
        whole = self.path
        self.path = whole.with_name(whole.name + ".new")
        self._append("w", [header, *sorted(kept, key=lambda row: int(row[0]))])
        self.path = self.path.replace(whole)

    def _row(self, reject: Reject) -> list[str]:
        """A ragged row keeps all its cells: whoever mends it must see them."""
        cells = reject.cells
        if len(cells) == len(self._columns):
            cells = [cells[place] for place in self._kept]
        if self._guards:
            cells = [guarded(cell) for cell in cells]
        return [str(reject.line), reject.reason, self._explained(reject.explanation), *cells]

    def _explained(self, said: Said) -> str:
        told = self._told(said)
        try:
            told.encode(self._encoding)
        except UnicodeEncodeError:  # a file in latin-1 holds no Chinese
            return str(said)
        return told

    def _append(self, mode: Literal["w", "a"], rows: list[list[str]]) -> None:
        with self.path.open(mode, encoding=self._encoding, newline="", errors="replace") as file:
            csv.writer(file, delimiter=self._delimiter).writerows(rows)
