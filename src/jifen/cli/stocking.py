"""`jifen stock show|add|take|set|import`: how many rewards are left, and what comes and goes beside redemptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import say
from jifen.cli.options import Decorated, common, json_option, programme_option
from jifen.cli.stock_files import import_
from jifen.cli.usage import SpokenGroup
from jifen.intake.actors import COMMAND_LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jifen.enquiry.stock import ShelfView
    from jifen.programme.model import Programme


@click.group(
    "stock",
    cls=SpokenGroup,
    help=say("How many rewards are left.", "礼品库存。"),
    no_args_is_help=True,
)
@common
def command() -> None:
    """Stock of one programme."""


command.add_command(import_)


@command.command("show", help=say("How many are left where.", "各处还剩多少。"))
@programme_option
@json_option
@common
def show(slug: str | None, as_json: bool) -> None:
    import msgspec

    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.enquiry.stock import stock_of

    with opened(slug) as (connection, programme):
        found = stock_of(connection, programme)
    if as_json:
        output.as_json([msgspec.to_builtins(one) for one in found])
    elif found:
        output.lines(_table(found, programme.programme))
    else:
        click.echo(say("no reward is counted", "没有需要计数的礼品"))


def _table(found: Sequence[ShelfView], programme: Programme) -> list[str]:
    from jifen.cli import output
    from jifen.cli.tables import Column, table

    names = {reward.id: output.named(reward.name) for reward in programme.rewards}
    columns = [
        Column(say("reward", "礼品")),
        Column(say("place", "地点")),
        Column(say("left", "剩余"), "right"),
        Column(say("redeemed", "已兑换"), "right"),
    ]
    rows = [
        [
            names[one.reward],
            one.place or say("anywhere", "不限"),
            output.amount(one.left, 0),
            output.amount(one.taken, 0),
        ]
        for one in found
    ]
    return table(columns, rows)


def _change_options(command: Decorated) -> Decorated:
    """What every change of stock says."""
    for option in (
        click.option(
            "--id", "id", metavar="ID", help=say("Done once under this id.", "同一编号只做一次。")
        ),
        click.option("--reason", metavar="TEXT", help=say("Why; it is kept.", "原因，会保存。")),
        click.option(
            "--place",
            metavar="PLACE",
            help=say("A shop, say; else anywhere.", "如门店；不写则不分地点。"),
        ),
        click.argument("units", metavar="UNITS"),
        click.argument("reward", metavar="REWARD"),
    ):
        command = option(command)
    return json_option(programme_option(command))


@command.command("add", help=say("UNITS of a reward came.", "入库：来了 UNITS 份。"))
@_change_options
@common
def add(**said: Any) -> None:
    _change("add", **said)


@command.command(
    "take",
    help=say(
        "UNITS of a reward went otherwise than by redemptions.", "出库：非兑换减少 UNITS 份。"
    ),
)
@_change_options
@common
def take(**said: Any) -> None:
    _change("take", **said)


@command.command("set", help=say("UNITS of a reward were counted.", "盘点：实有 UNITS 份。"))
@_change_options
@common
def set_(**said: Any) -> None:
    _change("set", **said)


def _change(
    kind: str,
    *,
    reward: str,
    units: str,
    place: str | None,
    reason: str | None,
    id: str | None,
    slug: str | None,
    as_json: bool,
) -> None:
    from jifen.cli import output
    from jifen.cli.asking import raise_if_refused
    from jifen.cli.database import opened
    from jifen.ids import new_id
    from jifen.intake.answers import Answer
    from jifen.intake.stock.changing import change_stock, stock_change_of
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        now = now_of(programme)
        body = {"reward": reward, kind: units, "place": place, "reason": reason}
        asked = stock_change_of({**body, "id": id or f"stock-{new_id(now)}"}, programme)
        done = change_stock(connection, programme, asked, now=now, actor=COMMAND_LINE)
    raise_if_refused(Answer(state=done.state, refusal=done.refusal, detail=done.detail))
    if as_json:
        output.as_struct(done)
        return
    assert done.units is not None
    click.echo(
        say(
            f"{done.units:+,}: {output.amount(done.left or 0, 0)} left",
            f"{done.units:+,}，剩 {output.amount(done.left or 0, 0)} 份",
        )
    )
