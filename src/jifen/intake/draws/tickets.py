"""The ticket of a spin, which is redeemed with it where its member holds none."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.intake.asking.commands import Command, Redeem, Spin
from jifen.intake.versions.opening import OpenProgramme


def ticket_for(programme: OpenProgramme, asked: Spin) -> Redeem | None:
    """The redemption of a ticket for a spin; None where points and the draw alone do not say what to redeem."""
    document = programme.programme
    tickets = {one.ticket for one in document.draws if one.id == asked.draw}
    for ticket in document.rewards:
        if ticket.id not in tickets or ticket.reward is None:
            continue
        cost = ticket.reward.cost
        if cost.prices and not cost.fields:
            currency = cost.prices[0].currency
            return Redeem(
                id=asked.ticket_id, member=asked.member, reward=ticket.id, currency=currency
            )
    return None


def with_tickets(programme: OpenProgramme, commands: Sequence[Command]) -> list[Command]:
    """Commands, and the redemptions that may come with them."""
    spins = (ticket_for(programme, one) for one in commands if isinstance(one, Spin))
    return [*commands, *(one for one in spins if one is not None)]
