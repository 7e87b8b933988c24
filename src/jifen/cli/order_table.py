"""Orders as a table: of everybody, or on a member's page."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.cli import output
from jifen.cli.happened import ORDERS
from jifen.cli.language import say, told
from jifen.cli.tables import Column, table
from jifen.enquiry.orders import OrderView
from jifen.programme.model import Programme


def order_table(
    orders: Sequence[OrderView], programme: Programme, *, of_one: bool = False
) -> list[str]:
    """A line for each order; without the member where all are `of_one`."""
    columns = (
        Column(say("order", "订单")),
        Column(say("member", "会员")),
        Column(say("reward", "礼品")),
        Column(say("quantity", "数量"), "right"),
        Column(say("state", "状态")),
        Column(say("placed", "下单时间")),
        Column(say("until", "期限")),
    )
    rows = [
        (
            order.id,
            order.member,
            reward_named(order, programme),
            quantity_said(order),
            state_said(order.state),
            f"{order.placed_at:%Y-%m-%d %H:%M}",
            "" if order.due_at is None else f"{order.due_at:%Y-%m-%d %H:%M}",
        )
        for order in orders
    ]
    if of_one:
        return table((columns[0], *columns[2:]), [(row[0], *row[2:]) for row in rows])
    return table(columns, rows)


def reward_named(order: OrderView, programme: Programme) -> str:
    """The name of what was ordered; its id where today's document has it no longer."""
    names = {one.id: output.named(one.name) for one in programme.rewards}
    return names.get(order.reward, order.reward)


def quantity_said(order: OrderView) -> str:
    """How many were ordered, and how many of them are left where some are not."""
    if order.left == order.quantity:
        return f"{order.quantity:,}"
    return f"{order.left:,}/{order.quantity:,}"


def state_said(state: str) -> str:
    """The state of an order in words."""
    return told(ORDERS[state])
