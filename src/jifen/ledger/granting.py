"""Giving points."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.ledger.book import Book
from jifen.ledger.records import ISSUED, Grant
from jifen.ledger.taking import await_lots, lapse_ended, repay
from jifen.ledger.terms import expires_at


def give(
    book: Book,
    seq: int,
    currency: int,
    points: int,
    now: int,
    *,
    ripe_at: int | None = None,
    ends_at: int | None = None,
) -> None:
    """Give points, or rewards, for no event: from now on unless said otherwise, until they end by the terms."""
    terms = book.batch.terms[currency]
    if ends_at is None:
        ends_at = expires_at(terms, book.batch.day_and_month(now)[0], now)
    available_at = now if ripe_at is None else ripe_at
    given = Grant(currency, points, 0, now, available_at, ends_at, terms.unit_price_micros)
    grant(book, seq, 0, [given], now, now)


def grant(
    book: Book,
    seq: int,
    event_seq: int,
    grants: Sequence[Grant],
    recorded_at: int,
    effective_at: int,
) -> None:
    """Give points for an event (`event_seq` 0: for none): one posting a currency, one lot a grant.

    What had ended by `recorded_at` lapses at once. Both this and what can be spent by then repay debt first. Needs no
    lots loaded.
    """
    points_of: dict[int, int] = {}
    for given in grants:
        points_of[given.currency] = points_of.get(given.currency, 0) + given.points
    for currency, points in points_of.items():
        book.post(seq, currency, ISSUED, points, recorded_at, effective_at, event_seq)
    lots = [book.add_lot(seq, event_seq, given, effective_at) for given in grants]
    lapse_ended(book, seq, lots, recorded_at)
    for currency in points_of:
        if book.balances[currency].debt:
            repay(book, seq, currency, lots, recorded_at, recorded_at)
    await_lots(book, lots, recorded_at)
