"""A spin of a lucky draw: it is free, takes a ticket, or redeems one first, and brings what the round's seed says."""

from __future__ import annotations

from collections import Counter
from typing import Any

from jifen.intake.answers import Answer, Spun
from jifen.intake.asking.commands import Spin
from jifen.intake.draws.free_spins import free_left
from jifen.intake.draws.tickets import ticket_for
from jifen.intake.gathering.sitting import Sitting
from jifen.intake.judging.answering import (
    balances,
    changes_since,
    journal_answer,
    points_of,
    refuse,
)
from jifen.intake.judging.case import Case, Work, local_day
from jifen.intake.using.ordering import STATES, place_order
from jifen.intake.using.redeeming import price_to_pay, redeem_at
from jifen.ledger.granting import give
from jifen.ledger.ordering import Order
from jifen.ledger.redeeming import refusal_of_using, use
from jifen.ledger.refusals import Refusal, Refused
from jifen.programme.draws import Draw, Gift, draw_called


def take_spin(sitting: Sitting, case: Case, asked: Spin) -> Answer:
    """Take a ticket and give what is drawn for it, or say why not. A retry is answered from the journal."""
    work = sitting.work
    if work.quoting:  # nobody looks before
        return refuse(work, case, asked, Refusal.NOT_ACCEPTED)
    wheel, document = work.wheels.get(asked.draw), work.programme.engine.plan_at(work.now).programme
    draw = draw_called(document.draws, asked.draw)
    if wheel is None or draw is None:
        return refuse(work, case, asked, Refusal.NO_ROUND_OPEN)
    spent = wheel.refusal_of_more(case.member_id, draw.most_spins)
    if spent:
        return refuse(work, case, asked, spent)
    if not wheel.pays:
        return refuse(work, case, asked, Refusal.OUT_OF_BUDGET)
    if case.book.frozen:
        return refuse(work, case, asked, Refusal.FROZEN)
    today = local_day(work.programme, work.now)
    spun_free = wheel.free_days.get(case.member_id, Counter())
    free = free_left(draw.free, spun_free, today, document.week_starts) > 0
    paid = {} if free else _redeemed_ticket(sitting, case, asked, draw)
    if isinstance(paid, Refused):
        return refuse(work, case, asked, paid)
    before, seq, book = points_of(case), case.member_seq + 1, case.book
    if not free:
        use(book, seq, work.programme.currency_number(draw.ticket), 1, work.now)
    made = wheel.spin(case.member_id, case.external_id, seq, today if free else 0)
    prize = wheel.prizes[made.given]
    order = _given(work, case, asked, prize.gift) if prize.gift else None
    spun = Spun(
        draw=asked.draw,
        round=wheel.round_no,
        spin=made.spin_no,
        ticket=None if free else draw.ticket,
        drawn=wheel.prizes[made.drawn].id,
        prize=prize.id,
        order=order.order_id if order else None,
    )
    answer = Answer(
        points=changes_since(work, before, case),
        balance=balances(work, case),
        paid=paid,
        spun=spun,
        order=STATES[order.state] if order else None,
    )
    told: dict[str, Any] = {
        "member": case.external_id,
        "id": asked.id,
        "draw": asked.draw,
        "round": wheel.round_no,
        "spin": made.spin_no,
        "drawn": spun.drawn,
        "prize": prize.id,
        "free": free,
    }
    if order:
        told["order"] = order.order_id
    return journal_answer(work, case, asked, answer, [("draw.spun", told)])


def _given(work: Work, case: Case, asked: Spin, gift: Gift) -> Order | None:
    """Give what a spin brought; the order that it places, where that is sent or picked up."""
    number = work.programme.currency_number(gift.currency)
    give(case.book, case.member_seq + 1, number, gift.count, work.now)
    return place_order(work, case, asked.order_id, gift.currency, gift.count)


def _redeemed_ticket(
    sitting: Sitting, case: Case, asked: Spin, draw: Draw
) -> Refused | dict[str, int]:
    """Redeem a ticket for who holds none: what that cost, nothing where one is held; or why there is none.

    It is a redemption of its own in the journal, so that price, limits and stock are those of all redemptions. Who owes
    tickets would settle that with it and still hold none.
    """
    work, number = sitting.work, sitting.work.programme.currency_number(draw.ticket)
    unheld = refusal_of_using(case.book, number, 1, work.now)
    if unheld is None:
        return {}
    document = work.programme.engine.plan_at(work.now).programme
    owing, bought = case.book.balances.get(number), ticket_for(document, asked)
    if unheld.refusal is not Refusal.NOT_HELD or bought is None or (owing and owing.debt):
        return unheld
    if asked.ticket_key in sitting.known or asked.ticket_key in sitting.first_of_key:
        return Refused(Refusal.CONFLICT)
    price = price_to_pay(work, case, bought)
    if isinstance(price, Refused):
        return price
    answer = redeem_at(work, case, bought, price)
    sitting.first_of_key[asked.ticket_key] = bought, answer
    return {bought.currency: price.points}
