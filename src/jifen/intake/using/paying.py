"""A purchase and what is paid of it with points, in one command; and the points that come back with a return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Event
from jifen.intake.asking.pay_bodies import FIELD
from jifen.intake.asking.tenders import Pay
from jifen.intake.judging.answering import by_name
from jifen.intake.judging.case import Case, Told, Work
from jifen.intake.judging.past_event import PastEvent, points_returned, reward_returned
from jifen.intake.judging.payload import Payload
from jifen.ledger.cancelling import give_back
from jifen.ledger.paying import Payment, pay, payment_from_hold, payment_of, worth_of
from jifen.ledger.refusals import Refusal, Refused


def paid_with_points(work: Work, case: Case, event: Event) -> Event | Refused:
    """The event with what of its bill is paid with points, or why it cannot be paid so; changes nothing. What is
    expected to be left is compared, and never used."""
    asked = event.pay
    if asked is None:
        return event
    if case.guest:
        return Refused(Refusal.GUEST)
    payment = payment_asked(work, case, event, asked)
    if asked.to_pay is not None and (differs := _unlike_stated(work, case, event, asked, payment)):
        return differs
    if isinstance(payment, Refused):
        return payment
    work.payments[event.id] = payment
    fields = {**event.fields, FIELD: payment.worth} if payment.worth else event.fields
    return msgspec.structs.replace(event, fields=fields)


def payment_asked(work: Work, case: Case, event: Event, asked: Pay) -> Refused | Payment:
    """What of the bill would be paid as was asked."""
    number = work.programme.currency_number(asked.currency)
    bill, scale = _bill(event), work.programme.programme.money_scale
    if asked.hold is not None:
        hold, points = asked.hold, asked.points
        return payment_from_hold(case.book, number, hold, points, bill, scale, work.now)
    return payment_of(case.book, number, asked.points, asked.up_to, bill, scale, work.now)


def _unlike_stated(
    work: Work, case: Case, event: Event, asked: Pay, payment: Payment | Refused
) -> Refused | None:
    """That something else is left to pay than was stated; None where as much is, or where nothing can be paid so for
    another reason than that the points are too few."""
    assert asked.to_pay is not None
    if isinstance(payment, Payment):
        worth = payment.worth
    elif payment.refusal is Refusal.INSUFFICIENT_POINTS and asked.points is not None:
        money_scale = work.programme.programme.money_scale
        number = work.programme.currency_number(asked.currency)
        worth = worth_of(case.book, number, asked.points, money_scale)
    else:
        return None
    to_pay = _bill(event) - worth
    if asked.to_pay == to_pay:
        return None
    figures = {"to_pay": to_pay, "stated": asked.to_pay}
    return Refused(Refusal.PRICE_DIFFERS, "to_pay", figures)


def take_payment(work: Work, case: Case, seq: int, event: Event) -> None:
    """Use the points with which an event is paid."""
    if event.pay is not None:
        pay(case.book, seq, work.payments[event.id], work.now)


def with_payment(work: Work, event: Event, answer: Answer) -> Answer:
    """The answer to an event that was paid with points: how many, and what is left to pay."""
    if event.pay is None:
        return answer
    payment, currency = work.payments[event.id], event.pay.currency
    return msgspec.structs.replace(
        answer,
        paid={currency: payment.points},
        to_pay=_bill(event) - payment.worth,
        fee=payment.fee or None,
        released={currency: payment.released} if payment.released else {},
    )


def told_of_payment(case: Case, event: Event, answer: Answer) -> Told:
    """That points were used to pay; nothing if none were."""
    if event.pay is None:
        return []
    payload: dict[str, Any] = {"member": case.external_id, "id": event.id, "points": answer.paid}
    if event.pay.hold is not None:
        payload["hold"] = event.pay.hold
    return [("points.spent", payload)] if any(answer.paid.values()) else []


def told_of_points_back(work: Work, of: str, paid: str, id: str, answer: Answer) -> Told:
    """That points and rewards with which the event `paid` was settled came back to a member; nothing if none did."""
    points = dict(answer.rewards_back)
    if answer.given_back:
        (currency,) = work.paid[paid].keys() - rewards_of(work)  # an event is paid with one
        points[currency] = answer.given_back
    payload = {"member": of, "id": id, "points": points}
    return [("points.given_back", payload)] if points else []


def rewards_of(work: Work) -> frozenset[str]:
    """The rewards of the programme."""
    return frozenset(one.id for one in work.programme.programme.rewards)


def points_to_give_back(
    work: Work, case: Case, bought: PastEvent, left: Payload | None
) -> dict[int, int]:
    """The points paid, and the rewards used, that come back now that only so much is left of an event, by their
    numbers; usually none.

    What a return gives back of them is as the version in force at the event says.
    """
    paid = work.paid.get(bought.event_id, {})
    found: dict[int, int] = {}
    for currency, points in paid.items():
        number = work.programme.currency_number(currency)
        rewarded = work.batch.terms[number].reward is not None
        find = reward_returned if rewarded else points_returned
        returned = find(work.programme, bought, currency)
        use = case.book.uses.get(number, {}).get(bought.seq)
        if use is None or returned == "never":
            continue
        kept = 0
        if left is not None:
            bill, of_bill = (
                cast(int, left.fields["amount"]),
                cast(int, bought.payload.fields["amount"]),
            )
            in_part = returned == "in_proportion" and of_bill
            kept = -(-points * bill // of_bill) if in_part else points
        if use.points > kept:
            found[number] = use.points - kept
    return found


def give_payment_back(
    work: Work, case: Case, seq: int, bought: PastEvent, back: Mapping[int, int]
) -> Answer:
    """Give back points paid, and rewards used; the answer that says how many, if any."""
    for number, points in back.items():
        give_back(case.book, seq, number, bought.seq, points, work.now)
    rewards = {number: count for number, count in back.items() if work.batch.terms[number].reward}
    given_back = sum(back.values()) - sum(rewards.values())
    return Answer(given_back=given_back or None, rewards_back=by_name(work, rewards))


def _bill(event: Event) -> int:
    return cast(int, event.fields["amount"])
