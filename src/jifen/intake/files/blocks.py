"""What a file is read as, whatever it was: columns, and rows some at once, nothing of them interpreted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from jifen.intake.files.problems import FileProblem
from jifen.wording import Said

ROWS_PER_BLOCK = 65_536  # many, that events of one member lie together and are written at once


@dataclass(frozen=True, slots=True)
class RaggedRow:
    """A row that has more or fewer cells than the header has names. `line` counts the header as 1."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows, with the line each stands in, and how much of the file has been read by then (0 to 1)."""

    rows: pa.RecordBatch
    lines: list[int]
    ragged: list[RaggedRow]
    progress: float


@dataclass(frozen=True, slots=True)
class Opened:
    """A file, open: its columns, and its rows as blocks of at most ROWS_PER_BLOCK."""

    path: Path
    columns: list[str]
    blocks: Callable[[], Iterator[Block]]


def refuse_doubles(path: Path, columns: list[str]) -> None:
    """Raise FileProblem where two columns have one name."""
    doubled = sorted({name for name in columns if columns.count(name) > 1})
    if doubled:
        raise FileProblem(
            Said(
                f"{path.name} names the column '{doubled[0]}' more than once",
                f"{path.name} 中有不止一列名为“{doubled[0]}”",
            ),
            Said("rename one of them", "请给其中一列改名"),
        )
