"""Rows go to PostgreSQL and come back as the same bytes, and mean there what they mean here."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import struct
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from jifen.db import tables
from jifen.db.adapting import cursor
from jifen.db.appending import append_rows
from jifen.db.connection import connect
from jifen.db.copying import ColumnType, Table, copy_rows, read_rows
from jifen.instants import NEVER, day_of, instant_of

TABLES = [table for table in vars(tables).values() if isinstance(table, Table)]
NOT_COPIED = {
    "outbox": {"transaction"},
    "code": {"issued_at", "member_id", "lot_seq", "lot_row_no", "unit_no"},  # nobody's yet
}

PROBE = Table(
    "probe",
    (
        ("who", "uuid"),
        ("words", "text"),
        ("moment", "timestamptz"),
        ("date", "date"),
        ("flag", "boolean"),
        ("document", "json"),
        ("raw", "bytea"),
        ("large", "bigint"),
        ("plain", "integer"),
        ("small", "smallint"),
    ),
    mutable=frozenset({"plain", "small"}),
)

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def connection(module_database_url: str) -> Iterator[Connection]:
    with (
        connect(module_database_url) as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


@pytest.fixture
def probe(connection: Connection) -> Connection:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in PROBE.columns)
    connection.execute(f"CREATE TABLE probe ({columns})".encode())
    return connection


def _value(kind: ColumnType, chance: random.Random) -> object:
    makers: dict[ColumnType, Callable[[], object]] = {
        "uuid": lambda: chance.randbytes(16),
        "bigint": lambda: chance.choice((-(2**63), -1, 0, 1, 2**63 - 1)),
        "integer": lambda: chance.choice((-(2**31), -1, 0, 1, 2**31 - 1)),
        "smallint": lambda: chance.choice((-(2**15), -1, 0, 1, 2**15 - 1)),
        "timestamptz": lambda: chance.choice((0, -1, 946_684_800_000_000, 2**52, NEVER)),
        "date": lambda: chance.choice((0, -1, 10_957, 20_000)),
        "boolean": lambda: chance.random() < 0.5,
        "text": lambda: chance.choice(("", "积分", "a" * 40_000, "\\N", "a\tb\n")),
        "json": lambda: chance.choice((b"{}", '{"名": "积分",  "b":1}'.encode())),
        "bytea": lambda: chance.randbytes(chance.choice((0, 1, 999))),
    }
    return makers[kind]()


@pytest.mark.parametrize("table", TABLES, ids=repr)
def test_a_table_has_the_columns_of_the_database_in_their_order(
    connection: Connection, table: Table
) -> None:
    found = connection.execute(
        "SELECT column_name, CASE data_type WHEN 'timestamp with time zone' THEN 'timestamptz' ELSE data_type END"
        " FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
        (table.name,),
    ).fetchall()
    left_out = NOT_COPIED.get(table.name, set())
    assert [row for row in found if row[0] not in left_out] == list(table.columns)


@pytest.mark.parametrize("table", TABLES, ids=repr)
def test_rows_come_back_from_every_table_as_they_were_sent(
    connection: Connection, table: Table
) -> None:
    chance = random.Random(20260101)
    connection.execute("SET session_replication_role = replica")  # foreign keys are not the matter
    connection.execute(f"CREATE TEMP TABLE {table.name} AS TABLE {table.name}".encode())
    rows = [
        tuple(_value(kind, chance) for _, kind in table.columns) for _ in range(1_500)
    ]  # more than two blocks
    packed = [table.pack(*row) for row in rows]
    assert [table.unpack(row) for row in packed] == table.unpack_all(packed) == rows
    with connection.cursor() as plain:
        copy_rows(plain, table, iter(packed))
        assert sorted(read_rows(plain, table, "")) == sorted(packed)


@pytest.mark.parametrize("table", TABLES, ids=repr)
def test_a_few_rows_are_appended_to_every_table_as_they_are(
    connection: Connection, table: Table
) -> None:
    chance = random.Random(20260102)
    connection.execute("SET session_replication_role = replica")  # foreign keys are not the matter
    connection.execute(f"CREATE TEMP TABLE {table.name} AS TABLE {table.name}".encode())
    packed = [table.pack(*(_value(kind, chance) for _, kind in table.columns)) for _ in range(50)]
    with cursor(connection) as sql:
        append_rows(sql, table, packed)
        assert sorted(read_rows(sql, table, "")) == sorted(packed)


def test_a_table_that_got_a_column_takes_rows_again_behind_a_rollback(probe: Connection) -> None:
    row = PROBE.pack(bytes(16), "x", 0, 0, True, b"1", b"", 1, 2, 3)
    with cursor(probe) as sql:
        append_rows(sql, PROBE, [row])
        sql.flush()
        probe.execute("ALTER TABLE probe ADD COLUMN later integer DEFAULT 7")
        with probe.transaction(force_rollback=True):
            sql.execute("SELECT 1")
        append_rows(sql, PROBE, [row])
        assert sql.execute("SELECT later FROM probe").fetchall() == [(7,), (7,)]


def test_values_mean_the_same_in_postgresql(probe: Connection) -> None:
    moment = dt.datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=dt.UTC)
    row = PROBE.pack(
        UUID(int=5).bytes,
        "积",
        instant_of(moment),
        day_of(moment.date()),
        True,
        b"[1]",
        b"\0",
        -1,
        -2,
        -3,
    )
    never = PROBE.pack(UUID(int=6).bytes, "", NEVER, 0, False, b"1", b"", 1, 2, 3)
    copy_rows(probe.cursor(), PROBE, [row, never])
    found = probe.execute("SELECT * FROM probe WHERE who = %s", (UUID(int=5),)).fetchone()
    assert found == (
        UUID(int=5), "积", moment, moment.date(), True, [1], b"\0", -1, -2, -3,
    )  # fmt: skip
    lasting = probe.execute("SELECT count(*) FROM probe WHERE moment = 'infinity'").fetchone()
    assert lasting == (1,)


def test_reading_selects_and_orders_by_parameters(probe: Connection) -> None:
    rows = [PROBE.pack(bytes(16), "x", 0, 0, True, b"1", b"", n, n % 2, 0) for n in range(10)]
    with probe.cursor() as plain:
        copy_rows(plain, PROBE, rows)
        where = 'WHERE "plain" = %(odd)s ORDER BY "large" DESC'
        assert list(read_rows(plain, PROBE, where, {"odd": 1})) == rows[9::-2]
        assert list(read_rows(plain, PROBE, "WHERE false")) == []


def test_what_is_chained_leaves_out_the_mutable_columns(probe: Connection) -> None:
    before = PROBE.pack(bytes(16), "x", 0, 0, True, b"1", b"", 7, 1, 2)
    after = PROBE.pack(bytes(16), "x", 0, 0, True, b"1", b"", 7, 3, 4)
    other = PROBE.pack(bytes(16), "x", 0, 0, True, b"1", b"", 8, 1, 2)
    assert PROBE.chained(before) == PROBE.chained(after) != PROBE.chained(other)
    assert PROBE.chained(before).endswith(struct.pack(">iq", 8, 7))


def test_the_chain_can_be_computed_inside_postgresql(probe: Connection) -> None:
    """The encoding is PostgreSQL's own, so an auditor needs none of our code."""
    row = PROBE.pack(bytes(16), "积分", NEVER, 5, True, b"{}", b"ab", 7, 1, 2)
    copy_rows(probe.cursor(), PROBE, [row])
    found = probe.execute("""
        SELECT sha256('\\x00000010'::bytea || uuid_send(who) || int4send(octet_length(words))
            || textsend(words) || '\\x00000008' || timestamptz_send(moment)
            || '\\x00000004' || date_send(date) || '\\x00000001' || boolsend(flag)
            || int4send(octet_length(document::text)) || json_send(document)
            || int4send(octet_length(raw)) || raw || '\\x00000008' || int8send(large)) FROM probe
    """).fetchone()
    assert found == (hashlib.sha256(PROBE.chained(row)).digest(),)


