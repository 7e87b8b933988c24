"""What came of a file whose rows were done or handed back: codes, shipments, stock."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jifen.cli import output
from jifen.cli.language import say

if TYPE_CHECKING:
    from jifen.intake.codes.importing import CodesReport
    from jifen.intake.shipments.importing import ShipmentsReport
    from jifen.intake.stock.importing import StockReport


def rejects_beside(file: Path) -> Path:
    """Where rows of a file go that are handed back."""
    return file.with_name(f"{file.stem}.rejects.csv")


def tell_what_came(
    report: CodesReport | ShipmentsReport | StockReport, said: str, *, as_json: bool
) -> None:
    """Write the counts of a report for machines, or a sentence for people and where rows were handed back; where any
    were, the command ends with 1."""
    rejects = report.rejects_path
    if as_json:
        counts = {name: one for name, one in asdict(report).items() if name != "rejects_path"}
        output.as_json({**counts, "rejects": None if rejects is None else str(rejects)})
    else:
        handed_back = say(
            f"  {report.rejected:,} rows handed back, with reasons: {rejects}",
            f"  退回 {report.rejected:,} 行，原因见 {rejects}",
        )
        output.lines([said, handed_back] if rejects else [said])
    if rejects:
        raise click.exceptions.Exit(1)
