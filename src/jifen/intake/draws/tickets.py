"""The ticket of a spin, which is redeemed with it where its member holds none."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.intake.asking.commands import Command, Redeem, Spin
from jifen.programme.draws import draw_called
from jifen.programme.model import Programme


def ticket_for(document: Programme, asked: Spin) -> Redeem | None:
    """The redemption of a ticket for a spin, by the first price that asks for no money; None where points and the draw
    alone do not say what to redeem."""
    draw = draw_called(document.draws, asked.draw)
    tickets = (one for one in document.rewards if draw and one.id == draw.ticket)
    cost = next((one.reward.cost for one in tickets if one.reward), None)
    if draw is None or cost is None or not cost.prices or cost.fields:
        return None
    price = next((one for one in cost.prices if not one.money), cost.prices[0])
    return Redeem(
        id=asked.ticket_id, member=asked.member, reward=draw.ticket, currency=price.currency
    )


def with_tickets(document: Programme, commands: Sequence[Command]) -> list[Command]:
    """Commands, and the redemptions that may come with them."""
    spins = (ticket_for(document, one) for one in commands if isinstance(one, Spin))
    return [*commands, *(one for one in spins if one is not None)]
