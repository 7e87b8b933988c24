"""Changes of stock that a warehouse wrote into a file, a row each: what came, went or was counted.

A row has an id of its own, or is known by its file and line; so the same file can be run again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from jifen.intake.asking.scalars import Malformed
from jifen.intake.details import refusal_as_said
from jifen.intake.files.blocks import Opened
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.reading import ragged_rejects
from jifen.intake.files.rejects import Reject, RejectsFile, cells_of
from jifen.intake.files.sources import open_source
from jifen.intake.stock.changing import KINDS, StockAnswer, change_stock, stock_change_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.wording import Said

COLUMNS: Final = ("id", "reward", "place", *KINDS, "reason")


@dataclass(slots=True)
class StockReport:
    """What has become of the rows of a file: done, done before, handed back."""

    rows: int = 0
    changed: int = 0
    known: int = 0
    rejected: int = 0
    rejects_path: Path | None = None


def import_stock(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    path: Path,
    *,
    now: int,
    actor: str,
    rejects_path: Path,
    encoding: str = "utf-8",
    told: Callable[[Said], str] = str,
) -> StockReport:
    """Do the changes of a file in its order, and hand back the rows of which that cannot be. Commits each.

    Raises FileProblem for a file that cannot be used.
    """
    opened = open_source(path, encoding=encoding, guarded=True)
    if "reward" not in opened.columns:
        raise FileProblem(
            Said(f"{path.name} has no column `reward`", f"{path.name} 没有名为 reward 的列"),
            Said(
                "it has to name `reward`, and `add`, `take` or `set`",
                "须有 reward 列，以及 add、take、set 中的一列",
            ),
        )
    with path.open("rb") as file:
        source = hashlib.file_digest(file, "sha256").hexdigest()[:32]
    rejects = RejectsFile(rejects_path, opened.columns, encoding=encoding, guards=True, told=told)
    report = StockReport()
    for block in opened.blocks():
        refused = ragged_rejects(block, len(opened.columns))
        for place, line in enumerate(block.lines):
            cells = cells_of(block.rows, place)
            try:
                asked = stock_change_of(_body(opened, cells, f"file-{source}-{line}"), programme)
            except Malformed as malformed:
                refused.append(Reject(line, "malformed", malformed.said, cells))
                continue
            done = change_stock(connection, programme, asked, now=now, actor=actor)
            if done.refusal is not None:
                said = refusal_as_said(done.refusal, done.detail)
                refused.append(Reject(line, done.refusal, said, cells))
            else:
                _count(report, done)
        rejects.write(sorted(refused, key=lambda one: one.line))
        report.rows += len(block.lines) + len(block.ragged)
        report.rejected += len(refused)
        report.rejects_path = rejects_path if rejects.begun else None
    return report


def _body(opened: Opened, cells: list[str], id: str) -> dict[str, str]:
    """What a row says, less what it leaves empty; under an id, unless it has one of its own."""
    said = {name: cell.strip() for name, cell in zip(opened.columns, cells, strict=True)}
    return {"id": id} | {name: said[name] for name in COLUMNS if said.get(name)}


def _count(report: StockReport, done: StockAnswer) -> None:
    if done.replayed:
        report.known += 1
    else:
        report.changed += 1
