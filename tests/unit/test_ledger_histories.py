"""Whatever happens to a member, the book agrees with a ledger of single points, and faults planted in it are found."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_playing import Play, play_many

from jifen.ledger import (
    cancelling,
    extending,
    granting,
    holding,
    overdrawing,
    renewing,
    reversing,
    reviving,
    settling,
    spending,
    taking,
    ways_out,
)
from jifen.ledger.book import Book


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False))
def test_a_book_agrees_with_single_points(chance: Random) -> None:
    Play(chance, Counter()).run(12)


def test_every_kind_of_thing_happens_in_the_histories() -> None:
    seen = play_many(400)
    assert min(seen.values()) > 400 / 50, seen
    assert set(seen) == {
        "settled",
        "repaid",
        "refused",
        "done",
        "captured in part",
        "debt",
        "given back",
        "renewed",
        "forgiven",
        "collected",
        "revived",
        "lengthened",
        "shortened",
    }


FAULTS: list[tuple[Callable[..., Any], str, str]] = [
    (Book.in_spending_order, "(self.ends_at(lot), lot.earned", "(-self.ends_at(lot), lot.earned"),
    (Book.in_spending_order, "(lot.earned_at, lot.seq", "(-lot.earned_at, lot.seq"),
    (Book.usable_lots, "lot.available_at <= now", "lot.earned_at <= now"),
    (Book.open_lots, "lot.remaining > lot.held", "lot.remaining"),
    (Book.post, "balance.lifetime += points", "pass"),
    (Book.post, "balance.spent -= points", "pass"),
    (Book.take, "lot.expired += points", "pass"),
    (Book.take, "lot.currency, lot.funder, month, day] -= points", "lot.currency, 0, month, day] -= points"),
    (Book.owe, "debt += points", "debt += abs(points)"),
    (taking.await_lots, "book.next_due_at = min(book.next_due_at, book.ends_at(lot))", "pass"),
    (granting.grant, "repay(book, seq, currency, lots, recorded_at, recorded_at)", "pass"),
    (taking.await_lots, "book.next_due_at = min(book.next_due_at, lot.available_at)", "pass"),
    (taking._repay_from, "book.owe(TRANSIT, currency, -points, at)", "pass"),
    (
        taking.lapse_ended,
        "_repay_from(book, seq, lot.currency, [lot], recorded_at, recorded_at)",
        "pass",
    ),
    (taking.take_in_order, "min(points, lot.remaining - lot.held)", "min(points, lot.remaining)"),
    (ways_out.refusal_of_too_few, "available >= needed else", "available >= needed - 1 else"),
    (spending.adjust, "(book, currency, -points, now)", "(book, currency, -points + 1, now)"),
    (holding.hold, "book.balance(currency).held += points + fee", "pass"),
    (holding.hold, "missing = points + fee", "missing = points"),
    (holding._end_captured, "_redeem(book, seq, held, held.fee, now, seq)", "pass"),
    (spending.spend, "take_fee(book, seq, currency, fee, now)", "pass"),
    (holding.hold, "book.next_due_at = min(book.next_due_at, deadline)", "pass"),
    (holding._redeem, "held.lots = kept", "held.lots = []"),
    (cancelling.cancel, "> use.points", "> use.points + 1"),
    (cancelling.give_back, "if book.ends_at(lot) <= now]", "if False]"),
    (cancelling.give_back, "repay(book, seq, currency, lots, now, now)", "pass"),
    (cancelling.give_back, "await_lots(book, lots, now)", "pass"),
    (cancelling._return_to_lots, "reversed(use.taken)", "use.taken"),
    (cancelling._return_to_lots, "kept.insert(0, (lot, taken - back))", "pass"),
    (renewing.renew, "repay(book, seq, currency, renewed, now, now)", "pass"),
    (renewing.renew, "await_lots(book, renewed, now)", "pass"),
    (renewing.renew, "book.take(seq, out, TRANSIT, lot, points, now)", "pass"),
    (renewing.renew, "event_seq, anew", "0, anew"),
    (reviving.revive, "since <= lot.expires_at", "since < now"),
    (reviving.revive, "(-lot.expires_at", "(lot.expires_at"),
    (reviving.revive, "expires_at=expires_at)", ")"),
    (reviving._expired_of, "lot.expired_before + lot.expired", "lot.granted"),
    (holding.free, "if book.ends_at(lot) <= at]", "if False]"),
    (holding.free, "repay(book, seq, currency, freed, now, at)", "pass"),
    (holding.free, "lot.held -= reserved", "lot.held = 0"),
    (taking.lapse, "lot.remaining - lot.held)", "lot.remaining)"),
    (settling._due, "held.deadline <= until", "held.deadline < until"),
    (settling._due, "if lot.remaining:", "if lot.remaining > lot.held:"),
    (settling.settle, "repay(book, seq, currency, lots, now, at)", "pass"),
    (reversing._take_back, "take(alike, -difference.points)", "-difference.points"),
    (reversing._take_back, "if lot.currency == currency)", "if False)"),
    (reversing._take_back, "take(book.open_lots(currency), missing) if missing else 0", "missing"),
    (reversing._is_alike, "(lot.funder, lot", "(difference.funder, lot"),
    (reversing._is_alike, "lot.expires_at) ==", "difference.expires_at) =="),
    (reversing._take_back_expired, "min(left, ", "min(1, "),
    (overdrawing.fall_short, "book.owe(ISSUED, currency, points - forgiven, effective_at)", "pass"),
    (overdrawing._forgivable, "ceiling - this_year", "ceiling"),
    (overdrawing._forgivable, "points - elsewhere", "points"),
    (overdrawing.collect_forgiven, "written.seq > of", "written.seq < of"),
    (overdrawing.collect_forgiven, "written.points -= back", "pass"),
    (cancelling.give_back, "collect_forgiven(book, seq, currency, of, lots, points, now)", "pass"),
    (overdrawing.fall_short, "movements[WRITTEN_OFF, currency, 0, 0, day] += forgiven", "movements"),
    (reversing.correct, "repay(book, seq, currency, granted, recorded_at, recorded_at)", "pass"),
    (extending.later_end, "min(until, longest)", "until"),
    (extending.later_end, "if until > expires_at", "if False"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "right", "wrong"), FAULTS)
def test_a_planted_fault_is_found(
    monkeypatch: pytest.MonkeyPatch, function: Callable[..., Any], right: str, wrong: str
) -> None:
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(right) == 1
    names = dict(function.__globals__)
    exec(source.replace(right, wrong), names)
    faulty = names[function.__name__]
    if hasattr(Book, function.__name__):
        monkeypatch.setattr(Book, function.__name__, faulty)
    for name, module in list(sys.modules.items()):
        if name.startswith(("jifen.ledger.", "ledger_")):
            for attribute, value in list(vars(module).items()):
                if value is function:
                    monkeypatch.setattr(module, attribute, faulty)
    with pytest.raises(AssertionError):
        play_many(400)
