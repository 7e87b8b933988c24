"""Whatever is changed of what becomes of points and rewards, the proof finds it, in a row of every kind: every column,
deleted rows and rows that come again; and where the forger mends the hash chain, all but what nothing follows from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, LiteralString

import psycopg
import pytest
from psycopg import sql
from rewarded_bank import rewarded_bank
from tampering import (
    BESIDES,
    LEFT_OUT,
    ROW_COLUMNS,
    another_row,
    changed,
    columns_of,
    forge_chains,
    found,
    unguarded,
)
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.programme.loading import load

_POSTED: Final = (
    "(SELECT (currency, account, event_seq = 0) FROM posting p"
    " WHERE (p.programme_id, p.member_id, p.member_seq, p.row_no)"
    " = (t.programme_id, t.member_id, t.member_seq, t.posting_row_no))"
)
_REPLACED: Final = (
    "EXISTS (SELECT FROM award later WHERE (later.programme_id, later.member_id, later.event_seq)"
    " = (t.programme_id, t.member_id, t.event_seq)"
    " AND (later.member_seq, later.row_no) > (t.member_seq, t.row_no))"
)
_CAME_BACK: Final = (
    "EXISTS (SELECT FROM event_return r WHERE (r.programme_id, r.member_id, r.event_seq)"
    " = (t.programme_id, t.member_id, t.member_seq))"
)
KINDS: Final[dict[str, LiteralString]] = {
    # table: what tells its rows apart; one of each kind is tried
    "member": "external_id",
    "balance": "(currency, debt > 0)",
    "command": "(kind, split_part(key, '/', 2) IN ('exchanged', 'expired', 'redeemed'), answer->>'state')",
    "event": f"(type, {_CAME_BACK})",
    "event_return": "1",
    "award": f"(length(components), length(reasons), {_REPLACED})",
    "posting": "(currency, account, sign(points), event_seq = 0)",
    "lot": "(currency, EXISTS (SELECT FROM event e WHERE (e.programme_id, e.member_id, e.member_seq)"
    " = (t.programme_id, t.member_id, t.member_seq) AND t.event_seq = t.member_seq), remaining > 0)",
    "lot_parent": "(parent_member_id = member_id)",
    "taking": f"({_POSTED}, sign(points))",
    "outbox": "name",
    "account_movement": "(currency, account, sign(points))",
    "budget": "rule_id",
    "stock": "place",
    "stock_change": "kind",
    "taken_by_all": "day",
    "stock_movement": "(place, sign(units))",
}
KEPT_APART: Final = [table for table in KINDS if table != "member"]
"""Tables of which a row can be taken away, or another one added."""
ONLY_CHAINED: Final[dict[str, str]] = {
    # what the chain alone guards
    "member.chain": "it is mended",
    "command.batch_id": "of what moved nothing",
    "command.recorded_at": "of what moved nothing",
    "command.occurred_at": "stated by the sender",
    "command.actor": "stated by the sender",
    "event.sequence": "stated by the sender",
    "award.member_seq": "by which command an event was judged, not how",
    "posting.effective_at": "within its day",
}
TERMS_OF_LOTS: Final = ("earned_at", "available_at", "expires_at", "unit_price_micros")


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    """Its document is read once, and not for every proof."""
    with connect(module_database_url) as connection, pytest.MonkeyPatch.context() as patch:
        for place in ("jifen.proof.timeline", "jifen.intake.versions.opening"):
            patch.setattr(f"{place}.load", cache(load))
        yield rewarded_bank(connection)


def found_though_mended(bank: Bank) -> list[str]:
    """What differs where the chains fit: the same is found where they do not, and the chain besides."""
    forge_chains(bank)
    return found(bank)


def one_of_each_kind(connection: psycopg.Connection[Any], table: str) -> list[tuple[str, str]]:
    """The kinds of rows of a table, and where one of each lies."""
    query = sql.SQL(
        "SELECT DISTINCT ON ({1}::text) {1}::text, ctid::text FROM {0} t ORDER BY {1}::text, ctid"
    ).format(sql.Identifier(table), sql.SQL(KINDS[table]))
    return connection.execute(query).fetchall()


def only_chained(table: str, kind: str, column: str = "") -> bool:
    """Whether nothing follows from such a row, or a column of it: it was told, an evaluation that another replaced, of
    which type an event was that came back whole, or when a lot starts and ends, and its price, that no event gave."""
    gone = kind.endswith(",t)")
    if table == "lot":
        return ",f," in kind and column in TERMS_OF_LOTS
    return table == "outbox" or (
        gone and (table == "award" or (table, column) == ("event", "type"))
    )


def kinds_of(bank: Bank, table: str) -> set[str]:
    return {kind for kind, _ in one_of_each_kind(bank.connection, table)}


def test_everything_has_become_of_points_and_rewards_that_can(bank: Bank) -> None:
    assert found(bank) == []
    commands, events = (
        {kind.strip("()").split(",")[0] for kind in kinds_of(bank, table)}
        for table in ("command", "event")
    )
    assert commands >= {
        "redeem",
        "use",
        "exchange",
        "cancel",
        "share",
        "transfer",
        "return",
        "settle",
    }
    assert events >= {"redeemed", "exchanged", "expired"}
    (debts,) = bank.connection.execute(
        "SELECT count(*) FROM balance WHERE debt > 0"
    ).fetchone() or (0,)
    assert debts > 0
    for table in KINDS:
        assert kinds_of(bank, table), table


@pytest.mark.parametrize("table", KINDS)
def test_a_changed_column_is_found(bank: Bank, table: str) -> None:
    """Also with a mended chain, but for texts of JSON, of which another letter may mean the same."""
    kinds = columns_of(bank.connection)
    unfound, unguessed = [], set()
    for of, column in kinds:
        place, type_ = f"{table}.{column}", kinds[of, column]
        if of != table or place in LEFT_OUT:
            continue
        for kind, row in one_of_each_kind(bank.connection, table):
            with unguarded(bank) as connection:
                if changed(connection, table, column, type_, row):
                    free = place in ONLY_CHAINED or only_chained(table, kind, column)
                    if type_ == "json" or free:
                        if not found(bank):
                            unfound.append((column, kind))
                    elif not found_though_mended(bank):
                        unguessed.add((column, kind))
    assert unfound == []
    assert unguessed == set()


@pytest.mark.parametrize("table", KEPT_APART)
def test_a_deleted_row_is_found(bank: Bank, table: str) -> None:
    for kind, row in one_of_each_kind(bank.connection, table):
        with unguarded(bank):
            query = sql.SQL("DELETE FROM {} WHERE ctid = %s::tid").format(sql.Identifier(table))
            bank.connection.execute(query, (row,))
            look = found if only_chained(table, kind) else found_though_mended
            assert look(bank) != [], kind


@pytest.mark.parametrize("table", KEPT_APART)
def test_an_inserted_row_is_found(bank: Bank, table: str) -> None:
    for kind, row in one_of_each_kind(bank.connection, table):
        with unguarded(bank):
            another_row(
                bank.connection,
                table,
                {ROW_COLUMNS[table], BESIDES.get(table, ROW_COLUMNS[table])},
                row,
            )
            assert found_though_mended(bank) != [], kind


def test_points_that_came_back_and_never_ended_are_a_difference_and_no_error(bank: Bank) -> None:
    with unguarded(bank) as connection:
        connection.execute("UPDATE taking SET points = -points WHERE points > 0")
        assert "postings_that_differ" in found(bank)
