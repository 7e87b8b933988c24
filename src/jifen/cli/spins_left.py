"""`jifen draw left`: what a member may still spin."""

from __future__ import annotations

import click

from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option


@click.command(
    "left",
    help=say(
        "What a member may still spin: free spins, tickets, and what the limit of the round leaves.",
        "会员还能抽几次：免费次数、抽奖机会，以及本轮限额的余数。",
    ),
)
@click.argument("member")
@programme_option
@json_option
@common
def left(member: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.tables import Column, table
    from jifen.enquiry.spins_left import spins_left
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        _, found = spins_left(connection, programme, member, now_of(programme))
    if as_json:
        output.as_struct({one.draw: one for one in found})
        return
    columns = (
        Column(say("draw", "抽奖")),
        Column(say("round", "轮次")),
        Column(say("free", "免费"), "right"),
        Column(say("tickets", "机会"), "right"),
        Column(say("of the round", "本轮还可抽"), "right"),
    )
    rows = [
        (
            one.draw,
            say("none open", "未开始") if one.round is None else str(one.round),
            str(one.free),
            str(one.tickets),
            say("no limit", "不限") if one.of_round is None else str(one.of_round),
        )
        for one in found
    ]
    output.lines(table(columns, rows))
