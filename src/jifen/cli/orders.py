"""`jifen order`: what is to be sent or handed out. Here `list` and `show`; where an order is sent, files for suppliers
and the steps are beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.order_addresses import address, send_to, unknown
from jifen.cli.order_files import export, import_
from jifen.cli.order_steps import STEPS
from jifen.cli.usage import SpokenGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jifen.enquiry.orders import OrderView, StepView

STATUSES = (
    "placed",
    "approved",
    "shipped",
    "closed",
    "picked_up",
    "cancelled",
    "returned",
    "timed_out",
)


@click.group(
    "order",
    cls=SpokenGroup,
    help=say("Rewards that are sent or picked up.", "须寄送或自提的礼品订单。"),
    no_args_is_help=True,
)
@common
def command() -> None:
    """Orders of one programme."""


for other in (address, send_to, export, import_, *STEPS):
    command.add_command(other)


@command.command("list", help=say("Orders, oldest first.", "订单列表，最早的在前。"))
@click.option(
    "--status",
    type=click.Choice(STATUSES),
    help=say("Only those in this state.", "只列此状态的订单。"),
)
@click.option("--member", metavar="MEMBER", help=say("Only a member's.", "只列此会员的订单。"))
@click.option(
    "--after", metavar="ORDER", default="", help=say("Those behind this one.", "列此订单之后的。")
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help=say("At most so many.", "最多列多少。"),
)
@programme_option
@json_option
@common
def list_(
    status: str | None,
    member: str | None,
    after: str,
    limit: int,
    slug: str | None,
    as_json: bool,
) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.order_table import order_table
    from jifen.enquiry.orders import orders_page

    with opened(slug) as (connection, programme):
        found = orders_page(
            connection,
            programme,
            states=STATUSES if status is None else (status,),
            member=member,
            behind=after,
            most=limit + 1,
        )
    orders = found[:limit]
    if as_json:
        output.as_json([_for_machines(order) for order in orders])
    elif orders:
        output.lines(order_table(orders, programme.programme))
    else:
        click.echo(say("no orders", "没有订单"))
    if len(found) > limit:
        behind = orders[-1].id
        click.echo(say(f"more behind --after {behind}", f"还有更多：--after {behind}"), err=True)


@command.command(
    "show", help=say("An order, and what was done about it.", "一个订单，以及对它做过什么。")
)
@click.argument("order")
@programme_option
@json_option
@common
def show(order: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.order_table import quantity_said, reward_named, state_said
    from jifen.enquiry.orders import history_of, order_found

    with opened(slug) as (connection, programme):
        found = order_found(connection, programme, order)
        steps = [] if found is None else history_of(connection, programme, order)
    if found is None:
        raise unknown(order)
    if as_json:
        output.as_json({**_for_machines(found), "history": [_step_plain(one) for one in steps]})
        return
    head = f"{found.id}  {found.member}  {quantity_said(found)} × {reward_named(found, programme.programme)}  "
    output.lines(
        [head + state_said(found.state), *_awaited(found), *_addressed(found), "", *_history(steps)]
    )


def _awaited(order: OrderView) -> list[str]:
    if order.ready_at is None or order.closed_at is not None:
        return []
    at = f"{order.ready_at:%Y-%m-%d %H:%M}"
    return [say(f"is handed out from {at} on", f"{at} 起交付")]


def _addressed(order: OrderView) -> list[str]:
    if order.fulfilled_by != "shipping" or order.addressed or order.closed_at is not None:
        return []
    return [say("nobody has said yet where to send it", "尚未填写收件地址")]


def _history(steps: Sequence[StepView]) -> list[str]:
    from jifen.cli.order_table import state_said
    from jifen.cli.tables import Column, table

    columns = (
        Column(say("when", "时间")),
        Column(say("state", "状态")),
        Column(say("by", "操作人")),
        Column(say("said", "说明")),
    )
    rows = [
        (f"{one.at:%Y-%m-%d %H:%M}", state_said(one.state), one.actor, _said(one)) for one in steps
    ]
    return table(columns, rows)


def _said(step: StepView) -> str:
    said = step.said
    there = step.ready_at and f"{step.ready_at:%Y-%m-%d %H:%M}"
    ready = say(f"there from {there} on", f"{there} 到货") if there else ""
    parts = [said.carrier, said.tracking, said.shop, ready, said.reason]
    return say(", ", "，").join(part for part in parts if part)


def _for_machines(order: OrderView) -> dict[str, object]:
    times = {
        name: getattr(order, name) for name in ("placed_at", "ready_at", "due_at", "closed_at")
    }
    written = {name: None if at is None else at.isoformat() for name, at in times.items()}
    return {**order._asdict(), **written}


def _step_plain(step: StepView) -> dict[str, object]:
    import msgspec

    said = msgspec.structs.asdict(step.said)
    return {
        **{name: getattr(step, name) for name in ("asked", "actor", "state")},
        "at": step.at.isoformat(),
        **{name: value for name, value in said.items() if value not in ("", None)},
    }
