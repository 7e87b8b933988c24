"""Who the members of a programme are, by name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.instants import moment_of
from jifen.intake.asking.metadata import Noted
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))
LOOKED_AT: Final = 50_000
"""How many names one page looks at, where metadata is asked for."""


class MemberName(msgspec.Struct, frozen=True, kw_only=True):
    """A member in a list. `guest`: somebody whom nobody knows yet."""

    id: str
    joined_at: dt.datetime
    frozen: bool
    guest: bool


class MemberNames(msgspec.Struct, frozen=True, kw_only=True):
    """One page of members; `next` is the name behind which the next page begins, None where there is none."""

    members: list[MemberName]
    next: str | None


def members_by_name(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    *,
    prefix: str = "",
    after: str = "",
    noted: Noted | None = None,
    most: int,
) -> MemberNames:
    """Members whose names begin with `prefix`, in the order of their names, behind `after`.

    With `noted` only those with this metadata: no index finds them, so a page looks at LOOKED_AT names, and may hold
    few members or none and yet name where the next one begins.
    """
    values = {
        "programme": programme.programme_id.hex,
        "prefix": prefix,
        "after": after,
        "most": most + 1,
        "looked_at": LOOKED_AT,
        "noted": noted and noted.name,
        "text": noted and noted.text,
        "until": None,
    }
    left: str | None = None
    with connection.transaction(), cursor(connection) as sql:
        sql.execute(
            "SET LOCAL plan_cache_mode = force_custom_plan"
        )  # the prefix bounds what is read
        if noted is not None:
            found = sql.execute(SQL["last_looked_at"], values).fetchone()
            assert found is not None
            looked_at, until = found
            values["until"], left = until, until if looked_at == LOOKED_AT else None
        rows = sql.execute(SQL["members_by_name"], values).fetchall()
    members = [
        MemberName(id=name, joined_at=moment_of(since, programme.zone), frozen=frozen, guest=guest)
        for name, since, frozen, guest in rows[:most]
    ]
    return MemberNames(members=members, next=members[-1].id if len(rows) > most else left)
