"""Points of a lot that become available or end at another time than was granted: a lot never changes, so they move."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.ledger.book import Book
from jifen.ledger.records import TRANSIT, Grant, Lot
from jifen.ledger.taking import await_lots, lapse_ended, repay


def renew(
    book: Book,
    seq: int,
    parts: Sequence[tuple[Lot, int]],
    now: int,
    *,
    available_at: int | None = None,
    expires_at: int | None = None,
) -> list[Lot]:
    """Move points of lots into lots alike, but with another start or end (None: the old one); the new lots.

    Nothing moves between the member and the programme: it is two postings through `transit` for each award, one
    that takes from its lots and one that makes new ones, which name those as their parents. They repay debt first.
    """
    of_awards: dict[tuple[int, int], list[tuple[Lot, int]]] = {}
    for lot, points in parts:
        of_awards.setdefault((lot.currency, lot.event_seq), []).append((lot, points))
    renewed: list[Lot] = []
    for (currency, event_seq), of_award in of_awards.items():
        total = sum(points for _, points in of_award)
        out = book.post(seq, currency, TRANSIT, -total, now, now, event_seq)
        for lot, points in of_award:
            book.take(seq, out, TRANSIT, lot, points, now)
        book.post(seq, currency, TRANSIT, total, now, now, event_seq)
        for lot, points in of_award:
            anew = Grant(
                currency,
                points,
                lot.funder,
                lot.earned_at,
                lot.available_at if available_at is None else available_at,
                lot.expires_at if expires_at is None else expires_at,
                lot.unit_price_micros,
            )
            made = book.add_lot(seq, event_seq, anew, now, TRANSIT)
            book.descend(made, book.member_id, lot)
            renewed.append(made)
    for currency in dict.fromkeys(currency for currency, _ in of_awards):
        repay(book, seq, currency, renewed, now, now)
    lapse_ended(book, seq, renewed, now)
    await_lots(book, renewed, now)
    return renewed
