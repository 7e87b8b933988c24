"""Taking points out of lots: in order, when they lapse, for debt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jifen.instants import NEVER
from jifen.ledger.book import Book
from jifen.ledger.foretelling import next_notice
from jifen.ledger.records import EXPIRED, TRANSIT, Lot


def repay(
    book: Book, seq: int, currency: int, lots: Sequence[Lot], recorded_at: int, at: int
) -> None:
    """Repay debt from those of `lots` that can be spent at an instant.

    Repaying moves nothing between the member and the programme: it is two postings through `transit`, one
    that takes from the lots and one that lowers the debt.
    """
    usable = [
        lot
        for lot in lots
        if lot.currency == currency
        and lot.remaining > lot.held
        and lot.available_at <= at < book.ends_at(lot)
    ]
    _repay_from(book, seq, currency, usable, recorded_at, at)


def _repay_from(
    book: Book, seq: int, currency: int, lots: Sequence[Lot], recorded_at: int, at: int
) -> None:
    points = min(book.debt(currency), sum(lot.remaining - lot.held for lot in lots))
    if points:
        in_order = book.in_spending_order(currency, lots)
        posting = book.post(seq, currency, TRANSIT, -points, recorded_at, at)
        take_in_order(book, seq, posting, TRANSIT, in_order, points, at)
        book.post(seq, currency, TRANSIT, points, recorded_at, at)
        book.owe(TRANSIT, currency, -points, at)


def take_in_order(
    book: Book,
    seq: int,
    posting: int,
    account: int,
    lots: Sequence[Lot],
    points: int,
    effective_at: int,
) -> int:
    """Take points from what no hold reserves of the lots, first to last.

    Returns the points that they could not cover.
    """
    for lot in lots:
        if not points:
            break
        taken = min(points, lot.remaining - lot.held)
        if taken:
            book.take(seq, posting, account, lot, taken, effective_at)
            points -= taken
    return points


def lapse(book: Book, seq: int, currency: int, lots: Sequence[Lot], now: int, at: int) -> None:
    """Post as expired, at the instant it was due, what no hold reserves of these lots of one currency."""
    ended = [(lot, lot.remaining - lot.held) for lot in lots if lot.remaining > lot.held]
    if ended:
        points = sum(points for _, points in ended)
        posting = book.post(seq, currency, EXPIRED, -points, now, at)
        for lot, points in ended:
            book.take(seq, posting, EXPIRED, lot, points, at)


def await_lots(book: Book, lots: Sequence[Lot], now: int) -> None:
    """Be due when one of these lots ends, becomes available while there is debt to repay from it, or is told of."""
    if book.batch.noticing:
        book.next_due_at = min(book.next_due_at, next_announcement(book, lots, now))
    for lot in lots:
        if lot.remaining > lot.held:
            book.next_due_at = min(book.next_due_at, book.ends_at(lot))
            if lot.available_at > now and book.debt(lot.currency):
                book.next_due_at = min(book.next_due_at, lot.available_at)


def next_announcement(book: Book, lots: Iterable[Lot], now: int) -> int:
    """When the first notice behind an instant is due of some of a book's lots; NEVER if none is."""
    terms, zone = book.batch.terms, book.batch.zone
    return min(
        (
            next_notice(terms[lot.currency].notices, book.held_ends_at(lot), now, zone)
            for lot in lots
            if lot.remaining
        ),
        default=NEVER,
    )


def lapse_ended(book: Book, seq: int, lots: Sequence[Lot], recorded_at: int) -> None:
    """Let lots lapse that had already ended when they were recorded, each at the instant at which it ended.

    Those that could have been spent before repay debt first: known in time, they would have stood for what was used.
    """
    for lot in lots:
        if (ends_at := book.ends_at(lot)) <= recorded_at:
            if lot.available_at < ends_at and book.debt(lot.currency):
                _repay_from(book, seq, lot.currency, [lot], recorded_at, recorded_at)
            lapse(book, seq, lot.currency, [lot], recorded_at, ends_at)
