"""What time has brought, posted at the instants at which it was due."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from jifen.instants import NEVER
from jifen.ledger.announcing import announce
from jifen.ledger.book import Book, LotsNotLoaded
from jifen.ledger.holding import free
from jifen.ledger.records import Hold, HoldState, Lot
from jifen.ledger.taking import lapse, next_announcement, repay

_TIMES_OUT, _ENDS, _RIPENS = range(3)


class _Due(NamedTuple):
    """Something due. At one instant holds come before lots that end, and these before lots that ripen."""

    at: int
    kind: int
    currency: int
    thing: Hold | Lot


_WHEN = itemgetter(0, 1, 2)


def settle(book: Book, seq: int, now: int) -> bool:
    """Free timed-out holds, let lots lapse and ripe lots repay debt, in order of time; True if anything happened.

    Before that what is to be told of lots is noted, which may let some of them end later.
    What a hold frees after its expiry lapses at the hold's deadline.
    """
    if book.next_due_at > now:
        return False
    if not book.lots_loaded:
        raise LotsNotLoaded(book.member_id.hex())
    rows_before = len(book.rows)
    if book.batch.noticing:
        announce(book, seq, book.due_since, now)
    happened = False
    for (at, kind, currency), group in groupby(sorted(_due(book, now), key=_WHEN), key=_WHEN):
        lots: list[Lot] = []
        for one in group:
            if isinstance(one.thing, Hold):
                free(book, seq, one.thing, HoldState.TIMED_OUT, now, at)
                happened = True
            else:
                lots.append(one.thing)
        if kind == _ENDS:
            lapse(book, seq, currency, lots, now, at)
        elif kind == _RIPENS:
            repay(book, seq, currency, lots, now, at)
    book.next_due_at = next_due_at(book, now)
    return happened or bool(book.notices) or len(book.rows) > rows_before


def next_due_at(book: Book, now: int) -> int:
    """The first instant at which time changes a lot, a hold or a debt of a book whose lots are loaded, or something is
    to be told of a lot."""
    first = min(
        (
            one.at
            for one in _due(book, NEVER - 1)
            if isinstance(one.thing, Hold) or one.thing.remaining > one.thing.held
        ),
        default=NEVER,
    )
    return (
        min(first, next_announcement(book, book.lots.values(), now))
        if book.batch.noticing
        else first
    )


def _due(book: Book, until: int) -> Iterator[_Due]:
    """What is due, lots that are held included: a hold may have set them free by then."""
    for held in book.holds.values():
        if held.state == HoldState.OPEN and held.deadline <= until:
            yield _Due(held.deadline, _TIMES_OUT, held.currency, held)
    for lot in book.lots.values():
        if lot.remaining:
            if (ends_at := book.ends_at(lot)) <= until:
                yield _Due(ends_at, _ENDS, lot.currency, lot)
            if lot.available_at <= until and book.debt(lot.currency):
                yield _Due(lot.available_at, _RIPENS, lot.currency, lot)
