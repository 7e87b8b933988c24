"""Giving back what a spend, a captured hold or a purchase used."""

from __future__ import annotations

from jifen.ledger.book import Book
from jifen.ledger.overdrawing import collect_forgiven
from jifen.ledger.records import REDEEMED, Lot, Outcome, Use
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.renewing import renew
from jifen.ledger.taking import await_lots, lapse, repay
from jifen.ledger.terms import grace_until


def cancel(
    book: Book, seq: int, currency: int, of: int, points: int | None, now: int
) -> Refused | Outcome:
    """Give back points (None: all that are left) of a use to the lots from which it took them, last taken first.

    `of` is the number of the spend, hold or purchase. The points keep their end; what has ended meanwhile lapses
    now, or lives for the grace that the terms give it. What was forgiven since the use is collected first, then debt
    is repaid.
    """
    use = book.uses.get(currency, {}).get(of)
    if use is None:
        return Refused(Refusal.UNKNOWN_SPEND)
    if points is not None and points <= 0:
        return Refused(Refusal.INVALID_AMOUNT)
    if not use.points or (points or 0) > use.points:
        return more_than_left(use.points, points, currency)
    points = points or use.points
    give_back(book, seq, currency, of, points, now)
    return Outcome(points)


def more_than_left(left: int, points: int | None, currency: int) -> Refused:
    """That so many points (None: all that are left) cannot be given back, of which so many are left."""
    if not left or points is None:
        return Refused(Refusal.ABOVE_MAXIMUM, "nothing_left")
    figures = {"left": left, "asked": points}
    return Refused(Refusal.ABOVE_MAXIMUM, "left", figures, currency)


def give_back(
    book: Book, seq: int, currency: int, of: int, points: int, now: int, account: int = REDEEMED
) -> None:
    """Post points of a use as redeemed (or exchanged) no more, into the lots that they came from."""
    use = book.uses[currency][of]
    posting = book.post(seq, currency, account, points, now, now, of)
    book.note_use(use.way, currency, of, -points, now)
    lots = _return_to_lots(book, seq, posting, account, use, points, now)
    collect_forgiven(book, seq, currency, of, lots, points, now)
    ended = [lot for lot in lots if book.ends_at(lot) <= now]
    terms = book.batch.terms[currency]
    if terms.grace_of_given_back:
        parts = [(lot, lot.remaining - lot.held) for lot in ended]
        renew(book, seq, parts, now, expires_at=grace_until(terms, now))
    else:
        lapse(book, seq, currency, ended, now, now)
    repay(book, seq, currency, lots, now, now)
    await_lots(book, lots, now)


def _return_to_lots(
    book: Book, seq: int, posting: int, account: int, use: Use, points: int, now: int
) -> list[Lot]:
    lots: list[Lot] = []
    kept: list[tuple[Lot, int]] = []
    for lot, taken in reversed(use.taken):
        back = min(points, taken)
        if back:
            book.take(seq, posting, account, lot, -back, now)
            lots.append(lot)
            points -= back
        if taken > back:
            kept.insert(0, (lot, taken - back))
    use.taken = kept
    return lots
