"""`jifen worker`: what is done without anybody asking, at its time."""

from __future__ import annotations

import click

from jifen.cli.language import listed, say
from jifen.cli.options import common, json_option


@click.command(
    "worker",
    help=say(
        "Do what time brings: settle members, tell them of what ends. Any number may run; stops at Ctrl-C with the"
        " slice under way.",
        "处理到期事项，并按承诺发出提醒。可同时运行多个；按 Ctrl-C 后，做完手头这一批即停止。",
    ),
)
@click.option(
    "--timetable",
    "shows",
    is_flag=True,
    help=say("Say what is done when, and end.", "列出各项任务及其时间，随即退出。"),
)
@json_option
@common
def command(shows: bool, as_json: bool) -> None:
    from jifen.cli.database import database, url
    from jifen.cli.problems import CommandProblem
    from jifen.db.migrate import pending
    from jifen.db.reviving import kept_alive
    from jifen.operations.logs import log_as_lines
    from jifen.operations.sealed import check_all_open
    from jifen.settings import data_folder
    from jifen.worker.running import run

    if shows:
        _show_timetable(as_json)
        return
    with database() as connection:
        lacking = pending(connection)
        if not lacking:
            check_all_open(connection)
    if lacking:
        raise CommandProblem(
            say(
                f"the database lacks tables of this version: {listed(lacking)}",
                f"数据库缺少本版本的表：{listed(lacking)}",
            ),
            say("`jifen init` makes them.", "`jifen init` 会补上。"),
        )
    click.echo(say("working; Ctrl-C stops", "已开始工作，按 Ctrl-C 停止"), err=True)
    log_as_lines()
    address = url()
    with kept_alive(data_folder()):
        run(address)


def _show_timetable(as_json: bool) -> None:
    from datetime import UTC

    from jifen.cli import output
    from jifen.cli.database import database
    from jifen.cli.language import told
    from jifen.worker.doing import last_done
    from jifen.worker.timetable import TIMETABLE

    with database() as connection:
        done = last_done(connection)
    if as_json:
        output.as_json(
            [
                {
                    "duty": duty.name,
                    "cron": duty.rhythm.cron,
                    "told": duty.said.for_machines(),
                    "began_at": output.iso(last.began_at, UTC) if last else None,
                    "ended_at": output.iso(last.ended_at, UTC) if last and last.ended_at else None,
                    "failure": last.failure if last else None,
                }
                for duty in TIMETABLE
                for last in [done.get(duty.name)]
            ]
        )
        return
    for duty in TIMETABLE:
        click.echo(f"{duty.name}  {told(duty.rhythm.said)}")
        click.echo(f"  {told(duty.said)}")
        last = done.get(duty.name)
        if last is None:
            click.echo(say("  not done yet", "  尚未执行"))
        elif last.failure is not None:
            click.echo(say(f"  failed last: {last.failure}", f"  上次失败：{last.failure}"))
        else:
            began = output.time_text(last.began_at, UTC)
            click.echo(say(f"  last done at {began} UTC", f"  上次执行：{began}（UTC）"))
