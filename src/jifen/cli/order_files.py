"""`jifen order export|import`: what is to be sent, for a supplier, and what the supplier says was sent."""

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
    from jifen.intake.shipments.importing import ShipmentsReport
    from jifen.worker.writing import Format


@click.command(
    "export",
    help=say(
        "Write what is to be sent and where to into a CSV, or a workbook by the ending .xlsx, for whoever sends it;"
        " the audit notes it.",
        "把待寄出的订单及收件地址写入 CSV（文件名以 .xlsx 结尾则写成电子表格），交给发货方；审计会记录。",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@programme_option
@json_option
@common
def export(file: Path, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.intake.shipments.listing import orders_to_send
    from jifen.intake.versions.opening import now_of
    from jifen.worker.shipping import write_shipments

    format: Format = "xlsx" if file.suffix.lower() == ".xlsx" else "csv"
    with opened(slug) as (connection, programme):
        try:
            file.touch(mode=0o600, exist_ok=False)  # addresses are in it
        except FileExistsError:
            raise CommandProblem(say(f"{file} is there already", f"{file} 已存在")) from None
        now = now_of(programme)
        orders = orders_to_send(connection, programme, now=now, actor=COMMAND_LINE)
        written = write_shipments(
            connection, programme, orders, file, format, language.told, lambda done: None
        )
    if as_json:
        output.as_json({"orders": written})
    else:
        click.echo(say(f"{written:,} orders to send: {file}", f"待寄出 {written:,} 单：{file}"))


@click.command(
    "import",
    help=say(
        "Ship the orders of a file: columns `order`, `carrier`, `tracking`. Running it again is safe.",
        "按文件登记发货：order、carrier、tracking 三列。重复运行是安全的。",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@encoding_option
@programme_option
@json_option
@common
def import_(file: Path, encoding: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.handed_back import rejects_beside, tell_what_came
    from jifen.intake.shipments.importing import import_shipments
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        bar = output.Progress(file.name)
        try:
            report = import_shipments(
                connection,
                programme,
                file,
                now=now_of(programme),
                actor=COMMAND_LINE,
                rejects_path=rejects_beside(file),
                encoding=encoding,
                progress=lambda share, report: bar.tell(share, f"{report.shipped:,}"),
                told=language.told,
            )
        finally:
            bar.done()
    tell_what_came(report, _said(report), as_json=as_json)


def _said(report: ShipmentsReport) -> str:
    return say(
        f"{report.shipped:,} orders of {report.rows:,} rows shipped, {report.known:,} shipped before,"
        f" {report.unsent:,} not sent yet",
        f"{report.rows:,} 行中登记发货 {report.shipped:,} 单，此前已登记 {report.known:,} 单，"
        f"尚未寄出 {report.unsent:,} 单",
    )
