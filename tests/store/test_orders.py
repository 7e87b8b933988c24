"""Where orders are sent is sealed, stands nowhere else and is forgotten; time takes its steps once; how a reward is
fulfilled stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from travelled_bank import Bank

from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.commands import CancelOrder, Redeem, Spend
from jifen.intake.asking.order_commands import Approve, Close, Ship
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.intake.using.addresses import (
    Address,
    NotAddressed,
    address_of,
    forget_addresses,
    keep_address,
)
from jifen.intake.versions.opening import now_of
from jifen.intake.versions.succeeding import NotPublishable
from jifen.proof.proving import prove
from jifen.sealing import new_key

DOCUMENT: Final = (Path(__file__).parents[1] / "stories" / "programmes" / "orders.yaml").read_text(
    encoding="utf-8"
)
WHERE: Final = Address(recipient="Ann Unmistakable", address="1 Some Street", phone="5550100")


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    """Ann has ordered a mug."""
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-05 10:00")
        bank.enrol("ann", "bob")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 50_000))
        bank.do("2026-01-05 10:01", Redeem(id="r1", member="ann", reward="mug", currency="points"))
        yield bank


def say_address(bank: Bank, member: str | None = None) -> None:
    now = now_of(bank.programme)
    keep_address(bank.connection, bank.programme, "r1", WHERE, now=now, member=member)


def everything(connection: psycopg.Connection[Any]) -> str:
    """Every row of every table, as text."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    ).fetchall()
    return "".join(
        str(connection.execute(f'SELECT t::text FROM "{table}" t').fetchall())
        for (table,) in tables
    )


def test_an_address_is_sealed_and_stands_nowhere_else(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFEN_SEALING_KEYS", new_key())
    say_address(bank)
    bank.do("2026-01-05 10:02", Approve(id="a", of="r1"))
    bank.do("2026-01-05 10:03", Ship(id="s", of="r1", carrier="SF"))
    assert address_of(bank.connection, bank.programme, "r1") == WHERE
    written = everything(bank.connection)
    assert "Unmistakable" not in written
    assert WHERE.recipient.encode().hex() not in written


def test_an_address_is_said_by_its_member_until_it_is_sent(bank: Bank) -> None:
    with pytest.raises(NotAddressed, match="unknown_order"):
        say_address(bank, member="bob")
    say_address(bank, member="ann")
    bank.do("2026-01-05 10:02", Approve(id="a", of="r1"))
    say_address(bank)
    bank.do("2026-01-05 10:03", Ship(id="s", of="r1", carrier="SF"))
    with pytest.raises(NotAddressed, match="out_of_turn"):
        say_address(bank)


def test_an_address_is_forgotten_so_many_days_after_the_end(bank: Bank) -> None:
    say_address(bank)
    bank.do("2026-01-05 10:02", Approve(id="a", of="r1"))
    bank.do("2026-01-05 10:03", Ship(id="s", of="r1", carrier="SF"))
    bank.do("2026-01-06 10:00", Close(id="c", of="r1"))
    ended = now_of(bank.programme) + 30 * MICROSECONDS_PER_DAY
    for now, there in ((ended - 1, True), (ended, False)):
        with cursor(bank.connection) as sql:
            forget_addresses(sql, now)
        assert (address_of(bank.connection, bank.programme, "r1") is not None) is there


def test_what_was_sent_closes_by_itself_and_only_once(bank: Bank) -> None:
    say_address(bank)
    bank.do("2026-01-05 10:02", Approve(id="a", of="r1"))
    bank.do("2026-01-05 10:03", Ship(id="s", of="r1", carrier="SF"))
    later = now_of(bank.programme) + 14 * MICROSECONDS_PER_DAY
    sweep(bank.connection, bank.programme, later - 1)
    assert state(bank) == 2
    for _ in range(2):
        sweep(bank.connection, bank.programme, later)
        assert state(bank) == 3
    assert prove(bank.connection, bank.programme).holds


def test_a_spend_that_is_called_like_an_order_is_left_alone(bank: Bank) -> None:
    bank.do("2026-01-05 10:02", Spend(id="r1", member="ann", points=7, currency="points"))
    asked = [CancelOrder(id="x", of="r1")]
    now = now_of(bank.programme)
    (answered,) = submit(bank.connection, bank.programme, asked, now=now, actor="office")
    assert (answered.answer.order, answered.answer.given_back) == ("cancelled", 100)


def test_how_a_reward_is_fulfilled_stays(bank: Bank) -> None:
    with pytest.raises(NotPublishable, match="how reward 'cake' is fulfilled stays"):
        bank.publish(DOCUMENT.replace("by: pick_up", "by: shipping"))


def state(bank: Bank) -> int:
    row = bank.connection.execute("SELECT state FROM reward_order").fetchone()
    assert row is not None
    return int(row[0])
