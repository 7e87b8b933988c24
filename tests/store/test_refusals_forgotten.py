"""What was refused is kept for seven days, and deleted after them without breaking what is proved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tampering import found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Cancel, Spend, Transfer
from jifen.intake.gathering import refused
from jifen.intake.gathering.refused import forget_refused
from jifen.intake.submitting import quote
from jifen.intake.versions.opening import set_test_clock

DOCUMENT = """
programme: shop
timezone: Asia/Shanghai
money: CNY
currencies: {points: {name: {zh: 积分, en: points}, transfers: {}}}
earn: [{id: base, on: purchase, give: 1 points per 1 of amount}]
"""
MONDAY = "2026-03-02 10:00"
NEXT_MONDAY = "2026-03-09 10:00"
SECRET = Spend(id="s1", member="ann", points=7001, currency="points")


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-03-01 10:00")
        bank.enrol("ann", "bob")
        bank.do(MONDAY, SECRET)
        yield bank


def bodies(bank: Bank) -> int:
    row = bank.connection.execute("SELECT count(*) FROM refused_body").fetchone()
    assert row is not None
    return int(row[0])


def anywhere(bank: Bank, words: str) -> bool:
    """Whether some words of a body stand in the journal."""
    query = "SELECT FROM command WHERE body::text LIKE %s"
    return bank.connection.execute(query, (f"%{words}%",)).fetchone() is not None


def test_a_body_is_deleted_after_seven_days_and_the_proof_holds_before_and_after(
    bank: Bank,
) -> None:
    assert (bodies(bank), anywhere(bank, "7001"), found(bank)) == (1, False, [])
    bank.travel("2026-03-09 09:59")
    assert (bodies(bank), found(bank)) == (1, [])
    bank.travel(NEXT_MONDAY)
    assert (bodies(bank), found(bank)) == (0, [])


def test_what_nobody_has_deleted_yet_is_spent_all_the_same(bank: Bank) -> None:
    moved = set_test_clock(bank.connection, bank.programme, bank.instant(NEXT_MONDAY))
    assert bodies(bank) == 1
    assert found(bank) == []
    assert (
        quote(bank.connection, moved, SECRET, now=bank.instant(NEXT_MONDAY)).refusal == "key_spent"
    )


def test_bodies_are_deleted_in_slices(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    bank.do(
        MONDAY, *(Spend(id=f"t{i}", member="bob", points=9, currency="points") for i in range(5))
    )
    monkeypatch.setattr(refused, "BODIES_PER_SLICE", 2)
    assert forget_refused(bank.connection, bank.programme, bank.instant(NEXT_MONDAY) - 1) == 0
    assert forget_refused(bank.connection, bank.programme, bank.instant(NEXT_MONDAY)) == 6


def test_a_body_that_is_gone_too_early_is_found(bank: Bank) -> None:
    with unguarded(bank) as connection:
        connection.execute("DELETE FROM refused_body")
        assert found(bank) == ["refused_body"]


def test_a_body_may_be_deleted_and_never_changed(bank: Bank) -> None:
    with pytest.raises(Exception, match="append-only"), bank.connection.transaction():
        bank.connection.execute("UPDATE refused_body SET body = '{}'")


def test_nothing_can_be_cancelled_of_what_was_refused_and_forgotten(bank: Bank) -> None:
    gift = Transfer(id="g1", member="ann", to="bob", points=50, currency="points")
    assert bank.do(MONDAY, gift)[0].refusal == "insufficient_points"
    back = Cancel(id="c1", member="ann", of="g1")
    assert bank.do(MONDAY, back)[0].refusal == "unknown_spend"
    bank.travel(NEXT_MONDAY)
    assert (
        bank.do(NEXT_MONDAY, Cancel(id="c2", member="ann", of="g1"))[0].refusal == "unknown_spend"
    )
