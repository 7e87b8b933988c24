"""What is always true of a book."""

from __future__ import annotations

from collections import Counter

from jifen.instants import NEVER
from jifen.ledger.book import Book
from jifen.ledger.overdrawing import forgiven_points
from jifen.ledger.records import Balance, Hold, HoldState, Lot
from jifen.ledger.settling import next_due_at


def check(book: Book, now: int | None = None) -> list[str]:
    """Everything that is wrong with a book whose lots are loaded, as sentences; [] if nothing is.

    With `now`, the book must also be settled at that instant.
    """
    reserved = Counter[tuple[int, int]]()
    problems: list[str] = []
    for held in book.holds.values():
        problems += _problems_of_hold(held)
        for lot, points in held.lots:
            reserved[lot.seq, lot.row_no] += points
    for lot in book.lots.values():
        problems += _problems_of_lot(lot, reserved[lot.seq, lot.row_no])
    for currency in {lot.currency for lot in book.lots.values()} | set(book.balances):
        balance = book.balances.get(currency, Balance())
        lots = [lot for lot in book.lots.values() if lot.currency == currency]
        forgiven = forgiven_points(book).get(currency, 0)
        problems += _problems_of_balance(currency, balance, lots, forgiven)
        if now is not None and balance.debt and book.usable_lots(currency, now):
            problems.append(f"currency {currency}: points available beside debt")
    due_at = next_due_at(book, NEVER if now is None else now)
    if due_at < book.next_due_at:
        problems.append(f"something is due at {due_at}, before {book.next_due_at}")
    if now is not None and due_at <= now:
        problems.append(f"something was due at {due_at} and is not settled at {now}")
    return problems


def _problems_of_lot(lot: Lot, reserved: int) -> list[str]:
    name = f"lot {lot.seq}/{lot.row_no}"
    problems = []
    if not 0 <= lot.held <= lot.remaining <= lot.granted:
        problems.append(f"{name}: held {lot.held}, remaining {lot.remaining} of {lot.granted}")
    if lot.held != reserved:
        problems.append(f"{name}: holds reserve {reserved}, the lot says {lot.held}")
    return problems


def _problems_of_hold(held: Hold) -> list[str]:
    reserved = sum(points for _, points in held.lots)
    expected = held.points + held.fee if held.state == HoldState.OPEN else 0
    if reserved != expected:
        return [f"hold {held.hold_id}: reserves {reserved} and not {expected}"]
    return []


def _problems_of_balance(
    currency: int, balance: Balance, lots: list[Lot], forgiven: int
) -> list[str]:
    name = f"currency {currency}"
    problems = []
    remaining = sum(lot.remaining for lot in lots)
    held = sum(lot.held for lot in lots)
    if remaining != balance.points + balance.debt:
        problems.append(
            f"{name}: lots hold {remaining}, points and debt are {balance.points + balance.debt}"
        )
    if held != balance.held:
        problems.append(f"{name}: lots reserve {held}, the balance says {balance.held}")
    if balance.points - forgiven != balance.lifetime - balance.spent - balance.expired:
        problems.append(f"{name}: {balance.points} is not awarded less spent less expired")
    problems += [
        f"{name}: {part} is below zero"
        for part in ("held", "debt", "spent", "expired", "reversed")
        if getattr(balance, part) < 0
    ]
    return problems
