"""`jifen member refer|code`: who brought whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jifen.cli.asking import ask
from jifen.cli.language import say
from jifen.cli.options import common, id_option, json_option, programme_option

if TYPE_CHECKING:
    from jifen.intake.answers import Answer
    from jifen.programme.model import Programme


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
@click.option(
    "--code", metavar="CODE", help=say("The code of who brought them.", "邀请人的邀请码。")
)
@id_option
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
    said = {"id": id, "member": member, "referrer": referrer, "code": code}

    def told(answer: Answer, programme: Programme) -> str:
        return say(
            f"{answer.referrer} brought {member}.",
            f"{member} 的邀请人是 {answer.referrer}。",
        )

    ask("refer", said, slug, told, as_json=as_json)
