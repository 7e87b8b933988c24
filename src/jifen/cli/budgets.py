"""`jifen programme budgets`: what campaigns have given, and when they closed."""

from __future__ import annotations

import click

from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option


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
    from jifen.cli.tables import Column, table
    from jifen.enquiry.budgets import BudgetView, budgets
    from jifen.programme.amounts import show_money, show_number

    with opened(slug) as (connection, programme):
        found = budgets(connection, programme)
    scales = {
        currency.id: currency.scale
        for plan in programme.engine.plans.values()
        for currency in plan.programme.currencies
    }
    shown = [
        {
            **msgspec.to_builtins(one),
            "closed_at": None
            if one.closed_at is None
            else output.time_text(one.closed_at, programme.zone),
        }
        for one in found
    ]
    if as_json:
        output.as_json(shown)
        return

    def allowed(one: BudgetView) -> str:
        points = show_number(one.budget, scales[one.currency])
        if one.money is None:
            return points
        return f"{points} ({show_money(programme.programme, one.money)})"

    if not found:
        click.echo(say("no rule has a budget", "没有设预算的规则"))
        return
    columns = [
        Column(say("rule", "规则")),
        Column(say("of", "积分种类")),
        Column(say("budget", "预算"), "right"),
        Column(say("given", "已发"), "right"),
        Column(say("left", "剩余"), "right"),
        Column(say("closed", "用完时间")),
        Column(say("with", "用完于")),
    ]
    rows = [
        [
            one.rule,
            one.currency,
            allowed(one),
            *(show_number(n, scales[one.currency]) for n in (one.given, one.left)),
            row["closed_at"] or say("open", "进行中"),
            f"{one.member} {one.event}" if one.member else "",
        ]
        for one, row in zip(found, shown, strict=True)
    ]
    output.lines(table(columns, rows))
