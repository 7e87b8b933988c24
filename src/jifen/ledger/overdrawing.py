"""What a reversal finds no points for: owed, forgiven, or reason enough to refuse it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from jifen.ledger.book import Batch, Book
from jifen.ledger.records import ISSUED, WRITTEN_OFF, Difference


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
    before = book.forgiven.get(currency, 0)
    forgiven = min(points, max(0, overdraft.ceiling - before))
    if forgiven:
        book.post(seq, currency, WRITTEN_OFF, forgiven, recorded_at, effective_at, event_seq)
        book.forgiven[currency] = before + forgiven
        day = book.batch.day_and_month(effective_at)[0]
        book.batch.movements[ISSUED, currency, 0, 0, day] -= forgiven
        book.batch.movements[WRITTEN_OFF, currency, 0, 0, day] += forgiven
    if points > forgiven:
        book.owe(ISSUED, currency, points - forgiven, effective_at)


def on_trial(book: Book) -> Book:
    """A copy of a book whose lots are loaded, of which nothing is ever written: to see what an act would bring."""
    batch = book.batch
    trial = Book(Batch(batch.programme_id, batch.batch_id, batch.zone, batch.terms), book.member_id)
    trial.next_due_at = book.next_due_at
    trial.extended = book.extended
    trial.balances = {currency: copy(balance) for currency, balance in book.balances.items()}
    trial.lots = {number: copy(lot) for number, lot in book.lots.items()}
    return trial


def refused_currencies(differences: Sequence[Difference], book: Book) -> list[int]:
    """The currencies of differences in which a return that leaves a debt is refused."""
    terms = book.batch.terms
    currencies = dict.fromkeys(one.currency for one in differences if one.points < 0)
    return [number for number in currencies if terms[number].overdraft.kind == "refuse"]
