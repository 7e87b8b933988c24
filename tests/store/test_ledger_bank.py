"""What a book says is what the bank holds: written, read back, and confirmed by the proof's statements."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from ledger_checking import check
from ledger_proving import disagreements

from jifen.db.adapting import cursor as bank_cursor
from jifen.db.connection import connect
from jifen.db.round_trips import Cursor
from jifen.instants import MICROSECONDS_PER_DAY, NEVER
from jifen.ledger.book import Batch, Book, LotsNotLoaded
from jifen.ledger.granting import grant
from jifen.ledger.holding import capture, hold, void
from jifen.ledger.load import Reversing, load_books, load_event_lots, load_to_reverse
from jifen.ledger.needs import ALL_LOTS, ONLY_HELD, Need
from jifen.ledger.records import Difference, Grant, HoldState, Outcome
from jifen.ledger.reversing import correct
from jifen.ledger.settling import settle
from jifen.ledger.spending import adjust, spend
from jifen.ledger.terms import terms_of
from jifen.ledger.write import write_books
from jifen.programme.model import Currency
from jifen.programme.point_terms import Expiry
from jifen.programme.saying.naming import Name

ZONE = ZoneInfo("America/New_York")
POINTS = Currency(
    id="points", name=Name("积分", "points"), expiry=Expiry("rolling", days=20), min_life_days=0
)
TERMS = {1: terms_of(POINTS, 1, ZONE)}
PROGRAMME = bytes(range(16))
ANN = bytes([7]) * 16
START = 1_760_000_000_000_000
DAY = MICROSECONDS_PER_DAY


@pytest.fixture
def cursor(database_url: str) -> Iterator[Cursor]:
    with connect(database_url) as connection, bank_cursor(connection) as cursor:
        cursor.execute(
            "INSERT INTO programme VALUES (%s::uuid, 'p', %s, 'CNY', NULL, now())",
            (PROGRAMME.hex(), ZONE.key),
        )
        cursor.execute(
            "INSERT INTO member_identity VALUES (%s::uuid, 'ann', %s::uuid)",
            (PROGRAMME.hex(), ANN.hex()),
        )
        yield cursor


def new_batch(number: int) -> Batch:
    return Batch(PROGRAMME, number.to_bytes(16, "big"), ZONE, TERMS)


def picture(book: Book) -> object:
    """Everything about a book that the bank keeps, but lots that are used up."""
    balances = {
        currency: [getattr(balance, part) for part in balance.__slots__ if part != "changed"]
        for currency, balance in book.balances.items()
    }
    unkept = {"changed", "packed", "expired", "expired_before"}
    lots = {
        number: [getattr(lot, part) for part in lot.__slots__ if part not in unkept]
        for number, lot in book.lots.items()
        if lot.remaining
    }
    holds = {
        held.hold_id: (
            held.seq,
            held.currency,
            held.points,
            held.deadline,
            [(lot.seq, lot.row_no, points) for lot, points in held.lots],
        )
        for held in book.holds.values()
        if held.state == HoldState.OPEN
    }
    return balances, lots, holds


def load(
    cursor: Cursor,
    number: int,
    next_due_at: int = NEVER,
    holds: tuple[str, ...] = (),
    *,
    needs: Mapping[bytes, Need] = MappingProxyType({ANN: ALL_LOTS}),
    now: int = START,
) -> Book:
    batch = new_batch(number)
    members = {"ann": (ANN, False, next_due_at)}
    return load_books(cursor, batch, members, needs, now, holds)[ANN]


def write(cursor: Cursor, *books: Book) -> None:
    write_books(cursor, books[0].batch, books)


def a_grant(points: int, at: int = START, funder: int = 0, lives: int = 20 * DAY) -> Grant:
    return Grant(1, points, funder, at, at, at + lives, 25_000)


def test_a_book_written_and_loaded_again_is_the_same_book(cursor: Cursor) -> None:
    book = Book(new_batch(1), ANN)
    grant(book, 1, 1, [a_grant(60), a_grant(20, funder=3)], START, START)
    hold(book, 2, "h", 1, 50, START)
    spend(book, 3, 1, 20, START)
    write(cursor, book)
    assert picture(load(cursor, 2)) == picture(book)
    assert disagreements(cursor, PROGRAMME) == []


def test_changes_to_loaded_lots_and_holds_reach_the_bank(cursor: Cursor) -> None:
    book = Book(new_batch(1), ANN)
    grant(book, 1, 1, [a_grant(60)], START, START)
    hold(book, 2, "h", 1, 50, START)
    write(cursor, book)
    later = load(cursor, 2)
    capture(later, 3, "h", 30, START)
    write(cursor, later)
    again = load(cursor, 3, holds=("h",))
    assert picture(again) == picture(later)
    assert (again.holds["h"].state, again.holds["h"].captured) == (HoldState.CAPTURED, 30)
    assert disagreements(cursor, PROGRAMME) == []


def test_what_expired_of_an_award_is_known_to_its_return(cursor: Cursor) -> None:
    book = Book(new_batch(1), ANN)
    grant(book, 1, 1, [a_grant(60, lives=DAY)], START, START)
    spend(book, 2, 1, 15, START)
    settle(book, 3, START + DAY)
    write(cursor, book)
    later = load(cursor, 2)
    load_event_lots(cursor, [(later, [1])])
    returned = Difference(1, 1, -60, 0, START, START, START + DAY, 0)
    correct(later, 4, [returned], START + DAY, START + DAY)
    write(cursor, later)
    balance = later.balances[1]
    assert (balance.points, balance.debt, balance.expired, balance.reversed) == (-15, 15, 0, 60)
    assert picture(load(cursor, 3)) == picture(later)
    assert disagreements(cursor, PROGRAMME) == []


def test_what_expired_just_before_its_return_is_counted_once(cursor: Cursor) -> None:
    book = Book(new_batch(1), ANN)
    grant(book, 1, 1, [a_grant(60, lives=DAY)], START, START)
    write(cursor, book)
    later = load(cursor, 2, next_due_at=START + DAY)
    settle(later, 2, START + DAY)
    load_event_lots(cursor, [(later, [1])])
    load_event_lots(cursor, [(later, [1])])
    correct(later, 3, [Difference(1, 1, -60, 0, START, START, START + DAY, 0)], START + DAY, START)
    balance = later.balances[1]
    assert (balance.points, balance.debt, balance.expired, balance.reversed) == (0, 0, 0, 60)


@pytest.mark.parametrize("seed", range(8))
def test_any_history_written_in_batches_agrees_with_itself(cursor: Cursor, seed: int) -> None:
    chance = random.Random(seed)
    now, seq, next_due_at = START, 0, NEVER
    events: list[Difference] = []
    for number in range(1, 40):
        now += chance.choice((0, DAY // 3, 3 * DAY))
        book = load(cursor, number, next_due_at, tuple(f"h{one}" for one in range(seq)))
        load_event_lots(cursor, [(book, [one.event_seq for one in events])])
        assert check(book) == []
        seq += 1
        settle(book, seq, now)
        for _ in range(chance.randrange(4)):
            seq += 1
            points = chance.randrange(1, 40)
            match chance.randrange(8):
                case 0 | 1 | 2:
                    lasts = chance.randrange(1, 12) * DAY
                    waits = chance.choice((0, 0, 2 * DAY))
                    given = Grant(
                        1, points, chance.randrange(2), now, now + waits, now + waits + lasts, 0
                    )
                    events.append(Difference(seq, 1, -points, *given[2:]))
                    grant(book, seq, seq, [given], now, now - DAY)
                case 3:
                    spend(book, seq, 1, points // 2 + 1, now)
                case 4:
                    hold(book, seq, f"h{seq}", 1, points, now, chance.choice((5, 4000)))
                case 5 if book.holds:
                    named = chance.choice(list(book.holds))
                    if chance.random() < 0.5:
                        capture(book, seq, named, 3, now)
                    else:
                        void(book, seq, named, now)
                case 6:
                    adjust(book, seq, 1, chance.choice((points, -points)), now)
                case 7 if events:
                    correct(book, seq, [events.pop(chance.randrange(len(events)))], now, now)
        assert check(book, now) == []
        write(cursor, book)
        next_due_at = book.next_due_at
        assert picture(load(cursor, 0)) == picture(book)
    assert disagreements(cursor, PROGRAMME) == []


@pytest.mark.parametrize("seed", range(12))
def test_a_reversal_that_reads_only_the_lots_it_may_take_from_takes_as_one_that_reads_all(
    cursor: Cursor, seed: int
) -> None:
    chance = random.Random(seed)
    book, awards = Book(new_batch(1), ANN), list[Difference]()
    for seq in range(1, 60):
        points, lasts = chance.randrange(1, 40), chance.randrange(1, 30) * DAY
        waits = chance.choice((0, 0, 2 * DAY))
        earned_at = START - chance.randrange(9) * DAY
        given = Grant(1, points, 0, earned_at, earned_at + waits, earned_at + waits + lasts, 0)
        awards.append(Difference(seq, 1, -points, *given[2:]))
        grant(book, seq, seq, [given], START, earned_at)
    hold(book, 60, "h", 1, 90, START)
    spend(book, 61, 1, chance.randrange(1, 400), START)
    correct(book, 62, [awards[0]._replace(points=25)], START, START)
    write(cursor, book)
    turned = chance.sample(awards, chance.choice((1, 3, 40)))
    differences = [one._replace(points=chance.randrange(one.points, 6) or 1) for one in turned]
    reversed_points = sum(max(0, -one.points) for one in differences)
    event_seqs = [one.event_seq for one in differences]

    whole = load(cursor, 2, book.next_due_at)
    load_event_lots(cursor, [(whole, event_seqs)])
    part = load(cursor, 2, book.next_due_at, needs={ANN: ONLY_HELD})
    load_to_reverse(cursor, [Reversing(part, event_seqs, {1: reversed_points})], START)
    assert whole.lots.keys() >= part.lots.keys()
    for one in (whole, part):
        correct(one, 63, differences, START, START)
    assert part.rows == whole.rows
    assert part.next_due_at == whole.next_due_at
    write(cursor, part)
    assert picture(load(cursor, 3)) == picture(whole)
    assert disagreements(cursor, PROGRAMME) == []


def test_a_small_reversal_reads_few_of_many_lots(cursor: Cursor) -> None:
    book = Book(new_batch(1), ANN)
    for seq in range(1, 200):
        grant(book, seq, seq, [a_grant(10, lives=seq * DAY)], START, START)
    write(cursor, book)
    part = load(cursor, 2, needs={ANN: ONLY_HELD})
    load_to_reverse(cursor, [Reversing(part, [150], {1: 10})], START)
    assert sorted(seq for seq, _ in part.lots) == [1, 150]


TAMPERINGS = [
    ("movements_that_differ", "UPDATE account_movement SET points = points + 1 WHERE account = 2"),
    ("movements_that_differ", "UPDATE account_movement SET funder = funder + 9 WHERE account = 1"),
    ("movements_that_differ", "UPDATE account_movement SET effective_date = effective_date + 1"),
    ("movements_that_differ", "DELETE FROM account_movement WHERE account = 3"),
    ("movements_that_differ", "UPDATE lot SET earned_at = earned_at + interval '40 days'"),
    ("movements_that_differ", "UPDATE posting SET effective_at = effective_at + interval '1 day'"),
    ("postings_that_differ", "UPDATE posting SET points = points - 1 WHERE account = 2"),
    ("postings_that_differ", "DELETE FROM taking WHERE lot_seq = 1"),
    ("lots_that_differ", "UPDATE lot SET remaining = remaining - 1 WHERE remaining > held"),
    ("lots_that_differ", "UPDATE lot SET held = held - 1 WHERE held > 0"),
    ("lots_that_differ", "DELETE FROM lot WHERE remaining = 0"),
    ("holds_that_differ", "UPDATE hold SET points = points + 1"),
    ("holds_that_differ", "UPDATE hold SET state = 1"),
    ("holds_that_differ", "UPDATE hold_lot SET points = points + 1"),
    ("lots_that_differ", "UPDATE hold SET state = 2"),
    *(
        ("balances_that_differ", f"UPDATE balance SET {column} = {column} + 1")
        for column in ("points", "debt", "lifetime", "spent", "expired", "reversed")
    ),
    ("balances_that_differ", "UPDATE balance SET held = held - 1"),
    ("balances_that_differ", "UPDATE balance SET currency = 2"),
    ("balances_that_differ", "DELETE FROM balance"),
    ("members_due_earlier", "UPDATE member SET next_due_at = 'infinity'"),
]


@pytest.mark.parametrize(("found_by", "tampering"), TAMPERINGS)
def test_tampering_with_the_bank_is_found(
    cursor: Cursor, found_by: str, tampering: LiteralString
) -> None:
    book = Book(new_batch(1), ANN)
    grant(book, 1, 1, [a_grant(60, lives=DAY)], START, START)
    grant(book, 2, 2, [a_grant(60, funder=3)], START, START)
    spend(book, 3, 1, 20, START)
    settle(book, 4, START + DAY)
    hold(book, 5, "h", 1, 10, START + DAY)
    write(cursor, book)
    cursor.execute(
        "INSERT INTO member (programme_id, member_id, external_id, joined_at, opened_at, frozen, facts, facts_since,"
        " member_seq, chain, revision, generation, state, events_evaluated, last_occurred_at, last_sequence,"
        " last_event_id, next_due_at, survivor_id, counts_from)"
        " SELECT %s, %s, 'ann', now(), '-infinity', false, '{}', '-infinity', 5, '', 1, 1, '', 2, now(), 0, '',"
        " to_timestamp(%s), %s, '-infinity'",
        (UUID(bytes=PROGRAMME), UUID(bytes=ANN), book.next_due_at // 1_000_000, UUID(bytes=ANN)),
    )
    assert disagreements(cursor, PROGRAMME) == []
    cursor.execute("SET session_replication_role = replica")  # as one who may stop triggers
    cursor.execute(tampering)
    assert cursor.rowcount > 0
    assert found_by in {found.check for found in disagreements(cursor, PROGRAMME)}


def lots_of_days(cursor: Cursor, days: range, points: int) -> Book:
    """A member with a lot a day, each ending 400 days later; written."""
    book = Book(new_batch(1), ANN)
    for seq, day in enumerate(days, 1):
        grant(book, seq, seq, [a_grant(points, START + day * DAY, lives=400 * DAY)], START, START)
    write(cursor, book)
    return book


def test_a_spend_sees_the_first_lots_in_spending_order_and_no_more(
    cursor: Cursor,
) -> None:
    lots_of_days(cursor, range(-50, 0), 5)
    loaded = load(cursor, 2, needs={ANN: Need({1: 12})})
    assert sorted(seq for seq, _ in loaded.lots) == [1, 2, 3]
    assert isinstance(spend(loaded, 51, 1, 7, START), Outcome)
    assert isinstance(hold(loaded, 52, "h", 1, 5, START), Outcome)
    write(cursor, loaded)
    left = {(seq, 0): 5 for seq in range(4, 51)} | {(2, 0): 0, (3, 0): 3}
    after = load(cursor, 3)
    assert {number: lot.remaining - lot.held for number, lot in after.lots.items()} == left
    assert disagreements(cursor, PROGRAMME) == []


def test_what_cannot_be_spent_yet_or_is_held_does_not_count_as_read(
    cursor: Cursor,
) -> None:
    book = Book(new_batch(1), ANN)
    waiting = a_grant(50, lives=5 * DAY)._replace(available_at=START + DAY)
    grant(book, 1, 1, [waiting, a_grant(10, lives=6 * DAY)], START, START)
    hold(book, 2, "h", 1, 8, START)
    grant(book, 3, 3, [a_grant(10, lives=7 * DAY), a_grant(10, lives=8 * DAY)], START, START)
    write(cursor, book)
    loaded = load(cursor, 2, needs={ANN: Need({1: 12})})
    assert sorted(loaded.lots) == [(1, 0), (1, 1), (3, 0)]
    assert spend(loaded, 4, 1, 12, START) == Outcome(12)


def test_settling_sees_what_has_ended_and_the_next_that_will(cursor: Cursor) -> None:
    book = lots_of_days(cursor, range(-50, 0), 5)
    now = START + 352 * DAY  # the first three have ended, one today
    loaded = load(cursor, 2, book.next_due_at, needs={}, now=now)
    assert sorted(seq for seq, _ in loaded.lots) == [1, 2, 3, 4]
    whole = load(cursor, 2, book.next_due_at, now=now)
    for settled in (loaded, whole):
        settle(settled, 51, now)
    assert loaded.rows == whole.rows
    assert loaded.next_due_at == whole.next_due_at < NEVER


def test_a_member_who_owes_is_seen_with_all_lots(cursor: Cursor) -> None:
    book = Book(new_batch(1), ANN)
    grant(book, 1, 1, [a_grant(60)], START, START)
    spend(book, 2, 1, 60, START)
    correct(book, 3, [Difference(1, 1, -60, 0, START, START, START + DAY, 0)], START, START)
    late = [
        a_grant(20, lives=lives)._replace(available_at=START + DAY) for lives in (3 * DAY, DAY * 9)
    ]
    grant(book, 4, 4, late, START, START)
    write(cursor, book)
    loaded = load(cursor, 2, book.next_due_at, needs={ANN: Need({1: 1})}, now=START + DAY)
    assert len(loaded.lots) == 2
    settle(loaded, 5, START + DAY)
    assert (loaded.debt(1), loaded.balances[1].points) == (20, -20)


def test_a_captured_hold_needs_only_the_lots_that_it_holds(cursor: Cursor) -> None:
    book = lots_of_days(cursor, range(-50, 0), 5)
    held = load(cursor, 2, needs={ANN: Need({1: 7})})
    hold(held, 51, "h", 1, 7, START)
    write(cursor, held)
    loaded = load(cursor, 3, book.next_due_at, needs={ANN: ONLY_HELD})
    assert sorted(seq for seq, _ in loaded.lots) == [1, 2]
    with pytest.raises(LotsNotLoaded):
        spend(loaded, 52, 1, 1, START)
    assert capture(loaded, 52, "h", 6, START) == Outcome(6)
    write(cursor, loaded)
    assert disagreements(cursor, PROGRAMME) == []
