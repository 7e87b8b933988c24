"""What transfers have moved, so that it can be given back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import Cursor

from jifen.db.statements import statements
from jifen.ledger.book import Batch, Book
from jifen.ledger.records import Lot
from jifen.ledger.transferring import Moved

_SQL = statements(Path(__file__).with_suffix(".sql"))


@dataclass(slots=True)
class Move:
    """A transfer: who gave to whom, by which commands, and the lots."""

    giver: Book
    giver_seq: int
    receiver: Book
    receiver_seq: int
    moved: list[Moved] = field(default_factory=list)


def load_moves(
    cursor: Cursor[Any], batch: Batch, books: Mapping[bytes, Book], keys: Collection[str]
) -> dict[str, Move]:
    """The transfers of these keys between members whose books are given, their lots added to the books."""
    found: dict[str, Move] = {}
    parameters = {"programme": batch.programme_id.hex(), "keys": sorted(keys)}
    rows = cursor.execute(_SQL["load_moves"], parameters)
    for key, giver_id, giver_seq, receiver_id, receiver_seq, *lots in rows:
        giver, receiver = books.get(giver_id), books.get(receiver_id)
        if giver is None or receiver is None:
            continue
        move = found.setdefault(key, Move(giver, giver_seq, receiver, receiver_seq))
        move.moved.append(Moved(_lot(giver, lots[:12]), _lot(receiver, lots[12:])))
    return found


def _lot(book: Book, row: list[Any]) -> Lot:
    return book.lots.setdefault((row[0], row[1]), Lot(*row))
