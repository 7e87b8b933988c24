"""Exchanges are proved by the rate in force: whoever gives more for points is found, also with mended chains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, LiteralString

import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.cli.statements import statement_table
from jifen.db.connection import connect
from jifen.enquiry.past_balances import balances_at
from jifen.enquiry.statement import statement
from jifen.intake.asking.commands import Cancel, Exchange
from jifen.intake.versions.opening import now_of

DOCUMENT = Path(__file__).parents[1] / "stories" / "programmes" / "exchanging.yaml"
ANN: Final = "member_id = (SELECT member_id FROM member WHERE external_id = 'ann')"


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        bank = Bank(connection, DOCUMENT.read_text(encoding="utf-8"), "2026-01-01 10:00")
        bank.enrol("ann")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 100_000))
        asked = [
            Exchange(id=id, member="ann", currency="points", to="miles", amount=amount)
            for id, amount in (("x1", 300), ("x2", 60))
        ]
        bank.do("2026-01-06 10:00", *asked)
        bank.do("2026-01-07 10:00", Cancel(id="c1", member="ann", of="x2", points=30))
        yield bank


# The first exchange gave 100 miles for 300 points; somebody makes it 150.
MORE: Final[tuple[LiteralString, ...]] = (
    f"UPDATE posting SET points = points + 500 WHERE {ANN} AND points = 1000 AND account = 5",
    "UPDATE lot SET granted = granted + 500, remaining = remaining + 500"
    f" WHERE {ANN} AND granted = 1000 AND currency = 1",
    f"UPDATE balance SET points = points + 500 WHERE {ANN} AND currency = 1",
    "UPDATE account_movement SET points = points + 500 WHERE points = 1000 AND account = 5",
    "UPDATE command SET answer = replace(answer::text, '1000', '1500')::json WHERE key = 'exchange/x1'",
)
# Of the second one half was undone, for 10 miles; somebody makes it 9.
LESS_BACK: Final[tuple[LiteralString, ...]] = (
    f"UPDATE posting SET points = -90 WHERE {ANN} AND points = -100 AND account = 5",
    f"UPDATE taking SET points = 90 WHERE {ANN} AND points = 100",
    f"UPDATE lot SET remaining = remaining + 10 WHERE {ANN} AND granted = 200 AND currency = 1",
    f"UPDATE balance SET points = points + 10 WHERE {ANN} AND currency = 1",
    "UPDATE account_movement SET points = -90 WHERE points = -100 AND account = 5 AND currency = 1",
    "UPDATE command SET answer = replace(answer::text, '-100', '-90')::json WHERE key = 'cancel/c1'",
)


@pytest.mark.parametrize("changes", [MORE, LESS_BACK], ids=["more for points", "less given back"])
def test_an_exchange_at_a_rate_of_nobodys_is_found(
    bank: Bank, changes: tuple[LiteralString, ...]
) -> None:
    assert found(bank) == []
    with unguarded(bank) as connection:
        for change in changes:
            connection.execute(change)
        forge_chains(bank)
        assert "exchange" in found(bank)


def test_a_statement_and_past_balances_tell_exchanges_apart(bank: Bank) -> None:
    now = now_of(bank.programme)
    lines = statement_table(
        statement(bank.connection, bank.programme, "ann", now), bank.programme.programme
    )
    said = [line for line in lines if "exchange" in line]
    assert [line.split()[2:4] for line in said].count(["exchanged", "x1"]) == 1
    assert any("exchanged for" in line and "+100" in line for line in said)
    past = balances_at(bank.connection, bank.programme, "ann", now, now).currencies
    assert past["points"].exchanged == -330
    assert past["miles"].exchanged == 1100
    assert past["points"].transferred == past["miles"].transferred == 0
