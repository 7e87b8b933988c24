"""A part of a purchase paid with points comes back, and the points stay used: drafts and proofs count alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import msgspec
import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Adjust, Return
from jifen.intake.asking.tenders import Pay
from jifen.programme.loading import load
from jifen.whatif.replaying import replay
from jifen.whatif.report import Both

NEVER = """
programme: shop
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, pay: {rate: 0.01, returned: never}}
base: {leave_out: [points_paid]}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""
IN_PROPORTION = NEVER.replace("never", "in_proportion")


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        bank = Bank(connection, NEVER, "2026-01-01 09:00")
        bank.enrol("ann")
        given = Adjust(id="a", member="ann", points=5000, currency="points", reason="to begin with")
        bank.do("2026-01-05 10:00", given)
        paid = msgspec.structs.replace(
            bank.bought("o1", "ann", 10_000), pay=Pay(currency="points", points=5000, to_pay=5000)
        )
        bank.do("2026-01-05 10:00", paid, bank.bought("o2", "ann", 3000))
        bank.do("2026-01-06 10:00", Return(id="r1", member="ann", of="o1", amount=4000))
        yield bank


def test_a_draft_by_which_points_come_back_counts_what_money_then_paid(bank: Bank) -> None:
    for document, points in ((NEVER, 10 + 30), (IN_PROPORTION, 30 + 30)):
        report = replay(bank.connection, bank.programme, load(document))
        assert [total.points for total in report.currencies] == [Both(40, points)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET payload = replace(payload::text, 'points\"}', 'coins\"}')::json WHERE event_id = 'o1'",
        'UPDATE event SET payload = (left(payload::text, -1) || \',"paid_in":"points"}\')::json'
        " WHERE event_id = 'o2'",
        "UPDATE command SET body = replace(body::text, '\"to_pay\":5000', '\"to_pay\":4000')::json"
        " WHERE key = 'event/o1'",
    ],
)
def test_in_which_points_an_event_was_paid_and_what_that_left_is_proved(
    bank: Bank, change: LiteralString
) -> None:
    assert found(bank) == []
    with unguarded(bank) as connection:
        assert connection.execute(change).rowcount == 1
        forge_chains(bank)
        assert "event_command" in found(bank)
