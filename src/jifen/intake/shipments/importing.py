"""What a supplier says was sent: a file of orders with carrier and tracking number, each of which ships its order.

The id of a shipment follows from what is said, so that the same file can be run again, whole or in part. What is
refused is not remembered: once there is an address, say, the same row ships.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import psycopg

from jifen.intake.answers import Answered
from jifen.intake.asking.commands import Command
from jifen.intake.asking.normalise import command_of
from jifen.intake.asking.scalars import Malformed
from jifen.intake.details import refusal_as_said
from jifen.intake.files.blocks import Block, Opened
from jifen.intake.files.numbers import as_text
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.reading import ragged_rejects
from jifen.intake.files.rejects import REASONS, Reject, RejectsFile
from jifen.intake.files.sources import open_source
from jifen.intake.gathering.unnamed import with_members
from jifen.intake.submitting import CommandsFailed, submit
from jifen.intake.versions.opening import OpenProgramme
from jifen.wording import Said

COLUMNS: Final = ("order", "carrier", "tracking")
ORDERS_PER_TRANSACTION: Final = 500


@dataclass(slots=True)
class ShipmentsReport:
    """What has become of the rows of a file: shipped, shipped just so before, not sent yet (neither carrier nor
    number), handed back."""

    rows: int = 0
    shipped: int = 0
    known: int = 0
    unsent: int = 0
    rejected: int = 0
    rejects_path: Path | None = None


class _Row(NamedTuple):
    """A row of the file: what it says of an order."""

    line: int
    order: str
    carrier: str
    tracking: str

    @property
    def cells(self) -> list[str]:
        """As it is handed back."""
        return [self.order, self.carrier, self.tracking]


@dataclass(slots=True)
class _Reading:
    """What is known of a file so far: in which line each order stood first, and what became of its rows."""

    report: ShipmentsReport = field(default_factory=ShipmentsReport)
    lines: dict[str, int] = field(default_factory=dict)


def import_shipments(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    path: Path,
    *,
    now: int,
    actor: str,
    rejects_path: Path,
    encoding: str = "utf-8",
    progress: Callable[[float, ShipmentsReport], None] = lambda share, report: None,
    told: Callable[[Said], str] = str,
) -> ShipmentsReport:
    """Ship the orders of a file, and hand back the rows of which that cannot be. Commits some at a time.

    Raises FileProblem for a file that cannot be used.
    """
    opened = open_source(path, encoding=encoding, guarded=True)
    _refuse_without_columns(opened)
    rejects = RejectsFile(rejects_path, list(COLUMNS), encoding=encoding, guards=True, told=told)
    reading = _Reading()
    report = reading.report
    for block in opened.blocks():
        rows = _rows(opened, block)
        refused = [
            Reject(one.line, one.reason, one.explanation, [])
            for one in ragged_rejects(block, len(opened.columns))
        ]
        asked, unfit = _asked(programme, rows, reading)
        refused += unfit
        for start in range(0, len(asked), ORDERS_PER_TRANSACTION):
            some = asked[start : start + ORDERS_PER_TRANSACTION]
            refused += _shipped(connection, programme, some, report, now=now, actor=actor)
        rejects.write(sorted(refused, key=lambda one: one.line))
        report.rows += len(block.lines) + len(block.ragged)
        report.rejected += len(refused)
        report.rejects_path = rejects_path if rejects.begun else None
        progress(block.progress, report)
    return report


def _refuse_without_columns(opened: Opened) -> None:
    lacking = [name for name in COLUMNS if name not in opened.columns]
    if lacking:
        name = opened.path.name
        raise FileProblem(
            Said(f"{name} has no column `{lacking[0]}`", f"{name} 没有名为 {lacking[0]} 的列"),
            Said(
                "it has to name `order`, `carrier` and `tracking`, as `jifen order export` writes them",
                "须有 order、carrier、tracking 三列，与 `jifen order export` 写出的一样",
            ),
        )


def _rows(opened: Opened, block: Block) -> list[_Row]:
    cells = [as_text(block.rows.column(name)).to_pylist() for name in COLUMNS]
    return [
        _Row(line, *((cell or "").strip() for cell in row))
        for line, *row in zip(block.lines, *cells, strict=True)
    ]


def _asked(
    programme: OpenProgramme, rows: Sequence[_Row], reading: _Reading
) -> tuple[list[tuple[_Row, Command]], list[Reject]]:
    """The commands of some rows, and the rows of which none can be; what is not sent yet asks for nothing."""
    asked: list[tuple[_Row, Command]] = []
    unfit: list[Reject] = []
    for row in rows:
        if row.order and not (row.carrier or row.tracking):
            reading.report.unsent += 1
            continue
        body = {"id": _id(row), "of": row.order, "carrier": row.carrier}
        try:
            command = command_of(
                "ship",
                body | ({"tracking": row.tracking} if row.tracking else {}),
                programme.programme,
                programme.zone,
            )
        except Malformed as malformed:
            unfit.append(Reject(row.line, "malformed", malformed.said, row.cells))
            continue
        first = reading.lines.setdefault(row.order, row.line)
        if first == row.line:
            asked.append((row, command))
        else:
            said = Said(f"the order stands in line {first} already", f"订单与第 {first} 行重复")
            unfit.append(Reject(row.line, "doubled", said, row.cells))
    return asked, unfit


def _id(row: _Row) -> str:
    """The same shipment of the same order has the same id."""
    return f"shipment-{hashlib.sha256(msgspec.json.encode(row.cells)).hexdigest()[:32]}"


def _shipped(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    asked: Sequence[tuple[_Row, Command]],
    report: ShipmentsReport,
    *,
    now: int,
    actor: str,
) -> list[Reject]:
    """Ship some orders; the rows that were refused."""
    rows = [row for row, _ in asked]
    commands = with_members(connection, programme, [command for _, command in asked])
    failures: dict[int, Exception] = {}
    try:
        told = submit(connection, programme, commands, now=now, actor=actor, imported=True)
        answers: dict[int, Answered] = dict(enumerate(told))
    except CommandsFailed as failed:
        answers, failures = dict(failed.answers), dict(failed.failures)
    refused = [
        Reject(rows[place].line, "failed", REASONS["failed"], rows[place].cells)
        for place in failures
    ]
    for place, answered in answers.items():
        code, row = answered.answer.refusal, rows[place]
        if code is not None:
            said = refusal_as_said(code, answered.answer.detail)
            refused.append(Reject(row.line, code, said, row.cells))
        elif answered.replayed:
            report.known += 1
        else:
            report.shipped += 1
    return refused
