"""`jifen member wishes|wish`: what a member would like to have."""

from __future__ import annotations

import click

from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option


@click.command(
    "wishes",
    help=say("What a member wishes for, the oldest wish first.", "会员的心愿单，最早的在前。"),
)
@click.argument("member")
@programme_option
@json_option
@common
def wishes(member: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.catalogue import state_said
    from jifen.cli.database import opened
    from jifen.cli.tables import Column, table
    from jifen.enquiry.wishes import wish_views
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        _, found = wish_views(connection, programme, member, now_of(programme))
    if as_json:
        output.as_struct({one.reward: one for one in found})
        return
    names = {reward.id: output.named(reward.name) for reward in programme.programme.rewards}
    columns = (
        Column(say("reward", "礼品")),
        Column(say("since", "加入时间")),
        Column(say("state", "状态")),
    )
    rows = [
        (
            names.get(one.reward, one.reward),
            output.time_text(one.since, programme.zone),
            say("not shown", "未展示") if one.offer is None else state_said(one.offer, programme),
        )
        for one in found
    ]
    if rows:
        output.lines(table(columns, rows))
    else:
        click.echo(say("no wishes", "心愿单是空的"))


@click.command(
    "wish",
    help=say(
        "Let a member wish for a reward; others are told when it can be had.",
        "把礼品加入会员的心愿单；可以兑换时发出消息。",
    ),
)
@click.argument("member")
@click.argument("reward")
@click.option("--drop", is_flag=True, help=say("Forget the wish instead.", "改为移出心愿单。"))
@programme_option
@common
def wish(member: str, reward: str, drop: bool, slug: str | None) -> None:
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.enquiry.wishes import in_reach
    from jifen.intake.using.wishes import drop_wish, make_wish
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        if reward not in {one.id for one in programme.programme.rewards}:
            raise CommandProblem(say(f"there is no reward '{reward}'", f"没有礼品“{reward}”"))
        now = now_of(programme)
        there = reward in in_reach(connection, programme, member, now)
        if drop:
            drop_wish(connection, programme, member, reward)
        else:
            make_wish(connection, programme, member, reward, in_reach=there, now=now)
    click.echo(say("forgotten", "已移出") if drop else say("noted", "已加入"))
