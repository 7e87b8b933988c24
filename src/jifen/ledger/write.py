"""Writing the books of a batch, set-wise."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from operator import attrgetter
from pathlib import Path

from jifen.db.appending import append_rows
from jifen.db.arrays import bigints, integers, smallints, uuids
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.db.tables import ACCOUNT_MOVEMENT, CHAINED, HOLD, LOT
from jifen.ledger.book import HOLDS, LOTS, Batch, Book
from jifen.ledger.records import Hold, Lot

_SQL = statements(Path(__file__).with_suffix(".sql"))


def write_books(cursor: Cursor, batch: Batch, books: Collection[Book]) -> None:
    """Write everything in the books' `rows`, what has become of balances, lots and holds, and what accounts moved.

    Rows of other rooms that lie in `rows` are written along. A batch is written once; its books are used up.
    """
    rows: list[list[bytes]] = [[] for _ in CHAINED]
    for book in books:
        for _, place, packed in book.rows:
            rows[place].append(packed)
    rows[LOTS] = [_lot_now(lot) for _, lot in _lots(books) if lot.packed]
    rows[HOLDS] = [_hold_now(held) for _, held in _holds(books) if held.packed]
    for table, packed_rows in zip(CHAINED, rows, strict=True):
        if packed_rows:
            append_rows(cursor, table, packed_rows)
    _write_movements(cursor, batch)
    _write_balances(cursor, batch, books)
    _write_lots(cursor, batch, books)
    _write_holds(cursor, batch, books)


def _lots(books: Collection[Book]) -> Iterator[tuple[Book, Lot]]:
    return ((book, lot) for book in books for lot in book.lots.values())


def _holds(books: Collection[Book]) -> Iterator[tuple[Book, Hold]]:
    return ((book, held) for book in books for held in book.holds.values())


def _lot_now(lot: Lot) -> bytes:
    assert lot.packed is not None
    if lot.changed:
        return LOT.pack(*LOT.unpack(lot.packed)[:-2], lot.remaining, lot.held)
    return lot.packed


def _hold_now(held: Hold) -> bytes:
    assert held.packed is not None
    if held.changed:
        return HOLD.pack(*HOLD.unpack(held.packed)[:-3], held.state, held.captured, held.closed_at)
    return held.packed


def _write_movements(cursor: Cursor, batch: Batch) -> None:
    pack = ACCOUNT_MOVEMENT.pack
    moved = [
        pack(batch.programme_id, batch.batch_id, *key, points)
        for key, points in batch.movements.items()
        if points
    ]
    if moved:
        append_rows(cursor, ACCOUNT_MOVEMENT, moved)


def _write_balances(cursor: Cursor, batch: Batch, books: Collection[Book]) -> None:
    changed = [
        (book.member_id, currency, balance)
        for book in books
        for currency, balance in book.balances.items()
        if balance.changed
    ]
    if changed:
        members, currencies, balances = zip(*changed, strict=True)
        parameters: dict[str, object] = {
            "programme": batch.programme_id.hex(),
            "members": uuids(members),
            "currencies": smallints(currencies),
        }
        for column in ("points", "held", "debt", "lifetime", "spent", "expired", "reversed"):
            parameters[column] = bigints(list(map(attrgetter(column), balances)))
        cursor.later(_SQL["write_balances"], parameters)


def _write_lots(cursor: Cursor, batch: Batch, books: Collection[Book]) -> None:
    changed = [(book, lot) for book, lot in _lots(books) if lot.changed and not lot.packed]
    if changed:
        parameters = {
            "programme": batch.programme_id.hex(),
            "members": uuids([book.member_id for book, _ in changed]),
            "seqs": bigints([lot.seq for _, lot in changed]),
            "row_nos": integers([lot.row_no for _, lot in changed]),
            "remaining": bigints([lot.remaining for _, lot in changed]),
            "held": bigints([lot.held for _, lot in changed]),
        }
        cursor.later(_SQL["write_lots"], parameters)


def _write_holds(cursor: Cursor, batch: Batch, books: Collection[Book]) -> None:
    changed = [(book, held) for book, held in _holds(books) if held.changed and not held.packed]
    if changed:
        parameters = {
            "programme": batch.programme_id.hex(),
            "members": uuids([book.member_id for book, _ in changed]),
            "seqs": bigints([held.seq for _, held in changed]),
            "states": smallints([held.state for _, held in changed]),
            "captured": bigints([held.captured for _, held in changed]),
            "closed_at": bigints([held.closed_at for _, held in changed]),
        }
        cursor.later(_SQL["write_holds"], parameters)
