"""Whatever is changed behind jifen's back, the proof finds it: every column, inserted and deleted rows,
and changes that fit each other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest
from lively_bank import lively_bank_with_orders
from psycopg import sql
from tampering import (
    BESIDES,
    LEFT_OUT,
    ROW_COLUMNS,
    another_row,
    changed,
    columns_of,
    found,
    unguarded,
)
from travelled_bank import Bank

from jifen.db.connection import connect

ROWS_TRIED: Final = 2


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        yield lively_bank_with_orders(connection)


def some_rows(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """Where a few rows of a table lie, always the same ones."""
    query = sql.SQL("SELECT ctid::text FROM {0} ORDER BY {0}::text").format(sql.Identifier(table))
    rows = [row[0] for row in connection.execute(query)]
    assert rows, f"nothing in {table}"
    return random.Random(table).sample(rows, min(ROWS_TRIED, len(rows)))


def test_an_untouched_bank_is_proved(bank: Bank) -> None:
    assert found(bank) == []


def test_no_table_is_forgotten(bank: Bank) -> None:
    tables = {table for table, _ in columns_of(bank.connection)}
    assert tables - {"programme"} == ROW_COLUMNS.keys() | {
        name for name in LEFT_OUT if "." not in name
    }


@pytest.mark.parametrize("table", [*ROW_COLUMNS, "programme"])
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


@pytest.mark.parametrize("table", ROW_COLUMNS)
def test_a_deleted_row_is_found(bank: Bank, table: str) -> None:
    for row in some_rows(bank.connection, table):
        with unguarded(bank):
            query = sql.SQL("DELETE FROM {} WHERE ctid = %s::tid").format(sql.Identifier(table))
            bank.connection.execute(query, (row,))
            assert found(bank) != [], row


@pytest.mark.parametrize(("table", "numbered"), ROW_COLUMNS.items())
def test_an_inserted_row_is_found(bank: Bank, table: str, numbered: str) -> None:
    for row in some_rows(bank.connection, table):
        with unguarded(bank):
            other = {numbered, BESIDES.get(table, numbered)}
            another_row(bank.connection, table, other, row)
            assert found(bank) != [], row
