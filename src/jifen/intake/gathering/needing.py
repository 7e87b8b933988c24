"""Which lots the commands of a batch need: no more than they may take from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    Capture,
    Command,
    Confirm,
    Event,
    Exchange,
    Hold,
    Redeem,
    Return,
    Revive,
    Spend,
    Spin,
    Transfer,
    UseReward,
    Void,
)
from jifen.intake.asking.member_commands import (
    Freeze,
    Group,
    Merge,
    Opening,
    Refer,
    SetFact,
    TellCode,
    TellWish,
    Unmerge,
)
from jifen.intake.asking.order_commands import OrderStep
from jifen.intake.draws.tickets import ticket_for
from jifen.intake.relations.households import NOBODY, Mates
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.needs import ALL_LOTS, ONLY_HELD, Need
from jifen.programme.draws import draw_called
from jifen.programme.prices import MOST_POINTS, possible_prices


def needs_of(
    programme: OpenProgramme, commands: Sequence[Command], mates: Mapping[str, Mates], now: int
) -> dict[str, Need]:
    """What is needed of the members' lots to append these commands; what looks back at earlier ones appends nothing,
    and has its lots read where it is decided.

    Amounts of one member add up: what one command takes is not there for the next.
    """
    needs: dict[str, Need] = {}
    for command in commands:
        found = _need_of(programme, command, now)
        for member in (command.member, *mates.get(command.member, NOBODY).others):
            if found is not None:
                needs[member] = _both(needs.get(member, ONLY_HELD), found)
    return needs


def needs_of_past(programme: OpenProgramme, members: Iterable[str]) -> dict[str, Need]:
    """What is needed of members whose past may change, before it is known how: what is reversed is read then. Where
    activity lets points live longer, any lot may end sooner when an event goes."""
    return dict.fromkeys(members, ALL_LOTS if programme.extensions else ONLY_HELD)


def _need_of(programme: OpenProgramme, command: Command, now: int) -> Need | None:
    match command:
        case Event() if command.pay or command.use:
            return _to_settle(programme, command)
        case Event():
            return ALL_LOTS if programme.tells_sooner else None
        case (
            Return()
            | Cancel()
            | OrderStep()
            | Confirm()
            | Revive()
            | Freeze()
            | SetFact()
            | Opening()
            | Group()
            | Refer()
            | Merge()
            | Unmerge()
            | TellWish()
            | TellCode()
        ):
            return None
        case Capture() | Void():
            return ONLY_HELD
        case Spend(currency=currency, points=points, up_to=most):
            return _used(programme, currency, points or most or 0)
        case Redeem():
            return _to_redeem(programme, command)
        case UseReward(reward=reward, quantity=quantity):
            return Need({programme.currency_number(reward): max(0, quantity)})
        case Spin():
            return _to_spin(programme, command, now)
        case Hold(currency=currency, points=points):
            return _used(programme, currency, points)
        case (
            Transfer(currency=currency, points=points, up_to=most)
            | Exchange(currency=currency, amount=points, up_to=most)
        ):
            return _used(programme, currency, points or most or 0)
        case Adjust(currency=currency, points=points):
            return Need({programme.currency_number(currency): -points}) if points < 0 else None


def _to_settle(programme: OpenProgramme, event: Event) -> Need:
    """What the rewards that are used on an event need, and the points that pay for it."""
    rewards = Need(Counter(programme.currency_number(one.reward) for one in event.use))
    if event.pay is None or event.pay.hold is not None:
        return ALL_LOTS if programme.tells_sooner else rewards
    asked = event.pay.points or event.pay.up_to
    return (
        ALL_LOTS if asked is None else _both(rewards, _used(programme, event.pay.currency, asked))
    )


def _used(programme: OpenProgramme, currency: str, points: int) -> Need:
    """What a use of so many points needs, with whatever it may cost besides."""
    number = programme.currency_number(currency)
    fees = (way.fee for terms in programme.terms.values() for way in terms[number].ways)
    return Need({number: max(0, points) + max(fees)})


def _to_redeem(programme: OpenProgramme, asked: Redeem) -> Need | None:
    """The most that so many of a reward cost by any version; nothing where none has a price."""
    number = programme.currency_number(asked.reward)
    offers = [terms[number].reward for terms in programme.terms.values()]
    prices = [
        points
        for offer in offers
        if offer
        for price in offer.cost.prices_in(asked.currency)
        for points in possible_prices(price.points, asked.fields)
    ]
    if not prices:
        return None
    points = min(MOST_POINTS, max(prices) * max(0, asked.quantity))
    points = max(points, *(offer.cost.balance_in(asked.currency) for offer in offers if offer))
    return Need({programme.currency_number(asked.currency): points})


def _to_spin(programme: OpenProgramme, asked: Spin, now: int) -> Need:
    """A ticket, or the points for one."""
    document = programme.engine.plan_at(now).programme
    draw = draw_called(document.draws, asked.draw)
    held = Need({programme.currency_number(draw.ticket): 1} if draw else {})
    bought = ticket_for(document, asked)
    points = bought and _to_redeem(programme, bought)
    return _both(held, points) if points else held


def united(one: Mapping[str, Need], other: Mapping[str, Need]) -> dict[str, Need]:
    """What is needed for two things."""
    return {
        member: _both(one.get(member, ONLY_HELD), other.get(member, ONLY_HELD))
        for member in {**one, **other}
    }


def _both(one: Need, other: Need) -> Need:
    points = {
        number: one.points.get(number, 0) + other.points.get(number, 0)
        for number in {*one.points, *other.points}
    }
    return Need(points, one.all or other.all)
