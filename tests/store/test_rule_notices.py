"""What rules tell lies in the outbox with its event, once; and the proof finds what does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import SHOP, Bank

from jifen.db.connection import connect
from jifen.enquiry.notices import notices_of
from jifen.intake.asking.member_commands import Merge, Unmerge
from jifen.intake.submitting import quote, submit

DOCUMENT = (
    SHOP
    + """\
  - {id: welcome, on: purchase, when: first('purchase'), notify: {zh: 欢迎！, en: Welcome!}}
  - {id: third, on: purchase, when: count('purchase') == 3, notify: {zh: 第三单！, en: The third!}}
  - {id: big, on: purchase, when: amount >= 100, notify: {zh: 多谢！, en: Thank you!}}
"""
)


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann", "bob")
        yield bank


def told(bank: Bank, member: str = "ann") -> list[tuple[int, str, str]]:
    return [
        (one.seq, one.payload["rule"], one.payload["event"])
        for one in notices_of(bank.connection, bank.programme, member, 0)
    ]


def test_late_events_of_one_batch_are_each_told_of_with_their_own_command(bank: Bank) -> None:
    bank.do("2026-03-01 10:00", bank.bought("a3", "ann", 500))
    early = bank.bought("a1", "ann", 10_000, "2026-02-01 10:00")
    bank.do("2026-03-02 10:00", early, bank.bought("a2", "ann", 20_000, "2026-02-02 10:00"))
    seqs = [seq for seq, _, _ in told(bank)]
    assert [(rule, event) for _, rule, event in told(bank)] == [
        ("welcome", "a3"),
        ("welcome", "a1"),
        ("big", "a1"),
        ("big", "a2"),
        ("third", "a3"),
    ]
    assert seqs[0] < seqs[1] == seqs[2] < seqs[3] == seqs[4]
    assert found(bank) == []


def test_an_imported_event_is_told_of_with_the_time_at_which_it_occurred(bank: Bank) -> None:
    bank.travel("2026-03-02 10:00")
    bought = bank.bought("a1", "ann", 500, "2026-02-01 10:00")
    submit(bank.connection, bank.programme, [bought], now=bank.now, actor="file", imported=True)
    (one,) = notices_of(bank.connection, bank.programme, "ann", 0)
    assert one.payload["occurred_at"] == "2026-02-01T10:00:00+08:00"
    assert found(bank) == []


def test_a_quote_tells_nothing(bank: Bank) -> None:
    quote(bank.connection, bank.programme, bank.bought("a1", "ann", 10_000), now=bank.now)
    assert told(bank) == []


def test_what_a_merge_makes_of_the_survivors_deeds_is_told_with_them_once(bank: Bank) -> None:
    bank.do("2026-02-01 10:00", bank.bought("a1", "ann", 500), bank.bought("a2", "ann", 500))
    bank.do("2026-02-02 10:00", bank.bought("b1", "bob", 500))
    bank.do("2026-02-03 10:00", Merge(id="m1", member="ann", into="bob", reason="two cards"))
    assert [(rule, event) for _, rule, event in told(bank, "bob")] == [
        ("welcome", "b1"),
        ("third", "b1"),
    ]
    bank.do("2026-02-04 10:00", Unmerge(id="u1", member="ann", of="ann", reason="two people"))
    bank.do("2026-02-05 10:00", Merge(id="m2", member="ann", into="bob", reason="one after all"))
    assert len(told(bank, "bob")) == 2
    assert found(bank) == []


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM outbox WHERE name = 'member.notified'",
        "UPDATE outbox SET payload = replace(payload::text, 'Welcome', 'Farewell')::json",
        "UPDATE outbox SET payload = replace(payload::text, 'welcome', 'big')::json",
        "INSERT INTO outbox (programme_id, member_id, member_seq, row_no, name, payload) "
        "SELECT programme_id, member_id, member_seq, 9, name, payload FROM outbox "
        "WHERE name = 'member.notified'",
    ],
)
def test_what_was_not_told_as_the_rules_say_is_found(bank: Bank, change: str) -> None:
    bank.do("2026-02-01 10:00", bank.bought("a1", "ann", 500))
    with unguarded(bank) as connection:
        assert connection.execute(change).rowcount
        forge_chains(bank)
        assert "rule_notice" in found(bank)
