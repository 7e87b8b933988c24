"""`jifen member catalogue` and `jifen programme prices`: what is shown to a member, and what a reward has cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from jifen.cli.language import say, spoken
from jifen.cli.options import common, json_option, programme_option

if TYPE_CHECKING:
    from jifen.enquiry.catalogue import CataloguePage
    from jifen.enquiry.offers import Offer, PriceView
    from jifen.enquiry.price_history import PriceHistory
    from jifen.intake.versions.opening import OpenProgramme

MOST_OFFERS = 1000


@click.command(
    "catalogue",
    help=say(
        "The rewards that a member is shown, at their price.",
        "向会员展示的礼品，以及各要多少积分。",
    ),
)
@click.argument("member")
@click.option("--find", default="", help=say("Only with these words.", "只列含有这些字的。"))
@click.option(
    "--affordable",
    is_flag=True,
    help=say("Only what can be had now.", "只列现在能兑换的。"),
)
@click.option(
    "--popular",
    is_flag=True,
    help=say(
        "First what most members of the same tier have chosen lately.",
        "最近同等级会员兑换得多的在前。",
    ),
)
@programme_option
@json_option
@common
def catalogue(
    member: str, find: str, affordable: bool, popular: bool, slug: str | None, as_json: bool
) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.enquiry.catalogue import Wanted, catalogue_page
    from jifen.intake.versions.opening import now_of

    wanted = Wanted(
        find=find,
        state="affordable" if affordable else None,
        sort="popular" if popular else "affordable",
    )
    with opened(slug) as (connection, programme):
        now = now_of(programme)
        page = catalogue_page(
            connection, programme, member, wanted, behind=None, most=MOST_OFFERS, now=now
        )
    if as_json:
        output.as_struct(page)
    elif page.offers:
        output.lines(_table(page, programme))
    else:
        click.echo(say("nothing is shown", "没有可展示的礼品"))


def _table(page: CataloguePage, programme: OpenProgramme) -> list[str]:
    from jifen.cli.tables import Column, table

    columns = (
        Column(say("reward", "礼品")),
        Column(say("price", "价格"), "right"),
        Column(say("state", "状态")),
        Column(say("left", "还可兑换"), "right"),
    )
    rows = [
        (
            _name(offer),
            say(" or ", " 或 ").join(_price(price, programme) for price in offer.prices),
            state_said(offer, programme),
            "" if offer.left is None else str(offer.left),
        )
        for offer in page.offers
    ]
    return table(columns, rows)


def _name(offer: Offer) -> str:
    """What it is called, and of a set what it consists of."""
    from jifen.cli import output

    name = output.named(offer.name)
    parts = [output.named(part.name) for part in offer.parts]
    return say(f"{name} ({', '.join(parts)})", f"{name}（{'、'.join(parts)}）") if parts else name


def _price(price: PriceView, programme: OpenProgramme) -> str:
    from jifen.programme.saying.price_words import with_money

    cost = _points(price.points, price.currency, programme)
    points = with_money(programme.programme, cost, price.money, spoken())
    said = say(f"from {points}", f"{points}起") if price.from_ else points
    for step in price.several:
        each = _points(step.points, price.currency, programme)
        said += say(f", from {step.least} on {each} each", f"，{step.least} 份起每份 {each}")
    return said


def state_said(offer: Offer, programme: OpenProgramme) -> str:
    """Whether it can be had, or what is in the way."""
    from jifen.cli import output

    if offer.state == "short":
        nearest = min(offer.prices, key=lambda price: price.missing / 10**price.scale)
        points = _points(nearest.missing, nearest.currency, programme)
        return say(f"{points} missing", f"还差 {points}")
    if offer.opens_at is not None:
        opens = output.time_text(offer.opens_at, programme.zone)
        return say(f"opens {opens}", f"{opens} 开放")
    if offer.state == "affordable" and offer.ready_at is not None:
        ready = output.time_text(offer.ready_at, programme.zone)
        return say(f"can be ordered, there from {ready} on", f"可预订，{ready} 起有货")
    words = {
        "out_of_stock": say("out of stock", "已兑完"),
        "affordable": say("can be had", "可兑换"),
        "limit_reached": say("limit reached", "已达上限"),
        "all_taken": say("none left for anybody just now", "全体名额已兑完"),
        "not_entitled": say("not for this member", "不符合条件"),
    }
    return words[offer.state]


def _points(points: int, currency: str, programme: OpenProgramme) -> str:
    from jifen.programme.amounts import say_points
    from jifen.programme.saying.operand_values import currency_named

    return say_points(currency_named(programme.programme, currency), points, spoken())


@click.command(
    "prices",
    help=say(
        "What a reward has cost since when, and is to cost.",
        "礼品的价格历史，以及已公布的日后价格。",
    ),
)
@click.argument("reward")
@programme_option
@json_option
@common
def prices(reward: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.enquiry.price_history import UnknownReward, price_history

    with opened(slug) as (connection, programme):
        try:
            found = price_history(connection, programme, reward)
        except UnknownReward:
            raise CommandProblem(
                say(f"there is no reward '{reward}'", f"没有礼品“{reward}”")
            ) from None
    if as_json:
        output.as_struct(found)
    else:
        output.lines(_history(found, programme))


def _history(found: PriceHistory, programme: OpenProgramme) -> Iterator[str]:
    from jifen.cli import output

    for span in found.spans:
        since = (
            output.time_text(span.since, programme.zone)
            if span.since
            else say("the beginning", "最初")
        )
        said = [price.said.zh if spoken() == "zh" else price.said.en for price in span.prices]
        cost = say(" or ", " 或 ").join(said) or say("not to be had", "不能兑换")
        yield say(f"from {since}: {cost}", f"{since} 起：{cost}")
    if not found.spans:
        yield say("it has never had a price", "从未有过价格")
    if found.raise_notice_days:
        days = found.raise_notice_days
        yield say(f"a raise takes {days} full days of notice", f"涨价须提前 {days} 天公布")
