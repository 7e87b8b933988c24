"""`jifen tier warnings` and `jifen member tiers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.usage import SpokenGroup

if TYPE_CHECKING:
    from jifen.enquiry.tier_history import TierChange


@click.group(
    "tier",
    cls=SpokenGroup,
    help=say("The tiers of all members.", "全体会员的等级。"),
    no_args_is_help=True,
)
@common
def command() -> None:
    """The tiers of all members."""


@command.command(
    "warnings",
    help=say(
        "Whose tier ends soon unless it is kept, and what is missing to stay.",
        "哪些会员的等级即将到期，保级还差多少。",
    ),
)
@click.option(
    "--days",
    type=click.IntRange(0, 3660),
    default=30,
    metavar="NUMBER",
    help=say("Within so many days; 30 unless said.", "多少天之内；不写为 30。"),
)
@programme_option
@json_option
@common
def warnings(days: int, slug: str | None, as_json: bool) -> None:
    import msgspec

    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.progress import missing
    from jifen.cli.tables import Column, table
    from jifen.enquiry.tier_warnings import tier_warnings
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        now = now_of(programme)
        found = tier_warnings(connection, programme, now, days)
    if as_json:
        output.as_json([msgspec.to_builtins(one) for one in found])
        return
    document = programme.engine.plan_at(now).programme
    names = {
        tier.id: output.named(tier.name)
        for tier in (document.tiers.ladder if document.tiers else ())
    }
    rows = [
        (
            warning.member,
            names[warning.tier],
            str(warning.last_day),
            names[warning.falls_to],
            missing(warning.to_keep, document) if warning.to_keep else "",
        )
        for warning in found
    ]
    columns = (
        Column(say("member", "会员")),
        Column(say("tier", "等级")),
        Column(say("last day", "最后一天")),
        Column(say("then", "之后")),
        Column(say("missing to keep it", "保级还差")),
    )
    nobody = say(f"Nobody steps down within {days} days.", f"{days} 天内没有会员降级。")
    output.lines(table(columns, rows) if rows else [nobody])


@click.command(
    "tiers",
    help=say("Every step of the tier, and what brought it.", "等级的每次变动及原因。"),
)
@click.argument("member")
@programme_option
@json_option
@common
def tiers(member: str, slug: str | None, as_json: bool) -> None:
    import msgspec

    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.tables import Column, table
    from jifen.enquiry.tier_history import tier_history
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        found = tier_history(connection, programme, member, now_of(programme))
    if as_json:
        output.as_json([msgspec.to_builtins(one) for one in found])
        return
    plans = programme.engine.plans.values()
    ladders = (plan.programme.tiers.ladder for plan in plans if plan.programme.tiers)
    names = {tier.id: output.named(tier.name) for ladder in ladders for tier in ladder}
    columns = (
        Column(say("on", "日期")),
        Column(say("from", "原等级")),
        Column(say("to", "新等级")),
        Column(say("by", "原因")),
    )
    rows = [
        (str(change.on), names[change.before], names[change.after], _cause(change))
        for change in found
    ]
    never = say(f"The tier of {member} never changed.", f"{member} 的等级没有变动过。")
    output.lines(table(columns, rows) if rows else [never])


def _cause(change: TierChange) -> str:
    if change.event is not None:
        return change.event
    if change.cause == "version":
        return say("a new version", "计划更新")
    return say("its end", "到期")
