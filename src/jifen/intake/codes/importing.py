"""Codes that others made, read from a file into a pool.

The file has a column `code`, or is one column, and may have a column `until`: the last day on which the code can be
used. A row is known by its file and line, so that the same file can be run again after an interruption.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg

from jifen.instants import day_of, start_of_day
from jifen.intake.codes.filling import (
    CODES_PER_TRANSACTION,
    Doubled,
    NewCode,
    Source,
    end_of,
    pool_named,
    put_in,
)
from jifen.intake.files.blocks import Block, Opened
from jifen.intake.files.numbers import as_text
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.reading import ragged_rejects
from jifen.intake.files.rejects import Reject, RejectsFile
from jifen.intake.files.sources import open_source
from jifen.intake.versions.opening import OpenProgramme
from jifen.wording import Said

CODE: Final = "code"
UNTIL: Final = "until"
LONGEST: Final = 200
SHOWN: Final = 4
"""So much of a code stands in a file of rejects, its end: the line finds it in the file that it came from."""


@dataclass(slots=True)
class CodesReport:
    """What has become of the rows of a file: put in, there already from the same row of it, handed back."""

    rows: int = 0
    added: int = 0
    known: int = 0
    rejected: int = 0
    rejects_path: Path | None = None


Progress = Callable[[float, CodesReport], None]


def import_codes(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    pool: str,
    path: Path,
    *,
    now: int,
    rejects_path: Path,
    progress: Progress = lambda share, report: None,
    told: Callable[[Said], str] = str,
) -> CodesReport:
    """Put the codes of a file into a pool, and hand back the rows of which that cannot be. Commits a block at a time.

    Raises FileProblem for a file that cannot be used, UnknownPool, and SealingProblem.
    """
    ends_at = end_of(programme, pool_named(programme, pool))
    opened = open_source(path)
    column = _column_of_codes(opened)
    source = Source(pool, _identity(pool, path), now)
    rejects = RejectsFile(rejects_path, [CODE], told=told)
    report = CodesReport()
    for block in opened.blocks():
        codes, refused = _read(programme, opened, column, block, ends_at)
        for start in range(0, len(codes), CODES_PER_TRANSACTION):
            part = codes[start : start + CODES_PER_TRANSACTION]
            filled = put_in(connection, programme, source, part)
            report.added += filled.added
            report.known += filled.known
            words = {one.row: one.code for one in part} if filled.doubled else {}
            refused += [_doubled(programme, one, words[one.row]) for one in filled.doubled]
        rejects.write(sorted(refused, key=lambda one: one.line))
        report.rows += len(block.lines) + len(block.ragged)
        report.rejected += len(refused)
        report.rejects_path = rejects_path if rejects.begun else None
        progress(block.progress, report)
    return report


def _column_of_codes(opened: Opened) -> str:
    if CODE in opened.columns:
        return CODE
    if len(opened.columns) == 1:
        return opened.columns[0]
    raise FileProblem(
        Said(f"{opened.path.name} has no column `code`", f"{opened.path.name} 没有名为 code 的列"),
        Said(
            "name the column of the codes so, and that of their last days `until`",
            "请把券码所在的列命名为 code，把最后可用日所在的列命名为 until",
        ),
    )


def _identity(pool: str, path: Path) -> UUID:
    """The same file for the same pool is the same source."""
    digest = hashlib.sha256(pool.encode() + b"\0")
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return UUID(bytes=digest.digest()[:16])


def _read(
    programme: OpenProgramme, opened: Opened, column: str, block: Block, ends_at: int
) -> tuple[list[NewCode], list[Reject]]:
    """The codes of some rows, and the rows that have none."""
    rejects = [
        Reject(one.line, one.reason, one.explanation, [])
        for one in ragged_rejects(block, len(opened.columns))
    ]
    codes: list[NewCode] = []
    ends = _ends(programme, opened, block, ends_at)
    words = as_text(block.rows.column(column)).to_pylist()
    for line, word, end in zip(block.lines, words, ends, strict=True):
        code = (word or "").strip()
        if not code or len(code) > LONGEST or not code.isprintable():
            rejects.append(_reject(line, "malformed", _NO_CODE, code[:LONGEST]))
        elif end is None:
            rejects.append(_reject(line, "malformed", _NO_DAY, code))
        else:
            codes.append(NewCode(line, code, end))
    return codes, rejects


def _ends(
    programme: OpenProgramme, opened: Opened, block: Block, ends_at: int
) -> Iterator[int | None]:
    """When each code of some rows ends; None where what is said is no day."""
    if UNTIL not in opened.columns:
        yield from [ends_at] * len(block.lines)
        return
    known: dict[str, int | None] = {"": ends_at}
    for word in as_text(block.rows.column(UNTIL)).to_pylist():
        day = (word or "").strip()
        if day not in known:
            known[day] = _end_of_day(programme, day)
        yield known[day]


def _end_of_day(programme: OpenProgramme, day: str) -> int | None:
    try:
        return start_of_day(day_of(dt.date.fromisoformat(day)) + 1, programme.zone)
    except ValueError:
        return None


def _doubled(programme: OpenProgramme, one: Doubled, code: str) -> Reject:
    if one.first_row:
        said = Said(f"it stands in line {one.first_row} already", f"与第 {one.first_row} 行重复")
    else:
        name = next((p.name for p in programme.programme.code_pools if p.id == one.pool), None)
        zh, en = (name.zh, name.en) if name else (one.pool, one.pool)
        said = Said(f"the pool “{en}” has it already", f"券码池“{zh}”中已有")
    return _reject(one.row, "doubled", said, code)


def _reject(line: int, reason: str, said: Said, code: str) -> Reject:
    return Reject(line, reason, said, [f"…{code[-SHOWN:]}" if len(code) > 2 * SHOWN else "…"])


_NO_CODE = Said(
    f"a code is up to {LONGEST} characters that can be read", f"券码须为不超过 {LONGEST} 个可见字符"
)
_NO_DAY = Said("`until` is no day such as 2027-06-30", "until 不是 2027-06-30 这样的日期")
