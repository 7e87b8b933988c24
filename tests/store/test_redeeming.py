"""Redemptions are proved by the price in force: whoever pays less is found, also with mended chains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, LiteralString

import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.cli.member_page import shown
from jifen.cli.statements import statement_table
from jifen.db.connection import connect
from jifen.enquiry.member import member_view
from jifen.enquiry.past_balances import balances_at
from jifen.enquiry.statement import statement
from jifen.intake.asking.commands import Cancel, Redeem, UseReward
from jifen.intake.versions.opening import now_of

DOCUMENT = Path(__file__).parents[1] / "stories" / "programmes" / "rewards.yaml"
ANN: Final = "member_id = (SELECT member_id FROM member WHERE external_id = 'ann')"


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        bank = Bank(connection, DOCUMENT.read_text(encoding="utf-8"), "2026-01-01 10:00")
        bank.enrol("ann")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 90_000))
        asked = [
            Redeem(id=id, member="ann", reward="coffee", quantity=quantity, currency="points")
            for id, quantity in (("r1", 4), ("r2", 2))
        ]
        bank.do("2026-01-06 10:00", *asked)
        bank.do("2026-01-07 10:00", UseReward(id="u1", member="ann", reward="coffee"))
        bank.do("2026-01-08 10:00", Cancel(id="c1", member="ann", of="r2", quantity=1))
        yield bank


# Four coffees cost 360 points; somebody makes it 300.
CHEAPER: Final[tuple[LiteralString, ...]] = (
    f"UPDATE posting SET points = -300 WHERE {ANN} AND points = -360",
    f"UPDATE taking SET points = 300 WHERE {ANN} AND points = 360",
    f"UPDATE lot SET remaining = remaining + 60 WHERE {ANN} AND granted = 900",
    f"UPDATE balance SET points = points + 60, spent = spent - 60 WHERE {ANN} AND currency = 0",
    "UPDATE account_movement SET points = points + 60 WHERE points = -540",
    "UPDATE command SET answer = replace(answer::text, '360', '300')::json WHERE key = 'redeem/r1'",
)
# Ann is no gold member, who would have paid nine tenths.
AS_GOLD: Final[tuple[LiteralString, ...]] = (
    f"UPDATE posting SET points = -324 WHERE {ANN} AND points = -360",
    f"UPDATE taking SET points = 324 WHERE {ANN} AND points = 360",
    f"UPDATE lot SET remaining = remaining + 36 WHERE {ANN} AND granted = 900",
    f"UPDATE balance SET points = points + 36, spent = spent - 36 WHERE {ANN} AND currency = 0",
    "UPDATE account_movement SET points = points + 36 WHERE points = -540",
    "UPDATE command SET answer = replace(replace(answer::text, '-360', '-324'), '\"taken\":360', '\"taken\":324')::json"
    " WHERE key = 'redeem/r1'",
    "UPDATE command SET answer = replace(answer::text, '\"off\":0', '\"off\":36')::json WHERE key = 'redeem/r1'",
)
# They are four; somebody makes them six.
MORE: Final[tuple[LiteralString, ...]] = (
    f"UPDATE posting SET points = 6 WHERE {ANN} AND points = 4",
    f"UPDATE lot SET granted = 6, remaining = remaining + 2 WHERE {ANN} AND granted = 4",
    f"UPDATE balance SET points = points + 2, lifetime = lifetime + 2 WHERE {ANN} AND currency = 2",
    "UPDATE account_movement SET points = points + 2 WHERE points = 6 AND currency = 2",
    "UPDATE command SET answer = replace(answer::text, '\"coffee\":4', '\"coffee\":6')::json"
    " WHERE key = 'redeem/r1'",
)
# One went back for 90 points; somebody lets none go.
KEPT: Final[tuple[LiteralString, ...]] = (
    f"DELETE FROM posting WHERE {ANN} AND points = -1 AND account = 1",
    f"DELETE FROM taking WHERE {ANN} AND points = 1 AND lot_seq = 3",
    f"UPDATE lot SET remaining = remaining + 1 WHERE {ANN} AND granted = 2",
    f"UPDATE balance SET points = points + 1, lifetime = lifetime + 1, reversed = 0 WHERE {ANN} AND currency = 2",
    "DELETE FROM account_movement WHERE points = -1 AND account = 1",
    "UPDATE command SET answer = replace(answer::text, ',\"coffee\":-1', '')::json WHERE key = 'cancel/c1'",
)


@pytest.mark.parametrize(
    "changes",
    [CHEAPER, AS_GOLD, MORE, KEPT],
    ids=["cheaper", "at the price of another tier", "more for points", "kept, and points back"],
)
def test_a_redemption_at_a_price_of_nobodys_is_found(
    bank: Bank, changes: tuple[LiteralString, ...]
) -> None:
    assert found(bank) == []
    with unguarded(bank) as connection:
        for change in changes:
            connection.execute(change)
        forge_chains(bank)
        assert "redemption" in found(bank)


def test_a_member_sees_the_rewards_and_what_became_of_them(bank: Bank) -> None:
    view = member_view(bank.connection, bank.programme, "ann", now_of(bank.programme))
    lines = [line.split() for line in shown(view, [], bank.programme.programme)]
    for line in (
        ["tall", "coffee", "to", "be", "used", "4", "2026-02-05"],
        ["tall", "coffee", "used", "1"],
        ["tall", "coffee", "withdrawn", "1"],
    ):
        assert line in lines


def test_statement_and_past_balances_tell_of_rewards(bank: Bank) -> None:
    now = now_of(bank.programme)
    found = statement(bank.connection, bank.programme, "ann", now)
    said = "\n".join(statement_table(found, bank.programme.programme))
    for words in ("redeemed for a reward", "redeemed", "used", "redemption undone", "given back"):
        assert words in said
    past = balances_at(bank.connection, bank.programme, "ann", now, now).currencies
    assert (past["coffee"].balance, past["coffee"].spent, past["coffee"].reversed) == (4, 1, 1)
    assert past["points"].spent == 450
