"""`jifen stock import`: what came, went or was counted, as a warehouse wrote it down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jifen.cli import language
from jifen.cli.file_options import encoding_option
from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option
from jifen.intake.actors import COMMAND_LINE

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
@encoding_option
@programme_option
@json_option
@common
def import_(file: Path, encoding: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli.database import opened
    from jifen.cli.handed_back import rejects_beside, tell_what_came
    from jifen.intake.stock.importing import import_stock
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        report = import_stock(
            connection,
            programme,
            file,
            now=now_of(programme),
            actor=COMMAND_LINE,
            rejects_path=rejects_beside(file),
            encoding=encoding,
            told=language.told,
        )
    tell_what_came(report, _said(report), as_json=as_json)


def _said(report: StockReport) -> str:
    return say(
        f"{report.changed:,} changes of {report.rows:,} rows done, {report.known:,} done before",
        f"{report.rows:,} 行中登记 {report.changed:,} 条，此前已登记 {report.known:,} 条",
    )
