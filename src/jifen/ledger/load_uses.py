"""What members have used or let expire: for limits over periods, and to give it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from jifen.db.arrays import uuids
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.instants import start_of_day
from jifen.ledger.book import Batch, Book
from jifen.ledger.bounds import first_day_of_all
from jifen.ledger.exchanging import Made
from jifen.ledger.records import REDEEM, SPIN, Lot, Use, WriteOff

_SQL = statements(Path(__file__).with_suffix(".sql"))


class Used(NamedTuple):
    """Where a use stands in its member's book."""

    currency: int
    of: int


def ask_for_uses(cursor: Cursor, batch: Batch, members: Collection[bytes], now: int) -> None:
    """Ask ahead for what `load_uses_for_limits` reads of books whose lots are loaded: those of these members."""
    values = _counted(batch, members, now)
    if values is not None:
        cursor.ahead(_SQL["load_uses_since"], values)
        if _limits_rewards(batch):
            cursor.ahead(_SQL["load_redeemed_since"], values)


def load_uses_for_limits(cursor: Cursor, batch: Batch, books: Collection[Book], now: int) -> None:
    """Add to books whose lots are loaded what counts in the limits of today's terms; nothing without limits."""
    by_member = {book.member_id: book for book in books if book.lots_loaded}
    values = _counted(batch, by_member, now)
    if values is None:
        return
    for way, member_id, *use in cursor.rows(_SQL["load_uses_since"], values):
        by_member[member_id].note_use(way, *use)
    if _limits_rewards(batch):
        for member_id, *redeemed in cursor.rows(_SQL["load_redeemed_since"], values):
            by_member[member_id].note_use(REDEEM, *redeemed)


def _counted(batch: Batch, members: Collection[bytes], now: int) -> dict[str, object] | None:
    """Of whom, and since when, uses count in limits; None where none do."""
    first = first_day_of_all(batch.terms.values(), batch.day_and_month(now)[0])
    if first is None or not members:
        return None
    return {
        "programme": batch.programme_id.hex(),
        "members": uuids(sorted(members)),
        "since": start_of_day(first, batch.zone),
    }


def _limits_rewards(batch: Batch) -> bool:
    return any(terms.reward and terms.reward.cost.bounds.limits for terms in batch.terms.values())


def load_forgiven(cursor: Cursor, batch: Batch, books: Collection[Book]) -> None:
    """Add to books what was written off for their members."""
    by_member = {book.member_id: book for book in books}
    parameters = {
        "programme": batch.programme_id.hex(),
        "members": uuids(list(by_member)),
    }
    for member_id, currency, *written in cursor.execute(_SQL["load_written_off"], parameters):
        by_member[member_id].forgiven.setdefault(currency, []).append(WriteOff(*written))


def load_uses_of(
    cursor: Cursor, batch: Batch, books: Collection[Book], keys: Collection[str]
) -> dict[str, Used]:
    """Add to their members' books what was used by the commands of these keys; where each now stands.

    Commands of other members, and those that used nothing, are left out.
    """
    by_member = {book.member_id: book for book in books}
    found: dict[str, Used] = {}
    seen: set[tuple[str, int]] = set()
    parameters = {"programme": batch.programme_id.hex(), "keys": sorted(keys)}
    for member_id, key, currency, of, used_at, points, seq, row_no, *rest in cursor.execute(
        _SQL["load_uses_of"], parameters
    ):
        book = by_member.get(member_id)
        if book is None:
            continue
        uses = book.uses.setdefault(currency, {})
        found.setdefault(key, Used(currency, of))
        if (key, currency) not in seen:  # a purchase may be settled with several kinds
            seen.add((key, currency))
            counted = uses.get(of)  # where limits look at it, which know its way
            uses[of] = Use(counted.way if counted else key.partition("/")[0], used_at)
        lot = book.lots.setdefault((seq, row_no), Lot(seq, row_no, *rest))
        uses[of].taken.append((lot, points))
        uses[of].points += points
    return found


def load_exchanges(
    cursor: Cursor,
    batch: Batch,
    books: Collection[Book],
    keys: Collection[str],
    uses: Mapping[str, Used],
) -> dict[str, Made]:
    """The exchanges of these keys, of which `uses` has what they took, and the spins, whose prizes took nothing; the
    lots that came are added to the books."""
    by_member = {book.member_id: book for book in books}
    parameters = {"programme": batch.programme_id.hex(), "keys": sorted(keys)}
    found: dict[str, Made] = {}
    for key, taken, taken_at, money, member_id, seq, row_no, *rest in cursor.execute(
        _SQL["load_exchanges"], parameters
    ):
        won = key.startswith(f"{SPIN}/") and member_id in by_member
        if key in uses or won:
            book = by_member[member_id]
            lot = book.lots.setdefault((seq, row_no), Lot(seq, row_no, *rest))
            lots = (*found[key].lots, lot) if key in found else (lot,)
            currency, taken = (lot.currency, 0) if won else (uses[key].currency, taken)
            found[key] = Made(book, seq, currency, taken, lots, taken_at, money)
    return found


def load_expired(cursor: Cursor, batch: Batch, books: Collection[Book], since: int) -> None:
    """Add to books the lots that ended at `since` or later, and how much of each stands as expired."""
    by_member = {book.member_id: book for book in books}
    parameters = {
        "programme": batch.programme_id.hex(),
        "members": uuids(list(by_member)),
        "since": since,
    }
    rows = cursor.execute(_SQL["load_expired_lots"], parameters)
    for member_id, seq, row_no, *rest, expired in rows:
        lot = by_member[member_id].lots.setdefault((seq, row_no), Lot(seq, row_no, *rest))
        lot.expired_before = expired
