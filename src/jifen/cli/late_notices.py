"""`jifen programme late-notices`: whose points end later because a promised notice came too late."""

from __future__ import annotations

import click

from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option


@click.command(
    "late-notices",
    help=say(
        "Whose points end later because a promised notice came too late.",
        "因到期提醒未及时发出而顺延的积分。",
    ),
)
@programme_option
@json_option
@common
def command(slug: str | None, as_json: bool) -> None:
    import msgspec

    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.tables import Column, table
    from jifen.enquiry.notices import late_notices
    from jifen.programme.amounts import show_number

    with opened(slug) as (connection, programme):
        found = late_notices(connection, programme)
    if as_json:
        output.as_json([msgspec.to_builtins(one) for one in found])
        return
    if not found:
        click.echo(say("Every notice was handed over in time.", "所有到期提醒均已及时发出。"))
        return
    scales = programme.programme.scales
    columns = [
        Column(say("member", "会员")),
        Column(say("of", "积分种类")),
        Column(say("points", "积分"), "right"),
        Column(say("notice", "提前天数"), "right"),
        Column(say("was to end after", "原最后可用日")),
        Column(say("ends after", "现最后可用日")),
        Column(say("found", "发现于")),
    ]
    rows = [
        [
            one.member,
            one.currency,
            show_number(one.points, scales[one.currency]),
            str(one.notice_days),
            str(one.instead_of),
            str(one.last_day),
            f"{one.found_at:%Y-%m-%d}",
        ]
        for one in found
    ]
    output.lines(table(columns, rows))
