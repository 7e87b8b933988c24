"""Whatever is changed behind jifen's back, the proof finds it: every column, inserted and deleted rows,
and changes that fit each other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Final, LiteralString

import psycopg
import pytest
from lively_bank import lively_bank
from psycopg import sql
from tampering import found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect

TABLES: Final[dict[str, str]] = {
    # table: the column that makes a copy of a row another row
    "programme_version": "revision",
    "currency": "currency",
    "member": "member_id",
    "member_identity": "identity",
    "household_member": "member_id",
    "balance": "currency",
    "command": "member_seq",
    "command_key": "key",
    "refused_body": "member_seq",
    "event": "event_id",
    "event_return": "member_seq",
    "award": "row_no",
    "posting": "row_no",
    "lot": "row_no",
    "lot_parent": "row_no",
    "taking": "row_no",
    "hold": "member_seq",
    "hold_lot": "row_no",
    "outbox": "row_no",
    "account_movement": "batch_id",
    "checkpoint": "event_id",
    "budget": "rule_id",
}
LEFT_OUT: Final[dict[str, str]] = {
    "migration": "which migrations were applied is checked by every migration",
    "account": "five names that a migration writes",
    "file_import": "how far a file was read: running it again is safe wherever it begins",
    "open_correction": "a draft that touches nobody: only what is posted of it stands in the timeline",
    "waiting_return": "not in the books yet: judged like any return when its purchase comes",
    "referral_code": "given when it is asked for; that it is the member's is checked",
    "inbox": "not in the books yet: what is sent is compared with its cause",
    "programme.slug": "a name for people",
    "programme.test_now": "the travelled clock of a test programme",
    "programme.created_at": "nothing follows from it",
    "outbox.transaction": "where others stand in reading, which nothing owed depends on",
}
ANOTHER: Final[dict[str, tuple[LiteralString, ...]]] = {
    # other values of a type; the first that the constraints let pass is taken
    "uuid": ("'00000000-0000-7000-8000-000000000001'::uuid",),
    "bigint": ("{0} + 1", "{0} - 1"),
    "integer": ("{0} + 1",),
    "smallint": ("{0} + 1", "{0} - 1"),
    "timestamp with time zone": (
        "CASE WHEN {0} = 'infinity' THEN '2030-01-01' ELSE {0} + interval '1 second' END",
    ),
    "date": ("{0} + 1",),
    "boolean": ("NOT {0}",),
    "text": ("{0} || 'x'",),
    "json": ("({0}::text || ' ')::json",),
    "bytea": ("{0} || '\\x00'", "set_byte({0}, 0, (get_byte({0}, 0) + 1) % 256)"),
}
ROWS_TRIED: Final = 2


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        yield lively_bank(connection)


def columns_of(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], str]:
    """The type of every column of every table."""
    rows = connection.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
    )
    return {(table, column): kind for table, column, kind in rows}


def some_rows(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """Where a few rows of a table lie, always the same ones."""
    query = sql.SQL("SELECT ctid::text FROM {0} ORDER BY {0}::text").format(sql.Identifier(table))
    rows = [row[0] for row in connection.execute(query)]
    assert rows, f"nothing in {table}"
    return random.Random(table).sample(rows, min(ROWS_TRIED, len(rows)))


def changed(
    connection: psycopg.Connection[Any], table: str, column: str, kind: str, row: str
) -> bool:
    """Give a column of one row another value, unless the database itself refuses every one."""
    for value in ANOTHER[kind]:
        query = sql.SQL("UPDATE {} SET {} = {} WHERE ctid = %s::tid").format(
            sql.Identifier(table),
            sql.Identifier(column),
            sql.SQL(value).format(sql.Identifier(column)),
        )
        try:
            with connection.transaction():
                connection.execute(query, (row,))
        except psycopg.errors.IntegrityError:
            continue
        return True
    return False


def test_an_untouched_bank_is_proved(bank: Bank) -> None:
    assert found(bank) == []


def test_no_table_is_forgotten(bank: Bank) -> None:
    tables = {table for table, _ in columns_of(bank.connection)}
    assert tables - {"programme"} == TABLES.keys() | {name for name in LEFT_OUT if "." not in name}


@pytest.mark.parametrize("table", [*TABLES, "programme"])
def test_a_changed_column_is_found(bank: Bank, table: str) -> None:
    """In a few rows; what the constraints of the database refuse is found even earlier."""
    kinds = columns_of(bank.connection)
    rows = some_rows(bank.connection, table)
    unfound = []
    for of, column in kinds:
        if of != table or f"{table}.{column}" in LEFT_OUT:
            continue
        for row in rows:
            with unguarded(bank) as connection:
                if changed(connection, table, column, kinds[of, column], row) and not found(bank):
                    unfound.append((column, row))
    assert unfound == []


@pytest.mark.parametrize("table", TABLES)
def test_a_deleted_row_is_found(bank: Bank, table: str) -> None:
    for row in some_rows(bank.connection, table):
        with unguarded(bank):
            query = sql.SQL("DELETE FROM {} WHERE ctid = %s::tid").format(sql.Identifier(table))
            bank.connection.execute(query, (row,))
            assert found(bank) != [], row


@pytest.mark.parametrize(("table", "numbered"), TABLES.items())
def test_an_inserted_row_is_found(bank: Bank, table: str, numbered: str) -> None:
    kinds = columns_of(bank.connection)
    for row in some_rows(bank.connection, table):
        with unguarded(bank):
            other = {numbered, "id"} if table == "currency" else {numbered}
            values = [
                sql.SQL(
                    ANOTHER[kind][0].replace("+ 1", "+ 30000") if column in other else "{0}"
                ).format(sql.Identifier(column))
                for (of, column), kind in kinds.items()
                if of == table
            ]
            query = sql.SQL("INSERT INTO {0} SELECT {1} FROM {0} WHERE ctid = %s::tid").format(
                sql.Identifier(table), sql.SQL(", ").join(values)
            )
            bank.connection.execute(query, (row,))
            assert found(bank) != [], row
