"""The order in which lots are used, the instants at which things are due, and what a book shows and leaves behind."""

from __future__ import annotations

from hashlib import sha256

import pytest
from ledger_checking import check
from ledger_steps import DAY, HOUR, OLDEST, POINTS, START, give, new_book, take_back

from jifen.db.tables import LOT, POSTING, TAKING
from jifen.instants import NEVER
from jifen.ledger.book import LOTS, POSTINGS, TAKINGS, Book, LotsNotLoaded
from jifen.ledger.chain import extend_chain
from jifen.ledger.granting import grant
from jifen.ledger.holding import hold
from jifen.ledger.records import Difference, Grant
from jifen.ledger.refusals import Refusal
from jifen.ledger.reversing import correct
from jifen.ledger.settling import settle
from jifen.ledger.spending import spend
from jifen.ledger.viewing import view


def remaining(book: Book) -> list[int]:
    return [lot.remaining for lot in book.lots.values()]


@pytest.mark.parametrize(
    ("currency", "left"), [(POINTS, [10, 0, 5]), (OLDEST, [0, 5, 10])], ids=["soonest", "oldest"]
)
def test_lots_are_spent_in_the_order_of_the_currency(currency: int, left: list[int]) -> None:
    book = new_book()
    for seq, (earned, lasts) in enumerate([(0, 90), (1, 30), (2, 60)], 1):
        give(10, at=START + earned, lasts=lasts * DAY, currency=currency)(book, seq)
    spend(book, 9, currency, 15, START + HOUR)
    assert remaining(book) == left


def test_points_without_an_end_are_spent_last() -> None:
    book = new_book()
    give(10, lasts=NEVER - START)(book, 1)
    give(10, at=START + 1)(book, 2)
    spend(book, 3, POINTS, 15, START + HOUR)
    assert remaining(book) == [5, 0]


def test_a_correction_takes_from_its_own_grants_before_the_member_s_other_points() -> None:
    book = new_book()
    give(5, event=1)(book, 1)
    give(50, event=2)(book, 2)
    dates = (0, START, START, START + DAY, 0)
    correct(book, 3, [Difference(1, 0, -20, *dates), Difference(5, 0, 14, *dates)], START, START)
    assert remaining(book) == [0, 49, 0]


def test_settling_posts_at_the_instant_that_was_due() -> None:
    book = new_book()
    give(10, lasts=3 * DAY)(book, 1)
    give(10, lasts=2 * DAY)(book, 2)
    settle(book, 3, START + 9 * DAY)
    expired = [
        POSTING.unpack(packed)[8:10]
        for seq, place, packed in book.rows
        if (seq, place) == (3, POSTINGS)
    ]
    now = START + 9 * DAY
    assert expired == [(now, START + 2 * DAY), (now, START + 3 * DAY)]


def test_one_command_settles_however_much_is_due() -> None:
    book, lots = new_book(), 40_000
    for seq in range(1, lots + 1):
        give(1, lasts=DAY)(book, seq)
    now = START + DAY
    assert [settle(book, lots + one, now) for one in (1, 2)] == [True, False]
    assert (check(book, now), book.balances[POINTS].expired) == ([], lots)


def test_what_had_ended_when_it_was_recorded_lapses_with_its_own_command() -> None:
    book = new_book()
    given = Grant(POINTS, 10, 0, START, START, START + DAY, 0)
    grant(book, 1, 1, [given], START + 9 * DAY, START)
    assert (book.balances[POINTS].points, book.balances[POINTS].expired) == (0, 10)
    assert book.next_due_at == NEVER


def test_earning_needs_no_lots_and_everything_else_does() -> None:
    book = new_book()
    book.lots_loaded = False
    give(10, event=1, lasts=DAY)(book, 1)
    with pytest.raises(LotsNotLoaded):
        spend(book, 2, POINTS, 5, START)
    with pytest.raises(LotsNotLoaded):
        take_back(1, 5)(book, 2)
    with pytest.raises(LotsNotLoaded):
        settle(book, 2, START + DAY)


def test_a_view_shows_each_point_once() -> None:
    book = new_book()
    give(10, lasts=DAY)(book, 1)
    give(20, waits=2 * DAY)(book, 2)
    give(40)(book, 3)
    hold(book, 4, "h", POINTS, 4, START)
    seen = view(book, POINTS, START)
    assert (seen.available, seen.pending, seen.held, seen.lapsed, seen.debt) == (46, 20, 4, 0, 0)
    assert (seen.next_pending_at, seen.next_expires_at, seen.next_expiring) == (
        START + 2 * DAY,
        START + DAY,
        6,
    )
    later = view(book, POINTS, START + 2 * DAY)
    assert (later.available, later.pending, later.held, later.lapsed) == (60, 0, 4, 6)
    assert later.next_pending_at == NEVER


def test_debt_is_shown_as_points_below_zero() -> None:
    book = new_book()
    give(60, event=1)(book, 1)
    spend(book, 2, POINTS, 60, START)
    take_back(1, 60)(book, 3)
    seen = view(book, POINTS, START)
    assert (seen.available, seen.debt, seen.points) == (0, 60, -60)


def test_the_chain_takes_each_command_in_table_order_without_what_changes() -> None:
    book = new_book()
    give(60)(book, 1)
    spend(book, 2, POINTS, 20, START)
    rows = {(seq, place): packed for seq, place, packed in book.rows}
    first_link = bytes(32)
    first = sha256(
        first_link + POSTING.chained(rows[1, POSTINGS]) + LOT.chained(rows[1, LOTS])
    ).digest()
    second = sha256(
        first + POSTING.chained(rows[2, POSTINGS]) + TAKING.chained(rows[2, TAKINGS])
    ).digest()
    assert extend_chain(first_link, reversed(book.rows)) == second
    assert extend_chain(extend_chain(first_link, book.rows[:2]), book.rows[2:]) == second


def test_every_refusal_is_said_in_both_languages_and_has_its_own_code() -> None:
    assert len({refusal.code for refusal in Refusal}) == len(Refusal)
    assert all(refusal.zh.endswith("。") and refusal.en.endswith(".") for refusal in Refusal)
    assert all(refusal.code == refusal.name.lower() for refusal in Refusal)