def test_an_integer_that_its_column_cannot_hold_is_refused() -> None:
    with pytest.raises(struct.error):
        PROBE.pack(bytes(16), "", 0, 0, True, b"", b"", 2**63, 0, 0)


@pytest.mark.parametrize("mutable", [{"first"}, {"words"}, {"no_such"}])
def test_mutable_columns_stand_last_and_have_a_fixed_width(mutable: set[str]) -> None:
    with pytest.raises(ValueError, match="mutable"):
        Table("odd", (("first", "bigint"), ("words", "text")), frozenset(mutable))


def test_a_reader_that_stops_early_leaves_the_connection_usable(probe: Connection) -> None:
    rows = [PROBE.pack(bytes(16), "x" * 1000, 0, 0, True, b"1", b"", n, 0, 0) for n in range(5_000)]
    with probe.transaction(force_rollback=True), probe.cursor() as plain:
        copy_rows(plain, PROBE, rows)
        reader = read_rows(plain, PROBE, "")
        next(reader)
        reader.close()
    assert probe.execute("SELECT 1").fetchone() == (1,)


def test_what_stops_the_server_in_the_middle_is_said(probe: Connection) -> None:
    rows = [PROBE.pack(bytes(16), "x", 0, 0, True, b"1", b"", n, 0, 0) for n in range(5_000)]
    with probe.transaction(force_rollback=True), probe.cursor() as plain:
        copy_rows(plain, PROBE, rows)
        with pytest.raises(psycopg.errors.DivisionByZero), probe.transaction():
            list(read_rows(plain, PROBE, "WHERE 1 / (large - 4000) < 2"))
        assert len(list(read_rows(plain, PROBE, ""))) == len(rows)
