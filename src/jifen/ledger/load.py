"""Reading books out of the bank; members were locked before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from jifen.db.arrays import bigints, smallints, texts, uuids
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.ledger.book import Batch, Book
from jifen.ledger.foretelling import put_off
from jifen.ledger.needs import ALL_LOTS, ONLY_HELD, Need
from jifen.ledger.records import Balance, Hold, HoldState, Lot

_SQL = statements(Path(__file__).with_suffix(".sql"))


def ask_for_balances(cursor: Cursor, programme_id: bytes, identities: Collection[str]) -> None:
    """Ask ahead for what `load_books` reads first."""
    cursor.ahead(_SQL["load_balances"], _named(programme_id, identities))


def load_books(
    cursor: Cursor,
    batch: Batch,
    members: Mapping[str, tuple[bytes, bool, int]],
    needs: Mapping[bytes, Need],
    now: int,
    named_holds: Collection[str] = (),
) -> dict[bytes, Book]:
    """The books of members given by identity as (member id, frozen, next_due_at), by member id.

    `needs` says of whom more is asked than to be granted points: to spend, hold, capture, void, adjust downwards or
    correct. Of them, and of those to whom time has brought something by `now`, open holds are read, closed ones
    where `named_holds` has their sender's id, and lots as far as they are needed. The cursor is one of `db.adapting`.
    """
    books: dict[bytes, Book] = {}
    due: list[bytes] = []
    for member_id, frozen, next_due_at in members.values():
        loaded = member_id in needs or next_due_at <= now
        books[member_id] = Book(
            batch, member_id, frozen=frozen, next_due_at=next_due_at, lots_loaded=loaded
        )
        if next_due_at <= now:
            due.append(member_id)
    for member_id, currency, *sums in cursor.rows(
        _SQL["load_balances"], _named(batch.programme_id, members)
    ):
        if member_id in books:  # and not merged since, where nobody was locked
            books[member_id].balances[currency] = Balance(*sums)
    needed = {member_id: need for member_id, need in needs.items() if member_id in books}
    for member_id in due:
        need = needed.get(member_id, ONLY_HELD).to_settle(books[member_id].balances)
        needed[member_id] = ALL_LOTS if batch.noticing else need
    if due and any(one.extensions for one in batch.terms.values()):
        values = {"programme": batch.programme_id.hex(), "members": uuids(due)}
        for member_id, looked_at in cursor.execute(_SQL["load_last_looks"], values):
            books[member_id].looked_at = looked_at
    if needed:
        cursor.ahead(_SQL["load_open_holds"], _of(batch, needed))
        _load_lots(cursor, books, needed, now)
        _load_holds(cursor, batch, books, needed, named_holds)
    return books


def _named(programme_id: bytes, identities: Collection[str]) -> dict[str, object]:
    return {"programme": programme_id.hex(), "identities": texts(sorted(identities))}


def _load_lots(
    cursor: Cursor, books: Mapping[bytes, Book], needed: Mapping[bytes, Need], now: int
) -> None:
    """Read the open lots that are needed: a part where the index has them in spending order, else all."""
    whole: list[bytes] = []
    asked: list[tuple[bytes, int, int]] = []
    for member_id, need in needed.items():
        book = books[member_id]
        if need.all or not all(_has_order(book, currency) for currency in need.points):
            whole.append(member_id)
            book.lots_of = None
        else:
            book.lots_of = (book.lots_of or frozenset()) | need.points.keys()
            asked += [(member_id, *amount) for amount in need.points.items()]
    programme = next(iter(books.values())).batch.programme_id.hex()
    if whole:
        parameters = {"programme": programme, "members": uuids(whole)}
        _add_lots(books, cursor.rows(_SQL["load_open_lots"], parameters))
    if asked:
        ids, currencies, points = zip(*asked, strict=True)
        parameters = {
            "programme": programme,
            "members": uuids(ids),
            "currencies": smallints(currencies),
            "points": bigints(points),
        }
        _add_lots(books, cursor.rows(_SQL["load_first_lots"], {**parameters, "now": now}))


def _of(batch: Batch, members: Collection[bytes]) -> dict[str, object]:
    return {"programme": batch.programme_id.hex(), "members": uuids(list(members))}


def _has_order(book: Book, currency: int) -> bool:
    """Whether the first lots by their own end are those that are taken first; debt looks at when lots ripen as well."""
    terms = book.batch.terms[currency]
    soonest = terms.spending_order == "soonest_expiry" and not terms.extensions
    return soonest and not book.debt(currency)


def _add_lots(books: Mapping[bytes, Book], rows: Iterable[tuple[Any, ...]]) -> None:
    for member_id, *row in rows:
        lots = books[member_id].lots
        if (row[0], row[1]) not in lots:
            lots[row[0], row[1]] = Lot(*row)


def _load_holds(
    cursor: Cursor,
    batch: Batch,
    books: dict[bytes, Book],
    members: Collection[bytes],
    named_holds: Collection[str],
) -> None:
    parameters = {**_of(batch, members), "holds": list(named_holds)}
    holds = cursor.rows(_SQL["load_open_holds"], _of(batch, members))
    if named_holds:
        cursor.execute(_SQL["load_closed_holds"], parameters)
        holds += cursor.fetchall()
    for member_id, seq, hold_id, currency, points, fee, deadline, state, *ended in holds:
        books[member_id].holds[hold_id] = Hold(
            seq, hold_id, currency, points, fee, deadline, HoldState(state), *ended
        )
    if any(state == HoldState.OPEN for *_, state, _, _ in holds):
        for member_id, hold_id, reserved, seq, row_no, *rest in cursor.execute(
            _SQL["load_hold_lots"], parameters
        ):
            book = books[member_id]
            lot = book.lots.setdefault((seq, row_no), Lot(seq, row_no, *rest))
            book.holds[hold_id].lots.append((lot, reserved))
        if batch.noticing:
            _load_put_off(cursor, batch, books, parameters)


def _load_put_off(
    cursor: Cursor, batch: Batch, books: Mapping[bytes, Book], parameters: Mapping[str, Any]
) -> None:
    """Find when what holds reserve of lots ends, by the instants at which their members were looked at."""
    longest = max(one.days for terms in batch.terms.values() for one in terms.notices)
    looked = cursor.execute(_SQL["load_looks"], {**parameters, "days": longest + 2})
    for (member_id, *number, made_at), rows in groupby(
        looked.fetchall(), key=itemgetter(0, 1, 2, 3)
    ):
        book = books[member_id]
        lot = book.lots[number[0], number[1]]
        terms = batch.terms[lot.currency]
        if terms.notices and not terms.extensions:
            looks = [row[4] for row in rows]
            later = put_off(terms.notices, lot.expires_at, made_at + 1, looks, batch.zone)
            if later > lot.expires_at:
                book.put_off[lot.seq, lot.row_no] = later


class Reversing(NamedTuple):
    """What a set of differences may touch of a book: every lot of some events, and of its open lots the first in
    spending order that hold so many points, by currency."""

    book: Book
    event_seqs: Collection[int]
    points: Mapping[int, int]


def load_to_reverse(cursor: Cursor, reversing: Iterable[Reversing], now: int) -> None:
    """Add to books of one batch the lots that `correct` needs, of members of whom nothing else was decided yet."""
    asked = list(reversing)
    load_event_lots(cursor, [(book, event_seqs) for book, event_seqs, _ in asked])
    partly = [one for one in asked if one.points and one.book.lots_of is not None]
    if partly:
        books = {book.member_id: book for book, _, _ in partly}
        needed = {book.member_id: Need(points) for book, _, points in partly}
        _load_lots(cursor, books, needed, now)


def load_event_lots(cursor: Cursor, events: Iterable[tuple[Book, Collection[int]]]) -> None:
    """Add to books of one batch every lot of some of their events, with what of it expired.

    At any time before the books are written; also again for the same events.
    """
    named = [(book, event_seq) for book, event_seqs in events for event_seq in event_seqs]
    if not named:
        return
    books = {book.member_id: book for book, _ in named}
    parameters = {
        "programme": named[0][0].batch.programme_id.hex(),
        "members": uuids([book.member_id for book, _ in named]),
        "events": bigints([event_seq for _, event_seq in named]),
    }
    rows = cursor.execute(_SQL["load_event_lots"], parameters)
    for member_id, seq, row_no, *rest, expired_before in rows.fetchall():
        lot = books[member_id].lots.setdefault((seq, row_no), Lot(seq, row_no, *rest))
        lot.expired_before = expired_before
