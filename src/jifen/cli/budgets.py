"""`jifen programme budgets`: what campaigns have given, and when they closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from jifen.cli.language import say, spoken
from jifen.cli.options import common, json_option, programme_option

if TYPE_CHECKING:
    from jifen.enquiry.budgets import BudgetView
    from jifen.intake.versions.opening import OpenProgramme
    from jifen.programme.model import Currency, Programme


@click.command(
    "budgets",
    help=say(
        "What campaigns with a budget have given, and when they closed.",
        "有预算的活动已发出多少，何时用完。",
    ),
)
@programme_option
@json_option
@common
def command(slug: str | None, as_json: bool) -> None:
    import msgspec

    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.enquiry.budgets import budgets

    with opened(slug) as (connection, programme):
        found = budgets(connection, programme)
    closed = [
        None if one.closed_at is None else output.time_text(one.closed_at, programme.zone)
        for one in found
    ]
    if as_json:
        output.as_json(
            [
                {**msgspec.to_builtins(one), "closed_at": at}
                for one, at in zip(found, closed, strict=True)
            ]
        )
    elif found:
        output.lines(_table(found, closed, programme))
    else:
        click.echo(say("no rule has a budget", "没有设预算的规则"))


def _table(
    found: Sequence[BudgetView], closed: Sequence[str | None], programme: OpenProgramme
) -> list[str]:
    """A line a budget, under the names of today's rules and of those that were published before."""
    from jifen.cli import output
    from jifen.cli.tables import Column, table

    versions = [plan.programme for _, plan in sorted(programme.engine.plans.items())]
    currencies = {one.id: one for version in versions for one in version.currencies}
    rules = {rule.id: rule for version in versions for rule in version.rules}
    columns = [
        Column(say("rule", "规则")),
        Column(say("currency", "积分种类")),
        Column(say("budget", "预算"), "right"),
        Column(say("given", "已发"), "right"),
        Column(say("left", "剩余"), "right"),
        Column(say("closed", "用完时间")),
        Column(say("with", "用完于")),
    ]
    rows = []
    for one, at in zip(found, closed, strict=True):
        currency, name = currencies[one.currency], rules[one.rule].name
        rows.append(
            [
                output.named(name) if name else one.rule,
                output.named(currency.name),
                _allowed(one, currency, programme.programme),
                output.amount(one.given, currency.scale),
                output.amount(one.left, currency.scale),
                at or say("open", "进行中"),
                f"{one.member} {one.event}" if one.member else "",
            ]
        )
    return table(columns, rows)


def _allowed(one: BudgetView, currency: Currency, programme: Programme) -> str:
    """The budget in points, and behind them the money that was written."""
    from jifen.cli import output
    from jifen.programme.amounts import show_money

    points = output.amount(one.budget, currency.scale)
    if one.money is None:
        return points
    money = show_money(programme, one.money, spoken())
    return say(f"{points} ({money})", f"{points}（{money}）")
