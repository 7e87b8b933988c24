"""Bringing a database's tables up to what this version of jifen expects."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg import Connection

from jifen.db.problem import DatabaseProblem
from jifen.wording import Said

MIGRATIONS = Path(__file__).with_name("migrations")

_LOCK = 0x6A6966656E  # "jifen"; one process migrates at a time

Applied = dict[str, bytes]  # name of a migration -> sha256 of its text


def migrate(connection: Connection[Any], folder: Path = MIGRATIONS) -> list[str]:
    """Apply the migrations that the database lacks, each in a transaction; give their names.

    Raises DatabaseProblem when the database was migrated by a later version, or by a migration that has since
    been changed. The connection must not be inside a transaction.
    """
    available = _available(folder)
    if not _look(connection, available):
        return []
    with _one_at_a_time(connection):
        lacking = _look(connection, available)
        for name in lacking:
            with connection.transaction():
                _apply(connection, name, available[name])
    return lacking


def pending(connection: Connection[Any], folder: Path = MIGRATIONS) -> list[str]:
    """The migrations that the database lacks, by name; nothing is changed. Raises DatabaseProblem as `migrate` does."""
    return _look(connection, _available(folder))


@contextmanager
def _one_at_a_time(connection: Connection[Any]) -> Iterator[None]:
    # A lock of the session, not of a transaction: only a transaction that begins after the lock was given is
    # certain to see the tables that its last holder made.
    with connection.transaction():
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    try:
        yield
    finally:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def _available(folder: Path) -> dict[str, str]:
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.sql"))}


def _look(connection: Connection[Any], available: dict[str, str]) -> list[str]:
    with connection.transaction():
        return _pending(_applied(connection), available)


def _applied(connection: Connection[Any]) -> Applied:
    if connection.execute("SELECT to_regclass('migration')").fetchone() == (None,):
        return {}
    return dict(connection.execute("SELECT name, sha256 FROM migration").fetchall())


def _pending(applied: Applied, available: dict[str, str]) -> list[str]:
    unknown = sorted(applied.keys() - available.keys())
    if unknown:
        raise DatabaseProblem(
            Said(
                f"the database was made by a later version of jifen (it has {unknown[-1]})",
                f"数据库由更新版本的 jifen 建立（含有 {unknown[-1]}）",
            ),
            Said("Upgrade jifen.", "请升级 jifen。"),
        )
    for name, digest in applied.items():
        if digest != _digest(available[name]):
            raise DatabaseProblem(
                Said(
                    f"migration {name} was changed after it had been applied to this database",
                    f"迁移 {name} 在用于本数据库之后被改动过",
                ),
                Said(
                    "Restore it and put the change into a new migration.",
                    "请恢复原样，并把改动写成新的迁移。",
                ),
            )
    return [name for name in available if name not in applied]


def _apply(connection: Connection[Any], name: str, text: str) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, sha256 bytea NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now())"
    )
    connection.execute(text.encode())
    connection.execute("INSERT INTO migration VALUES (%s, %s)", (name, _digest(text)))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
