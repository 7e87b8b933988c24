"""`jifen member calculator`: what it takes until a member can have a reward."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from jifen.cli.language import say, spoken, told
from jifen.cli.options import common, json_option, programme_option

if TYPE_CHECKING:
    from jifen.enquiry.calculator import Reckoned
    from jifen.intake.asking.commands import Redeem
    from jifen.intake.versions.opening import OpenProgramme


@click.command(
    "calculator",
    help=say(
        "How often a member must do something until a reward can be had, and how much it must be worth today: "
        "TYPE is an event, each FIELD=VALUE what it says.",
        "会员还要做几次某件事才能兑换某件礼品，今天做一次又要多少金额才够：TYPE 为事件类型，其后逐项写 字段=值。",
    ),
)
@click.argument("member")
@click.argument("reward")
@click.argument("type", metavar="TYPE")
@click.argument("fields", metavar="FIELD=VALUE", nargs=-1)
@click.option("--quantity", default="1", help=say("So many of the reward.", "礼品的份数。"))
@click.option(
    "--every-days",
    default=0,
    type=click.IntRange(0, 366),
    help=say("Days between two of them; 0: all at once.", "两次相隔的天数；0 即一次接一次。"),
)
@programme_option
@json_option
@common
def calculator(
    member: str,
    reward: str,
    type: str,
    fields: tuple[str, ...],
    quantity: str,
    every_days: int,
    slug: str | None,
    as_json: bool,
) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.doing import fields_said
    from jifen.cli.problems import CommandProblem
    from jifen.enquiry.calculator import PastIsNeeded, reckon
    from jifen.intake.asking.commands import Event, Redeem
    from jifen.intake.asking.normalise import command_of
    from jifen.intake.versions.opening import now_of

    about = {"id": "calculator", "member": member}
    what = {**about, "reward": reward, "quantity": quantity}
    doing = {**about, "type": type, **fields_said(fields)}
    with opened(slug) as (connection, programme):
        document, zone = programme.programme, programme.zone
        wanted = command_of("redeem", what, document, zone)
        deed = command_of("event", doing, document, zone)
        assert isinstance(wanted, Redeem)
        assert isinstance(deed, Event)
        try:
            found = reckon(
                connection, programme, wanted, deed, every_days=every_days, now=now_of(programme)
            )
        except PastIsNeeded:
            raise CommandProblem(
                say("such an event does not earn by itself", "这样的事件自身不能得分")
            ) from None
    if as_json:
        output.as_struct(found)
    else:
        output.lines(_told(found, wanted, programme))


def _told(found: Reckoned, wanted: Redeem, programme: OpenProgramme) -> Iterator[str]:
    from jifen.cli import output
    from jifen.enquiry.calculator import MOST_TIMES
    from jifen.intake.details import refusal_as_said
    from jifen.programme.amounts import say_points, show_money
    from jifen.programme.saying.operand_values import currency_named

    if found.times is None:
        why = told(refusal_as_said(found.refusal or "", None))
        yield say(f"not by {MOST_TIMES} times: {why}", f"{MOST_TIMES} 次也不行：{why}")
    elif found.taken is not None and found.at is not None:
        costs = say_points(
            currency_named(programme.programme, wanted.currency), found.taken, spoken()
        )
        if found.times == 0:
            yield say(f"it can be had now, for {costs}", f"现在就可兑换，需 {costs}")
        else:
            at = output.time_text(found.at, programme.zone)
            yield say(
                f"{found.times} times, and it can be had at {at}, for {costs}",
                f"再做 {found.times} 次，{at} 可兑换，需 {costs}",
            )
    if found.amount is not None:
        money = show_money(programme.programme, found.amount, spoken())
        yield say(f"today once with {money} does as well", f"今天一次满 {money}也够")
