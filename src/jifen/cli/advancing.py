"""`jifen advance`."""

from __future__ import annotations

import click

from jifen.cli.language import counted, say
from jifen.cli.options import common, json_option, programme_option


@click.command(
    "advance",
    help=say(
        "Let the clock of a test programme run to a moment, doing everything due on the way.",
        "把测试计划的时钟拨到某一时刻，并依次完成其间到期的一切。",
    ),
)
@click.argument("to", metavar="MOMENT")
@programme_option
@json_option
@common
def command(to: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.intake.asking.scalars import instant
    from jifen.intake.sweeping import advance

    with opened(slug) as (connection, programme):
        moment = instant(to, programme.zone, "MOMENT")
        if programme.test_now is None:
            raise CommandProblem(
                say(
                    f"programme '{programme.slug}' runs on real time",
                    f"计划“{programme.slug}”使用真实时间",
                ),
                say(
                    "Only a test programme's clock travels: `jifen init --clock 2026-01-01`.",
                    "只有测试计划的时钟可以拨动：`jifen init --clock 2026-01-01`。",
                ),
            )
        if moment < programme.test_now:
            now = output.time_text(programme.test_now, programme.zone)
            raise CommandProblem(
                say(
                    f"the clock stands at {now} and does not run backwards",
                    f"时钟现为 {now}，不能倒拨",
                )
            )
        moved = advance(connection, programme, moment)
        now = output.time_text(moment, programme.zone)
        if as_json:
            output.as_json(
                {
                    "now": output.iso(moment, programme.zone),
                    "members_settled": moved.members_settled,
                }
            )
        else:
            click.echo(
                say(
                    f"It is {now}. Time had brought something for {counted(moved.members_settled, 'member')}.",
                    f"现在是 {now}。有 {moved.members_settled:,} 位会员的到期事项已处理。",
                )
                if moved.members_settled
                else say(f"It is {now}. Nothing was due.", f"现在是 {now}。没有到期事项。")
            )
