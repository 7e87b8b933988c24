"""The stream: what others are told in an order that never changes, with nothing that turns up behind a reader."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from travelled_bank import SHOP, Bank

from jifen.db.connection import connect
from jifen.outbox import relay
from jifen.outbox.messages import message_of, terms_of_messages, terms_of_open
from jifen.outbox.relay import give_all_positions, give_positions
from jifen.outbox.stream import last_position, read_stream

ANN, BOB = UUID(int=1), UUID(int=2)
Row = tuple[UUID, int]


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        yield Bank(connection, SHOP, "2026-01-01 09:00")


def tell(connection: psycopg.Connection[Any], bank: Bank, member: UUID, seq: int) -> None:
    """Put a message into the outbox, in whatever transaction is open."""
    connection.execute(
        "INSERT INTO outbox (programme_id, member_id, member_seq, row_no, name, payload)"
        " VALUES (%s, %s, %s, 0, 'points.earned', '{}')",
        (bank.programme.programme_id, member, seq),
    )


def order(bank: Bank, expected: int) -> list[Row]:
    """What has a position, in order, as soon as so many have one: others work on the same server."""
    programme_id = bank.programme.programme_id
    for _ in range(3_000):
        give_positions(bank.connection, programme_id)
        if last_position(bank.connection, programme_id) >= expected:
            break
        threading.Event().wait(0.01)
    rows = bank.connection.execute(
        "SELECT position, member_id, member_seq FROM stream_entry ORDER BY position"
    ).fetchall()
    assert [position for position, _, _ in rows] == list(range(1, len(rows) + 1))
    return [(member, seq) for _, member, seq in rows]


def test_messages_are_told_as_people_write_points(bank: Bank) -> None:
    bank.enrol("ann")
    bank.do("2026-01-01 09:00", bank.bought("o1", "ann", 6_000))
    assert order(bank, 1)
    (entry,) = read_stream(bank.connection, bank.programme.programme_id, after=0, most=10)
    terms = terms_of_messages(bank.connection, bank.programme.programme_id)
    assert terms == terms_of_open(bank.programme)
    told = message_of(entry, terms)
    assert told.pop("id") == f"msg_{bank.programme.programme_id.hex}_1"
    assert told == {
        "type": "points.earned",
        "timestamp": "2026-01-01T09:00:00+08:00",
        "position": 1,
        "member": "ann",
        "member_seq": entry.member_seq,
        "data": {"event": "o1", "points": {"points": 60}},
    }
    assert read_stream(bank.connection, bank.programme.programme_id, after=1, most=10) == []


def test_what_ends_late_is_not_passed_by(bank: Bank, database_url: str) -> None:
    order(bank, 0)
    with connect(database_url) as slow:
        with slow.transaction():
            tell(slow, bank, ANN, 1)
            tell(bank.connection, bank, BOB, 1)
            assert give_positions(bank.connection, bank.programme.programme_id) == 0
        assert order(bank, 2) == [(ANN, 1), (BOB, 1)]


@pytest.mark.parametrize("most", [1, 5_000])
def test_a_members_messages_keep_the_order_of_commands_whoever_began_first(
    bank: Bank, database_url: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "MOST_AT_ONCE", most)
    order(bank, 0)
    with connect(database_url) as first, first.transaction():
        tell(first, bank, BOB, 1)  # has its transaction's number, and waits for ann
        tell(bank.connection, bank, ANN, 1)
        tell(first, bank, ANN, 2)
    found = order(bank, 3)
    assert sorted(found) == [(ANN, 1), (ANN, 2), (BOB, 1)]
    assert found.index((ANN, 1)) < found.index((ANN, 2))


def test_on_another_server_the_stream_goes_on_where_it_was(bank: Bank) -> None:
    tell(bank.connection, bank, ANN, 1)
    assert order(bank, 1) == [(ANN, 1)]
    bank.connection.execute("UPDATE stream SET server = 7, since = '9000000000000'")
    tell(bank.connection, bank, ANN, 2)
    assert order(bank, 2) == [(ANN, 1), (ANN, 2)]
    tell(bank.connection, bank, BOB, 1)
    assert order(bank, 3)[2] == (BOB, 1)


def test_many_relays_at_once_give_each_message_one_position(bank: Bank, database_url: str) -> None:
    order(bank, 0)

    def tell_and_relay(member: UUID) -> None:
        with connect(database_url) as connection:
            for seq in range(1, 51):
                tell(connection, bank, member, seq)
                give_all_positions(connection, bank.programme.programme_id)

    members = [UUID(int=number) for number in range(4)]
    threads = [threading.Thread(target=tell_and_relay, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = order(bank, 200)
    assert len(found) == 200
    for member in members:
        assert [seq for one, seq in found if one == member] == list(range(1, 51))
