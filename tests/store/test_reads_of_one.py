"""What is read for a member does not grow with what others did, once the server knows its tables; and the index of all
redemptions is no way to those of one, even before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from rewarded_bank import DOCUMENT, exchange, redeem, use
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.db.spreading import plan_once
from jifen.intake.asking.commands import Cancel, Command, Return
from jifen.intake.submitting import submit

OF_ALL: Final = (
    "command_choosing"  # the index of all redemptions, which is for what is popular alone
)
FOR_ALL: Final = "limit_for_all: [20 per month, 100 ever]"  # which counts what others redeemed
OTHERS: Final = 200
TIMES: Final = 8  # a statement that is asked this often is planned once for all


@pytest.mark.one_server
@pytest.mark.parametrize("known_to_the_planner", ["never", "of empty tables", "as it is"])
def test_what_one_member_does_reads_no_rows_of_others(
    database_url: str, known_to_the_planner: str
) -> None:
    assert FOR_ALL in DOCUMENT
    with connect(database_url) as connection:
        limited = DOCUMENT.replace(FOR_ALL, "limit: [99 per day, 999 ever]")
        bank = Bank(connection, limited, "2026-01-05 10:00")
        others = [f"other-{number}" for number in range(OTHERS)]
        bank.enrol("ann", "bob", *others)
        bank.stock("coffee", add=100_000)
        if known_to_the_planner == "of empty tables":
            connection.execute("VACUUM ANALYZE")
        plan_once(connection)
        alone = _read_for(bank, "ann")
        for step in zip(*(_life(bank, other) for other in others), strict=True):
            submit(connection, bank.programme, step, now=bank.now, actor="shop")
        if known_to_the_planner == "as it is":
            connection.execute("VACUUM ANALYZE")
        among_others = _read_for(bank, "bob")
    assert among_others[OF_ALL] == 0
    if known_to_the_planner == "as it is":
        more = {
            place: (alone[place], rows)
            for place, rows in among_others.items()
            if rows > alone[place] + OTHERS
        }
        assert not more


def _read_for(bank: Bank, member: str) -> dict[str, int]:
    """How many entries of each index, and rows of each table read through, are looked at for a member."""
    before = _looked_at(bank)
    for number in range(TIMES):
        for command in _life(bank, member, number):
            (answered,) = submit(
                bank.connection, bank.programme, [command], now=bank.now, actor="shop"
            )
            assert answered.answer.state == "applied", answered
    return {place: rows - before[place] for place, rows in _looked_at(bank).items()}


def _looked_at(bank: Bank) -> dict[str, int]:
    bank.connection.execute("SELECT pg_stat_force_next_flush()")
    found = bank.connection.execute(
        "SELECT relname, seq_tup_read FROM pg_stat_user_tables"
        " UNION ALL SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes"
    ).fetchall()
    return dict(found)


def _life(bank: Bank, member: str, number: int = 0) -> Iterator[Command]:
    """Points are earned, and used in each way; some of it is undone."""
    id = f"{member}-{number}"
    yield bank.bought(id, member, 60_000)
    yield redeem(id, member, "coffee", 3)
    yield use(f"{id}-used", member)
    yield exchange(f"{id}-beans", member, 50)
    yield Cancel(id=id, member=member, of=id, quantity=1)
    yield Return(id=f"{id}-back", of=id, amount=10_000)
