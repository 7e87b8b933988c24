"""Spending points, and adjusting them by hand."""

from __future__ import annotations

from jifen.instants import start_of_day
from jifen.ledger.book import Book
from jifen.ledger.bounds import refusal_of_size
from jifen.ledger.granting import give
from jifen.ledger.records import ISSUED, REDEEMED, SPEND, Outcome
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.taking import take_in_order
from jifen.ledger.ways_out import (
    REDEEMING,
    most_usable,
    refusal_of_asking,
    refusal_of_too_few,
    refusal_of_use,
    take_fee,
)


def refusal_to_use(book: Book, currency: int, points: int, now: int) -> Refused | None:
    """Why so many points cannot be spent or held now; None if they can."""
    terms = book.batch.terms[currency]
    refused = refusal_of_asking(book, points) or refusal_of_size(terms.spending, currency, points)
    if refused is None and not terms.spendable:
        refused = Refused(Refusal.NOT_ACCEPTED)
    return refused or refusal_of_use(book, currency, terms.spending, REDEEMING, points, now)


def spend(book: Book, seq: int, currency: int, points: int, now: int) -> Refused | Outcome:
    """Redeem points, in the currency's spending order, and the fee of the terms."""
    refused = refusal_to_use(book, currency, points, now)
    if refused:
        return refused
    posting = book.post(seq, currency, REDEEMED, -points, now, now)
    take_in_order(book, seq, posting, REDEEMED, book.usable_lots(currency, now), points, now)
    book.note_use(SPEND, currency, seq, points, now)
    fee = book.batch.terms[currency].spending.fee
    take_fee(book, seq, currency, fee, now)
    return Outcome(points, fee)


def spend_up_to(book: Book, seq: int, currency: int, most: int, now: int) -> Refused | Outcome:
    """Redeem as many points as can be, but not more than `most`: the outcome says how many.

    Where none can be, it is refused for the reason for which the least amount is.
    """
    if most <= 0 and not book.frozen:
        return Refused(Refusal.INVALID_AMOUNT)
    way = book.batch.terms[currency].spending
    return spend(book, seq, currency, most_usable(book, currency, way, REDEEMING, most, now), now)


def adjust(
    book: Book,
    seq: int,
    currency: int,
    points: int,
    now: int,
    expires_at: int | None = None,
    pending_days: int = 0,
) -> Refused | Outcome:
    """Give (points > 0) or take back (< 0) points by hand, also of a frozen member.

    What is given is a lot available at once, or after so many full days, that ends at `expires_at`, or by the terms
    if None.
    What is taken back is a reversal and never more than what can be spent.
    """
    today = book.batch.day_and_month(now)[0]
    ripe_at = start_of_day(today + pending_days + 1, book.batch.zone) if pending_days else now
    if points == 0 or (expires_at is not None and expires_at <= ripe_at):
        return Refused(Refusal.INVALID_AMOUNT)
    if points > 0:
        give(book, seq, currency, points, now, ripe_at=ripe_at, ends_at=expires_at)
        return Outcome(points)
    refused = refusal_of_too_few(book, currency, -points, now)
    if refused:
        return refused
    posting = book.post(seq, currency, ISSUED, points, now, now)
    take_in_order(book, seq, posting, ISSUED, book.usable_lots(currency, now), -points, now)
    return Outcome(points)
