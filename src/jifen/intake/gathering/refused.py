"""What was refused: kept word for word for seven days, in which a retry is told so again; then only that it was.

The journal keeps the sha256 of the body for ever, so that deleting the body leaves the hash chain as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import psycopg

from jifen.db.adapting import cursor
from jifen.db.arrays import texts
from jifen.db.statements import statements
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))
REMEMBERED_MICROSECONDS: Final = 7 * MICROSECONDS_PER_DAY
BODIES_PER_SLICE: Final = 1_000


def body_of_refused(body: bytes) -> bytes:
    """What the journal keeps of the body of a refused command: its fingerprint."""
    return f'{{"sha256":"{hashlib.sha256(body).hexdigest()}"}}'.encode()


def refused_bodies(
    sql: psycopg.Cursor[tuple[Any, ...]], programme: OpenProgramme, keys: Sequence[str]
) -> dict[str, bytes]:
    """The bodies of refused commands that are still kept, by key."""
    values = {"programme_id": programme.programme_id, "keys": texts(sorted(keys))}
    return dict(sql.execute(SQL["refused_bodies"], values).fetchall())


def forget_refused(connection: psycopg.Connection[Any], programme: OpenProgramme, now: int) -> int:
    """Delete the bodies whose time is over, a slice a transaction; how many there were."""
    values = {
        "programme_id": programme.programme_id,
        "until": now - REMEMBERED_MICROSECONDS,
        "most": BODIES_PER_SLICE,
    }
    total = 0
    while True:
        with cursor(connection) as sql:
            gone = sql.execute(SQL["forget_refused"], values).rowcount
        total += gone
        if gone < BODIES_PER_SLICE:
            return total
