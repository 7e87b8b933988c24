"""`jifen backup`."""

from __future__ import annotations

from pathlib import Path

import click

from jifen.cli.language import counted, say
from jifen.cli.options import common


@click.command(
    "backup",
    help=say(
        "Back up the embedded database into a folder, while everything works on.",
        "在系统照常运行时，把内置数据库备份到一个文件夹。",
    ),
)
@click.argument("place", metavar="TO", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--with-log/--without-log",
    default=None,
    help=say(
        "Keep the database's log there from now on, so that any moment can be restored; or stop doing so.",
        "从现在起把数据库日志也保存在那里，以便恢复到任意时刻；或停止保存。",
    ),
)
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="NUMBER",
    help=say(
        "Afterwards remove all but the last NUMBER backups, with the log that only they needed.",
        "备份后只保留最近 NUMBER 份，连同只有旧备份才用得到的日志一起删除。",
    ),
)
@common
def command(place: Path, with_log: bool | None, keep: int | None) -> None:
    import datetime as dt

    from jifen.cli.database import database
    from jifen.operations.backing_up import back_up, forget_older
    from jifen.settings import data_folder

    refuse_served()
    place = place.expanduser().absolute()
    with database():
        pass  # says where there is nothing to back up
    backup = back_up(data_folder(), place, lambda: dt.datetime.now(dt.UTC), with_log=with_log)
    click.echo(say(f"backed up into {backup.folder}", f"已备份到 {backup.folder}"))
    if with_log:
        click.echo(say("its log is kept from now on", "从现在起保存日志"))
    elif with_log is False:
        click.echo(say("its log is no longer kept", "不再保存日志"))
    if keep is not None:
        gone = forget_older(data_folder(), place, keep)
        if gone:
            click.echo(
                say(f"removed {counted(len(gone), 'older backup')}", f"已删除旧备份 {len(gone)} 份")
            )


def refuse_served() -> None:
    """Raises CommandProblem where the database is not ours to copy."""
    from jifen.cli.problems import CommandProblem
    from jifen.settings import given_database_url

    if given_database_url() is not None:
        raise CommandProblem(
            say(
                "the database is a server of your own (JIFEN_DATABASE_URL)",
                "数据库是您自己的服务（JIFEN_DATABASE_URL）",
            ),
            say(
                "Back it up and restore it with its own tools, pg_basebackup or pgBackRest (a cluster to one restore "
                "point of all its nodes), then run `jifen prove`.",
                "请用它自己的工具（pg_basebackup 或 pgBackRest）备份与恢复，集群的各节点须恢复到同一个还原点，"
                "然后运行 `jifen prove`。",
            ),
        )
