"""Changes that fit each other are found, also by a forger who mends the hash chain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, LiteralString

import pytest
from lively_bank import lively_bank
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect

DEE: Final = "member_id = (SELECT member_id FROM member WHERE external_id = 'dee')"
ANN: Final = "member_id = (SELECT member_id FROM member WHERE external_id = 'ann')"
D2: Final = f"{DEE} AND event_seq = (SELECT member_seq FROM event WHERE event_id = 'd2')"
BATCH_OF: Final = "batch_id = (SELECT batch_id FROM command WHERE key = '{}')"

# Dee's second purchase gave 30 points; somebody makes them 530.
POSTING: Final = f"UPDATE posting SET points = points + 500 WHERE {D2} AND currency = 0"
LOT: Final = (
    "UPDATE lot SET granted = granted + 500, remaining = remaining + 500"
    f" WHERE {D2} AND currency = 0"
)
BALANCE: Final = (
    "UPDATE balance SET points = points + 500, lifetime = lifetime + 500"
    f" WHERE {DEE} AND currency = 0"
)
MOVEMENT: Final = (
    "UPDATE account_movement SET points = points + 500"
    f" WHERE {BATCH_OF.format('event/d2')} AND account = 1 AND currency = 0"
)
AWARD: Final = (
    "UPDATE award SET components = overlay(components PLACING '\\x1202'::bytea FROM 17 FOR 2)"
    f" WHERE {D2}"
)
ANSWER: Final = (
    "UPDATE command SET answer = replace(answer::text, '\"points\":30', '\"points\":530')::json"
    " WHERE key = 'event/d2'"
)
PURCHASE: Final = (
    "UPDATE event SET payload = replace(payload::text, '3000', '53000')::json WHERE event_id = 'd2'"
)

# Ann spent 20 of a hold; somebody makes it 19.
SPENT_LESS: Final = (
    f"UPDATE posting SET points = -19 WHERE {ANN} AND points = -20 AND account = 2",
    f"UPDATE taking SET points = 19 WHERE {ANN} AND points = 20 AND lot_seq = 2 AND lot_row_no = 0",
    f"UPDATE lot SET remaining = remaining + 1 WHERE {ANN} AND member_seq = 2 AND row_no = 0",
    f"UPDATE balance SET points = points + 1, spent = spent - 1 WHERE {ANN} AND currency = 0",
    "UPDATE account_movement SET points = points + 1"
    f" WHERE {BATCH_OF.format('capture/c1')} AND account = 2",
    f"UPDATE hold SET captured = 19 WHERE {ANN} AND hold_id = 'h1'",
)

# Somebody lets Dee's hold h6 end, which still sets points aside.
FREED: Final = (
    "UPDATE hold SET state = 3 WHERE hold_id = 'h6'",
    f"UPDATE lot SET held = held - 15 WHERE {DEE} AND held = 15",
    f"UPDATE balance SET held = held - 15 WHERE {DEE} AND currency = 0",
)

# The hold that Ann used up seems to have ended a minute later.
LATER: Final = (f"UPDATE hold SET closed_at = closed_at + '1 min' WHERE {ANN} AND hold_id = 'h1'",)

# Ann's debt is forgiven by nobody.
FORGIVEN: Final = (f"UPDATE balance SET points = points + debt, debt = 0 WHERE {ANN} AND debt > 0",)

# What Bob never bought: the purchase is taken out with all it brought.
UNDONE: Final = (
    *(
        f"DELETE FROM {table} WHERE member_seq = 2"
        " AND member_id = (SELECT member_id FROM member WHERE external_id = 'bob')"
        for table in ("event", "award", "posting", "lot", "outbox", "command", "command_key")
    ),
)

CHANGES: Final[dict[str, tuple[LiteralString, ...]]] = {
    "a posting, its lot and balance": (POSTING, LOT, BALANCE),
    "a posting with all the sums it is in": (POSTING, LOT, BALANCE, MOVEMENT),
    "a posting with its answer and sums": (POSTING, LOT, BALANCE, MOVEMENT, ANSWER),
    "an award, its posting, lot and balance": (AWARD, POSTING, LOT, BALANCE),
    "an award with everything posted": (AWARD, POSTING, LOT, BALANCE, MOVEMENT, ANSWER),
    "a purchase with everything given for it": (
        *(PURCHASE, AWARD, POSTING, LOT, BALANCE, MOVEMENT, ANSWER),
    ),
    "a capture with everything taken by it": SPENT_LESS,
    "a hold with everything it reserves": FREED,
    "when a hold ended": LATER,
    "a debt and its balance": FORGIVEN,
    "a purchase that is taken out": UNDONE,
}


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        yield lively_bank(connection)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("chain", ["as it was", "mended"])
def test_changes_that_fit_each_other_are_found(bank: Bank, change: str, chain: str) -> None:
    with unguarded(bank) as connection:
        for statement in CHANGES[change]:
            assert connection.execute(statement).rowcount, statement
        if chain == "mended":
            forge_chains(bank)
        assert found(bank) != []


def test_a_mended_chain_does_not_hide_what_the_programme_would_not_have_given(bank: Bank) -> None:
    with unguarded(bank) as connection:
        for statement in (AWARD, POSTING, LOT, BALANCE, MOVEMENT, ANSWER):
            connection.execute(statement)
        forge_chains(bank)
        assert found(bank) == ["award"]


def test_mending_chains_alone_changes_nothing(bank: Bank) -> None:
    with unguarded(bank):
        forge_chains(bank)
        assert found(bank) == []
