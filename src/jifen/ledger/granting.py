"""Giving points, and what comes with it: repaying debt."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.ledger.book import Book
from jifen.ledger.records import ISSUED, TRANSIT, Grant, Lot


def grant(
    book: Book,
    seq: int,
    event_seq: int,
    grants: Sequence[Grant],
    recorded_at: int,
    effective_at: int,
) -> None:
    """Give points for an event (`event_seq` 0: for none): one posting a currency, one lot a grant.

    Grants that can be spent at `recorded_at` repay debt first. Needs no lots loaded.
    """
    points_of: dict[int, int] = {}
    for given in grants:
        points_of[given.currency] = points_of.get(given.currency, 0) + given.points
    for currency, points in points_of.items():
        book.post(seq, currency, ISSUED, points, recorded_at, effective_at, event_seq)
    lots = [book.add_lot(seq, event_seq, given, effective_at) for given in grants]
    for currency in points_of:
        if book.balances[currency].debt:
            repay(book, seq, currency, lots, recorded_at, recorded_at)
            await_ripening(book, lots, recorded_at)


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
        and lot.available_at <= at < lot.expires_at
    ]
    points = min(book.debt(currency), sum(lot.remaining - lot.held for lot in usable))
    if points:
        in_order = book.in_spending_order(currency, usable)
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


def await_ripening(book: Book, lots: Sequence[Lot], now: int) -> None:
    """While there is debt, each pending lot that becomes available is something due."""
    for lot in lots:
        if lot.available_at > now and lot.remaining > lot.held and book.debt(lot.currency):
            book.next_due_at = min(book.next_due_at, lot.available_at)
