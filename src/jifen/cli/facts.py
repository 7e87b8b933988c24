"""`jifen member enrol|set-fact`: who joins, and what is known of them."""

from __future__ import annotations

import click

from jifen.cli.asking import ask
from jifen.cli.language import say
from jifen.cli.options import common, id_option, json_option, programme_option
from jifen.intake.actors import COMMAND_LINE


@click.command(
    "enrol",
    help=say("Let somebody join, with what is known of them.", "登记新会员及其资料。"),
)
@click.argument("member")
@click.option(
    "--joined", metavar="MOMENT", help=say("Since when; now unless said.", "入会时间；不写为现在。")
)
@click.option("--birthday", metavar="DATE", help=say("The day of birth.", "出生日期。"))
@click.option(
    "--fact",
    "facts",
    metavar="NAME=VALUE",
    multiple=True,
    help=say(
        "A fact that the programme declares; may be said again.", "计划声明过的会员信息，可写多次。"
    ),
)
@programme_option
@json_option
@common
def enrol(
    member: str,
    joined: str | None,
    birthday: str | None,
    facts: tuple[str, ...],
    slug: str | None,
    as_json: bool,
) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.intake.asking import scalars
    from jifen.intake.asking.normalise import fact_of
    from jifen.intake.gathering.enrolling import NewMember, enrol_members
    from jifen.intake.versions.opening import now_of

    said = dict(_named(fact) for fact in facts)
    if birthday is not None:
        said["birthday"] = birthday
    with opened(slug) as (connection, programme):
        now = now_of(programme)
        newcomer = NewMember(
            id=scalars.text(member, ""),
            joined_at=now if joined is None else scalars.instant(joined, programme.zone, "joined"),
            facts={
                name: fact_of(name, value, programme.programme, name)
                for name, value in said.items()
            },
        )
        if newcomer.joined_at > now:
            raise CommandProblem(
                say("nobody has joined in the future", "入会时间不能在将来"),
            )
        if not enrol_members(connection, programme, [newcomer], now=now, actor=COMMAND_LINE):
            raise CommandProblem(
                say(f"{member} is a member already", f"{member} 已经是会员"),
                say(
                    "`jifen member set-fact` adds to what is known",
                    "资料可用 `jifen member set-fact` 补充",
                ),
            )
    if as_json:
        output.as_struct(newcomer)
    else:
        click.echo(say(f"{member} has joined.", f"{member} 已入会。"))


def _named(fact: str) -> tuple[str, str]:
    from jifen.cli.problems import CommandProblem

    name, sign, value = fact.partition("=")
    if not sign:
        raise CommandProblem(
            say(f"'{fact}' is no fact: write NAME=VALUE", f"“{fact}”不完整：请写成 名称=值")
        )
    return name.strip(), value.strip()


@click.command(
    "set-fact",
    help=say(
        "What is known of a member from now on, such as the birthday; events judged before keep what was known then.",
        "补充或更改会员资料（如生日）；此前计算过的事件仍按当时的资料。",
    ),
)
@click.argument("member")
@click.argument("name")
@click.argument("value")
@id_option
@programme_option
@json_option
@common
def set_fact(
    member: str, name: str, value: str, id: str | None, slug: str | None, as_json: bool
) -> None:
    done = say(f"{member}: {name} is {value} from now on.", f"{member}：{name} 自此为 {value}。")
    if not value:
        done = say(f"{member}: nobody is {name} any more.", f"{member}：{name} 自此没有。")
    said = {"id": id, "member": member, "name": name, "value": value}
    ask("set_fact", said, slug, lambda answer, programme: done, as_json=as_json)
