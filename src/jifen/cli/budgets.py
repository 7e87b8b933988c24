"""`jifen programme budgets`: what campaigns have given, and when they closed."""

from __future__ import annotations

import click

from jifen.cli.language import say, spoken
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
    from jifen.programme.amounts import show_money

    with opened(slug) as (connection, programme):
        found = budgets(connection, programme)
    versions = [plan.programme for _, plan in sorted(programme.engine.plans.items())]
    currencies = {one.id: one for version in versions for one in version.currencies}
    rules = {rule.id: rule for version in versions for rule in version.rules}
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

    def amount(one: BudgetView, points: int) -> str:
        return output.amount(points, currencies[one.currency].scale)

    def allowed(one: BudgetView) -> str:
        points = amount(one, one.budget)
        if one.money is None:
            return points
        money = show_money(programme.programme, one.money, spoken())
        return say(f"{points} ({money})", f"{points}（{money}）")

    def named(one: BudgetView) -> str:
        name = rules[one.rule].name
        return output.named(name) if name else one.rule

    if not found:
        click.echo(say("no rule has a budget", "没有设预算的规则"))
        return
    columns = [
        Column(say("rule", "规则")),
        Column(say("currency", "积分种类")),
        Column(say("budget", "预算"), "right"),
        Column(say("given", "已发"), "right"),
        Column(say("left", "剩余"), "right"),
        Column(say("closed", "用完时间")),
        Column(say("with", "用完于")),
    ]
    rows = [
        [
            named(one),
            output.named(currencies[one.currency].name),
            allowed(one),
            amount(one, one.given),
            amount(one, one.left),
            row["closed_at"] or say("open", "进行中"),
            f"{one.member} {one.event}" if one.member else "",
        ]
        for one, row in zip(found, shown, strict=True)
    ]
    output.lines(table(columns, rows))
