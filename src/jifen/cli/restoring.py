"""`jifen restore`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from jifen.cli.language import say
from jifen.cli.options import common


@click.command(
    "restore",
    help=say(
        "Make the embedded database anew from a backup, and prove it.",
        "用备份重新建立内置数据库，并加以证明。",
    ),
)
@click.argument("place", metavar="FROM", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--until",
    metavar="MOMENT",
    help=say(
        "As it was at this moment (2026-03-01T10:15:30+08:00); as late as the log that was kept goes unless said.",
        "恢复到这一时刻（2026-03-01T10:15:30+08:00），依靠保存的日志；不写则恢复到日志所及的最后。",
    ),
)
@common
def command(place: Path, until: str | None) -> None:
    from jifen.cli.backing_up import refuse_served
    from jifen.cli.database import database
    from jifen.cli.proving import prove_all
    from jifen.operations.restoring import restore
    from jifen.settings import data_folder

    refuse_served()
    backup = restore(place.expanduser().absolute(), data_folder(), _moment(until))
    said = say(f"restored from {backup.folder.name}", f"已从 {backup.folder.name} 恢复")
    click.echo(said)
    with database() as connection:
        reports = prove_all(connection)
    if not all(report.holds for report in reports.values()):
        raise click.exceptions.Exit(1)


def _moment(written: str | None) -> dt.datetime | None:
    if written is None:
        return None
    from jifen.cli.problems import CommandProblem

    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandProblem(
            say(f"'{written}' is no moment", f"“{written}”不是一个时刻"),
            say(
                "Write it with its zone, as 2026-03-01T10:15:30+08:00.",
                "请连同时区一起写，如 2026-03-01T10:15:30+08:00。",
            ),
        )
    return moment
