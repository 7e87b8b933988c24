"""Reading books out of the bank; members were locked before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from psycopg import Cursor

from jifen.db.statements import statements
from jifen.ledger.arrays import array_text
from jifen.ledger.book import Batch, Book
from jifen.ledger.records import Balance, Hold, HoldState, Lot

_SQL = statements(Path(__file__).with_suffix(".sql"))


def load_books(
    cursor: Cursor[Any],
    batch: Batch,
    members: Iterable[tuple[bytes, bool, int]],
    need_lots: Collection[bytes],
    named_holds: Collection[str] = (),
) -> dict[bytes, Book]:
    """The books of members given as (member id, frozen, next_due_at), by member id.

    `need_lots` are the members of whom more is asked than to be granted points: to spend, hold, capture, void,
    adjust downwards, correct, or settle (`next_due_at` is past); their lots and open holds are read too, and
    closed holds where `named_holds` has their sender's id. The cursor is one of `db.adapting`.
    """
    books = {
        member_id: Book(
            batch,
            member_id,
            frozen=frozen,
            next_due_at=next_due_at,
            lots_loaded=member_id in need_lots,
        )
        for member_id, frozen, next_due_at in members
    }
    parameters = {
        "programme": batch.programme_id.hex(),
        "members": array_text(map(bytes.hex, books)),
    }
    for member_id, currency, *sums in cursor.execute(_SQL["load_balances"], parameters).fetchall():
        books[member_id].balances[currency] = Balance(*sums)
    with_lots = [member_id.hex() for member_id, book in books.items() if book.lots_loaded]
    if with_lots:
        _load_lots_and_holds(cursor, batch, books, with_lots, named_holds)
    return books


def _load_lots_and_holds(
    cursor: Cursor[Any],
    batch: Batch,
    books: dict[bytes, Book],
    members: list[str],
    named_holds: Collection[str],
) -> None:
    parameters = {
        "programme": batch.programme_id.hex(),
        "members": array_text(members),
        "holds": list(named_holds),
    }
    for member_id, seq, row_no, *rest in cursor.execute(_SQL["load_open_lots"], parameters):
        books[member_id].lots[seq, row_no] = Lot(seq, row_no, *rest)
    cursor.execute(_SQL["load_open_holds"], parameters)
    holds = cursor.fetchall()
    if named_holds:
        cursor.execute(_SQL["load_closed_holds"], parameters)
        holds += cursor.fetchall()
    for member_id, seq, hold_id, currency, points, deadline, state, captured in holds:
        books[member_id].holds[hold_id] = Hold(
            seq, hold_id, currency, points, deadline, HoldState(state), captured
        )
    if any(state == HoldState.OPEN for *_, state, _ in holds):
        for member_id, hold_id, lot_seq, lot_row_no, points in cursor.execute(
            _SQL["load_hold_lots"], parameters
        ):
            book = books[member_id]
            book.holds[hold_id].lots.append((book.lots[lot_seq, lot_row_no], points))


def load_event_lots(cursor: Cursor[Any], events: Iterable[tuple[Book, Collection[int]]]) -> None:
    """Add to books of one batch every lot of some of their events with what of it expired: `correct` needs them.

    At any time before the books are written; also again for the same events.
    """
    named = [(book, event_seq) for book, event_seqs in events for event_seq in event_seqs]
    if not named:
        return
    books = {book.member_id: book for book, _ in named}
    parameters = {
        "programme": named[0][0].batch.programme_id.hex(),
        "members": array_text(book.member_id.hex() for book, _ in named),
        "events": array_text(event_seq for _, event_seq in named),
    }
    rows = cursor.execute(_SQL["load_event_lots"], parameters)
    for member_id, seq, row_no, *rest, expired_before in rows:
        lot = books[member_id].lots.setdefault((seq, row_no), Lot(seq, row_no, *rest))
        lot.expired_before = expired_before
