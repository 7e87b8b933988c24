"""Bringing back points that have expired, for a while."""

from __future__ import annotations

from jifen.ledger.book import Book
from jifen.ledger.records import EXPIRED, Lot, Outcome
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.renewing import renew


def revive(
    book: Book,
    seq: int,
    currency: int,
    points: int | None,
    since: int,
    expires_at: int,
    now: int,
) -> Refused | Outcome:
    """Bring back points (None: all) of lots that ended at `since` or later, last ended first, until `expires_at`.

    They come back from `expired` to the lot they were in, and move to a new one with the new end. Needs every such
    lot loaded (see `load_expired`). Debt is repaid from them first.
    """
    if expires_at <= now or (points is not None and points <= 0):
        return Refused(Refusal.INVALID_AMOUNT)
    ended = [
        lot
        for lot in book.lots.values()
        if lot.currency == currency and since <= lot.expires_at <= now and _expired_of(lot) > 0
    ]
    there = sum(map(_expired_of, ended))
    points = there if points is None else points
    if not points or points > there:
        figures = {"expired": there, "asked": points}
        about = "expired" if there else "nothing_expired"
        return Refused(Refusal.INSUFFICIENT_POINTS, about, figures if there else {}, currency)
    posting = book.post(seq, currency, EXPIRED, points, now, now)
    parts: list[tuple[Lot, int]] = []
    left = points
    for lot in sorted(ended, key=lambda lot: (-lot.expires_at, lot.earned_at, lot.seq, lot.row_no)):
        back = min(left, _expired_of(lot))
        if back:
            book.take(seq, posting, EXPIRED, lot, -back, now)
            parts.append((lot, back))
            left -= back
    renew(book, seq, parts, now, expires_at=expires_at)
    return Outcome(points)


def _expired_of(lot: Lot) -> int:
    """How much of a lot stands as expired."""
    return lot.expired_before + lot.expired
