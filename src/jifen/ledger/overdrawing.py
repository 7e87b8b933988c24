"""What a reversal finds no points for: owed, forgiven, or reason enough to refuse it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from jifen.instants import start_of_day
from jifen.ledger.book import Batch, Book
from jifen.ledger.bounds import first_day
from jifen.ledger.records import ISSUED, WRITTEN_OFF, Difference, Lot, WriteOff
from jifen.ledger.taking import take_in_order


def fall_short(
    book: Book,
    seq: int,
    currency: int,
    points: int,
    recorded_at: int,
    effective_at: int,
    event_seq: int,
) -> None:
    """Let points of a reversal that no lot covers be written off as far as the terms forgive them, else be debt."""
    overdraft = book.batch.terms[currency].overdraft
    forgiven = _forgivable(book, currency, points, recorded_at) if overdraft.ceiling else 0
    if forgiven:
        book.post(seq, currency, WRITTEN_OFF, forgiven, recorded_at, effective_at, event_seq)
        written = WriteOff(seq, recorded_at, forgiven)
        book.forgiven.setdefault(currency, []).append(written)
        day = book.batch.day_and_month(effective_at)[0]
        book.batch.movements[ISSUED, currency, 0, 0, day] -= forgiven
        book.batch.movements[WRITTEN_OFF, currency, 0, 0, day] += forgiven
    if points > forgiven:
        book.owe(ISSUED, currency, points - forgiven, effective_at)


def forgiven_points(book: Book) -> dict[int, int]:
    """What stands as written off, by currency."""
    return {number: sum(one.points for one in of) for number, of in book.forgiven.items()}


def _forgivable(book: Book, currency: int, points: int, now: int) -> int:
    """What the ceiling of the year leaves of points that were used. Those that are only set aside, or that others
    have, may come back or be used by them, and are owed."""
    written = book.forgiven.get(currency, [])
    balance = book.balance(currency)
    of_others = (
        balance.lifetime
        - balance.spent
        - balance.expired
        + sum(one.points for one in written)
        - balance.points
    )
    elsewhere = max(0, balance.held + max(0, of_others) - balance.debt)
    day = book.batch.day_and_month(now)[0]
    new_year = start_of_day(first_day("year", day), book.batch.zone)
    this_year = sum(one.points for one in written if one.recorded_at >= new_year)
    ceiling = book.batch.terms[currency].overdraft.ceiling
    return max(0, min(points - elsewhere, ceiling - this_year))


def collect_forgiven(
    book: Book, seq: int, currency: int, of: int, lots: Sequence[Lot], points: int, now: int
) -> None:
    """Take, of points that come back from the use of number `of` to lots, what was forgiven since that use: it was
    forgiven because it had been used. What was forgiven first is collected first."""
    for written in book.forgiven.get(currency, ()):
        back = min(points, written.points) if written.seq > of else 0
        if back:
            posting = book.post(seq, currency, WRITTEN_OFF, -back, now, now, written.seq)
            in_order = book.in_spending_order(currency, lots)
            take_in_order(book, seq, posting, WRITTEN_OFF, in_order, back, now)
            written.points -= back
            points -= back


def on_trial(book: Book) -> Book:
    """A copy of a book whose lots are loaded, of which nothing is ever written: to see what an act would bring."""
    batch = book.batch
    trial = Book(Batch(batch.programme_id, batch.batch_id, batch.zone, batch.terms), book.member_id)
    trial.next_due_at = book.next_due_at
    trial.extended = book.extended
    trial.forgiven = {number: list(map(copy, of)) for number, of in book.forgiven.items()}
    trial.balances = {currency: copy(balance) for currency, balance in book.balances.items()}
    trial.lots = {number: copy(lot) for number, lot in book.lots.items()}
    return trial


def refused_currencies(differences: Sequence[Difference], book: Book) -> list[int]:
    """The currencies of differences in which a return that leaves a debt is refused."""
    terms = book.batch.terms
    currencies = dict.fromkeys(one.currency for one in differences if one.points < 0)
    return [number for number in currencies if terms[number].overdraft.kind == "refuse"]
