"""`jifen member refer|code`: who brought whom."""

from __future__ import annotations

import click

from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option


@click.command(
    "code",
    help=say("The code by which a member brings others.", "会员的邀请码，终身不变。"),
)
@click.argument("member")
@programme_option
@json_option
@common
def code(member: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.enquiry.codes import referral_code

    with opened(slug) as (connection, programme):
        found = referral_code(connection, programme, member)
    if as_json:
        output.as_struct(found)
    else:
        click.echo(found.code)


@click.command(
    "refer",
    help=say(
        "Say who brought a member: once, and before the first deed that is rewarded.",
        "记下会员由谁邀请：只能记一次，且须在首次可获奖励的行为之前。",
    ),
)
@click.argument("member")
@click.option("--by", "referrer", metavar="MEMBER", help=say("Who brought them.", "邀请人。"))
@click.option("--code", help=say("The code of who brought them.", "邀请人的邀请码。"))
@click.option(
    "--id", "id", help=say("An id, so that asking twice is safe.", "编号；重复提交时不会重复生效。")
)
@programme_option
@json_option
@common
def refer(
    member: str,
    referrer: str | None,
    code: str | None,
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
            "id": id or f"refer-{new_id(now)}",
            "member": member,
            "referrer": referrer,
            "code": code,
        }
        asked = command_of("refer", said, programme.programme, programme.zone)
        (answered,) = submit(connection, programme, [asked], now=now, actor="command line")
        answer = answered.answer
        if answer.refusal is not None:
            raise CommandProblem(say(f"refused: {answer.refusal}", f"被拒绝：{answer.refusal}"))
        if as_json:
            output.as_struct(answer)
        else:
            click.echo(
                say(
                    f"{answer.referrer} brought {member}.",
                    f"{member} 的邀请人是 {answer.referrer}。",
                )
            )
