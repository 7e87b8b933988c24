"""Points from one member to another, through `transit`: lot by lot, so that each keeps what it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jifen.ledger.book import Book
from jifen.ledger.cancelling import more_than_left
from jifen.ledger.records import TRANSFER, TRANSIT, Grant, Lot, Outcome
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.taking import await_lots, lapse, repay, take_in_order
from jifen.ledger.terms import expires_at
from jifen.ledger.ways_out import most_usable, refusal_of_asking, refusal_of_use, take_fee


class Side(NamedTuple):
    """One member of a move: the book, the number of the command in it, and of the command it is about (or 0)."""

    book: Book
    seq: int
    about: int = 0


class Moved(NamedTuple):
    """Points that a transfer moved: from which of the giver's lots, into which of the receiver's."""

    parent: Lot
    child: Lot


def transfer(
    giver: Side, receiver: Side, currency: int, points: int, now: int
) -> Refused | Outcome:
    """Give points away in the giver's spending order, and take the fee of the terms.

    Every lot taken from becomes a lot of the receiver that names it as its parent: alike, but for its end where
    the terms say that it begins anew. It repays the receiver's debt first. Nobody's `lifetime` changes.
    """
    book = giver.book
    terms = book.batch.terms[currency].transfers
    refused = refusal_of_asking(book, points)
    if refused or terms is None:
        return refused or Refused(Refusal.NOT_ACCEPTED)
    refused = refusal_of_use(book, currency, terms.bounds, {TRANSFER}, points, now)
    if refused:
        return refused
    move(giver, receiver, currency, points, now, fresh=terms.expiry == "fresh")
    book.note_use(TRANSFER, currency, giver.seq, points, now)
    take_fee(book, giver.seq, currency, terms.bounds.fee, now)
    return Outcome(points, terms.bounds.fee)


def transfer_up_to(
    giver: Side, receiver: Side, currency: int, most: int, now: int
) -> Refused | Outcome:
    """Give as many points away as may be and are there, but not more than `most`: the outcome says how many."""
    book = giver.book
    terms = book.batch.terms[currency].transfers
    refused = refusal_of_asking(book, most)
    if refused or terms is None:
        return refused or Refused(Refusal.NOT_ACCEPTED)
    points = most_usable(book, currency, terms.bounds, {TRANSFER}, most, now)
    return transfer(giver, receiver, currency, points, now)


def move(giver: Side, receiver: Side, currency: int, points: int, now: int, *, fresh: bool) -> None:
    """Move points that can be spent now, in the giver's spending order."""
    usable = giver.book.usable_lots(currency, now)
    there = [(lot, lot.remaining) for lot in usable]
    posting = giver.book.post(giver.seq, currency, TRANSIT, -points, now, now)
    take_in_order(giver.book, giver.seq, posting, TRANSIT, usable, points, now)
    parts = [(lot, before - lot.remaining) for lot, before in there if before > lot.remaining]
    move_in(receiver, currency, giver.book, parts, now, fresh=fresh)


def move_in(
    receiver: Side,
    currency: int,
    giver: Book,
    parts: list[tuple[Lot, int]],
    now: int,
    *,
    fresh: bool,
) -> None:
    """Put parts of another member's lots into lots of their own."""
    book, seq, _ = receiver
    points = sum(part for _, part in parts)
    book.post(seq, currency, TRANSIT, points, now, now)
    lots: list[Lot] = []
    for parent, part in parts:
        ends_at = giver.ends_at(parent)
        if fresh:
            terms = book.batch.terms[currency]
            ends_at = expires_at(terms, book.batch.day_and_month(now)[0], now)
        given = Grant(
            currency, part, parent.funder, parent.earned_at, parent.available_at, ends_at,
            parent.unit_price_micros,
        )  # fmt: skip
        lot = book.add_lot(seq, 0, given, now, TRANSIT)
        book.descend(lot, giver.member_id, parent)
        lots.append(lot)
    repay(book, seq, currency, lots, now, now)
    await_lots(book, lots, now)


def give_back(
    giver: Side, receiver: Side, moved: list[Moved], points: int | None, now: int
) -> Refused | Outcome:
    """Give back points of a transfer (None: all that are left) to the lots that they came from, last given first.

    The receiver keeps what was used, and what a hold reserves. What has ended meanwhile lapses with the giver,
    whose debt it repays first. The fee stays.
    """
    if points is not None and points <= 0:
        return Refused(Refusal.INVALID_AMOUNT)
    left = sum(child.remaining - child.held for _, child in moved)
    if not left or (points or 0) > left:
        return more_than_left(left, points, moved[0].parent.currency)
    back = points or left
    currency = moved[0].parent.currency
    giver.book.note_use(TRANSFER, currency, giver.about, -back, now)
    lots = [lot for lot, _ in put_back(giver, receiver, moved, back, now)]
    ended = [lot for lot in lots if giver.book.ends_at(lot) <= now]
    lapse(giver.book, giver.seq, currency, ended, now, now)
    repay(giver.book, giver.seq, currency, lots, now, now)
    await_lots(giver.book, lots, now)
    return Outcome(back)


def put_back(
    giver: Side, receiver: Side, moved: Sequence[Moved], points: int, now: int
) -> list[tuple[Lot, int]]:
    """Move points of one currency that are there back to the lots that they came from, last given first; what came to
    each. Whether these have ended, or debt is repaid from them, is left to who asks."""
    currency = moved[0].parent.currency
    out = receiver.book.post(receiver.seq, currency, TRANSIT, -points, now, now, receiver.about)
    into = giver.book.post(giver.seq, currency, TRANSIT, points, now, now, giver.about)
    parts: list[tuple[Lot, int]] = []
    missing = points
    for parent, child in reversed(moved):
        part = min(missing, child.remaining - child.held)
        if part:
            receiver.book.take(receiver.seq, out, TRANSIT, child, part, now)
            giver.book.take(giver.seq, into, TRANSIT, parent, -part, now)
            parts.append((parent, part))
            missing -= part
    return parts
