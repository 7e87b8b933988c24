"""Paying a bill with points: how many may be used, and what they are worth."""

from __future__ import annotations

from typing import NamedTuple

from jifen.ledger.book import Book
from jifen.ledger.bounds import left_by_limits, refusal_of_size, whole_steps
from jifen.ledger.holding import open_hold, pay_from_hold
from jifen.ledger.records import PAY, REDEEMED, Hold
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.taking import take_in_order
from jifen.ledger.ways_out import available_points, refusal_of_use, refusal_of_way, take_fee
from jifen.programme.rounding import Rounding, most_rounded_to, rounded
from jifen.programme.ways_out import Paying

MICROS = 10**6


class Payment(NamedTuple):
    """Points of a currency, the money that they are worth, in its smallest unit, and what paying so costs besides; with
    the hold in which they lie, if they were set aside for it."""

    currency: int
    points: int
    worth: int
    fee: int = 0
    held: Hold | None = None

    @property
    def released(self) -> int:
        """What is free again of the hold."""
        return self.held.points - self.points if self.held else 0


class Rate(NamedTuple):
    """Money a point as a fraction, both in smallest units, and how what points are worth is rounded."""

    money: int
    points: int
    rounding: Rounding = "down"

    def worth(self, points: int) -> int:
        """The money that points are worth."""
        return rounded(points * self.money, self.points, self.rounding)

    def fitting(self, money: int) -> int:
        """The most points that are worth no more than this."""
        return most_rounded_to(money, self.points, self.rounding) // self.money

    def fewest(self, money: int) -> int:
        """The fewest points that are worth as much."""
        return self.fitting(money - 1) + 1 if money > 0 else 0


def rate_of(paying: Paying, scale: int, money_scale: int) -> Rate:
    """The rate between the smallest units of a currency and of the money."""
    return Rate(paying.rate_micros * 10**money_scale, MICROS * 10**scale, paying.rounding)


def worth_of(book: Book, currency: int, points: int, money_scale: int) -> int:
    """The money that points of a currency pay; of one that pays nothing, none."""
    terms = book.batch.terms[currency]
    return rate_of(terms.paying, terms.scale, money_scale).worth(points) if terms.paying else 0


def payment_of(
    book: Book,
    currency: int,
    points: int | None,
    most: int | None,
    bill: int,
    money_scale: int,
    now: int,
) -> Refused | Payment:
    """What would be paid of a bill: so many points; or (None) what is there and allowed, but not more than `most`
    (None: without such a bound) and none that pay nothing more, which may be nothing. Changes nothing."""
    terms = book.batch.terms[currency]
    if book.frozen:
        return Refused(Refusal.FROZEN)
    asked = points if points is not None else most
    if asked is not None and asked <= 0:
        return Refused(Refusal.INVALID_AMOUNT)
    paying = terms.paying
    if paying is None:
        return Refused(Refusal.NOT_ACCEPTED)
    rate = rate_of(paying, terms.scale, money_scale)
    fitting = rate.fitting(max(0, bill) * paying.max_share // 100)
    there = available_points(book, currency, now)
    if points is None:
        left = left_by_limits(book, paying.bounds, currency, {PAY}, now)
        if not book.entitled(paying.bounds.when, now):
            left = 0
        up_to = min(
            fitting, max(0, there - paying.bounds.fee), left, fitting if most is None else most
        )
        points = _none_for_nothing(paying, rate, whole_steps(paying.bounds, up_to))
        return Payment(currency, points, rate.worth(points), paying.bounds.fee if points else 0)
    refused = _refusal_of_part(paying, currency, points, fitting)
    refused = refused or refusal_of_use(book, currency, paying.bounds, {PAY}, points, now)
    return refused or Payment(currency, points, rate.worth(points), paying.bounds.fee)


def payment_from_hold(
    book: Book,
    currency: int,
    hold_id: str,
    points: int | None,
    bill: int,
    money_scale: int,
    now: int,
) -> Refused | Payment:
    """What would be paid of a bill out of a hold: so many of its points (None: all). The fee is that of the hold.
    Changes nothing."""
    held, terms = open_hold(book, hold_id, points), book.batch.terms[currency]
    if isinstance(held, Refused):
        return held
    paying, points = terms.paying, held.points if points is None else points
    if paying is None or held.currency != currency:
        return Refused(Refusal.NOT_ACCEPTED)
    rate = rate_of(paying, terms.scale, money_scale)
    fitting = rate.fitting(max(0, bill) * paying.max_share // 100)
    refused = _refusal_of_part(paying, currency, points, fitting)
    refused = refused or refusal_of_way(book, currency, paying.bounds, {PAY}, points, now)
    return refused or Payment(currency, points, rate.worth(points), held.fee, held)


def _refusal_of_part(paying: Paying, currency: int, points: int, fitting: int) -> Refused | None:
    """Why so many points cannot be paid of a bill which as many as are `fitting` may pay; None if they can."""
    refused = refusal_of_size(paying.bounds, currency, points)
    if refused is not None or points <= fitting:
        return refused
    figures = {"most": fitting, "asked": points}
    return Refused(Refusal.ABOVE_BILL, "bill", figures, currency)


def _none_for_nothing(paying: Paying, rate: Rate, points: int) -> int:
    """So many points, less those that rounding would let go without paying more of the bill."""
    worth = rate.worth(points)
    if not worth:
        return 0
    step = paying.bounds.step
    enough = max(rate.fewest(worth), paying.bounds.least)
    return min(points, -(-enough // step) * step)


def pay(book: Book, seq: int, payment: Payment, now: int) -> None:
    """Redeem the points of a payment that was just found possible, and the fee of paying so."""
    currency, points, _, fee, held = payment
    if held is not None:
        pay_from_hold(book, seq, held, points, now)
    elif points:
        posting = book.post(seq, currency, REDEEMED, -points, now, now)
        usable = book.usable_lots(currency, now)
        take_in_order(book, seq, posting, REDEEMED, usable, points, now)
        book.note_use(PAY, currency, seq, points, now)
        take_fee(book, seq, currency, fee, now)
