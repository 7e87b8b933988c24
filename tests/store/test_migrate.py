"""Migrations are applied once, in order, whole or not at all, and are never changed afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jifen.db.connection import connect
from jifen.db.migrate import migrate
from jifen.db.problem import DatabaseProblem

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def connection(empty_database_url: str) -> Iterator[Connection]:
    with connect(empty_database_url) as connection:
        yield connection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text("CREATE TABLE first (n integer);\nSELECT '50%';")
    (tmp_path / "0002_second.sql").write_text("INSERT INTO first VALUES (2);")
    return tmp_path


def test_migrations_run_once_in_order_and_are_remembered(
    connection: Connection, folder: Path
) -> None:
    assert migrate(connection, folder) == ["0001_first", "0002_second"]
    assert migrate(connection, folder) == []
    (folder / "0003_third.sql").write_text("INSERT INTO first VALUES (3)")
    assert migrate(connection, folder) == ["0003_third"]
    assert connection.execute("SELECT array_agg(n ORDER BY n) FROM first").fetchone() == ([2, 3],)


def test_a_migration_that_fails_leaves_nothing_of_itself(
    connection: Connection, folder: Path
) -> None:
    (folder / "0003_third.sql").write_text("INSERT INTO first VALUES (3); SELECT 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(connection, folder)
    assert connection.execute("SELECT array_agg(n) FROM first").fetchone() == ([2],)
    (folder / "0003_third.sql").write_text("INSERT INTO first VALUES (4)")
    assert migrate(connection, folder) == ["0003_third"]


def test_a_changed_migration_is_refused(connection: Connection, folder: Path) -> None:
    migrate(connection, folder)
    (folder / "0002_second.sql").write_text("INSERT INTO first VALUES (5);")
    with pytest.raises(DatabaseProblem, match="0002_second was changed"):
        migrate(connection, folder)


def test_a_database_of_a_later_version_is_refused(connection: Connection, folder: Path) -> None:
    migrate(connection, folder)
    (folder / "0002_second.sql").unlink()
    with pytest.raises(DatabaseProblem, match=r"later version of jifen .*0002_second"):
        migrate(connection, folder)


def test_processes_that_migrate_at_once_do_it_once(empty_database_url: str, folder: Path) -> None:
    """The first statement of the first migration waits for us, so all of them meet at the lock."""
    (folder / "0001_first.sql").write_text(
        "SELECT pg_advisory_xact_lock_shared(7); CREATE TABLE first (n integer)"
    )
    done: list[str] = []

    def run() -> None:
        with connect(empty_database_url) as connection:
            done.extend(migrate(connection, folder))

    with connect(empty_database_url) as holder:
        holder.execute("SELECT pg_advisory_lock(7)")
        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while holder.execute(waiting).fetchone() != (4,):
            pass
        holder.execute("SELECT pg_advisory_unlock(7)")
        for thread in threads:
            thread.join()
    assert sorted(done) == ["0001_first", "0002_second"]


def test_append_only_tables_refuse_to_be_changed(database_url: str) -> None:
    with connect(database_url) as connection:
        tables = connection.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only' ORDER BY 1"
        ).fetchall()
        assert len(tables) == 18
        for (table,) in tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"DELETE FROM {table}".encode())
