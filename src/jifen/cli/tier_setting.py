"""`jifen member set-tier`."""

from __future__ import annotations

import click

from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option


@click.command(
    "set-tier",
    help=say(
        "Give a member a tier until a day; it stays in the history, with its reason.",
        "指定会员等级，到某日为止；连同原因一起记入历史。",
    ),
)
@click.argument("member")
@click.argument("tier")
@click.option(
    "--until",
    metavar="DATE",
    help=say("Its last day; for ever unless said.", "最后一天；不写则长期。"),
)
@click.option("--from", "start", metavar="MOMENT", help=say("Since when.", "自何时起。"))
@click.option("--reason", required=True, help=say("Why.", "原因。"))
@click.option(
    "--id", "id", help=say("An id, so that asking twice is safe.", "编号；重复提交时不会重复生效。")
)
@programme_option
@json_option
@common
def command(
    member: str,
    tier: str,
    until: str | None,
    start: str | None,
    reason: str,
    id: str | None,
    slug: str | None,
    as_json: bool,
) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.ids import new_id
    from jifen.intake.normalise import command_of
    from jifen.intake.opening import now_of
    from jifen.intake.submitting import submit

    with opened(slug) as (connection, programme):
        now = now_of(programme)
        said = {
            "id": id or f"set-tier-{new_id(now)}",
            "member": member,
            "tier": tier,
            "from": start,
            "until": until,
            "reason": reason,
        }
        asked = command_of("set_tier", said, programme.programme, programme.zone)
        (answered,) = submit(connection, programme, [asked], now=now, actor="command line")
        answer = answered.answer
        if answer.refusal is not None:
            raise CommandProblem(say(f"refused: {answer.refusal}", f"被拒绝：{answer.refusal}"))
        if as_json:
            output.as_struct(answer)
        else:
            names = {
                step.id: output.named(step.name)
                for step in (programme.programme.tiers.ladder if programme.programme.tiers else ())
            }
            now_has = names.get(answer.tier or "", answer.tier or "")
            click.echo(say(f"{member} now has {now_has}.", f"{member} 现为{now_has}。"))
