"""Setting points aside: hold, then capture, void or time-out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from jifen.db.tables import HOLD, HOLD_LOT
from jifen.instants import NEVER
from jifen.ledger.book import HOLD_LOTS, HOLDS, Book
from jifen.ledger.bounds import above_maximum
from jifen.ledger.records import PAY, REDEEMED, SPEND, Hold, HoldState, Lot, Outcome
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.renewing import renew
from jifen.ledger.spending import refusal_to_use
from jifen.ledger.taking import await_lots, lapse, repay

MICROSECONDS_PER_MINUTE: Final = 60_000_000
DEFAULT_MINUTES: Final = 15
LONGEST_MINUTES: Final = 30 * 24 * 60
_ENDED: Final = {
    HoldState.CAPTURED: "captured",
    HoldState.VOIDED: "voided",
    HoldState.TIMED_OUT: "timed_out",
}


def hold(
    book: Book,
    seq: int,
    hold_id: str,
    currency: int,
    points: int,
    now: int,
    minutes: int = DEFAULT_MINUTES,
) -> Refused | Outcome:
    """Set points aside in the spending order until a deadline at most 30 days away, and the fee of using them.

    The lots so reserved do not expire meanwhile.
    """
    if book.frozen:
        return Refused(Refusal.FROZEN)
    if minutes <= 0 or points <= 0:
        return Refused(Refusal.INVALID_AMOUNT)
    if minutes > LONGEST_MINUTES:
        figures = {"most": LONGEST_MINUTES, "asked": minutes}
        return Refused(Refusal.ABOVE_MAXIMUM, "minutes", figures)
    refused = refusal_to_use(book, currency, points, now)
    if refused:
        return refused
    deadline = now + minutes * MICROSECONDS_PER_MINUTE
    ids = book.batch.programme_id, book.member_id
    fee = book.batch.terms[currency].spending.fee
    packed = HOLD.pack(
        *ids, seq, currency, points, fee, now, deadline, hold_id, HoldState.OPEN, 0, NEVER
    )
    opened = Hold(seq, hold_id, currency, points, fee, deadline, packed=packed)
    book.rows.append((seq, HOLDS, packed))
    missing = points + fee
    for row_no, lot in enumerate(book.usable_lots(currency, now)):
        reserved = min(missing, lot.remaining - lot.held)
        lot.held += reserved
        lot.changed = True
        opened.lots.append((lot, reserved))
        packed = HOLD_LOT.pack(*ids, seq, row_no, lot.seq, lot.row_no, reserved)
        book.rows.append((seq, HOLD_LOTS, packed))
        missing -= reserved
        if not missing:
            break
    book.holds[hold_id] = opened
    book.balance(currency).held += points + fee
    book.next_due_at = min(book.next_due_at, deadline)
    return Outcome(points)


def capture(book: Book, seq: int, hold_id: str, points: int | None, now: int) -> Refused | Outcome:
    """Redeem points of a hold (None: all of them), and its fee, in the order in which lots were reserved; free the
    rest."""
    held = open_hold(book, hold_id, points)
    if isinstance(held, Refused):
        return held
    points = held.points if points is None else points
    _redeem(book, seq, held, points, now, held.seq)
    book.note_use(SPEND, held.currency, held.seq, points, now)
    _end_captured(book, seq, held, points, now)
    return Outcome(points, held.fee)


def open_hold(book: Book, hold_id: str, points: int | None) -> Refused | Hold:
    """The hold of which so many points (None: all) can be redeemed now, or why they cannot."""
    if book.frozen:
        return Refused(Refusal.FROZEN)
    held = book.holds.get(hold_id)
    if held is None:
        return Refused(Refusal.UNKNOWN_HOLD)
    if points is not None and points <= 0:
        return Refused(Refusal.INVALID_AMOUNT)
    if points is not None and points > held.points:
        return above_maximum(held.points, points, held.currency)
    return _closed(held) if held.state != HoldState.OPEN else held


def pay_from_hold(book: Book, seq: int, held: Hold, points: int, now: int) -> None:
    """Redeem points of an open hold, and its fee, as what their own command pays with; free the rest."""
    _redeem(book, seq, held, points, now, 0)
    book.note_use(PAY, held.currency, seq, points, now)
    _end_captured(book, seq, held, points, now)


def _end_captured(book: Book, seq: int, held: Hold, points: int, now: int) -> None:
    """Redeem the fee of a hold of which so many points were just redeemed, and free the rest."""
    if held.fee:
        _redeem(book, seq, held, held.fee, now, seq)
    held.captured = points
    free(book, seq, held, HoldState.CAPTURED, now, now)


def _redeem(book: Book, seq: int, held: Hold, points: int, now: int, about: int) -> None:
    """Redeem so many of the points that a hold still reserves, first reserved first."""
    posting = book.post(seq, held.currency, REDEEMED, -points, now, now, about)
    book.balance(held.currency).held -= points
    kept: list[tuple[Lot, int]] = []
    for lot, reserved in held.lots:
        taken = min(points, reserved)
        if taken:
            lot.held -= taken
            book.take(seq, posting, REDEEMED, lot, taken, now)
            points -= taken
        if reserved > taken:
            kept.append((lot, reserved - taken))
    held.lots = kept


def void(book: Book, seq: int, hold_id: str, now: int) -> Refused | Outcome:
    """Set free what a hold reserves, also of a frozen member."""
    held = book.holds.get(hold_id)
    if held is None:
        return Refused(Refusal.UNKNOWN_HOLD)
    if held.state != HoldState.OPEN:
        return _closed(held)
    free(book, seq, held, HoldState.VOIDED, now, now)
    return Outcome(held.points)


def _closed(held: Hold) -> Refused:
    return Refused(Refusal.HOLD_CLOSED, _ENDED[held.state], since=held.closed_at)


def free(book: Book, seq: int, held: Hold, state: HoldState, now: int, at: int) -> None:
    """Close a hold at an instant. What it still reserves lapses if it has expired by then, or repays debt."""
    currency = held.currency
    book.balance(currency).held -= sum(reserved for _, reserved in held.lots)
    reserved_of, held.lots = held.lots, []
    freed = [lot for lot, _ in reserved_of]
    for lot, reserved in reserved_of:
        lot.held -= reserved
        lot.changed = True
    held.state = state
    held.closed_at = at
    held.changed = True
    _let_live(book, seq, reserved_of, now)
    lapse(book, seq, currency, [lot for lot in freed if book.ends_at(lot) <= at], now, at)
    repay(book, seq, currency, freed, now, at)
    await_lots(book, freed, at)


def _let_live(book: Book, seq: int, freed: Iterable[tuple[Lot, int]], now: int) -> None:
    """Move what ends later than its lot, because a notice was missed while it was held, to a lot with that end."""
    ending: dict[int, list[tuple[Lot, int]]] = {}
    for lot, points in freed:
        if (later := book.held_ends_at(lot)) > book.ends_at(lot):
            ending.setdefault(later, []).append((lot, points))
    for later, parts in ending.items():
        renew(book, seq, parts, now, expires_at=later)
