"""What is proved of the whole programme at once, by the bank itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from jifen.db.statements import statements
from jifen.intake.history import Sql
from jifen.ledger.proving import disagreements
from jifen.proof.differences import Difference

SQL = statements(Path(__file__).with_name("bank.sql"))

_CHECKS: Final = ("identity", "command_key")


def bank_differences(sql: Sql, programme_id: bytes) -> Iterator[Difference]:
    """Identities, keys, and whether postings, lots, takings, holds, balances and accounts agree."""
    parameters = {"programme": programme_id.hex()}
    for check in _CHECKS:
        for row in sql.execute(SQL[check], parameters).fetchall():
            yield Difference(check=check, recorded=_told(row))
    for found in disagreements(sql, programme_id):
        yield Difference(check=found.check, recorded=_told(found.row))


def _told(row: tuple[object, ...]) -> str:
    return " ".join(_value(value) for value in row if value is not None)


def _value(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return value.hex if isinstance(value, UUID) else str(value)
