"""A purchase that is paid out of a hold ends it: the proof finds another end, and another fee."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, LiteralString

import msgspec
import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Hold
from jifen.intake.asking.tenders import Pay

DOCUMENT: Final = """
programme: held-for-the-order
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, pay: {rate: 0.01}, spending: {fee: 5}}
base: {leave_out: [points_paid]}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 90_000))
        bank.do("2026-01-06 10:00", Hold(id="h1", member="ann", points=300, currency="points"))
        pay = Pay(currency="points", hold="h1", points=200)
        bank.do(
            "2026-01-06 10:05", msgspec.structs.replace(bank.bought("o2", "ann", 5_000), pay=pay)
        )
        yield bank


# The hold ended otherwise than by this purchase, or by less of it.
CHANGES: Final[dict[LiteralString, str]] = {
    "UPDATE hold SET state = 2, captured = 0 WHERE hold_id = 'h1'": "hold_command",
    "UPDATE hold SET captured = 150 WHERE hold_id = 'h1'": "hold_command",
    "UPDATE hold SET closed_at = closed_at + interval '1 minute' WHERE hold_id = 'h1'": "hold_command",
    "UPDATE command SET body = replace(body::text, 'h1', 'h2')::json WHERE key = 'event/o2'": "hold_command",
    "UPDATE hold SET fee = 4 WHERE hold_id = 'h1'": "use",
}


@pytest.mark.parametrize(("change", "check"), CHANGES.items())
def test_a_hold_that_ended_otherwise_is_found(
    bank: Bank, change: LiteralString, check: str
) -> None:
    assert found(bank) == []
    with unguarded(bank) as connection:
        assert connection.execute(change).rowcount == 1
        forge_chains(bank)
        assert check in found(bank)
