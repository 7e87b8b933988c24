"""`jifen stock import`: what came, went or was counted, as a warehouse wrote it down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jifen.cli import language
from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option
from jifen.intake.actors import COMMAND_LINE
from jifen.intake.files import ENCODINGS

if TYPE_CHECKING:
    from jifen.intake.stock.importing import StockReport


@click.command(
    "import",
    help=say(
        "Do the changes of a file: `reward`, and `add`, `take` or `set`. Running it again is safe.",
        "按文件登记库存：reward 列，以及 add、take、set 中的一列。重复运行是安全的。",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--encoding",
    metavar="NAME",
    type=click.Choice(ENCODINGS),
    default="utf-8",
    show_default=True,
    help=say("How a CSV is written.", "CSV 的编码。"),
)
@programme_option
@json_option
@common
def import_(file: Path, encoding: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.intake.stock.importing import import_stock
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        report = import_stock(
            connection,
            programme,
            file,
            now=now_of(programme),
            actor=COMMAND_LINE,
            rejects_path=file.with_name(f"{file.stem}.rejects.csv"),
            encoding=encoding,
            told=language.told,
        )
    if as_json:
        rejects = None if report.rejects_path is None else str(report.rejects_path)
        counts = {name: getattr(report, name) for name in ("rows", "changed", "known", "rejected")}
        output.as_json({**counts, "rejects": rejects})
    else:
        output.lines(_told(report))
    if report.rejects_path:
        raise click.exceptions.Exit(1)


def _told(report: StockReport) -> list[str]:
    lines = [
        say(
            f"{report.changed:,} changes of {report.rows:,} rows done, {report.known:,} done before",
            f"{report.rows:,} 行中登记 {report.changed:,} 条，此前已登记 {report.known:,} 条",
        )
    ]
    if report.rejects_path:
        lines.append(
            say(
                f"  {report.rejected:,} rows handed back, with reasons: {report.rejects_path}",
                f"  退回 {report.rejected:,} 行，原因见 {report.rejects_path}",
            )
        )
    return lines
