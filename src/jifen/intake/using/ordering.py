"""Orders: placed by a redemption or a spin, and taken step by step until the member has the reward or its points are
back."""

from __future__ import annotations

from typing import Any, Final

from jifen.instants import moment_of
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, TakeBack
from jifen.intake.asking.order_commands import Approve, Close, OrderStep, PickUp, Reschedule, Ship
from jifen.intake.judging.answering import (
    balances,
    changes_since,
    journal_answer,
    points_of,
    refuse,
)
from jifen.intake.judging.case import Case, Told, Work
from jifen.intake.judging.history import Sql
from jifen.ledger.book import Book
from jifen.ledger.exchanging import Made
from jifen.ledger.ordering import Order, OrderState, placed, ready_at
from jifen.ledger.records import REDEEMED, Lot
from jifen.ledger.refusals import Refusal
from jifen.ledger.taking import take_in_order
from jifen.ledger.uniting import descendants, load_heirs_above

STATES: Final = {state: state.name.lower() for state in OrderState}
_TOLD: Final = {
    OrderState.APPROVED: "reward.approved",
    OrderState.SHIPPED: "reward.shipped",
    OrderState.CLOSED: "reward.fulfilled",
    OrderState.PICKED_UP: "reward.fulfilled",
}


def place_order(work: Work, case: Case, order_id: str, reward: str, quantity: int) -> Order | None:
    """The order that a redemption, or a spin, places, if its reward is fulfilled by one."""
    number = work.programme.currency_number(reward)
    offered = work.batch.terms[number].reward
    if offered is None or offered.handed_out.fulfil is None:
        return None
    order = placed(
        order_id,
        case.member_id,
        case.member_seq + 1,
        number,
        quantity,
        offered.handed_out.fulfil,
        ready_at(offered.handed_out, work.programme.zone),
        work.now,
    )
    work.orders.of[order.order_id] = order
    work.orders.placed.append(order)
    return order


def take_step(work: Work, sql: Sql, case: Case, elders: list[Case], asked: OrderStep) -> Answer:
    """Take an order a step further, or say why not. `elders`: who redeemed, if since merged, and those between."""
    order = work.orders.of.get(asked.of)
    if order is None:
        return refuse(work, case, asked, Refusal.UNKNOWN_ORDER)
    if order.member_id != (elders[0] if elders else case).member_id:
        return refuse(work, case, asked, Refusal.WRONG_MEMBER)
    if isinstance(asked, PickUp) and case.book.frozen:
        return refuse(work, case, asked, Refusal.FROZEN)
    refusal = _taken(order, asked, work.now)
    if refusal:
        return refuse(work, case, asked, refusal)
    before, seq = points_of(case), case.member_seq + 1
    if not order.under_way:
        made = work.exchanges[asked.placing_key]
        _hand_out(case.book, seq, _lots_of(sql, case, elders, made), order, work.now)
    work.orders.step(order, case.member_id, seq)
    answer = Answer(
        points=changes_since(work, before, case),
        balance=balances(work, case),
        order=STATES[order.state],
    )
    name = "reward.rescheduled" if isinstance(asked, Reschedule) else _TOLD[order.state]
    told = told_of_order(work, case, order, name, asked)
    return journal_answer(work, case, asked, answer, [told])


def _taken(order: Order, asked: OrderStep, now: int) -> Refusal | None:
    """Take the step of the order itself; why it cannot be."""
    match asked:
        case Approve():
            return order.approve(now)
        case Reschedule(ready=ready):
            return order.reschedule(ready, now)
        case Ship():
            return order.ship(now)
        case Close():
            return order.close(now)
        case _:
            return order.pick_up(now)


def _lots_of(sql: Sql, case: Case, elders: list[Case], made: Made) -> list[Lot]:
    """Where the rewards of an order lie: in the lot that came of it or, where who redeemed was merged, in those of the
    survivor that came of that."""
    if not elders:
        return list(made.lots)
    heirs = load_heirs_above(sql, [one.book for one in (*elders, case)])
    return [heir.moved.child for heir in descendants(heirs, made.lots) if heir.left]


def _hand_out(book: Book, seq: int, lots: list[Lot], order: Order, now: int) -> None:
    posting = book.post(seq, order.reward, REDEEMED, -order.left, now, now)
    take_in_order(book, seq, posting, REDEEMED, lots, order.left, now)


def refusal_of_undoing(work: Work, asked: Cancel) -> Refusal | None:
    """Why a redemption cannot be cancelled, or have come back, by what has become of its order."""
    order = work.orders.of.get(asked.of)
    if order is None:
        return None
    back = isinstance(asked, TakeBack)
    return order.refusal_of_taking_back() if back else order.refusal_of_cancelling()


def undone(
    work: Work, case: Case, asked: Cancel, quantity: int, survivor: Case | None = None
) -> tuple[str | None, Told]:
    """Lessen the order of a redemption of which so many rewards went again: its state, and what others are told of it.
    `survivor`: who acts for the case, where that is another."""
    order = work.orders.of.get(asked.of)
    if order is None:
        return None, []
    name = "reward.returned" if order.state == OrderState.SHIPPED else "reward.cancelled"
    order.lessen(quantity, work.now)
    work.orders.step(order, case.member_id, case.member_seq + 1)
    told = told_of_order(work, survivor or case, order, name, asked, quantity)
    return STATES[order.state], [told]


def told_of_order(
    work: Work,
    case: Case,
    order: Order,
    name: str,
    asked: OrderStep | Cancel,
    quantity: int | None = None,
) -> tuple[str, dict[str, Any]]:
    """What others are told of a step: the order, and of how many of which reward."""
    payload: dict[str, Any] = {
        "member": case.external_id,
        "id": asked.id,
        "order": order.order_id,
        "reward": work.programme.engine.currencies[order.reward],
        "quantity": order.left if quantity is None else quantity,
    }
    if isinstance(asked, Reschedule):
        payload["ready_at"] = moment_of(asked.ready, work.programme.zone).isoformat()
    if isinstance(asked, Ship):
        payload |= {"carrier": asked.carrier, "tracking": asked.tracking}
    return name, payload
