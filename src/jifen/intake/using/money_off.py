"""Rewards that a member uses on an order: each takes money off what those before it left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

import msgspec

from jifen.engine.explaining.explain_values import line_holds
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Event
from jifen.intake.asking.order_bodies import lines_in
from jifen.intake.asking.tenders import RewardOnOrder
from jifen.intake.judging.case import Case, Told, Work
from jifen.intake.judging.payload import Lines, OffTaken
from jifen.ledger.redeeming import refusal_of_using, use
from jifen.ledger.refusals import Refusal, Refused
from jifen.programme.money_off import MoneyOff, Order


class Reduced(NamedTuple):
    """What rewards make of an order: what each took off it, and what it costs behind them."""

    offs: tuple[tuple[str, int], ...]
    order: Order


def reduced(
    event: Event, order: Order, offered: Callable[[str], MoneyOff | None]
) -> Reduced | Refused:
    """The order of an event less what its rewards take off, in the order named, or why one of them cannot be used on
    it. `offered`: what a reward takes off; None where it takes nothing."""
    offs: list[tuple[str, int]] = []
    for one in event.use:
        terms = offered(one.reward)
        if terms is None:
            return Refused(Refusal.NOT_ACCEPTED, "takes_nothing_off")
        chosen = _lines_meant(terms, one, event.lines, len(order.lines))
        cost = order.cost_of(chosen)
        if cost < terms.least:
            return Refused(
                Refusal.BELOW_MINIMUM, "order_below", {"cost": cost, "least": terms.least}
            )
        off = terms.of(cost)
        if not off:
            return Refused(Refusal.NOT_ACCEPTED, "nothing_to_take_off")
        order = order.less(off, chosen)
        offs.append((one.reward, off))
    return Reduced(tuple(offs), order)


def order_of(event: Event) -> Order:
    """What the order of an event costs before any reward."""
    prices = event.lines.get("amount") or [None] * lines_in(event.lines)
    return Order(cast(int, event.fields["amount"]), cast("tuple[int | None, ...]", tuple(prices)))


def _lines_meant(
    terms: MoneyOff, used: RewardOnOrder, lines: Lines, count: int
) -> Sequence[int] | None:
    """The lines of which a reward takes something off, by their indexes; None: of the whole bill."""
    if not terms.of_lines and not used.lines:
        return None
    return [
        line
        for line in used.lines or range(count)
        if line_holds(terms.lines, {name: column[line] for name, column in lines.items()})
    ]


def with_money_off(work: Work, case: Case, event: Event) -> Event | Refused:
    """The event with what it costs behind the rewards that are used on it, or why they cannot be; changes nothing."""
    if not event.use:
        return event
    if case.guest:
        return Refused(Refusal.GUEST)
    used = Counter(work.programme.currency_number(one.reward) for one in event.use)
    for number, count in used.items():
        if refused := refusal_of_using(case.book, number, count, work.now):
            return refused
    terms = work.batch.terms

    def offered(reward: str) -> MoneyOff | None:
        found = terms[work.programme.currency_number(reward)].reward
        return found.handed_out.off if found else None

    before = order_of(event)
    found = reduced(event, before, offered)
    if isinstance(found, Refused):
        return found
    pairs = zip(before.lines, found.order.lines, strict=True)
    by_line = [(had or 0) - (has or 0) for had, has in pairs]
    work.offs[event.id] = OffTaken(offs=found.offs, lines=by_line if any(by_line) else [])
    work.rewards_used[event.id] = used
    return without_off(event, work.offs[event.id])


def without_off(event: Event, off: OffTaken, sign: int = 1) -> Event:
    """The event at what it costs without what rewards take off; with it again for a `sign` of -1."""
    fields = {**event.fields, "amount": cast(int, event.fields["amount"]) - sign * off.money}
    lines = event.lines
    if off.lines:
        pairs = zip(cast("list[int]", lines["amount"]), off.lines, strict=True)
        lines = {
            **lines,
            "amount": [price if not borne else price - sign * borne for price, borne in pairs],
        }
    return msgspec.structs.replace(event, fields=fields, lines=lines)


def use_rewards(work: Work, case: Case, seq: int, event: Event) -> None:
    """Use the rewards that took money off an event, which were just found to be there."""
    for number, count in work.rewards_used[event.id].items() if event.use else ():
        use(case.book, seq, number, count, work.now)


def with_rewards_used(work: Work, event: Event, answer: Answer) -> Answer:
    """The answer to an event on which rewards were used: how many, what they took off, and what is left to pay."""
    if not event.use:
        return answer
    off, total = work.offs[event.id], cast(int, event.fields["amount"])
    return msgspec.structs.replace(
        answer, used=off.used, money_off=off.by_reward, total=total, to_pay=total
    )


def told_of_rewards_used(case: Case, event: Event) -> Told:
    """That rewards were used; nothing if none were, as on most events."""
    if not event.use:
        return []
    used = Counter(one.reward for one in event.use)
    about = {"member": case.external_id, "id": event.id}
    return [("reward.used", {**about, "points": {name: count}}) for name, count in used.items()]
