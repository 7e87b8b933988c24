"""A return and its purchase find each other, whichever comes first and whatever goes wrong between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake import lanes
from jifen.intake.answers import Answered
from jifen.intake.asking.commands import Return
from jifen.intake.details import differs_in
from jifen.intake.gathering.waiting import wait
from jifen.intake.submitting import CommandsFailed, submit
from jifen.programme.loading import template_text
from jifen.proof.proving import prove

NOON = "2026-03-10 12:00"
BACK = Return(id="r1", of="o1", full=True)


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    """Ann has joined; in the end everything must still be provable."""
    with connect(database_url) as connection:
        bank = Bank(connection, template_text("coffee-club"), "2026-01-01 10:00")
        bank.enrol("ann")
        yield bank
        report = prove(connection, bank.programme)
        assert [str(difference) for difference in report.differences] == []


def _waiting(bank: Bank) -> int:
    (count,) = bank.connection.execute("SELECT count(*) FROM waiting_return").fetchone() or (0,)
    return int(count)


def _points(bank: Bank) -> int:
    row = bank.connection.execute("SELECT sum(points)::bigint FROM balance").fetchone()
    assert row is not None
    return int(row[0])


def test_a_purchase_that_comes_while_its_return_looks_for_it_is_found(
    bank: Bank, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.travel(NOON)

    def wait_after_the_purchase(*asked: Any) -> Answered:
        with connect(database_url) as other:
            bought = bank.bought("o1", "ann", 6000)
            submit(other, bank.programme, [bought], now=bank.now, actor="till")
        return wait(*asked)

    monkeypatch.setattr(lanes, "wait", wait_after_the_purchase)
    told = submit(bank.connection, bank.programme, [BACK], now=bank.now, actor="shop")
    assert [one.answer.state for one in told] == ["waiting"]
    assert (_waiting(bank), _points(bank)) == (0, 0)


def test_a_return_of_a_purchase_that_was_refused_waits_for_a_better_one(bank: Bank) -> None:
    refused = bank.do(NOON, bank.bought("o1", "ann", 6000, "2026-03-11 12:00"))
    assert [one.refusal for one in refused] == ["too_new"]
    assert [one.state for one in bank.do(NOON, BACK)] == ["waiting"]
    assert _waiting(bank) == 1


def test_the_id_of_a_waiting_return_is_taken(bank: Bank) -> None:
    again, other = bank.do(NOON, BACK, Return(id="r1", of="o2", full=True))
    assert (again.state, other.refusal, other.detail) == ("waiting", "conflict", differs_in("of"))


def test_a_waiting_return_that_fails_goes_on_waiting_and_its_purchase_stands(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.do(NOON, BACK)
    bought = bank.bought("o1", "ann", 6000)

    def fails(*_: Any) -> None:
        raise RuntimeError("no such luck")

    with monkeypatch.context() as patch:
        patch.setattr(lanes, "correct_pasts", fails)
        with pytest.raises(CommandsFailed) as failed:
            bank.do(NOON, bank.bought("o0", "ann", 100), bought)
    assert {place: one.answer.refusal for place, one in failed.value.answers.items()} == {
        0: None,
        1: None,
    }
    assert list(failed.value.failures) == [1]
    earned = _points(bank)
    assert (_waiting(bank), earned > 0) == (1, True)
    bank.do(NOON, bought)
    assert (_waiting(bank), _points(bank) < earned) == (0, True)
