"""What is proved of the whole programme at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jifen.db.copying import read_rows
from jifen.db.statements import statements
from jifen.db.tables import ACCOUNT_MOVEMENT
from jifen.intake.judging.history import Sql
from jifen.proof.differences import Difference
from jifen.proof.points import ByBatch
from jifen.proof.showing import at

SQL = statements(Path(__file__).with_name("bank.sql"))


def bank_differences(sql: Sql, programme_id: bytes) -> Iterator[Difference]:
    """Members and their identities, commands and their keys."""
    parameters = {"programme": programme_id.hex()}
    for check in ("identity", "survivor", "command_key", "counterpart", "household"):
        for row in sql.execute(SQL[check], parameters).fetchall():
            yield Difference(check=check, recorded=row[0] or "", derived=str(row[1] or ""))
    for key, granted, taken in sql.execute(SQL["lot_parent"], parameters).fetchall():
        recorded, derived = str(granted or ""), str(taken or "")
        yield Difference(check="lot_parent", where=key, recorded=recorded, derived=derived)
    for key, granted in sql.execute(SQL["parentless"], parameters).fetchall():
        yield Difference(check="lot_parent", where=key, recorded=str(granted or ""))


def movement_differences(sql: Sql, programme_id: bytes, moved: ByBatch) -> Iterator[Difference]:
    """What each batch wrote of the programme's accounts, against what its postings moved."""
    derived = {
        (batch_id, *key): points
        for batch_id, movements in moved.items()
        for key, points in movements.items()
        if points
    }
    order = "WHERE programme_id = %(programme)s::uuid"
    for packed in read_rows(sql, ACCOUNT_MOVEMENT, order, {"programme": programme_id.hex()}):
        _, *key, points = ACCOUNT_MOVEMENT.unpack(packed)
        expected = derived.pop(tuple(key), 0)
        if points != expected:
            yield _movement(tuple(key), str(points), str(expected))
    for place, points in derived.items():
        yield _movement(place, "", str(points))


def _movement(key: tuple[Any, ...], recorded: str, derived: str) -> Difference:
    kinds = ("batch", "account", "currency", "funder", "month", "day")
    where = at(**dict(zip(kinds, (key[0].hex(), *key[1:]), strict=True)))
    return Difference(
        check="movements_that_differ", where=where, recorded=recorded, derived=derived
    )
