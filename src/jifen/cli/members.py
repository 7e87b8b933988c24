"""`jifen member`: show, statement, why, catalogue, calculator, tiers, enrol, set-fact, refer, merge and their like."""

from __future__ import annotations

import click

from jifen.cli import (
    calculator,
    catalogue,
    facts,
    merging,
    referring,
    tier_enquiries,
    tier_setting,
    wishes,
)
from jifen.cli.language import say, spoken
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.usage import SpokenGroup


@click.group(
    "member",
    cls=SpokenGroup,
    help=say("Balances, statement and the why of each event.", "余额、流水，以及每笔积分的原因。"),
    no_args_is_help=True,
)
@common
def command() -> None:
    """One member, by the name that the sender uses."""


command.add_command(facts.enrol)
command.add_command(facts.set_fact)
command.add_command(catalogue.catalogue)
command.add_command(calculator.calculator)
command.add_command(wishes.wishes)
command.add_command(wishes.wish)
command.add_command(tier_setting.command)
command.add_command(tier_enquiries.tiers)
command.add_command(referring.refer)
command.add_command(referring.code)
command.add_command(merging.merge)
command.add_command(merging.unmerge)
command.add_command(merging.claim)


@command.command(
    "show",
    help=say(
        "Balances, tier with progress, lots, what expires.", "余额、等级与进度、批次、将过期积分。"
    ),
)
@click.argument("member")
@click.option(
    "--at",
    metavar="MOMENT",
    help=say(
        "The balances at a past moment, a date meaning its end.",
        "过去某一时刻的余额；只写日期指当天结束时。",
    ),
)
@programme_option
@json_option
@common
def show(member: str, at: str | None, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.member_page import MOST_ROWS, shown
    from jifen.enquiry.member import member_view
    from jifen.enquiry.orders import UNDER_WAY_NAMES, orders_page
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        if at is not None:
            from jifen.cli.past_balances import show_past

            show_past(connection, programme, member, at, as_json=as_json)
            return
        view = member_view(connection, programme, member, now_of(programme))
        orders = orders_page(
            connection,
            programme,
            states=UNDER_WAY_NAMES,
            member=member,
            behind="",
            most=MOST_ROWS + 1,
        )
    if as_json:
        output.as_struct(view)
    else:
        output.lines(shown(view, orders, programme.programme))


@command.command(
    "statement",
    help=say(
        "Every movement of points, with the balance behind it.", "每一笔积分变动及变动后余额。"
    ),
)
@click.argument("member")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help=say("Only the last so many movements.", "只看最近的若干条。"),
)
@click.option(
    "--before",
    metavar="PLACE",
    help=say(
        "The movements before a place that a shorter statement names.",
        "某一位置之前的变动；位置由上一页给出。",
    ),
)
@programme_option
@json_option
@common
def statement(
    member: str, limit: int | None, before: str | None, slug: str | None, as_json: bool
) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.cli.statements import statement_table
    from jifen.enquiry.statement import place_of
    from jifen.enquiry.statement import statement as statement_of
    from jifen.intake.versions.opening import now_of

    if before is not None:
        try:
            place_of(before)
        except ValueError:
            raise CommandProblem(
                say(f"{before} is no place in a statement", f"{before} 不是流水中的位置"),
                say("a shorter statement ends with one", "用 --limit 查看流水时，末尾会给出位置"),
            ) from None
    with opened(slug) as (connection, programme):
        now = now_of(programme)
        found = statement_of(connection, programme, member, now, most=limit, before=before)
    if as_json:
        output.as_struct(found)
    else:
        output.lines(statement_table(found, programme.programme))


@command.command(
    "why",
    help=say(
        "Why an event gave what it gave, rule by rule.", "逐条规则说明一笔事件为何得到这些积分。"
    ),
)
@click.argument("event")
@programme_option
@json_option
@common
def why(event: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.statements import called
    from jifen.enquiry.why import why as why_of

    with opened(slug) as (connection, programme):
        found = why_of(connection, programme, event, spoken())
    if as_json:
        output.as_struct(found)
    else:
        name = called(found, found.event)
        click.echo(f"{name}  {found.member}  {found.occurred_at:%Y-%m-%d %H:%M}")
        output.lines(f"- {sentence}" for sentence in found.sentences)
