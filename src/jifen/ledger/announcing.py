"""The notices that are due of a member's lots: told, and where one was missed, the points moved to a later end."""

from __future__ import annotations

from jifen.instants import NEVER
from jifen.ledger.book import Book
from jifen.ledger.foretelling import foretold
from jifen.ledger.records import Lot, Notice
from jifen.ledger.renewing import renew


def announce(book: Book, seq: int, since: int, now: int) -> None:
    """Note in the book what is to be told of its lots, of which nothing was looked at from `since` on. What ends later
    now moves to a lot with that end; what a hold reserves cannot, and does so when it is set free."""
    points: dict[Notice, int] = {}
    put_off: dict[int, list[tuple[Lot, int]]] = {}
    for lot in list(book.lots.values()):
        promises = book.batch.terms[lot.currency].notices
        ends_at = book.held_ends_at(lot)
        found = foretold(promises, ends_at, since, now, book.batch.zone) if lot.remaining else None
        if found is None:
            continue
        due_at = ends_at if found.missed else NEVER
        said = Notice(lot.currency, found.days, found.ends_at, due_at)
        points[said] = points.get(said, 0) + lot.remaining
        if found.missed and lot.held and not book.batch.terms[lot.currency].extensions:
            book.put_off[lot.seq, lot.row_no] = found.ends_at
        if found.missed and lot.remaining > lot.held:
            put_off.setdefault(found.ends_at, []).append((lot, lot.remaining - lot.held))
    book.notices += [said._replace(points=told) for said, told in sorted(points.items())]
    for later, parts in put_off.items():
        renew(book, seq, parts, now, expires_at=later)
